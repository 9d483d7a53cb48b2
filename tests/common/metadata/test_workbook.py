"""Workbooks as people and other programs leave them, and as an attacker would."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

from common.errors import MetadataError
from common.metadata import ColumnRule, MetadataRowsError, TableMapping, read_table
from tests.common.metadata.tables import as_xlsx, saved

SHEET = "xl/worksheets/sheet1.xml"


def book(*rows: list[object]) -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    for row in rows:
        made.worksheets[0].append(row)
    return made


def changed(content: bytes, part: str, old: str, new: str) -> bytes:
    """Replace text in one part of a workbook."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            data = source.read(name).decode()
            if name == part:
                assert re.search(old, data)
                data = re.sub(old, new, data, count=1)
            target.writestr(name, data)
    return stream.getvalue()


def test_dates_are_iso_texts_and_booleans_words() -> None:
    content = saved(
        book(
            ["file", "day", "moment", "hour", "seen"],
            [
                "a.jpg",
                date(1990, 5, 12),
                datetime.fromisoformat("2020-01-31T12:30"),
                time(8, 15),
                True,
            ],
        )
    )
    row = read_table(content, "meta.xlsx", TableMapping({"day": ColumnRule("date")})).rows["a.jpg"]
    assert row == {
        "day": "1990-05-12",
        "moment": "2020-01-31T12:30:00",
        "hour": "08:15:00",
        "seen": "true",
    }


def test_a_serial_number_is_a_date_where_its_cell_says_so_and_else_a_number() -> None:
    made = book(["file", "dated", "plain"], ["a.jpg", 43861, 43861])
    made.worksheets[0]["B2"].number_format = "yyyy-mm-dd"
    row = read_table(saved(made), "meta.xlsx").rows["a.jpg"]
    assert row == {"dated": "2020-01-31", "plain": 43861}


def test_a_serial_number_that_is_no_date_is_a_problem_of_its_row() -> None:
    made = book(["file", "dated"], ["a.jpg", 43861], ["b.jpg", 99999999999])
    for cell in ("B2", "B3"):
        made.worksheets[0][cell].number_format = "yyyy-mm-dd"
    with pytest.raises(MetadataRowsError, match="row 3: column 'dated' holds the error #VALUE!"):
        read_table(saved(made), "meta.xlsx")


def test_of_merged_cells_the_first_has_the_value() -> None:
    made = book(["file", "set"], ["a.jpg", "suite"], ["b.jpg", None])
    made.worksheets[0].merge_cells("B2:B3")
    rows = read_table(saved(made), "meta.xlsx").rows
    assert rows == {"a.jpg": {"set": "suite"}, "b.jpg": {"set": None}}


def test_a_formula_counts_with_the_value_that_it_last_had() -> None:
    made = book(["file", "sum"], ["a.jpg", "=1+2"])
    content = changed(saved(made), SHEET, r"<f>1\+2</f><v\s*/>", "<f>1+2</f><v>3</v>")
    assert read_table(content, "meta.xlsx").rows == {"a.jpg": {"sum": 3}}


def test_a_formula_that_was_never_calculated_is_a_problem_of_its_row() -> None:
    made = book(["file", "sum"], ["a.jpg", 1], ["b.jpg", "=1+2"])
    with pytest.raises(
        MetadataRowsError, match="row 3: the formula in column 'sum' was never calculated"
    ):
        read_table(saved(made), "meta.xlsx")


def test_an_error_in_a_cell_is_a_problem_of_its_row() -> None:
    made = book(["file", "ratio"], ["a.jpg", "#DIV/0!"])
    with pytest.raises(MetadataRowsError, match="row 2: column 'ratio' holds the error #DIV/0!"):
        read_table(saved(made), "meta.xlsx")


def test_rows_keep_the_numbers_of_the_spreadsheet_and_empty_ends_do_not_count() -> None:
    made = book(["file", "class", None], ["a.jpg", "x", None])
    made.worksheets[0]["A7"] = "b.jpg"
    made.worksheets[0]["F9"] = " "
    assert read_table(saved(made), "meta.xlsx").row_numbers == {"a.jpg": 2, "b.jpg": 7}


def test_a_value_beyond_the_header_is_a_problem_of_its_row() -> None:
    made = book(["file", "class"], ["a.jpg", "x", None, "lost"])
    with pytest.raises(MetadataRowsError, match="row 2: 4 cells where the header has 2"):
        read_table(saved(made), "meta.xlsx")


def test_the_first_visible_sheet_is_read() -> None:
    made = book(["nothing", "here"])
    made.worksheets[0].sheet_state = "hidden"
    sheet = made.create_sheet("Prints")
    sheet.append(["file"])
    sheet.append(["a.jpg"])
    made.active = 1
    assert list(read_table(saved(made), "meta.xlsx").rows) == ["a.jpg"]


def test_a_size_that_the_sheet_makes_up_costs_nothing() -> None:
    content = changed(
        as_xlsx([{"file": "a.jpg"}]), SHEET, 'ref="[A-Z0-9:]+"', 'ref="A1:XFD1048576"'
    )
    assert list(read_table(content, "meta.xlsx").rows) == ["a.jpg"]


def test_a_row_far_below_is_refused_instead_of_counted_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.metadata.raw.MAX_ROWS", 1000)
    content = changed(as_xlsx([{"file": "a.jpg"}]), SHEET, r'<row r="2"', '<row r="99999999999"')
    with pytest.raises(MetadataError, match="row 1001 is more than is read"):
        read_table(content, "meta.xlsx")


def test_a_zip_that_is_no_workbook_or_a_damaged_one_is_told_in_a_sentence() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.jpg", b"words")
    whole = as_xlsx([{"file": "a.jpg"}])
    broken = changed(whole, SHEET, "<sheetData>", "<sheetData><row>")
    for content in (stream.getvalue(), whole[: len(whole) // 2], broken):
        with pytest.raises(MetadataError, match="damaged workbook, or none") as caught:
            read_table(content, "meta.xlsx")
        assert caught.value.cure


@pytest.mark.parametrize("part", [SHEET, "xl/styles.xml"])
def test_a_bomb_is_refused_before_it_is_unpacked(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.metadata.workbook.MAX_UNPACKED_BYTES", 4_000_000)
    monkeypatch.setattr("common.metadata.workbook._MAX_SMALL_PART_BYTES", 1_000_000)
    stream = io.BytesIO(as_xlsx([{"file": "a.jpg"}]))
    size = 5_000_000 if part == SHEET else 2_000_000
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part.replace(".xml", "2.xml"), b" " * size)
    content = stream.getvalue()
    assert len(content) < 50_000
    with pytest.raises(MetadataError, match="unpacks to more than"):
        read_table(content, "meta.xlsx")


def test_a_part_that_unpacks_to_more_than_it_declares_is_refused() -> None:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(as_xlsx([{"file": "a.jpg"}]))) as source,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, source.read(name))
    content = bytearray(stream.getvalue())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo(SHEET).file_size
    at = content.rindex(SHEET.encode()) - 46  # its entry in the central directory
    assert content[at + 24 : at + 28] == size.to_bytes(4, "little")
    content[at + 24 : at + 28] = (10).to_bytes(4, "little")
    with pytest.raises(MetadataError, match="damaged workbook"):
        read_table(bytes(content), "meta.xlsx")


def test_entities_that_multiply_are_refused() -> None:
    whole = as_xlsx([{"file": "a.jpg"}])
    harmless = changed(whole, SHEET, r"^(<\?xml[^>]*>)?", "<!DOCTYPE worksheet>")
    assert list(read_table(harmless, "meta.xlsx").rows) == ["a.jpg"]
    laughs = '<!DOCTYPE worksheet [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    with pytest.raises(MetadataError, match="damaged workbook"):
        read_table(changed(whole, SHEET, r"^(<\?xml[^>]*>)?", laughs), "meta.xlsx")

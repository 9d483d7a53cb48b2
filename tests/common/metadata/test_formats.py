"""CSV, TSV, XLSX and JSONL: the same rows mean the same, and hostile files end in a sentence."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import MetadataError
from common.metadata import (
    ColumnRule,
    MetadataRowsError,
    TableMapping,
    check_table_name,
    read_table,
    read_table_file,
)
from tests.common.metadata.tables import FORMATS, as_delimited, as_jsonl, as_xlsx

ROWS: list[dict[str, object]] = [
    {"file": "a.jpg", "title": "Dürer, «Hase»", "year": 1502, "price": 12.5, "when": "um 1502"},
    {"file": "b/c.jpg", "title": "", "year": 7, "price": 3.0, "when": "18. Jh."},
    {"file": "b/d.jpg", "title": '=1+1; "x"\ty', "year": -3, "price": 0.1, "when": ""},
]


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_rows_are_the_same_table_in_every_format(suffix: str) -> None:
    mapping = TableMapping({"when": ColumnRule("years")})
    table = read_table(FORMATS[suffix](ROWS), f"meta{suffix}", mapping)
    assert table.rows == {
        "a.jpg": {
            "title": "Dürer, «Hase»", "year": 1502, "price": 12.5,
            "when": "um 1502", "when_from": 1502, "when_to": 1502,
        },
        "b/c.jpg": {
            "title": None, "year": 7, "price": 3.0,
            "when": "18. Jh.", "when_from": 1701, "when_to": 1800,
        },
        "b/d.jpg": {
            "title": "=1+1; \"x\"\ty", "year": -3, "price": 0.1,
            "when": None, "when_from": None, "when_to": None,
        },
    }  # fmt: skip
    assert table.fields == {
        "title": "keyword", "year": "integer", "price": "number",
        "when": "keyword", "when_from": "integer", "when_to": "integer",
    }  # fmt: skip
    first = 1 if suffix == ".jsonl" else 2
    assert list(table.row_numbers.values()) == [first, first + 1, first + 2]


texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\uffff\ufffe"),
    max_size=8,
).map(str.strip)
# A workbook keeps sixteen digits of a number.
numbers = st.integers(-(2**40), 2**40).map(lambda eighths: eighths / 8)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(texts, st.integers(-(2**50), 2**50), numbers), min_size=1, max_size=4))
def test_any_rows_are_the_same_in_every_format(rows: list[tuple[str, int, float]]) -> None:
    mapping = TableMapping(
        {"text": ColumnRule("keyword"), "n": ColumnRule("integer"), "x": ColumnRule("number")}
    )
    told: list[dict[str, object]] = [
        {"file": f"{i}.jpg", "text": text, "n": n, "x": x} for i, (text, n, x) in enumerate(rows)
    ]
    expected = {
        f"{i}.jpg": {"text": text or None, "n": n, "x": x} for i, (text, n, x) in enumerate(rows)
    }
    for suffix, written in FORMATS.items():
        assert read_table(written(told), f"meta{suffix}", mapping).rows == expected


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_byte_order_marks_are_understood(suffix: str, mark: bytes, encoding: str) -> None:
    content = mark + FORMATS[suffix](ROWS).decode().encode(encoding)
    rows = read_table(content, f"meta{suffix}").rows
    assert rows["a.jpg"]["title"] == "Dürer, «Hase»"


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
def test_utf_16_without_its_mark_or_cut_off_is_refused_with_the_row(suffix: str) -> None:
    content = FORMATS[suffix](ROWS).decode()
    with pytest.raises(MetadataError, match=r"row 1 .*NUL byte") as caught:
        read_table(content[:20].encode("utf-16-le"), f"meta{suffix}")
    assert "UTF-8" in caught.value.cure
    cut = codecs.BOM_UTF16_LE + content.encode("utf-16-le") + b"\x00\xd8"
    with pytest.raises(MetadataError, match=r"row \d is not UTF-16 text"):
        read_table(cut, f"meta{suffix}")


@pytest.mark.parametrize("name", ["meta.xls", "meta.ods", "meta.json", "meta.parquet", "meta.jpg"])
def test_other_formats_are_refused_by_their_names_with_the_cure(name: str) -> None:
    with pytest.raises(MetadataError, match=name) as caught:
        check_table_name(name)
    assert "CSV, TSV, XLSX or JSONL" in caught.value.cure


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("meta.csv", as_xlsx(ROWS), "a ZIP archive, such as an XLSX workbook by its content"),
        ("meta.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or an encrypted Excel workbook"),
        ("meta.tsv", b"%PDF-1.7", "a PDF document by its content"),
        ("meta.jsonl", b"\x1f\x8b\x08", "compressed by gzip"),
        ("meta.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or an encrypted Excel"),
        ("meta.xlsx", as_delimited(ROWS), "is no XLSX workbook by its content"),
        ("meta.jsonl", b'  [{"file": "a.jpg"}]', "row 1 begins a JSON list"),
        ("meta.jsonl", as_delimited(ROWS), "row 1: the line is no JSON"),
        ("meta.csv", as_jsonl(ROWS), "no column 'file'"),
    ],
)
def test_content_of_another_format_than_the_name_says_is_named(
    name: str, content: bytes, message: str
) -> None:
    with pytest.raises(MetadataError, match=message) as caught:
        read_table(content, name)
    assert caught.value.cure


def test_a_comma_in_a_tsv_is_no_delimiter() -> None:
    content = b"file\ttitle, artist, place\na.jpg\tx\n"
    assert read_table(content, "meta.tsv").rows == {"a.jpg": {"title, artist, place": "x"}}


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=120), st.sampled_from(sorted(FORMATS)), st.sampled_from([b"", b"PK\3\4"]))
def test_any_bytes_are_a_table_or_a_metadata_error(
    content: bytes, suffix: str, start: bytes
) -> None:
    try:
        table = read_table(start + content, f"meta{suffix}")
    except MetadataError as caught:
        error = caught
    else:
        assert table.rows.keys() == table.row_numbers.keys()
        return
    assert str(error).startswith("meta.")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{broken", "the line is no JSON"),
        ('{"file": "b.jpg"} x', "the line is no JSON"),
        ("7", "the line is no JSON object"),
        ('["b.jpg"]', "the line is no JSON object"),
        ('{"file": "b.jpg", "file": "c.jpg"}', "the key 'file' comes twice"),
        ('{"file": "b.jpg", " file ": "c.jpg"}', "the key 'file' comes twice"),
        ('{"file": "b.jpg", "who": {"name": "x"}}', "the value of 'who' is an object"),
        ('{"file": "b.jpg", "who": [["x"]]}', "'who' is a list of lists or objects"),
        ('{"file": "b.jpg", "n": NaN}', "NaN is no number"),
        ('{"file": "b.jpg", "n": -Infinity}', "-Infinity is no number"),
        ('{"file": "b.jpg", "t": "\\ud800"}', "half of a pair"),
        ('{"file": "b.jpg", "t": "\\u0000"}', "NUL"),
        ('{"file": ["b.jpg"]}', "the file name is empty"),
        ('{"class": "boot"}', "the file name is empty"),
        ("[" * 100_000, "the line is n"),
    ],
)
def test_a_wrong_line_of_jsonl_is_named_with_its_number(line: str, problem: str) -> None:
    content = f'{{"file": "a.jpg"}}\n\n{line}\n{{"file": "z.jpg"}}\n'.encode()
    with pytest.raises(MetadataRowsError) as caught:
        read_table(content, "meta.jsonl")
    (found,) = caught.value.problems
    assert found.row == 3
    assert problem in found.text


def test_values_of_jsonl_keep_their_digits_and_lists_their_elements() -> None:
    line = (
        '{"file": "a.jpg", "n": 3, "x": 1.50, "big": 123456789012345678901234567890, '
        '"who": ["Anna; Bea", "", null, 3], "yes": true, "none": null, "sep": "a\u2028b"}'
    )
    table = read_table(line.encode(), "meta.jsonl")
    assert table.rows["a.jpg"] == {
        "n": 3, "x": 1.5, "big": "123456789012345678901234567890",
        "who": ["Anna; Bea", "3"], "yes": "true", "none": None, "sep": "a\u2028b",
    }  # fmt: skip
    assert table.fields["who"] == "list"


def test_keys_that_come_later_are_columns_of_all_rows() -> None:
    table = read_table(b'{"file": "a.jpg"}\n{"year": 3, "file": "b.jpg"}', "meta.jsonl")
    assert table.rows == {"a.jpg": {"year": None}, "b.jpg": {"year": 3}}


def test_a_list_in_a_column_that_is_declared_otherwise_is_a_problem_of_its_row() -> None:
    mapping = TableMapping({"who": ColumnRule("keyword")})
    with pytest.raises(MetadataRowsError, match="row 1: 'a; b' in column 'who' is no keyword"):
        read_table(b'{"file": "a.jpg", "who": ["a", "b"]}', "meta.jsonl", mapping)


def test_a_file_that_is_too_large_or_missing_is_named(tmp_path, monkeypatch) -> None:
    with pytest.raises(MetadataError, match=r"meta\.csv' cannot be read"):
        read_table_file(tmp_path / "meta.csv")
    monkeypatch.setattr("common.metadata.formats.MAX_TABLE_BYTES", 3)
    (tmp_path / "meta.csv").write_bytes(b"file")
    with pytest.raises(MetadataError, match="larger than"):
        read_table_file(tmp_path / "meta.csv")


@pytest.mark.parametrize("suffix", FORMATS)
def test_tables_of_too_many_rows_or_cells_are_refused_while_they_are_read(
    suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = FORMATS[suffix](ROWS)
    with monkeypatch.context() as patch:
        patch.setattr("common.metadata.raw.MAX_ROWS", 2)
        with pytest.raises(MetadataError, match="row 3 is more than is read"):
            read_table(content, f"meta{suffix}")
    monkeypatch.setattr("common.metadata.raw.MAX_CELLS", 9)
    with pytest.raises(MetadataError, match="row 2 is more than is read"):
        read_table(content, f"meta{suffix}")

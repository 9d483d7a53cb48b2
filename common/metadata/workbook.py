"""XLSX: the first visible sheet of a workbook, with the values that its formulas last had."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import repeat
from typing import Final

import openpyxl
from openpyxl.cell.cell import Cell as WrittenCell
from openpyxl.cell.cell import MergedCell
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.workbook.workbook import Workbook

from common.errors import MetadataError
from common.metadata.problems import RowProblem
from common.metadata.raw import CELL_CHARACTERS, RawRow, RawTable, TableBudget

MAX_WORKBOOK_BYTES: Final = 128 * 2**20
MAX_UNPACKED_BYTES: Final = 512 * 2**20
_MAX_PARTS: Final = 10_000
_MAX_SMALL_PART_BYTES: Final = 32 * 2**20
# Read piece by piece, or not at all; every other part is read whole into a tree.
_STREAMED: Final = re.compile(r"xl/(worksheets/|sharedStrings\.xml|media/|pivotCache/|embeddings/)")
_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[\s/>]")
_CHUNK_BYTES: Final = 2**20
_SPREADSHEET_CURE: Final = "Open it in a spreadsheet program, correct it and save it again as XLSX"

_SheetCell = ReadOnlyCell | EmptyCell | WrittenCell | MergedCell


def read_xlsx(content: bytes, source: str) -> RawTable:
    """Read the first visible sheet of a workbook.

    Numbers become their digits, dates ISO 8601. Of merged cells the first has the value, as the
    file tells it. Empty cells at a row's end do not count.

    Args:
        content: the file's bytes.
        source: its name, for messages.

    Raises:
        MetadataError: it is no workbook, is damaged, or unpacks to more than 512 MiB.
    """
    with _told_simply(source):
        formulas = _has_formulas(content, source)
        values = _open(content, data_only=True)
        written = _open(content, data_only=False) if formulas else None
        try:
            return _read_sheet(values, written, source)
        finally:
            values.close()
            if written is not None:
                written.close()


@contextmanager
def _told_simply(source: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            # About styles and extensions, which are of no interest here.
            warnings.simplefilter("ignore")
            yield
    except MetadataError:
        raise
    except Exception as error:  # the library says little about what it raises on a damaged file
        raise MetadataError(
            f"{source} is a damaged workbook, or none ({type(error).__name__})", _SPREADSHEET_CURE
        ) from error


def _has_formulas(content: bytes, source: str) -> bool:
    """Check the archive before anything is unpacked, and tell whether a sheet has formulas.

    The sizes that an archive declares can be trusted as bounds: no more than that is unpacked.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        large = [
            part
            for part in parts
            if part.file_size > _MAX_SMALL_PART_BYTES and not _STREAMED.match(part.filename)
        ]
        if (
            large
            or len(parts) > _MAX_PARTS
            or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES
        ):
            raise MetadataError(
                f"{source} unpacks to more than the {MAX_UNPACKED_BYTES // 2**20} MiB that are "
                "read of a workbook",
                "Save the sheet alone, without pictures, or as CSV in UTF-8",
            )
        sheets = [part for part in parts if part.filename.startswith("xl/worksheets/")]
        return any(_contains_formula(archive, part) for part in sheets if not part.is_dir())


def _contains_formula(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            if _FORMULA.search(tail + chunk):
                return True
            tail = chunk[-32:]
    return False


def _open(content: bytes, *, data_only: bool) -> Workbook:
    return openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False
    )


def _rows(workbook: Workbook) -> Iterator[Sequence[_SheetCell]]:
    sheets = workbook.worksheets
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"]
    sheet = (visible or sheets)[0]
    # What a sheet says about its size may be wrong, and rows would be filled up to it.
    sheet.reset_dimensions()
    yield from sheet.iter_rows(min_row=1, min_col=1)


def _read_sheet(values: Workbook, written: Workbook | None, source: str) -> RawTable:
    header: list[str] | None = None
    rows: list[RawRow] = []
    problems: list[RowProblem] = []
    budget = TableBudget(source)
    formulas: Iterator[Sequence[_SheetCell]] = repeat(()) if written is None else _rows(written)
    for number, (cells, originals) in enumerate(zip(_rows(values), formulas, strict=False), 1):
        budget.spend(len(cells))
        texts = [_text(cell.value) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if header is None:
            header = texts
            continue
        wrong = _wrong_cell(cells, originals, header)
        if wrong:
            problems.append(RowProblem(number, wrong))
        elif len(texts) > len(header):
            text = f"{len(texts)} cells where the header has {len(header)}"
            problems.append(RowProblem(number, text))
        elif texts:
            rows.append(RawRow(number, tuple(texts + [""] * (len(header) - len(texts)))))
    return RawTable(source, tuple(header or ()), tuple(rows), tuple(problems))


def _wrong_cell(
    cells: Sequence[_SheetCell], originals: Sequence[_SheetCell], header: Sequence[str]
) -> str:
    """Return what is wrong with the first cell that has no value of its own; empty if none is."""
    for index, cell in enumerate(cells):
        name = f"'{header[index]}'" if index < len(header) else str(index + 1)
        if cell.data_type == "e":
            return f"column {name} holds the error {cell.value}"
        if isinstance(cell.value, str) and len(cell.value) > CELL_CHARACTERS:
            return f"the text in column {name} is longer than {CELL_CHARACTERS:,} characters"
        if cell.value is None and index < len(originals) and originals[index].data_type == "f":
            return f"the formula in column {name} was never calculated"
    return ""


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            return (value.date() if value.time() == time() else value).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value)
    return str(value).strip()

"""Metadata tables: CSV text in, one typed payload per image out, every problem with its row.

Row numbers are those a spreadsheet shows: the header is row 1.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from common.errors import MetadataError
from common.records import FieldType, PayloadValue

FILE_COLUMN = "file"
LIST_SEPARATOR = ";"
DELIMITERS = ",;\t|"
_PROBLEMS_SHOWN = 10
_CELL_LIMIT = 1_000_000
_INT64_MAX = 2**63 - 1
_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_CODE = re.compile(r"[+-]?0[0-9]")  # 007 is a code, not the number seven: its zeros must survive


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row of a table."""

    row: int
    text: str


class MetadataRowsError(MetadataError):
    """Rows of a table are wrong.

    Attributes:
        problems: all of them, in row order; the sentence names the first ten.
    """

    def __init__(self, source: str, problems: Sequence[RowProblem], cure: str) -> None:
        self.problems = list(problems)
        shown = "; ".join(f"row {p.row}: {p.text}" for p in problems[:_PROBLEMS_SHOWN])
        rest = len(problems) - _PROBLEMS_SHOWN
        super().__init__(f"{source}: {shown}{f'; and {rest} more' if rest > 0 else ''}", cure)


@dataclass(frozen=True, slots=True)
class MetadataTable:
    """A table that was read whole.

    Attributes:
        source: its file's name, for messages.
        rows: typed columns (without ``file``) by image path; paths relative to the images.
        row_numbers: of each image path.
        fields: the type of each column, ``file`` excluded, in the table's order.
    """

    source: str
    rows: Mapping[str, Mapping[str, PayloadValue]]
    row_numbers: Mapping[str, int]
    fields: Mapping[str, FieldType]


def read_table_file(path: Path) -> bytes:
    """Return the bytes of a table's file.

    Raises:
        MetadataError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise MetadataError(
            f"Metadata table '{path}' cannot be read ({error.strerror or error})",
            "Check that the file exists and its permissions",
        ) from error


def read_csv(
    content: bytes, source: str, declared: Mapping[str, FieldType] | None = None
) -> MetadataTable:
    """Read a metadata table.

    UTF-8 with or without byte order mark; delimiter comma, semicolon, tab or bar. The column
    ``file`` is required; a first column without a name (the index that pandas writes) is dropped,
    and so is a later one as long as it is empty.
    Columns that ``declared`` does not type become ``integer`` or ``number`` when every value is
    one, else ``keyword``. Empty cells become None.

    Args:
        content: the file's bytes.
        source: its name, for messages.
        declared: types of columns, by name.

    Raises:
        MetadataError: the text is no table with a ``file`` column.
        MetadataRowsError: rows are wrong: a cell too many or too few, a value of the wrong type,
            an empty, repeated or unsafe file name.
    """
    lines = _parse(_text(content, source), source)
    header, columns = _columns(lines[0] if lines else [], source)
    nameless = [i for i, name in enumerate(header) if i and not name]
    problems: list[RowProblem] = []
    raw: dict[str, dict[str, str]] = {}
    row_numbers: dict[str, int] = {}
    for number, cells in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            problems.append(
                RowProblem(number, f"{len(cells)} cells where the header has {len(header)}")
            )
            continue
        unnamed = next((i + 1 for i in nameless if cells[i].strip()), None)
        if unnamed is not None:
            problems.append(RowProblem(number, f"a value in column {unnamed}, which has no name"))
            continue
        values = {column: cells[i].strip() for i, column in columns}
        file = normalised_path(values.pop(FILE_COLUMN))
        if file is None:
            problems.append(RowProblem(number, "the file name is empty or leaves the directory"))
        elif file in raw:
            problems.append(
                RowProblem(number, f"'{file}' again, first named in row {row_numbers[file]}")
            )
        else:
            raw[file] = values
            row_numbers[file] = number
    names = [column for _, column in columns if column != FILE_COLUMN]
    fields = {
        name: (declared or {}).get(name) or _infer(row[name] for row in raw.values())
        for name in names
    }
    rows: dict[str, dict[str, PayloadValue]] = {}
    for file, values in raw.items():
        typed: dict[str, PayloadValue] = {}
        for name, text in values.items():
            try:
                typed[name] = _convert(text, fields[name])
            except ValueError:
                problems.append(
                    RowProblem(
                        row_numbers[file], f"'{text}' in column '{name}' is no {fields[name]}"
                    )
                )
        rows[file] = typed
    if problems:
        raise MetadataRowsError(
            source, sorted(problems, key=lambda p: p.row), "Correct these rows and try again"
        )
    return MetadataTable(source, rows, row_numbers, fields)


def normalised_path(text: str) -> str | None:
    """Return a relative path with forward slashes, None where ``text`` names no such path."""
    path = PurePosixPath(text.strip().replace("\\", "/"))
    outside = path.is_absolute() or ".." in path.parts or re.match(r"^[A-Za-z]:", text.strip())
    if not path.parts or outside or "\0" in text:
        return None
    normal = str(path)
    # What is between a blank and a slash at an end may begin or end with a blank again.
    return normal if normal == normal.strip() else normalised_path(normal)


def _text(content: bytes, source: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise MetadataError(
            f"{source}: row {row} is not UTF-8 text", "Save the table as CSV in UTF-8"
        ) from error
    if "\0" in text:
        row = text[: text.index("\0")].count("\n") + 1
        raise MetadataError(
            f"{source}: row {row} holds a NUL byte, so this is no CSV file",
            "Save the table as CSV in UTF-8",
        )
    return text


def _parse(text: str, source: str) -> list[list[str]]:
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    csv.field_size_limit(_CELL_LIMIT)
    lines: list[list[str]] = []
    try:
        lines.extend(reader)
    except csv.Error as error:
        raise MetadataError(
            f"{source}: row {len(lines) + 1} cannot be read ({error})",
            "Check the quotation marks in and above that row",
        ) from error
    return lines


def _columns(header: list[str], source: str) -> tuple[list[str], list[tuple[int, str]]]:
    names = [name.strip() for name in header]
    columns = [(i, name) for i, name in enumerate(names) if name]
    if FILE_COLUMN not in names:
        found = ", ".join(f"'{name}'" for _, name in columns) or "none"
        raise MetadataError(
            f"{source}: row 1 has no column '{FILE_COLUMN}' (columns: {found})",
            f"Name the column with the image paths '{FILE_COLUMN}'",
        )
    for i, name in columns:
        if name.startswith("_"):
            raise MetadataError(
                f"{source}: column '{name}' begins with an underscore, which is reserved",
                "Rename the column",
            )
        if names.index(name) != i:
            raise MetadataError(
                f"{source}: two columns are named '{name}'", "Rename or remove one of them"
            )
    return names, columns


def _infer(values: Iterable[str]) -> FieldType:
    kind: FieldType = "integer"
    empty = True
    for text in values:
        if not text:
            continue
        empty = False
        if kind == "integer" and not _is(text, "integer"):
            kind = "number"
        if kind == "number" and not _is(text, "number"):
            return "keyword"
    return "keyword" if empty else kind


def _is(text: str, kind: FieldType) -> bool:
    # Longer numbers than 64 bits hold are codes too: as floats, neighbours would become one.
    if _CODE.match(text) or (kind == "number" and text.lstrip("+-").isdigit() and len(text) > 18):
        return False
    try:
        _convert(text, kind)
    except ValueError:
        return False
    return True


def _convert(text: str, kind: FieldType) -> PayloadValue:
    if not text:
        return [] if kind == "list" else None
    match kind:
        case "integer":
            # int() alone would also take 1_000 and digits of other scripts.
            if not _INTEGER.fullmatch(text) or abs(int(text)) > _INT64_MAX:
                raise ValueError(text)
            return int(text)
        case "number":
            if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
                raise ValueError(text)
            return float(text)
        case "date":
            return date.fromisoformat(text).isoformat()
        case "list":
            return [part.strip() for part in text.split(LIST_SEPARATOR) if part.strip()]
        case "keyword" | "link":
            return text

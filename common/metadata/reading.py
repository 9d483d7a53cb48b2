"""A table's texts to typed rows by image."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from common.metadata.delimited import read_delimited
from common.metadata.formats import read_raw_table
from common.metadata.mapping import (
    ColumnRule,
    FieldSource,
    TableMapping,
    check_templates,
    field_sources,
    named_columns,
)
from common.metadata.paths import normalised_path
from common.metadata.problems import MetadataRowsError, RowProblem
from common.metadata.raw import Cell, RawRow, RawTable
from common.metadata.values import convert, infer_type
from common.metadata.years import is_undated, read_years, years_fields
from common.records import FieldType, PayloadValue

_CURE = "Correct these rows and try again"


@dataclass(frozen=True, slots=True)
class MetadataTable:
    """A table that was read whole.

    Attributes:
        source: its file's name, for messages.
        rows: typed fields (without ``file``) by image path, relative to the images.
        row_numbers: of each image path.
        fields: the type of each field, ``file`` excluded, in the order of the table's columns.
        unread: texts in ``years`` fields that were not understood. They are kept as they are, and
            their years are None.
    """

    source: str
    rows: Mapping[str, Mapping[str, PayloadValue]]
    row_numbers: Mapping[str, int]
    fields: Mapping[str, FieldType]
    unread: Sequence[RowProblem] = ()


def read_table(content: bytes, source: str, mapping: TableMapping | None = None) -> MetadataTable:
    """Read a metadata table in the format that its name says.

    Args:
        content: the file's bytes.
        source: its name, for messages and for the format.
        mapping: what is declared about its columns; None: nothing.

    Raises:
        MetadataError: it is no table of that format, or the mapping does not fit it.
        MetadataRowsError: rows are wrong, see :func:`type_rows`.
    """
    return type_rows(read_raw_table(content, source), mapping or TableMapping())


def read_csv(
    content: bytes, source: str, declared: Mapping[str, FieldType] | None = None
) -> MetadataTable:
    """Read a metadata table that is CSV, whatever its name.

    Args:
        content: the file's bytes.
        source: its name, for messages.
        declared: types of columns, by name. Those that the table lacks are passed over.

    Raises:
        MetadataError: the text is no table with a ``file`` column.
        MetadataRowsError: rows are wrong, see :func:`type_rows`.
    """
    raw = read_delimited(content, source)
    rules = {
        name: ColumnRule(type_) for name, type_ in (declared or {}).items() if name in raw.header
    }
    return type_rows(raw, TableMapping(rules))


def type_rows(raw: RawTable, mapping: TableMapping) -> MetadataTable:
    """Give the rows of a table their types and their images.

    A first column without a name (the index that pandas writes) is dropped, and so is a later one
    as long as it is empty. Columns that nobody types become ``integer`` or ``number`` when every
    value is one, else ``keyword``. Empty cells become None.

    Args:
        raw: the table as its format tells it.
        mapping: what is declared about its columns.

    Raises:
        MetadataError: the mapping does not fit the table.
        MetadataRowsError: rows are wrong: a cell too many or too few, a value of the wrong type,
            an empty, repeated or unsafe file name.
    """
    problems = list(raw.problems)
    columns = named_columns(raw)
    if problems and not columns:
        raise MetadataRowsError(raw.source, problems, _CURE)
    check_templates(raw, columns, mapping)
    sources = field_sources(raw, columns, mapping)
    by_file = _by_file(raw, columns, mapping, problems)
    kinds: dict[str, FieldType] = {s.name: _kind(s, by_file) for s in sources}
    unread: list[RowProblem] = []
    rows = {file: _typed(row, sources, kinds, problems, unread) for file, row in by_file.items()}
    fields = _fields(sources, kinds)
    if mapping.link_field and (template := mapping.link_template_or_none):
        fields[mapping.link_field] = "link"
        for file, row in by_file.items():
            if not rows[file].get(mapping.link_field):
                filled = template.fill_address(_text_of(row, columns))
                rows[file][mapping.link_field] = filled or None
    if problems:
        raise MetadataRowsError(raw.source, sorted(problems, key=lambda p: p.row), _CURE)
    numbers = {file: row.number for file, row in by_file.items()}
    return MetadataTable(raw.source, rows, numbers, fields, tuple(unread))


def _by_file(
    raw: RawTable,
    columns: Mapping[str, int],
    mapping: TableMapping,
    problems: list[RowProblem],
) -> dict[str, RawRow]:
    """Return the rows by the image that each names; the others' problems are added."""
    nameless = [i for i, name in enumerate(raw.header) if i and not name]
    found: dict[str, RawRow] = {}
    for row in raw.rows:
        unnamed = next((i + 1 for i in nameless if row.cells[i]), None)
        if unnamed is not None:
            text = f"a value in column {unnamed}, which has no name"
            problems.append(RowProblem(row.number, text))
            continue
        told = _file_text(row, columns, mapping)
        file = normalised_path(told)
        if file is None:
            text = "the file name is empty or leaves the directory"
            problems.append(RowProblem(row.number, text))
        elif file in found:
            text = f"'{file}' again, first named in row {found[file].number}"
            problems.append(RowProblem(row.number, text))
        else:
            found[file] = row
    return found


def _file_text(row: RawRow, columns: Mapping[str, int], mapping: TableMapping) -> str:
    text_of = _text_of(row, columns)
    template = mapping.file_template_or_none
    return template.fill(text_of) if template else text_of(mapping.file_column)


def _text_of(row: RawRow, columns: Mapping[str, int]) -> Callable[[str], str]:
    def text(column: str) -> str:
        cell = row.cells[columns[column]]
        # A list names no one thing.
        return cell if isinstance(cell, str) else ""

    return text


def _kind(source: FieldSource, rows: Mapping[str, RawRow]) -> FieldType:
    if source.rule.type == "years":
        return "keyword"
    return source.rule.type or infer_type(row.cells[source.index] for row in rows.values())


def _fields(sources: Sequence[FieldSource], kinds: Mapping[str, FieldType]) -> dict[str, FieldType]:
    fields: dict[str, FieldType] = {}
    for source in sources:
        fields[source.name] = kinds[source.name]
        if source.rule.type == "years":
            fields |= dict.fromkeys(years_fields(source.name), "integer")
    return fields


def _typed(
    row: RawRow,
    sources: Sequence[FieldSource],
    kinds: Mapping[str, FieldType],
    problems: list[RowProblem],
    unread: list[RowProblem],
) -> dict[str, PayloadValue]:
    typed: dict[str, PayloadValue] = {}
    for source in sources:
        cell = row.cells[source.index]
        kind = kinds[source.name]
        try:
            typed[source.name] = convert(cell, kind, source.rule.separator)
        except ValueError:
            shown = _shown(cell)
            text = f"'{shown}' in column '{source.column}' is no {kind}"
            problems.append(RowProblem(row.number, text))
            continue
        if source.rule.type == "years":
            typed |= _years(source, row.number, str(cell), unread)
    return typed


def _years(
    source: FieldSource, row: int, text: str, unread: list[RowProblem]
) -> dict[str, PayloadValue]:
    years = read_years(text)
    if years is None and text and not is_undated(text):
        unread.append(RowProblem(row, f"no year was understood in '{_shown(text)}'"))
    first, last = years_fields(source.name)
    return {first: years.first if years else None, last: years.last if years else None}


def _shown(cell: Cell) -> str:
    return cell if isinstance(cell, str) else "; ".join(cell)

"""Tables as text, to be joined and written again as what they were: cells, not values."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from common.categories import CategoryManifest
from common.metadata import (
    LIST_SEPARATOR,
    TableMapping,
    read_raw_table,
    read_table,
    type_rows,
)
from common.metadata.delimited import DELIMITERS
from common.metadata.raw import Cell
from common.planning import table_mapping


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table as text.

    Attributes:
        source: its file's name, for messages.
        columns: their names, in order; columns without a name are left out.
        rows: cells by column, by what each row calls its image, in order.
        numbers: of the rows, as a spreadsheet shows them, by the same.
    """

    source: str
    columns: Sequence[str]
    rows: Mapping[str, Mapping[str, str]]
    numbers: Mapping[str, int]


def read_text_table(content: bytes, source: str, manifest: CategoryManifest) -> TextTable:
    """Read a table as a category's manifest says, and return it as text.

    What the manifest says of columns that the table lacks is passed over: it need not tell all.

    Raises:
        MetadataError: it is no table, or rows are wrong.
    """
    raw = read_raw_table(content, source)
    mapping = table_mapping(manifest)
    present = {
        name: rule for name, rule in mapping.rules.items() if (rule.column or name) in raw.header
    }
    partial = replace(mapping, rules=present, link_field=None, link_template="")
    numbers = type_rows(raw, partial).row_numbers
    separators = {rule.column or name: rule.separator for name, rule in present.items()}
    columns = [(index, name) for index, name in enumerate(raw.header) if name]
    cells = {row.number: row.cells for row in raw.rows}
    rows = {
        image: {
            name: _text(cells[number][index], separators.get(name, LIST_SEPARATOR))
            for index, name in columns
        }
        for image, number in numbers.items()
    }
    return TextTable(source, [name for _, name in columns], rows, numbers)


def csv_text(table: TextTable) -> str:
    """Return a table as the text of a CSV file."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=_delimiter(table.columns), lineterminator="\n")
    writer.writerow(table.columns)
    for row in table.rows.values():
        writer.writerow([row.get(column, "") for column in table.columns])
    return stream.getvalue()


def check_table(table: TextTable, name: str, manifest: CategoryManifest) -> None:
    """Accept a table that can be read back from CSV as a category's manifest says.

    Raises:
        MetadataError: it cannot.
    """
    read_table(csv_text(table).encode(), name, table_mapping(manifest))


def image_cells(name: str, path: str, mapping: TableMapping) -> dict[str, str] | None:
    """Return the cells by which a row names an image, whatever it called it before.

    Args:
        name: what the row calls it; empty for a row yet to be made.
        path: of the image.
        mapping: how rows name images.

    Returns:
        None where a row names it by several columns, which cannot be told from the path.
    """
    named = path if mapping.file_match == "path" else PurePosixPath(path).stem
    if mapping.file_template:
        return {} if name == named else None
    return {mapping.file_column: named}


def _text(cell: Cell, separator: str) -> str:
    return cell if isinstance(cell, str) else separator.join(cell)


def _delimiter(columns: Sequence[str]) -> str:
    """Return the delimiter that a reader of the header will take for one."""
    for delimiter in DELIMITERS:
        counts = {
            other: sum(name.count(other) for name in columns)
            + (len(columns) - 1) * (other == delimiter)
            for other in DELIMITERS
        }
        if max(DELIMITERS, key=counts.__getitem__) == delimiter:
            return delimiter
    return DELIMITERS[0]

"""A table as its format tells it: texts in rows, before any of them means anything.

Whatever the format, a cell is its text. So the same rows mean the same in each of the formats, and
a number that a spreadsheet holds is told from a code by the column's type, never by the format.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from common.errors import MetadataError
from common.metadata.problems import RowProblem

Cell: TypeAlias = str | tuple[str, ...]
"""A cell's text, stripped; empty where there is none. A list in JSONL is a tuple of texts."""

CELL_CHARACTERS: Final = 1_000_000
MAX_ROWS: Final = 2_000_000
MAX_CELLS: Final = 40_000_000


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row: its number as a spreadsheet shows it, and a cell for each column."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table whose rows have been told apart.

    Attributes:
        source: its file's name, for messages.
        header: names of the columns, stripped; empty for a column without a name.
        rows: those that hold anything, in order, as wide as the header.
        problems: rows that could not be read, in row order.
    """

    source: str
    header: tuple[str, ...]
    rows: tuple[RawRow, ...]
    problems: tuple[RowProblem, ...] = ()


def from_lines(source: str, lines: Iterable[tuple[int, list[str]]]) -> RawTable:
    """Make a table of numbered lines, of which the first is the header.

    Raises:
        MetadataError: there are more rows or cells than are read.
    """
    header: list[str] | None = None
    rows: list[RawRow] = []
    problems: list[RowProblem] = []
    budget = TableBudget(source)
    for number, texts in lines:
        cells = [text.strip() for text in texts]
        budget.spend(len(cells))
        if header is None:
            header = cells
        elif not any(cells):
            continue
        elif len(cells) != len(header):
            text = f"{len(cells)} cells where the header has {len(header)}"
            problems.append(RowProblem(number, text))
        else:
            rows.append(RawRow(number, tuple(cells)))
    return RawTable(source, tuple(header or ()), tuple(rows), tuple(problems))


class TableBudget:
    """Counts rows and cells while they are read, so that no table fills the memory.

    Args:
        source: the table's name, for messages.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._rows = 0
        self._cells = 0

    def spend(self, cells: int) -> None:
        """Count one more row.

        Raises:
            MetadataError: there are more rows or cells than are read.
        """
        self._rows += 1
        self._cells += cells
        if self._rows > MAX_ROWS or self._cells > MAX_CELLS:
            raise MetadataError(
                f"{self._source}: row {self._rows} is more than is read of a table "
                f"(at most {MAX_ROWS:,} rows and {MAX_CELLS:,} cells)",
                "Remove empty rows and columns at its ends, or split the table",
            )

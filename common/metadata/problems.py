"""What can be wrong with rows, and the error that tells all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.errors import MetadataError

_PROBLEMS_SHOWN = 10


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

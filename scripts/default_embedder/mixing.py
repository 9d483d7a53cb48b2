"""Batches that take a fixed share from each of several sets of pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from metrics.training.loop import Batches


class MixedBatches:
    """Joins the batches of several samplers, the first with the first, and so on.

    Args:
        parts: each with as many batches an epoch; one that has more is cut short.
        offsets: what is added to the indices of each, as the sets lie one after the other.
    """

    def __init__(self, parts: Sequence[Batches], offsets: Sequence[int]) -> None:
        self._parts = parts
        self._offsets = offsets

    def __iter__(self) -> Iterator[list[int]]:
        """Yield an epoch's batches of indices."""
        for pieces in zip(*self._parts, strict=False):
            yield [
                int(index) + offset
                for piece, offset in zip(pieces, self._offsets, strict=True)
                for index in piece
            ]

    def state_dict(self) -> dict[str, Any]:
        """See :class:`metrics.training.loop.Batches`."""
        return {"parts": [part.state_dict() for part in self._parts]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """See :class:`metrics.training.loop.Batches`."""
        for part, of_part in zip(self._parts, state["parts"], strict=True):
            part.load_state_dict(of_part)

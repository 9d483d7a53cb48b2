"""Going through all points of a generation."""

from __future__ import annotations

from collections.abc import Iterator

from common.records import Point
from common.vectors.base import VectorIndex


def all_points(index: VectorIndex, page_size: int = 500) -> Iterator[list[Point]]:
    """Yield every point with its vector, in id order, in lists that are never empty.

    Args:
        index: open for reading.
        page_size: points a list; the last may be shorter.
    """
    start: str | None = None
    while True:
        page = index.scroll(start=start, limit=page_size, with_vectors=True)
        if page.points:
            yield page.points
        if page.next is None:
            return
        start = page.next

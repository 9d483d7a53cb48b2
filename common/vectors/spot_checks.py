"""Proving that an index answers as another did: the same best hits for the same queries.

Queries are stored points drawn by chance. What the original answers is kept with the copy, so that
the proof needs the original no more: a backup carries it from one stack to another.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from common.errors import IndexDiffers
from common.records import Point
from common.vectors.base import VectorIndex
from common.vectors.ranking import WINDOW, Ranked

QUERIES = 100
K = 10
TOLERANCE = 1e-5
"""By how much similarities may differ: engines normalise and add up in orders of their own."""

_DRAWS = 4  # for each point wanted, before the first ones are taken
_ENOUGH_FOR_EXACT = 2 * WINDOW  # beyond the window every store searches exactly


@dataclass(frozen=True, slots=True)
class SpotCheck:
    """One query and what it must find.

    Attributes:
        id: of the stored point whose vector asks.
        hits: the best points with their similarities, best first, ties by id; the point itself is
            among them.
    """

    id: str
    hits: Sequence[Ranked]


def draw_spot_checks(
    index: VectorIndex, *, queries: int = QUERIES, k: int = K, seed: int = 0
) -> list[SpotCheck]:
    """Ask an index, exactly, with some of its own points.

    Args:
        index: the original.
        queries: how many at the most, at least 1; fewer where there are fewer points.
        k: hits of each.
        seed: of the chance that draws the points.
    """
    rng = random.Random(seed)  # noqa: S311  # a sample, no secret
    return [
        SpotCheck(point.id, exact_hits(index, point, k)) for point in _drawn(index, queries, rng)
    ]


def verify_spot_checks(index: VectorIndex, checks: Sequence[SpotCheck]) -> None:
    """Make sure that an index answers as the checks say.

    Hits whose similarities differ by no more than :data:`TOLERANCE` may stand in any order, and
    at the end in each other's place.

    Raises:
        IndexDiffers: it does not; the sentence names the first query that shows it.
    """
    stored = {point.id: point for point in index.get([check.id for check in checks])}
    for check in checks:
        point = stored.get(check.id)
        if point is None:
            raise _differs(index, f"record {check.id} is missing")
        found = exact_hits(index, point, max(1, len(check.hits)))
        if not agree(check.hits, found):
            raise _differs(index, f"asked with record {check.id} it finds other records")


def agree(expected: Sequence[Ranked], found: Sequence[Ranked]) -> bool:
    """Tell whether two rankings of one query are the same but for rounding."""
    if len(expected) != len(found):
        return False
    if any(abs(a[1] - b[1]) > TOLERANCE for a, b in zip(expected, found, strict=True)):
        return False
    if not expected:
        return True
    # Of those that tie with the last, more may have been cut off on either side.
    certain = expected[-1][1] + 2 * TOLERANCE
    return {id_ for id_, s in expected if s > certain} <= {id_ for id_, _ in found} and {
        id_ for id_, s in found if s > certain
    } <= {id_ for id_, _ in expected}


def exact_hits(index: VectorIndex, point: Point, k: int) -> list[Ranked]:
    """Return the best ``k`` points for a point's vector, found exactly whatever the store does."""
    hits = index.search(point.vector, max(k, _ENOUGH_FOR_EXACT))
    return [(hit.id, hit.similarity) for hit in hits[:k]]


def _drawn(index: VectorIndex, count: int, rng: random.Random) -> list[Point]:
    """Draw distinct points. Ids are hashes, so that the next one after any place is a fair draw."""
    drawn: dict[str, Point] = {}
    if index.manifest.count > count:
        for _ in range(_DRAWS * count):
            start = str(uuid.UUID(int=rng.getrandbits(128)))
            for point in index.scroll(start=start, limit=1, with_vectors=True).points:
                drawn[point.id] = point
            if len(drawn) == count:
                return list(drawn.values())
    first = index.scroll(limit=count, with_vectors=True).points
    return list((drawn | {point.id: point for point in first}).values())[:count]


def _differs(index: VectorIndex, how: str) -> IndexDiffers:
    manifest = index.manifest
    return IndexDiffers(
        f"The new index of '{manifest.category}' does not answer as the original does: {how}",
        "Try again, or index the category anew",
    )

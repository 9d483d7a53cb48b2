"""From an engine's answers, arbitrary among equals, to one ranking that can be read in pages.

An engine asked for its best n returns *some* n of those that tie at the end, and an approximate
one finds slightly different points for different n. Pages cut from such answers repeat points and
miss others. Here a ranking is extended until the tie at its end is whole, and what is found by
approximation is always found with the same n.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from common.records import FacetValue

Ranked: TypeAlias = tuple[str, float]
"""A point's id and its similarity."""

WINDOW = 64
"""The best this many are found by approximation, where it is allowed; further ones exactly."""

_DECIMALS = 7
# The precision of float32 near 1. Beyond it, equal vectors may differ by their place in memory.


class Fetch(Protocol):
    """One engine's search for one query."""

    def __call__(self, limit: int, *, exact: bool) -> list[Ranked]:
        """Return the best ``limit`` points, best first, in any order among equals."""
        ...


def settle(score: float) -> float:
    """Return an engine's score as a similarity: in [-1, 1], equal for equal vectors."""
    return round(min(1.0, max(-1.0, score)), _DECIMALS) + 0.0  # + 0.0: never minus zero


def best_first(ranked: Ranked) -> tuple[float, str]:
    """Return the sort key of a ranking: similarity descending, then id ascending."""
    id_, similarity = ranked
    return -similarity, id_


def page(
    fetch: Fetch, *, k: int, offset: int, minimum_similarity: float, approximate: bool
) -> list[Ranked]:
    """Return ranks ``offset`` to ``offset + k`` of a query's ranking.

    Consecutive pages neither repeat nor miss a point. Where approximation misses a point among
    the first :data:`WINDOW`, that point follows them: found late, but found.

    Args:
        fetch: the engine's search.
        k: length of the page, at least 1.
        offset: ranks before it, at least 0.
        minimum_similarity: points below it are left out.
        approximate: whether the first ranks may be found by approximation.
    """
    end = offset + k
    if approximate:
        ranking = _whole_ties(lambda limit: fetch(limit, exact=False), WINDOW)
        if end > len(ranking) and not (ranking and ranking[-1][1] < minimum_similarity):
            found = {id_ for id_, _ in ranking}
            exact = _whole_ties(lambda limit: fetch(limit, exact=True), end)
            ranking += [ranked for ranked in exact if ranked[0] not in found]
    else:
        ranking = _whole_ties(lambda limit: fetch(limit, exact=True), end)
    on_page = [ranked for ranked in ranking[offset:end] if ranked[1] >= minimum_similarity]
    return sorted(on_page, key=best_first)


def facet_page(fetch: Callable[[int], list[FacetValue]], limit: int) -> list[FacetValue]:
    """Return the ``limit`` most frequent values, ties by value.

    Args:
        fetch: returns the most frequent values, as many as asked, in any order among equals.
        limit: how many, at least 1.
    """
    asked = limit + 1
    while True:
        found = sorted(fetch(asked), key=_most_frequent_first)
        if len(found) < asked or found[limit - 1].count > found[-1].count:
            return found[:limit]
        asked *= 2


def _whole_ties(fetch: Callable[[int], list[Ranked]], count: int) -> list[Ranked]:
    """Return the best ``count`` in their one order, asking for more while the last ones tie."""
    asked = count + 1
    while True:
        found = sorted(((id_, settle(score)) for id_, score in fetch(asked)), key=best_first)
        if len(found) < asked or found[count - 1][1] > found[-1][1]:
            return found[:count]
        asked *= 2


def _most_frequent_first(facet: FacetValue) -> tuple[int, bool, str | int | float]:
    # Booleans and texts do not compare: booleans come first.
    return -facet.count, isinstance(facet.value, str), facet.value

"""Paging over an engine that breaks ties arbitrarily and finds only most of what there is."""

from __future__ import annotations

import random

import pytest

from common.records import FacetValue
from common.vectors.ranking import WINDOW, Ranked, facet_page, page, settle


class Engine:
    """Answers as an approximate engine may.

    Args:
        points: what it holds.
        missed: ids it does not find unless asked for exact results.
    """

    def __init__(self, points: list[Ranked], missed: set[str] = frozenset()) -> None:
        self.points = points
        self.missed = missed
        self.exact_requests = 0

    def __call__(self, limit: int, *, exact: bool) -> list[Ranked]:
        self.exact_requests += exact
        shuffled = random.Random(limit).sample(self.points, len(self.points))
        known = [p for p in shuffled if exact or p[0] not in self.missed]
        return sorted(known, key=lambda ranked: -ranked[1])[:limit]


def points(count: int, levels: int) -> list[Ranked]:
    return [(f"{i:05}", (i % levels) / levels) for i in range(count)]


def pages(engine: Engine, k: int, *, approximate: bool) -> list[list[Ranked]]:
    ends = range(0, len(engine.points) + k, k)
    return [
        page(engine, k=k, offset=o, minimum_similarity=-1, approximate=approximate) for o in ends
    ]


@pytest.mark.parametrize("k", [3, 10, 100, 128, 129])
@pytest.mark.parametrize("levels", [1, 8, 400])
@pytest.mark.parametrize("approximate", [True, False])
def test_pages_are_slices_of_one_ranking(k: int, levels: int, approximate: bool) -> None:
    engine = Engine(points(400, levels))
    listed = [ranked for part in pages(engine, k, approximate=approximate) for ranked in part]
    assert listed == sorted(engine.points, key=lambda ranked: (-ranked[1], ranked[0]))


@pytest.mark.parametrize("k", [7, 50, 128, 300])
def test_what_approximation_misses_comes_late_but_once(k: int) -> None:
    all_points = points(400, 400)
    engine = Engine(all_points, missed={id_ for id_, _ in all_points[::9]})
    parts = pages(engine, k, approximate=True)
    listed = [id_ for part in parts for id_, _ in part]
    assert sorted(listed) == sorted(id_ for id_, _ in all_points)
    for part in parts:
        assert part == sorted(part, key=lambda ranked: -ranked[1])


def test_the_first_pages_are_never_searched_exactly() -> None:
    engine = Engine(points(1000, 1000))
    page(engine, k=8, offset=WINDOW - 8, minimum_similarity=-1, approximate=True)
    assert engine.exact_requests == 0
    page(engine, k=9, offset=WINDOW - 8, minimum_similarity=-1, approximate=True)
    assert engine.exact_requests == 1


def test_no_exact_search_looks_below_the_minimum_similarity() -> None:
    engine = Engine(points(1000, 1000))
    found = page(engine, k=500, offset=0, minimum_similarity=0.99, approximate=True)
    assert len(found) == 10
    assert engine.exact_requests == 0


def test_scores_become_similarities_that_tie_where_vectors_do() -> None:
    assert settle(1.0000001) == 1.0
    assert settle(-1.0000001) == -1.0
    assert settle(0.1 + 2e-17) == settle(0.1 - 2e-17)
    assert str(settle(-1e-12)) == "0.0"


@pytest.mark.parametrize("limit", [1, 2, 5, 9, 10, 99])
def test_facets_tie_by_value_however_the_engine_orders_them(limit: int) -> None:
    facets = [FacetValue(f"v{i}", 3 - i % 3) for i in range(9)] + [FacetValue(True, 2)]

    def fetch(asked: int) -> list[FacetValue]:
        shuffled = random.Random(asked).sample(facets, len(facets))
        return sorted(shuffled, key=lambda facet: -facet.count)[:asked]

    values = [facet.value for facet in facet_page(fetch, limit)]
    expected = ["v0", "v3", "v6", True, "v1", "v4", "v7", "v2", "v5", "v8"]
    assert values == expected[:limit]

"""Spot checks: what they draw, what they forgive, what they do not."""

from __future__ import annotations

import numpy as np
import pytest

from common.errors import IndexDiffers
from common.records import Point
from common.vectors.edge.store import EdgeStore
from common.vectors.memory import MemoryStore
from common.vectors.ranking import Ranked
from common.vectors.spot_checks import agree, draw_spot_checks, verify_spot_checks
from tests.contracts.vector_samples import (
    exact_rows,
    id_of,
    points_of,
    published,
    random_rows,
    ranking,
)

POINTS = points_of(random_rows(np.random.default_rng(3), 400))


def test_queries_are_distinct_stored_points_with_their_true_neighbours() -> None:
    checks = draw_spot_checks(published(MemoryStore(), "shoes", POINTS), queries=50, k=7)
    assert len({check.id for check in checks}) == 50
    vectors = {point.id: point.vector for point in POINTS}
    for check in checks:
        expected = ranking(POINTS, vectors[check.id])[:7]
        assert [id_ for id_, _ in check.hits] == [id_ for id_, _ in expected]
        assert check.hits[0][0] == check.id


@pytest.mark.parametrize("count", [0, 1, 3, 100, 101])
def test_a_small_index_is_asked_with_all_that_it_has(count: int) -> None:
    index = published(MemoryStore(), "shoes", POINTS[:count])
    checks = draw_spot_checks(index)
    assert len({check.id for check in checks}) == min(count, 100)
    verify_spot_checks(index, checks)


def test_ids_that_lie_together_are_drawn_too() -> None:
    together = [
        Point(f"00000000-0000-0000-0000-{n:012d}", point.vector, {})
        for n, point in enumerate(POINTS)
    ]
    assert len(draw_spot_checks(published(MemoryStore(), "shoes", together), queries=30)) == 30


def test_a_store_that_searches_by_approximation_is_asked_exactly(tmp_path: object) -> None:
    checks = draw_spot_checks(published(MemoryStore(), "shoes", POINTS))
    verify_spot_checks(
        published(EdgeStore(tmp_path, hnsw_from_points=1), "shoes", POINTS),  # type: ignore[arg-type]
        checks,
    )


def test_an_index_that_lost_or_changed_a_point_is_found_out() -> None:
    checks = draw_spot_checks(published(MemoryStore(), "shoes", POINTS), queries=400)
    with pytest.raises(IndexDiffers, match="is missing"):
        verify_spot_checks(published(MemoryStore(), "shoes", POINTS[1:]), checks)
    changed = [*POINTS[1:], Point(POINTS[0].id, -POINTS[0].vector, {})]
    with pytest.raises(IndexDiffers, match="finds other records"):
        verify_spot_checks(published(MemoryStore(), "shoes", changed), checks)


def test_equal_similarities_may_come_from_another_order_of_the_same_records() -> None:
    tied = points_of(np.repeat(exact_rows(np.random.default_rng(1), 5), 20, axis=0))
    checks = draw_spot_checks(published(MemoryStore(), "shoes", tied), k=30)
    verify_spot_checks(published(MemoryStore(), "shoes", tied), checks)


A, B, C, D = (id_of(n) for n in range(4))


@pytest.mark.parametrize(
    ("expected", "found", "same"),
    [
        ([], [], True),
        ([(A, 1.0), (B, 0.5)], [(A, 1.0), (B, 0.5)], True),
        ([(A, 1.0), (B, 0.5)], [(A, 0.999995), (B, 0.500005)], True),
        ([(A, 0.500004), (B, 0.5), (C, 0.1)], [(B, 0.5), (A, 0.499999), (C, 0.1)], True),
        ([(A, 1.0), (B, 0.5)], [(A, 1.0), (C, 0.5)], True),  # both tie with what was cut off
        ([(A, 1.0), (B, 0.5), (C, 0.1)], [(A, 1.0), (D, 0.5), (C, 0.1)], False),
        ([(A, 1.0), (B, 0.5)], [(A, 1.0), (B, 0.49)], False),
        ([(A, 1.0), (B, 0.5)], [(A, 1.0)], False),
        ([(A, 1.0), (B, 0.5)], [(C, 1.0), (B, 0.5)], False),
    ],
)
def test_rankings_agree_when_only_rounding_tells_them_apart(
    expected: list[Ranked], found: list[Ranked], same: bool
) -> None:
    assert agree(expected, found) is same

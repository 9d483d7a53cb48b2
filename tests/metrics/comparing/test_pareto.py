"""Which of several is worth having."""

from __future__ import annotations

import pytest

from metrics.comparing.pareto import pareto_front


@pytest.mark.parametrize(
    ("points", "front"),
    [
        ([(0.9, 5.0)], [True]),
        ([(0.9, 5.0), (0.5, 1.0)], [True, True]),
        ([(0.9, 5.0), (0.5, 6.0)], [True, False]),
        ([(0.9, 5.0), (0.9, 6.0)], [True, False]),
        ([(0.9, 5.0), (0.8, 5.0)], [True, False]),
        ([(0.9, 5.0), (0.9, 5.0)], [True, True]),
        ([(0.5, 1.0), (0.7, 3.0), (0.6, 4.0), (0.9, 9.0)], [True, True, False, True]),
    ],
)
def test_what_is_beaten_in_one_and_not_better_in_the_other_is_dominated(
    points: list[tuple[float, float]], front: list[bool]
) -> None:
    qualities, costs = zip(*points, strict=True)
    assert pareto_front(qualities, costs) == front


def test_nothing_has_no_front() -> None:
    assert pareto_front([], []) == []

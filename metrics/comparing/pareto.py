"""Which of several is worth having, when quality has a cost."""

from __future__ import annotations

from collections.abc import Sequence


def pareto_front(qualities: Sequence[float], costs: Sequence[float]) -> list[bool]:
    """Tell of each whether it is on the Pareto front: no other one beats it.

    One beats another that has no higher quality and no lower cost, and differs in one of them.
    Equals do not beat each other.

    Args:
        qualities: higher is better.
        costs: of the same ones; lower is better.

    Raises:
        ValueError: the lengths differ.
    """
    points = list(zip(qualities, costs, strict=True))
    return [
        not any(
            other != point and other[0] >= point[0] and other[1] <= point[1] for other in points
        )
        for point in points
    ]

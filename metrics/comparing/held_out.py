"""The classes that no training sees, so that a model can be asked about what is new to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from common.errors import QueryError

HELD_OUT_SEED: Final = 2024
HELD_OUT_COUNT: Final = 40


def held_out_classes(
    classes: Iterable[str], *, count: int = HELD_OUT_COUNT, seed: int = HELD_OUT_SEED
) -> tuple[str, ...]:
    """Choose the classes to hold out: those whose name and the seed hash lowest.

    The choice depends on no random generator, hence on no version of one, and not on the order in
    which the classes are given. Whoever trains and whoever evaluates must both call this with all
    classes of the data set.

    Args:
        classes: names; repeated ones count once.
        count: how many to hold out, at least 1.
        seed: the committed default decides everything that is published.

    Returns:
        The chosen names, ascending.

    Raises:
        QueryError: there are not more than ``count`` classes, so that none would be left.
        ValueError: ``count`` is below 1.
    """
    if count < 1:
        raise ValueError(f"at least 1 class must be held out, not {count}")
    distinct = set(classes)
    if len(distinct) <= count:
        raise QueryError(
            f"Of {len(distinct)} classes, {count} cannot be held out",
            "Hold out fewer classes, or bring in more",
        )

    def place(name: str) -> str:
        return hashlib.sha256(f"{seed}/{name}".encode()).hexdigest()

    return tuple(sorted(sorted(distinct, key=place)[:count]))

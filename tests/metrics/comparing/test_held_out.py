"""Which classes no training sees."""

from __future__ import annotations

import pytest

from common.errors import QueryError
from metrics.comparing import held_out_classes

NAMES = [f"n{number:03d}" for number in range(200)]


def test_forty_of_two_hundred_classes_are_held_out_and_always_the_same() -> None:
    chosen = held_out_classes(NAMES)
    assert len(chosen) == 40
    assert chosen == tuple(sorted(chosen))
    # A change here makes every published figure of unseen classes a lie.
    assert chosen[:5] == ("n020", "n028", "n031", "n040", "n044")


def test_neither_order_nor_repetition_of_the_names_matters() -> None:
    assert held_out_classes([*reversed(NAMES), *NAMES]) == held_out_classes(NAMES)


def test_another_seed_holds_out_others() -> None:
    assert held_out_classes(NAMES, seed=1) != held_out_classes(NAMES)


def test_holding_out_all_that_there_is_is_refused_with_the_cure() -> None:
    with pytest.raises(QueryError, match=r"Of 40 classes, 40 cannot.*Hold out fewer"):
        held_out_classes(NAMES[:40])


def test_holding_out_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        held_out_classes(NAMES, count=0)

"""Metrics of one ranking, by hand and against plain loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.evaluation.scores import score
from tests.metrics.evaluation import plain

CUTOFFS = (1, 2, 5, 50)


def scores_of(*grades: int, cutoffs: tuple[int, ...] = CUTOFFS) -> dict[str, float]:
    found = score(np.array([grades], dtype=np.int8), cutoffs)
    return {name: values[0] for name, values in found.items()}


def test_a_ranking_worked_by_hand() -> None:
    # Right answers at ranks 1, 3 and 6.
    found = scores_of(2, 0, 2, 0, 0, 2)
    assert {name: found[name] for name in ("R@1", "R-precision", "MRR")} == {
        "R@1": 1.0,
        "R-precision": pytest.approx(2 / 3),
        "MRR": 1.0,
    }
    assert found["mAP"] == pytest.approx((1 + 2 / 3 + 3 / 6) / 3)
    assert found["MAP@R"] == pytest.approx((1 + 2 / 3) / 3)
    assert found["P@5"] == pytest.approx(2 / 5)
    assert found["recall@5"] == pytest.approx(2 / 3)
    assert found["F1@5"] == pytest.approx(2 * 2 / (5 + 3))
    assert found["mAP@5"] == pytest.approx((1 + 2 / 3) / 3)
    assert found["mAP@2"] == pytest.approx(1 / 2)
    assert found["recall@2"] == pytest.approx(1 / 2)


def test_the_trapezoid_takes_the_precision_before_each_right_answer_too() -> None:
    assert scores_of(2, 0, 2, 0, 0, 2)["mAP-trapezoid"] == pytest.approx(
        ((1 + 1) / 2 + (1 / 2 + 2 / 3) / 2 + (2 / 5 + 3 / 6) / 2) / 3
    )
    # A first right answer at rank 2: precision 0 before it, 1/2 with it.
    assert scores_of(0, 2)["mAP-trapezoid"] == pytest.approx(1 / 4)


def test_graded_gains_worked_by_hand() -> None:
    attained = 2 + 1 / math.log2(3)
    best = 2 + 2 / math.log2(3) + 1 / math.log2(4)
    assert scores_of(2, 1, 0, 2, cutoffs=(3,))["nDCG@3"] == pytest.approx(attained / best)


def test_a_perfect_ranking_scores_one_in_everything_but_precision_beyond_r() -> None:
    found = scores_of(2, 2, 1, 0, 0, cutoffs=(1, 2))
    assert found == dict.fromkeys(found, 1.0) | {"recall@1": 1.0, "F1@1": pytest.approx(2 / 3)}


def test_precision_is_divided_by_k_even_where_the_gallery_is_smaller() -> None:
    found = scores_of(2, 2, cutoffs=(50,))
    assert found["P@50"] == pytest.approx(2 / 50)
    assert found["recall@50"] == 1.0


def test_without_a_right_answer_every_metric_is_undefined() -> None:
    assert all(math.isnan(value) for value in scores_of(1, 0, -1).values())


def test_ignored_items_count_nowhere() -> None:
    assert scores_of(0, 2, 1, -1, -1) == scores_of(0, 2, 1)


@pytest.mark.parametrize("k", [0, -3])
def test_a_cutoff_below_one_is_refused(k: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        scores_of(2, 0, cutoffs=(k,))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.integers(1, 25).flatmap(
        lambda n: st.lists(
            st.lists(st.sampled_from([0, 0, 0, 1, 2]), min_size=n, max_size=n),
            min_size=1,
            max_size=6,
        )
    )
)
def test_every_metric_equals_its_plain_loop(grades: list[list[int]]) -> None:
    found = score(np.array(grades, dtype=np.int8), CUTOFFS)
    for row, gains in enumerate(grades):
        if 2 in gains:
            of_row = {name: values[row] for name, values in found.items()}
            assert of_row == pytest.approx(plain.scores(gains, CUTOFFS))


def test_every_metric_lies_between_zero_and_one_on_long_rankings() -> None:
    random = np.random.default_rng(3)
    grades = random.choice([0, 1, 2], p=[0.7, 0.2, 0.1], size=(50, 400)).astype(np.int8)
    for name, values in score(grades, (1, 10, 100)).items():
        assert np.all((values >= 0) & (values <= 1 + 1e-12)), name

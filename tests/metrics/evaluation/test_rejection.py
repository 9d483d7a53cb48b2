"""Saying "there is no such picture": confidences inside and outside the catalogue."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import QueryError
from metrics.evaluation.out_of_catalogue import out_of_catalogue
from metrics.evaluation.rejection import (
    auroc,
    operating_point,
    pooled_average_precision,
    threshold_at_fmr,
)
from metrics.evaluation.samples import Samples
from tests.metrics.evaluation import plain
from tests.metrics.evaluation.pictures import clustered

# Few values, so that ties are the rule.
confidences = st.lists(st.sampled_from([-1.0, 0.0, 0.25, 0.5, 0.9]), min_size=1, max_size=15)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(confidences, confidences)
def test_auroc_is_the_share_of_pairs_in_the_right_order(
    inside: list[float], outside: list[float]
) -> None:
    found = auroc(np.array(inside), np.array(outside))
    assert found == pytest.approx(plain.auroc(inside, outside))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    confidences.flatmap(
        lambda c: st.tuples(st.just(c), st.lists(st.booleans(), min_size=len(c), max_size=len(c)))
    )
)
def test_pooled_average_precision_equals_its_plain_loop(
    drawn: tuple[list[float], list[bool]],
) -> None:
    values, correct = drawn
    found = pooled_average_precision(np.array(values), np.array(correct), len(values))
    assert found == pytest.approx(plain.pooled_average_precision(values, correct, len(values)))


def test_pooled_average_precision_worked_by_hand() -> None:
    # Confident and wrong second: right ones at ranks 1 and 3, of three answerable queries.
    found = pooled_average_precision(np.array([0.9, 0.8, 0.7]), np.array([True, False, True]))
    assert found == pytest.approx((1 + 2 / 3) / 3)
    # A tie of right and wrong is half right, in either order.
    for correct in ([True, False], [False, True]):
        assert pooled_average_precision(np.array([0.5, 0.5]), np.array(correct), 1) == 0.5
    assert math.isnan(pooled_average_precision(np.array([]), np.array([], dtype=bool)))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(confidences, st.sampled_from([0.0, 0.001, 0.1, 0.3, 0.5, 1.0]))
def test_a_threshold_keeps_its_false_match_rate_and_no_lower_one_does(
    outside: list[float], fmr: float
) -> None:
    values = np.array(outside)
    threshold = threshold_at_fmr(values, fmr)
    assert np.mean(values >= threshold) <= fmr
    if threshold > -math.inf:
        assert np.mean(values >= np.nextafter(threshold, -np.inf)) > fmr


def test_an_operating_point_worked_by_hand() -> None:
    point = operating_point(
        np.array([0.9, 0.8, 0.6, 0.2]),
        np.array([True, False, True, True]),
        np.array([0.7, 0.1, 0.1, 0.1]),
        0.6,
    )
    assert (point.coverage, point.fnmr, point.fmr) == (0.75, 0.25, 0.25)
    assert point.precision == 2 / 4  # right: 0.9 and 0.6; given besides: 0.8 and 0.7


def test_a_threshold_that_answers_nothing_has_no_precision() -> None:
    point = operating_point(np.array([0.1]), np.array([True]), np.array([]), 0.5)
    assert math.isnan(point.precision)
    assert math.isnan(point.fmr)
    assert point.fnmr == 1.0


def test_clear_clusters_are_told_from_what_the_catalogue_lacks() -> None:
    known, unknown = clustered(20, 4, seed=1, noise=0.1), clustered(20, 2, seed=2, first_label=90)
    found = out_of_catalogue(known, unknown, known, false_match_rates=(0.0, 0.1))
    assert found.auroc == pytest.approx(1.0)
    assert found.pooled_ap == pytest.approx(1.0)
    assert [point.fnmr for point in found.points] == [0.0, 0.0]
    assert (found.n_inside, found.n_outside, found.n_gallery, found.n_dropped) == (80, 40, 80, 0)
    assert "below 0.025" in str(found)


def test_lone_labels_inside_are_dropped_and_counted() -> None:
    known = Samples(np.eye(3), [0, 1, 2], [0, 0, 1])
    found = out_of_catalogue(known, clustered(2, 2, seed=3, dim=3, first_label=5), known)
    assert (found.n_inside, found.n_dropped) == (2, 1)
    assert "1 dropped" in str(found)


def test_an_outside_query_that_finds_only_its_copy_is_not_confident() -> None:
    catalogue = Samples(np.eye(2), [0, 1], [0, 0], duplicates=[0, 0])
    inside = Samples(np.array([[1.0, 0.2]]), [2], [0], duplicates=[2])
    outside = Samples(np.array([[1.0, 0.0]]), [3], [9], duplicates=[0])
    assert out_of_catalogue(inside, outside, catalogue).outside.tolist() == [-math.inf]


def test_the_size_of_the_blocks_changes_no_confidence() -> None:
    known, unknown = clustered(9, 3, seed=1), clustered(9, 3, seed=2, first_label=90)
    whole = out_of_catalogue(known, unknown, known)
    singly = out_of_catalogue(known, unknown, known, block_queries=1)
    assert np.array_equal(whole.inside, singly.inside)
    assert np.array_equal(whole.outside, singly.outside)
    assert whole.points == singly.points


def test_queries_on_the_wrong_side_are_refused() -> None:
    known, unknown = clustered(4, 2, seed=1), clustered(4, 2, seed=2, first_label=50)
    with pytest.raises(QueryError, match="4 labels of the outside queries"):
        out_of_catalogue(known, clustered(4, 2, seed=3), known)
    with pytest.raises(QueryError, match="None of the 8 inside"):
        out_of_catalogue(unknown, clustered(2, 2, seed=4, first_label=70), known)
    with pytest.raises(QueryError, match="at least one"):
        out_of_catalogue(known, unknown.take(np.empty(0, dtype=np.intp)), known)

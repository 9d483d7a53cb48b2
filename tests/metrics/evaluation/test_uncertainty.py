"""Intervals and verdicts: as often right as they say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from common.errors import QueryError
from metrics.evaluation.comparison import (
    Verdict,
    compare,
    compare_scores,
    holm,
    mcnemar_p_value,
    verdict_of,
)
from metrics.evaluation.protocols import unseen_at_unseen
from metrics.evaluation.samples import Samples
from metrics.evaluation.uncertainty import (
    Interval,
    bootstrap_interval,
    bootstrap_means,
    metric_interval,
)
from tests.metrics.evaluation.pictures import clustered


def hits(random: np.random.Generator, n_labels: int, each: int) -> tuple[np.ndarray, np.ndarray]:
    """0/1 hits of queries whose labels differ in difficulty (70 % on average), and the labels."""
    difficulty = random.beta(1.4, 0.6, n_labels)
    labels = np.repeat(np.arange(n_labels), each)
    return (random.random(len(labels)) < difficulty[labels]).astype(float), labels


def test_resampled_means_equal_a_plain_loop_over_the_same_draws() -> None:
    values = np.array([1.0, 0.0, 0.0, 1.0, 1.0, 0.5])
    labels = np.array([4, 4, 2, 2, 2, 9])
    means = bootstrap_means(values, labels, resamples=50, seed=1)
    draws = np.random.default_rng(1).integers(3, size=(50, 3), dtype=np.int32)
    for mean, drawn in zip(means, draws, strict=True):
        pooled = [v for c in drawn for v in values[labels == (2, 4, 9)[c]]]
        assert mean == pytest.approx(sum(pooled) / len(pooled))


def test_the_interval_of_independent_queries_is_the_textbook_one() -> None:
    values = (np.arange(1000) < 700).astype(float)
    interval = bootstrap_interval(values)
    assert interval.mean == 0.7
    assert interval.resolution == pytest.approx(1.96 * math.sqrt(0.21 / 1000), rel=0.05)
    assert (interval.n_queries, interval.n_clusters) == (1000, 1000)


def test_intervals_over_labels_cover_as_often_as_they_say_and_over_queries_do_not() -> None:
    random = np.random.default_rng(2)
    covered = {"labels": 0, "queries": 0}
    for trial in range(300):
        values, labels = hits(random, 150, 5)
        for name, clusters in (("labels", labels), ("queries", None)):
            interval = bootstrap_interval(values, clusters, resamples=400, seed=trial)
            covered[name] += interval.low <= 0.7 <= interval.high
    assert covered["labels"] >= 0.92 * 300
    assert covered["queries"] < 0.90 * 300


def test_intervals_are_the_same_for_one_seed() -> None:
    values, labels = np.linspace(0, 1, 120), np.arange(120) // 4
    first, again, other = (bootstrap_interval(values, labels, seed=s) for s in (1, 1, 2))
    assert first == again != other


def test_resamples_drawn_in_parts_are_those_drawn_at_once(monkeypatch) -> None:
    values, labels = hits(np.random.default_rng(3), 30, 4)
    whole = bootstrap_means(values, labels, resamples=100)
    # An even number of 32-bit draws per part: the generator makes two of every 64 bits.
    monkeypatch.setattr("metrics.evaluation.uncertainty._DRAWS_AT_ONCE", 30 * 8)
    assert np.array_equal(bootstrap_means(values, labels, resamples=100), whole)


def test_few_queries_are_printed_without_a_second_decimal() -> None:
    few = Interval(0.71234, 0.6812, 0.7434, 0.95, 499, 100)
    assert str(few) == "71.2 % [68.1, 74.3], cannot resolve < 3.1 pp"
    many = Interval(0.71234, 0.6812, 0.7434, 0.95, 500, 100)
    assert str(many) == "71.23 % [68.12, 74.34], cannot resolve < 3.11 pp"


def test_no_difference_is_seldom_called_better() -> None:
    random = np.random.default_rng(4)
    better = 0
    for trial in range(500):
        # Both models hit 70 % of each label on average; 8 % of the queries tell them apart.
        baseline, labels = hits(random, 200, 5)
        candidate = baseline.copy()
        changed = random.random(len(labels)) < 0.08
        candidate[changed] = random.permutation(candidate[changed])
        better += (
            compare_scores(baseline, candidate, labels, resamples=400, seed=trial).verdict
            == "better"
        )
    assert better <= 0.06 * 500


@pytest.mark.parametrize("n_labels", [15, 200])
def test_no_difference_is_seldom_called_better_where_labels_swing_together(
    n_labels: int,
) -> None:
    random = np.random.default_rng(5)
    better = 0
    for trial in range(500):
        labels = np.repeat(np.arange(n_labels), 10)
        swing = random.uniform(-0.3, 0.3, n_labels)[labels]
        baseline = (random.random(len(labels)) < 0.5).astype(float)
        candidate = (random.random(len(labels)) < 0.5 + swing).astype(float)
        better += (
            compare_scores(baseline, candidate, labels, resamples=400, seed=trial).verdict
            == "better"
        )
    assert better <= 0.06 * 500


def test_two_points_are_found_in_two_thousand_queries() -> None:
    random = np.random.default_rng(6)
    better = 0
    for trial in range(100):
        baseline, labels = hits(random, 400, 5)
        candidate = baseline.copy()
        # Wins 3 % and losses 1 % of all queries.
        candidate[(baseline == 0) & (random.random(2000) < 0.03 / 0.3)] = 1.0
        candidate[(baseline == 1) & (random.random(2000) < 0.01 / 0.7)] = 0.0
        better += (
            compare_scores(baseline, candidate, labels, resamples=1000, seed=trial).verdict
            == "better"
        )
    assert better >= 90


def test_swapping_the_models_swaps_the_verdict() -> None:
    random = np.random.default_rng(7)
    baseline, _ = hits(random, 200, 5)
    candidate = np.where(random.random(1000) < 0.1, 1.0, baseline)
    there, back = compare_scores(baseline, candidate), compare_scores(candidate, baseline)
    assert (there.verdict, back.verdict) == ("better", "worse")
    assert (there.wins, there.losses) == (back.losses, back.wins)
    assert there.losses == 0
    assert there.mcnemar_p == back.mcnemar_p == pytest.approx(2 * 0.5**there.wins)


@pytest.mark.parametrize(
    ("low", "high", "p_value", "n_queries", "n_clusters", "verdict"),
    [
        (0.012, 0.03, 0.001, 1000, 100, "better"),
        (-0.03, -0.012, 0.001, 1000, 100, "worse"),
        (0.012, 0.03, 0.2, 1000, 100, "inconclusive"),  # not after Holm's correction
        (-0.002, 0.03, 0.1, 1000, 100, "inconclusive"),
        (-0.009, 0.008, 0.9, 1000, 100, "equivalent"),
        (0.001, 0.009, 0.01, 1000, 100, "equivalent"),  # certain, but of no use
        (0.0, 0.0, 1.0, 299, 100, "inconclusive"),  # 3 of 299 might still differ
        (0.0, 0.0, 1.0, 300, 100, "equivalent"),
        (0.2, 0.3, 0.001, 1000, 9, "inconclusive"),  # nine labels are no sample of labels
    ],
)
def test_what_each_verdict_asks_for(
    low: float, high: float, p_value: float, n_queries: int, n_clusters: int, verdict: Verdict
) -> None:
    interval = Interval((low + high) / 2, low, high, 0.95, n_queries, n_clusters)
    assert verdict_of(interval, p_value) == verdict


def test_a_model_is_equivalent_to_itself() -> None:
    values, labels = hits(np.random.default_rng(8), 100, 5)
    found = compare_scores(values, values, labels)
    assert (found.verdict, found.p_value, found.wins, found.mcnemar_p) == ("equivalent", 1, 0, 1)
    assert str(found).startswith("equivalent: +0.00 pp [+0.00, +0.00], 0 wins, 0 losses")


def test_scores_other_than_zero_and_one_have_no_mcnemar_test() -> None:
    values = np.linspace(0, 1, 50)
    assert compare_scores(values, values**2).mcnemar_p is None


@pytest.mark.parametrize(
    ("wins", "losses", "p_value"),
    [(0, 0, 1.0), (1, 0, 1.0), (6, 0, 2 / 64), (8, 2, 2 * (1 + 10 + 45) / 1024), (5, 5, 1.0)],
)
def test_mcnemar_worked_by_hand(wins: int, losses: int, p_value: float) -> None:
    assert mcnemar_p_value(wins, losses) == mcnemar_p_value(losses, wins) == p_value


def test_mcnemar_is_exact_for_thousands_of_discordant_queries() -> None:
    normal = math.erfc((2600 - 2400 - 1) / math.sqrt(5000) / math.sqrt(2))
    assert mcnemar_p_value(2600, 2400) == pytest.approx(normal, rel=0.01)
    assert mcnemar_p_value(5000, 0) == 0.0  # 2^-4999 is below the smallest double


def test_holm_worked_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == pytest.approx([1.0, 1.0])
    assert holm([]) == []


def test_candidates_are_compared_on_the_same_queries_and_corrected_for_their_number() -> None:
    clear = clustered(60, 5, seed=1, noise=1.0)
    random = np.random.default_rng(9)
    noisy = Samples(
        clear.vectors + 1.5 * random.standard_normal(clear.vectors.shape, dtype=np.float32),
        clear.ids,
        clear.labels,
    )
    baseline, good = unseen_at_unseen(noisy), unseen_at_unseen(clear)
    one = compare(baseline, {"good": good}, "MAP@R", resamples=2000)
    two = compare(baseline, {"good": good, "same": baseline}, "MAP@R", resamples=2000)
    assert one["good"].verdict == two["good"].verdict == "better"
    assert two["same"].verdict == "equivalent"
    assert two["good"].p_value == pytest.approx(2 * one["good"].p_value)
    assert one["good"].difference.n_clusters == 60
    assert compare(baseline, {"good": good}, "R@1", by_label=False)["good"].mcnemar_p < 1e-6
    assert metric_interval(good, "R@1").n_clusters == 60
    assert metric_interval(good, "R@1", by_label=False).n_clusters == 300


def test_evaluations_of_other_queries_are_not_compared() -> None:
    first, second = (unseen_at_unseen(clustered(4, 3, seed=seed)) for seed in (1, 2))
    with pytest.raises(QueryError, match="'other' was not evaluated on the queries"):
        compare(first, {"other": second}, "R@1")


@pytest.mark.parametrize(
    ("values", "clusters", "options"),
    [
        ([], None, {}),
        ([0.5, math.nan], None, {}),
        ([0.5, 1.0], [1], {}),
        ([0.5, 1.0], None, {"resamples": 0}),
        ([0.5, 1.0], None, {"confidence": 1.0}),
    ],
)
def test_what_cannot_be_resampled_is_refused(
    values: list[float], clusters: list[int] | None, options: dict[str, float]
) -> None:
    with pytest.raises(ValueError, match=r"values|resamples|confidence"):
        bootstrap_interval(
            np.array(values), None if clusters is None else np.array(clusters), **options
        )


def test_scores_of_different_queries_are_not_compared() -> None:
    with pytest.raises(ValueError, match="baseline"):
        compare_scores(np.ones(3), np.ones(4))

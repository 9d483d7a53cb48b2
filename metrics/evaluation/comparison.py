"""Is one model better than another? Paired, on the same queries, with a verdict in words.

Two models mostly succeed and fail on the same queries. Comparing query by query takes that common
part out and resolves differences that two separate intervals would hide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from common.errors import QueryError
from metrics.evaluation.results import Evaluation
from metrics.evaluation.samples import Column
from metrics.evaluation.uncertainty import (
    CONFIDENCE,
    FEW_QUERIES,
    RESAMPLES,
    Interval,
    bootstrap_means,
    interval_of,
)

Verdict: TypeAlias = Literal["better", "worse", "equivalent", "inconclusive"]

MARGIN: Final = 0.01
"""Differences within one percentage point make no difference in use."""

MIN_CLUSTERS: Final = 10
"""With fewer independent units a bootstrap interval is too narrow to carry a verdict."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A candidate against a baseline.

    Attributes:
        verdict: ``equivalent`` where the interval lies within the margin; ``better`` or ``worse``
            where it lies on one side of 0; else ``inconclusive``. See :func:`verdict_of`.
        difference: mean of candidate minus baseline, with its interval.
        p_value: two-sided, of "no difference", from the same bootstrap; corrected where several
            candidates were compared.
        wins: queries on which the candidate scores higher.
        losses: queries on which it scores lower.
        mcnemar_p: exact McNemar test of wins against losses, which takes queries for independent;
            None where a score is other than 0 and 1.
        margin: the differences that are taken for none, as a share.
    """

    verdict: Verdict
    difference: Interval
    p_value: float
    wins: int
    losses: int
    mcnemar_p: float | None
    margin: float = MARGIN

    def __str__(self) -> str:
        digits = 1 if self.difference.n_queries < FEW_QUERIES else 2
        mean, low, high = (
            f"{100 * value:+.{digits}f}"
            for value in (self.difference.mean, self.difference.low, self.difference.high)
        )
        resolution = f"{100 * self.difference.resolution:.{digits}f}"
        return (
            f"{self.verdict}: {mean} pp [{low}, {high}], {self.wins} wins, {self.losses} losses, "
            f"cannot resolve < {resolution} pp"
        )


def compare_scores(
    baseline: NDArray[np.float64],
    candidate: NDArray[np.float64],
    clusters: Column | None = None,
    *,
    margin: float = MARGIN,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Comparison:
    """Compare two models by their scores on the same queries, in the same order.

    Args:
        baseline: shape ``(q,)``, finite.
        candidate: shape ``(q,)``, finite.
        clusters: shape ``(q,)``: the labels of the queries; None takes queries for independent.
        margin: the difference that does not matter, in the scores' unit (0.01: one point).
        confidence: of the interval.
        resamples: see :func:`~metrics.evaluation.uncertainty.bootstrap_means`.
        seed: likewise.

    Raises:
        ValueError: shapes differ, or as :func:`~metrics.evaluation.uncertainty.bootstrap_means`.
    """
    if baseline.shape != candidate.shape:
        raise ValueError(f"{baseline.shape} baseline scores, {candidate.shape} of the candidate")
    differences = candidate - baseline
    means = bootstrap_means(differences, clusters, resamples=resamples, seed=seed)
    n_clusters = len(differences if clusters is None else np.unique(clusters))
    difference = interval_of(differences, means, n_clusters=n_clusters, confidence=confidence)
    p_value = bootstrap_p_value(means)
    wins, losses = int(np.sum(differences > 0)), int(np.sum(differences < 0))
    binary = bool(np.isin(baseline, (0.0, 1.0)).all() and np.isin(candidate, (0.0, 1.0)).all())
    return Comparison(
        verdict_of(difference, p_value, margin),
        difference,
        p_value,
        wins,
        losses,
        mcnemar_p_value(wins, losses) if binary else None,
        margin,
    )


def compare(
    baseline: Evaluation,
    candidates: Mapping[str, Evaluation],
    metric: str,
    *,
    by_label: bool = True,
    margin: float = MARGIN,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Comparison]:
    """Compare candidates with a baseline, corrected for their number by Holm's method.

    Args:
        baseline: of the model to beat.
        candidates: by name, each evaluated on the same queries under the same protocol.
        metric: as ``MAP@R``.
        by_label: resample labels. False takes queries for independent.
        margin: see :func:`compare_scores`, like the rest.
        confidence: likewise.
        resamples: likewise.
        seed: likewise.

    Raises:
        QueryError: an evaluation has other queries, or another protocol.
        KeyError: there is no such metric.
    """
    rows = baseline.rows
    comparisons = {}
    for name, candidate in candidates.items():
        if candidate.protocol != baseline.protocol or not np.array_equal(
            candidate.rows.ids, rows.ids
        ):
            raise QueryError(
                f"'{name}' was not evaluated on the queries of the baseline",
                "Evaluate both on the same pictures under the same protocol",
            )
        comparisons[name] = compare_scores(
            rows.scores[metric],
            candidate.rows.scores[metric],
            rows.labels if by_label else None,
            margin=margin,
            confidence=confidence,
            resamples=resamples,
            seed=seed,
        )
    corrected = holm([comparison.p_value for comparison in comparisons.values()])
    return {
        name: replace(
            comparison,
            p_value=p_value,
            verdict=verdict_of(comparison.difference, p_value, margin),
        )
        for (name, comparison), p_value in zip(comparisons.items(), corrected, strict=True)
    }


def verdict_of(difference: Interval, p_value: float, margin: float = MARGIN) -> Verdict:
    """Put a difference into a word.

    ``equivalent`` comes first: a difference within the margin is none, even where it is certain
    not to be 0. It asks for the whole interval within the margin (two one-sided tests; Schuirmann,
    1987) and for at least ``3 / margin`` queries: if none of ``n`` queries differs, up to ``3/n``
    of all may still (rule of three). No verdict is given from fewer than :data:`MIN_CLUSTERS`
    independent units.

    Args:
        difference: candidate minus baseline.
        p_value: of "no difference".
        margin: see :func:`compare_scores`.
    """
    if difference.n_clusters < MIN_CLUSTERS:
        return "inconclusive"
    within = -margin <= difference.low and difference.high <= margin
    if within and difference.n_queries * margin >= 3:
        return "equivalent"
    significant = p_value <= 1 - difference.confidence
    if significant and difference.low > 0:
        return "better"
    if significant and difference.high < 0:
        return "worse"
    return "inconclusive"


def bootstrap_p_value(means: NDArray[np.float64]) -> float:
    """Return twice the share of resampled differences on the rarer side of 0, at most 1.

    With one added to each count, so that it is never 0 (Davison and Hinkley, 1997, section 4.2).

    Args:
        means: resampled mean differences, shape ``(resamples,)``.
    """
    rarer = min(np.count_nonzero(means <= 0), np.count_nonzero(means >= 0))
    return min(1.0, 2 * (int(rarer) + 1) / (len(means) + 1))


def mcnemar_p_value(wins: int, losses: int) -> float:
    """Return the exact two-sided p-value of McNemar's test (1947).

    ``min(1, 2 P(X <= min(wins, losses)))`` with ``X`` binomial of ``wins + losses`` fair throws;
    1 where there are none. In whole numbers, hence exact for any counts.

    Args:
        wins: queries that only the candidate answered.
        losses: queries that only the baseline answered.
    """
    throws = wins + losses
    term, tail = 1, 0
    for k in range(min(wins, losses) + 1):
        tail += term
        term = term * (throws - k) // (k + 1)
    return min(1.0, 2 * tail / (1 << throws))


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number (Holm, 1979), in the order given.

    The i-th smallest of m is multiplied by ``m - i + 1``, kept at least as large as those before
    it, and at most 1. Comparing with ``alpha`` keeps the chance of any false rejection below it.
    """
    corrected = [0.0] * len(p_values)
    largest = 0.0
    ordered = sorted(range(len(p_values)), key=p_values.__getitem__)
    for place, index in enumerate(ordered):
        largest = max(largest, min(1.0, p_values[index] * (len(p_values) - place)))
        corrected[index] = largest
    return corrected

"""The metrics of a ranking, one value per query.

All but nDCG are functions of the ranks of a query's right answers. Throughout, ``rel(i)`` is 1
where the item at rank ``i`` (from 1, ignored items taken out) is a right answer and 0 elsewhere,
``R`` is the number of right answers in the gallery, and ``P@i = (1/i) sum_{j<=i} rel(j)``.

Where ``R`` is 0 nothing can be found, and every metric is NaN: not 0, and above all not 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from metrics.evaluation.truth import IRRELEVANT, RELATED, RELEVANT, Grades

PerQuery: TypeAlias = NDArray[np.float64]
"""Shape ``(queries,)``; NaN for queries without a right answer."""


@dataclass(frozen=True, slots=True, eq=False)
class RelevantRanks:
    """The ranks of the right answers of some queries, in one ragged array.

    Attributes:
        query: shape ``(m,)``: whose right answer, from 0, ascending.
        rank: shape ``(m,)``: its rank, from 1, ascending within a query.
        n_queries: how many queries, those without a right answer included.
        relevant: shape ``(n_queries,)``: R of each query. Computed.
        ordinal: shape ``(m,)``: the how-manieth right answer of its query, from 1. Computed.
    """

    query: NDArray[np.intp]
    rank: NDArray[np.int64]
    n_queries: int
    relevant: NDArray[np.int64] = field(init=False)
    ordinal: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        relevant = np.bincount(self.query, minlength=self.n_queries)
        before = np.cumsum(relevant) - relevant
        ordinal = np.arange(1, len(self.query) + 1) - before[self.query]
        object.__setattr__(self, "relevant", relevant)
        object.__setattr__(self, "ordinal", ordinal)

    @classmethod
    def of(cls, grades: Grades) -> RelevantRanks:
        """Return the ranks of what is graded relevant in ``grades``, best first."""
        query, column = np.nonzero(grades == RELEVANT)
        return cls(query, column + 1, len(grades))

    def total(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return per query the sum of ``values`` (one per right answer), added in rank order."""
        sums = np.bincount(self.query, weights=values, minlength=self.n_queries)
        return sums.astype(np.float64, copy=False)

    def found(self, k: int) -> NDArray[np.float64]:
        """Return per query the number of right answers among the first ``k``."""
        return self.total((self.rank <= k).astype(np.float64))

    def divided(self, values: NDArray[np.float64], by: NDArray[np.int64] | int) -> PerQuery:
        """Return ``values / by``, NaN where there is no right answer."""
        quotients = np.full(self.n_queries, np.nan)
        np.divide(values, by, out=quotients, where=self.relevant > 0)
        return quotients


def hit_rate(ranks: RelevantRanks, k: int) -> PerQuery:
    """R@k: 1 where one of the first ``k`` is a right answer, else 0.

    What metric learning calls Recall@k (Jegou et al., "Product quantization", 2011), also CMC@k.
    """
    return ranks.divided((ranks.found(k) > 0).astype(np.float64), 1)


def precision(ranks: RelevantRanks, k: int) -> PerQuery:
    """P@k = (1/k) sum_{i<=k} rel(i); ``k`` stays ``k`` where the gallery is smaller."""
    return ranks.divided(ranks.found(k), k)


def recall(ranks: RelevantRanks, k: int) -> PerQuery:
    """recall@k = sum_{i<=k} rel(i) / min(R, k): the share found of what ``k`` places can hold.

    Kaggle's Universal Image Embedding (2022) calls this mP@k.
    """
    return ranks.divided(ranks.found(k), np.minimum(ranks.relevant, k))


def f1(ranks: RelevantRanks, k: int) -> PerQuery:
    """F1@k = 2 sum_{i<=k} rel(i) / (k + R): harmonic mean of P@k and the share found of all R."""
    return ranks.divided(2.0 * ranks.found(k), k + ranks.relevant)


def average_precision(ranks: RelevantRanks) -> PerQuery:
    """AP = (1/R) sum_i P@i rel(i) over the whole ranking; its mean is mAP."""
    return ranks.divided(ranks.total(ranks.ordinal / ranks.rank), ranks.relevant)


def average_precision_trapezoid(ranks: RelevantRanks) -> PerQuery:
    """AP by the trapezoidal rule: (1/R) sum_i (P@(i-1) + P@i) / 2 rel(i), with P@0 = 1.

    The area under the precision-recall curve as the revised Oxford and Paris benchmark computes it
    (Radenovic et al., CVPR 2018; revisitop ``compute_ap``). Differs from :func:`average_precision`.
    """
    before = ranks.rank - 1
    precision_before = np.ones(len(before))
    np.divide(ranks.ordinal - 1, before, out=precision_before, where=before > 0)
    areas = (precision_before + ranks.ordinal / ranks.rank) / 2
    return ranks.divided(ranks.total(areas), ranks.relevant)


def average_precision_at(ranks: RelevantRanks, k: int) -> PerQuery:
    """AP@k = (1/min(R,k)) sum_{i<=k} P@i rel(i); its mean is mAP@k.

    As in Google Landmarks v2 (Weyand et al., CVPR 2020).
    """
    precisions = np.where(ranks.rank <= k, ranks.ordinal / ranks.rank, 0.0)
    return ranks.divided(ranks.total(precisions), np.minimum(ranks.relevant, k))


def r_precision(ranks: RelevantRanks) -> PerQuery:
    """R-precision = (1/R) sum_{i<=R} rel(i)."""
    within = (ranks.rank <= ranks.relevant[ranks.query]).astype(np.float64)
    return ranks.divided(ranks.total(within), ranks.relevant)


def average_precision_at_r(ranks: RelevantRanks) -> PerQuery:
    """AP@R = (1/R) sum_{i<=R} P@i rel(i); its mean is MAP@R, the primary metric.

    Musgrave et al., "A Metric Learning Reality Check", section 3.2 (ECCV 2020).
    """
    within = ranks.rank <= ranks.relevant[ranks.query]
    precisions = np.where(within, ranks.ordinal / ranks.rank, 0.0)
    return ranks.divided(ranks.total(precisions), ranks.relevant)


def reciprocal_rank(ranks: RelevantRanks) -> PerQuery:
    """1 / rank of the first right answer; its mean is MRR."""
    first = np.where(ranks.ordinal == 1, 1.0 / ranks.rank, 0.0)
    return ranks.divided(ranks.total(first), 1)


def ndcg(grades: Grades, k: int) -> PerQuery:
    """nDCG@k = DCG@k / DCG@k of the best possible order, DCG@k = sum_{i<=k} gain(i) / log2(i+1).

    Gains are 2 for a right answer, 1 for a picture of the same class only (where classes are
    known) and 0 for others (Jarvelin and Kekalainen, "Cumulated gain-based evaluation", 2002).

    Args:
        grades: shape ``(queries, items)``, best first.
        k: cut-off, at least 1.
    """
    depth = min(k, grades.shape[1])
    discounts = 1.0 / np.log2(np.arange(2, depth + 2))
    gains = np.maximum(grades[:, :depth], IRRELEVANT).astype(np.float64)
    attained = (gains * discounts).sum(axis=1)

    relevant = np.count_nonzero(grades == RELEVANT, axis=1)
    gainful = relevant + np.count_nonzero(grades == RELATED, axis=1)
    cumulated = np.concatenate([[0.0], np.cumsum(discounts)])
    best = (RELEVANT - RELATED) * cumulated[np.minimum(relevant, depth)]
    best += RELATED * cumulated[np.minimum(gainful, depth)]
    quotients = np.full(len(grades), np.nan)
    np.divide(attained, best, out=quotients, where=relevant > 0)
    return quotients


METRICS: Final[Mapping[str, Callable[[RelevantRanks], PerQuery]]] = MappingProxyType(
    {
        "mAP": average_precision,
        "mAP-trapezoid": average_precision_trapezoid,
        "R-precision": r_precision,
        "MAP@R": average_precision_at_r,
        "MRR": reciprocal_rank,
    }
)
"""Metrics of the whole ranking, by the name of their mean."""

METRICS_AT_K: Final[Mapping[str, Callable[[RelevantRanks, int], PerQuery]]] = MappingProxyType(
    {
        "R": hit_rate,
        "P": precision,
        "recall": recall,
        "F1": f1,
        "mAP": average_precision_at,
    }
)
"""Metrics with a cut-off, by the part of their mean's name before ``@k``."""


def score(grades: Grades, cutoffs: Sequence[int]) -> dict[str, PerQuery]:
    """Return every metric of every query.

    Args:
        grades: shape ``(queries, items)``, best first, ignored items last.
        cutoffs: each k, at least 1. A k beyond the gallery is allowed.

    Returns:
        By name (``R@1``, ``P@10``, ``recall@10``, ``F1@10``, ``mAP@10``, ``nDCG@10``, ``mAP``,
        ``MAP@R`` ...), float64 of shape ``(queries,)``, NaN where there is no right answer.

    Raises:
        ValueError: a cut-off is below 1.
    """
    if min(cutoffs, default=1) < 1:
        raise ValueError(f"cut-offs must be at least 1, not {list(cutoffs)}")
    ranks = RelevantRanks.of(grades)
    scores = {name: metric(ranks) for name, metric in METRICS.items()}
    for k in cutoffs:
        scores |= {f"{name}@{k}": metric(ranks, k) for name, metric in METRICS_AT_K.items()}
        scores[f"nDCG@{k}"] = ndcg(grades, k)
    return scores

"""How sure a mean over queries is: bootstrap intervals, over labels by default.

Queries of one label succeed and fail together. Resampling queries one by one takes them for
independent and reports intervals that are too narrow (with five queries per label, 2.6 points
where 3.7 are right), so whole labels are resampled wherever labels are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from metrics.evaluation.results import Evaluation
from metrics.evaluation.samples import Column

RESAMPLES: Final = 10_000
CONFIDENCE: Final = 0.95
FEW_QUERIES: Final = 500
"""Below so many queries a second decimal of a percentage means nothing and is not printed."""

_DRAWS_AT_ONCE: Final = 2_000_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean and the range that it may well have been.

    Attributes:
        mean: of the values.
        low: lower end.
        high: upper end.
        confidence: of the interval, as 0.95.
        n_queries: how many values.
        n_clusters: how many independent units were resampled: labels, or queries.
    """

    mean: float
    low: float
    high: float
    confidence: float
    n_queries: int
    n_clusters: int

    @property
    def resolution(self) -> float:
        """Half the width: differences below it cannot be told from nothing."""
        return (self.high - self.low) / 2

    def __str__(self) -> str:
        digits = 1 if self.n_queries < FEW_QUERIES else 2
        mean, low, high, resolution = (
            f"{100 * value:.{digits}f}"
            for value in (self.mean, self.low, self.high, self.resolution)
        )
        return f"{mean} % [{low}, {high}], cannot resolve < {resolution} pp"


def bootstrap_means(
    values: NDArray[np.float64],
    clusters: Column | None = None,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> NDArray[np.float64]:
    """Return the means of resampled values.

    With clusters, as many whole clusters as there are are drawn with replacement, and the mean is
    over all values in them: ``sum of sums / sum of sizes`` (Davison and Hinkley, "Bootstrap
    Methods", 1997, section 3.8).

    Args:
        values: shape ``(q,)``, finite, at least one.
        clusters: shape ``(q,)``: values of one cluster are drawn together. None draws values.
        resamples: how many means, at least 1.
        seed: of the draws.

    Returns:
        float64, shape ``(resamples,)``.

    Raises:
        ValueError: shapes do not fit, ``values`` are empty or not finite, or ``resamples`` < 1.
    """
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
        raise ValueError("values must be a row of at least one finite number")
    if clusters is not None and clusters.shape != values.shape:
        raise ValueError(f"{len(values)} values, clusters of shape {clusters.shape}")
    if resamples < 1:
        raise ValueError(f"resamples must be at least 1, not {resamples}")
    sums, sizes = _cluster_sums(values, clusters)
    alike = bool(np.all(sizes == sizes[0]))
    random = np.random.default_rng(seed)
    means = np.empty(resamples)
    step = max(1, _DRAWS_AT_ONCE // len(sums))
    for start in range(0, resamples, step):
        stop = min(start + step, resamples)
        drawn = random.integers(len(sums), size=(stop - start, len(sums)), dtype=np.int32)
        total = len(values) if alike else sizes[drawn].sum(axis=1)
        means[start:stop] = sums[drawn].sum(axis=1) / total
    return means


def bootstrap_interval(
    values: NDArray[np.float64],
    clusters: Column | None = None,
    *,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Return the mean of ``values`` with its percentile bootstrap interval (Efron, 1979).

    With few clusters (below some tens) or values that are all alike it is too narrow.

    Args:
        values: see :func:`bootstrap_means`.
        clusters: likewise; give the labels of the queries.
        confidence: between 0 and 1.
        resamples: see :func:`bootstrap_means`.
        seed: likewise.

    Raises:
        ValueError: as :func:`bootstrap_means`, or ``confidence`` is not between 0 and 1.
    """
    means = bootstrap_means(values, clusters, resamples=resamples, seed=seed)
    return interval_of(values, means, n_clusters=_count(values, clusters), confidence=confidence)


def interval_of(
    values: NDArray[np.float64],
    means: NDArray[np.float64],
    *,
    n_clusters: int,
    confidence: float = CONFIDENCE,
) -> Interval:
    """Return the percentile interval of resampled ``means`` (of :func:`bootstrap_means`).

    Raises:
        ValueError: ``confidence`` is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
    tail = (1 - confidence) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    mean = float(values.mean())
    return Interval(mean, float(low), float(high), confidence, len(values), n_clusters)


def metric_interval(
    evaluation: Evaluation,
    metric: str,
    *,
    by_label: bool = True,
    confidence: float = CONFIDENCE,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Interval:
    """Return the micro average of ``metric`` (as ``R@1``) with its interval.

    Args:
        evaluation: whose scored queries are resampled.
        metric: a key of ``evaluation.micro``.
        by_label: resample labels. False takes queries for independent.
        confidence: see :func:`bootstrap_interval`.
        resamples: likewise.
        seed: likewise.

    Raises:
        KeyError: there is no such metric.
    """
    return bootstrap_interval(
        evaluation.rows.scores[metric],
        evaluation.rows.labels if by_label else None,
        confidence=confidence,
        resamples=resamples,
        seed=seed,
    )


def _cluster_sums(
    values: NDArray[np.float64], clusters: Column | None
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    if clusters is None:
        return values, np.ones(len(values), dtype=np.int64)
    _, code = np.unique(clusters, return_inverse=True)
    sums = np.bincount(code, weights=values).astype(np.float64, copy=False)
    return sums, np.bincount(code)


def _count(values: NDArray[np.float64], clusters: Column | None) -> int:
    return len(values if clusters is None else np.unique(clusters))

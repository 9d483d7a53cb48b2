"""Metrics of saying "there is no such picture": of confidences, not of rankings.

A confidence is the similarity of a query's first hit. *Inside* are queries whose label the
catalogue holds, *outside* those whose label it does not. Equal confidences are never ordered: no
result depends on the order of its input.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Confidences = NDArray[np.float64]
Flags = NDArray[np.bool_]


def pooled_average_precision(
    confidences: Confidences, correct: Flags, n_answerable: int | None = None
) -> float:
    """UAP (GAP): the average precision of all queries' first hits, pooled and sorted.

    ``uAP = (1/M) sum_t P(t) c(t)`` over the distinct confidences ``t``, best first: ``P(t)`` the
    share of right first hits among those of confidence ``t`` or better, ``c(t)`` the number of
    right ones of confidence ``t`` exactly. Perronnin et al., CVPR 2009; the metric of Google
    Landmarks recognition (Weyand et al., CVPR 2020). It falls when wrong answers are confident.

    Args:
        confidences: shape ``(q,)``, of all queries, outside ones included.
        correct: shape ``(q,)``: whether the first hit is a right answer.
        n_answerable: M, the queries that have a right answer; by default all.

    Returns:
        In [0, 1]; NaN where M is 0.
    """
    answerable = len(confidences) if n_answerable is None else n_answerable
    if not answerable:
        return float("nan")
    order = np.argsort(-confidences)
    _, last_of_tie = np.unique(-confidences[order][::-1], return_index=True)
    ends = np.sort(len(order) - last_of_tie)
    right = np.cumsum(correct[order])[ends - 1]
    return float(np.sum(np.diff(right, prepend=0) * (right / ends)) / answerable)


def auroc(inside: Confidences, outside: Confidences) -> float:
    """Return the chance that an inside query is more confident than an outside one.

    Ties count a half (Mann and Whitney, 1947). 0.5 is no better than chance.

    Args:
        inside: shape ``(m,)``.
        outside: shape ``(n,)``.

    Returns:
        In [0, 1]; NaN where either is empty.
    """
    if not len(inside) or not len(outside):
        return float("nan")
    ordered = np.sort(outside)
    below = np.searchsorted(ordered, inside, side="left")
    not_above = np.searchsorted(ordered, inside, side="right")
    return float((below + not_above).sum() / (2 * len(inside) * len(outside)))


def threshold_at_fmr(outside: Confidences, fmr: float) -> float:
    """Return the lowest threshold whose false match rate on ``outside`` is at most ``fmr``.

    An answer is given at confidences of the threshold or above. Choose it on validation queries
    and report :func:`operating_point` on others.

    Args:
        outside: shape ``(n,)``, at least one.
        fmr: in [0, 1]. Below ``1/n`` it cannot be told from 0, and no outside query may match.

    Raises:
        ValueError: ``outside`` is empty or ``fmr`` is no share.
    """
    if not len(outside) or not 0 <= fmr <= 1:
        raise ValueError("outside confidences and an fmr in [0, 1] are needed")
    allowed = int(np.floor(fmr * len(outside) + 1e-9))  # 0.29 * 100 is a little less than 29
    if allowed == len(outside):
        return float("-inf")
    best_first = np.sort(outside)[::-1]
    return float(np.nextafter(best_first[allowed], np.inf))


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What a threshold does.

    Attributes:
        threshold: answers are given at this confidence or above.
        coverage: share of inside queries that are answered.
        precision: share of right answers among all that are given; NaN where none is.
        fmr: false match rate: share of outside queries that are answered; NaN without any.
        fnmr: false non-match rate: share of inside queries that are not answered.
    """

    threshold: float
    coverage: float
    precision: float
    fmr: float
    fnmr: float


def operating_point(
    inside: Confidences, inside_correct: Flags, outside: Confidences, threshold: float
) -> OperatingPoint:
    """Return what ``threshold`` does.

    Args:
        inside: shape ``(m,)``, at least one.
        inside_correct: shape ``(m,)``: whether the first hit is a right answer.
        outside: shape ``(n,)``; may be empty.
        threshold: see :class:`OperatingPoint`.

    Raises:
        ValueError: there is no inside query.
    """
    if not len(inside):
        raise ValueError("inside confidences are needed")
    answered = inside >= threshold
    false_matches = np.count_nonzero(outside >= threshold)
    given = np.count_nonzero(answered) + false_matches
    right = np.count_nonzero(answered & inside_correct)
    coverage = float(np.mean(answered))
    return OperatingPoint(
        threshold,
        coverage,
        right / given if given else float("nan"),
        false_matches / len(outside) if len(outside) else float("nan"),
        1.0 - coverage,
    )

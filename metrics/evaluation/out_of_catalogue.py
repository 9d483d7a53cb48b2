"""The protocol of queries that the catalogue cannot answer: is the embedder unsure of them?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from common.errors import QueryError
from metrics.evaluation.ranking import ranked_blocks
from metrics.evaluation.rejection import (
    OperatingPoint,
    auroc,
    operating_point,
    pooled_average_precision,
    threshold_at_fmr,
)
from metrics.evaluation.samples import Samples, shared_codes
from metrics.evaluation.truth import RELEVANT, LabelTruth

FALSE_MATCH_RATES: Final = (1e-3, 1e-2, 1e-1)


@dataclass(frozen=True, slots=True, eq=False)
class RejectionResult:
    """How well confidence tells queries that the catalogue can answer from those it cannot.

    A query's confidence is the similarity of its first hit.

    Attributes:
        n_inside: scored queries whose label the catalogue holds.
        n_outside: queries whose label it does not hold.
        n_gallery: pictures in the catalogue.
        n_dropped: inside queries whose only right answers are themselves or copies.
        auroc: of the confidence, inside against outside.
        pooled_ap: uAP of all queries, outside ones counting as wrong.
        points: one per false match rate asked for, in that order. Their thresholds are chosen on
            these very queries, hence optimistic: to report on a test set, choose on another with
            :func:`~metrics.evaluation.rejection.threshold_at_fmr`.
        lowest_fmr: ``1 / n_outside``: rates below it cannot be told from 0.
        inside: confidences of the inside queries, float64, shape ``(n_inside,)``.
        inside_correct: whether their first hit is right, shape ``(n_inside,)``.
        outside: confidences of the outside queries, shape ``(n_outside,)``; minus infinity
            where nothing but copies of the query was there to be found.
    """

    n_inside: int
    n_outside: int
    n_gallery: int
    n_dropped: int
    auroc: float
    pooled_ap: float
    points: tuple[OperatingPoint, ...]
    lowest_fmr: float
    inside: NDArray[np.float64]
    inside_correct: NDArray[np.bool_]
    outside: NDArray[np.float64]

    def __str__(self) -> str:
        return (
            f"out of catalogue: AUROC {self.auroc:.3f}, uAP {self.pooled_ap:.3f}; "
            f"{self.n_inside} queries inside ({self.n_dropped} dropped for want of a right "
            f"answer), {self.n_outside} outside, gallery of {self.n_gallery}; cannot tell false "
            f"match rates below {self.lowest_fmr:.2g}"
        )


def out_of_catalogue(
    inside: Samples,
    outside: Samples,
    gallery: Samples,
    *,
    false_match_rates: Sequence[float] = FALSE_MATCH_RATES,
    block_queries: int | None = None,
) -> RejectionResult:
    """Ask for what the catalogue holds and for what it does not, and compare confidences.

    Args:
        inside: queries whose labels are in the gallery.
        outside: queries whose labels are not.
        gallery: the catalogue.
        false_match_rates: for which to report a threshold and its false non-match rate.
        block_queries: queries ranked at a time; changes memory, not results.

    Raises:
        QueryError: a side is empty, an outside label is in the gallery, or no inside query has a
            right answer.
        ValueError: dimensions differ or a rate is no share.
    """
    if not len(outside) or not len(inside) or not len(gallery):
        raise QueryError(
            "Rejection needs queries inside the catalogue, queries outside it, and the catalogue",
            "Give at least one picture to each",
        )
    both = np.intersect1d(*shared_codes("labels", outside.labels, gallery.labels))
    if len(both):
        raise QueryError(
            f"{len(both)} labels of the outside queries are in the catalogue",
            "Take them out of one of the two",
        )
    ordered = gallery.in_id_order()
    outside_confidence, _, _ = _first_hits(outside, ordered, block_queries)
    confidence, correct, answerable = _first_hits(inside, ordered, block_queries)
    if not answerable.any():
        raise QueryError(
            f"None of the {len(inside)} inside queries has a right answer in the catalogue",
            "Put pictures of their labels into the catalogue",
        )
    confidence, correct = confidence[answerable], correct[answerable]
    thresholds = [threshold_at_fmr(outside_confidence, fmr) for fmr in false_match_rates]
    return RejectionResult(
        n_inside=len(confidence),
        n_outside=len(outside),
        n_gallery=len(gallery),
        n_dropped=len(inside) - len(confidence),
        auroc=auroc(confidence, outside_confidence),
        pooled_ap=pooled_average_precision(
            np.concatenate([confidence, outside_confidence]),
            np.concatenate([correct, np.zeros(len(outside), dtype=np.bool_)]),
            len(confidence),
        ),
        points=tuple(
            operating_point(confidence, correct, outside_confidence, threshold)
            for threshold in thresholds
        ),
        lowest_fmr=1 / len(outside),
        inside=confidence,
        inside_correct=correct,
        outside=outside_confidence,
    )


def _first_hits(
    queries: Samples, gallery: Samples, block_queries: int | None
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return each query's confidence, whether its first hit is right, and whether one could be."""
    truth = LabelTruth(queries, gallery)
    blocks = ranked_blocks(queries.vectors, gallery.vectors, truth, block_queries=block_queries)
    confidences, correct, answerable = [], [], []
    for block in blocks:
        similarity = block.similarity[:, 0]
        confidences.append(np.where(np.isnan(similarity), -np.inf, similarity))
        correct.append(block.grades[:, 0] == RELEVANT)
        answerable.append((block.grades == RELEVANT).any(axis=1))
    return np.concatenate(confidences), np.concatenate(correct), np.concatenate(answerable)

"""The evaluation protocols: who asks, and among what the answer is sought.

In all of them the query itself and its copies are ignored, a query without a right answer is
dropped and counted, and equal scores are ranked by id.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from common.errors import QueryError
from metrics.evaluation.results import Evaluation
from metrics.evaluation.samples import Column, Samples, joined, shared_codes
from metrics.evaluation.scoring import CUTOFFS, OnProgress, evaluate
from metrics.evaluation.truth import LabelTruth


def unseen_at_unseen(
    unseen: Samples,
    *,
    cutoffs: Sequence[int] = CUTOFFS,
    block_queries: int | None = None,
    on_progress: OnProgress | None = None,
) -> Evaluation:
    """Every picture of the unseen labels asks among the others: the number that papers print.

    Args:
        unseen: pictures of labels that the embedder was not trained on.
        cutoffs: see :func:`~metrics.evaluation.scoring.evaluate`, like the rest.
        block_queries: likewise.
        on_progress: likewise.

    Raises:
        QueryError: no label has two pictures.
    """
    return _by_label("unseen@unseen", unseen, unseen, cutoffs, block_queries, on_progress)


def unseen_at_all(
    unseen: Samples,
    seen: Samples,
    *,
    cutoffs: Sequence[int] = CUTOFFS,
    block_queries: int | None = None,
    on_progress: OnProgress | None = None,
) -> Evaluation:
    """Every picture of the unseen labels asks among all others, seen ones too: catalogue scale.

    On the same queries no metric exceeds that of :func:`unseen_at_unseen`.

    Args:
        unseen: pictures of labels that the embedder was not trained on.
        seen: pictures of the labels that it was trained on or chosen with: distractors.
        cutoffs: see :func:`~metrics.evaluation.scoring.evaluate`, like the rest.
        block_queries: likewise.
        on_progress: likewise.

    Raises:
        QueryError: a label is on both sides, or no unseen label has two pictures.
    """
    both = np.intersect1d(*shared_codes("labels", unseen.labels, seen.labels))
    if len(both):
        raise QueryError(
            f"{len(both)} labels are both seen and unseen",
            "Split by label, so that no label is on both sides",
        )
    return _by_label(
        "unseen@all", unseen, joined(unseen, seen), cutoffs, block_queries, on_progress
    )


def seen_at_seen(
    held_out: Samples,
    seen: Samples,
    *,
    cutoffs: Sequence[int] = CUTOFFS,
    block_queries: int | None = None,
    on_progress: OnProgress | None = None,
) -> Evaluation:
    """Held-out pictures of the seen labels ask among the pictures trained on.

    Args:
        held_out: pictures of seen labels that were not trained on; see :func:`one_per_label`.
        seen: the pictures trained on.
        cutoffs: see :func:`~metrics.evaluation.scoring.evaluate`, like the rest.
        block_queries: likewise.
        on_progress: likewise.

    Raises:
        QueryError: no held-out label is among the seen ones.
    """
    return _by_label("seen@seen", held_out, seen, cutoffs, block_queries, on_progress)


def one_per_label(labels: Column, *, seed: int) -> NDArray[np.intp]:
    """Return one row of each label that has at least two, drawn by ``seed``, rows ascending.

    Args:
        labels: shape ``(n,)``.
        seed: of the draw.
    """
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    _, first, counts = np.unique(labels[shuffled], return_index=True, return_counts=True)
    return np.sort(shuffled[first[counts > 1]])


def catalogue(
    queries: Samples,
    gallery: Samples,
    *,
    collapse: bool = True,
    cutoffs: Sequence[int] = CUTOFFS,
    block_queries: int | None = None,
    on_progress: OnProgress | None = None,
) -> Evaluation:
    """Queries of one kind (phone photos) ask among pictures of another (studio photos).

    Args:
        queries: with the label of the product shown.
        gallery: one or several photos per product.
        collapse: rank products rather than photos, each by its most similar photo, so that a
            product with many photos takes one place, not many. A product bears its photos'
            lowest id.
        cutoffs: see :func:`~metrics.evaluation.scoring.evaluate`, like the rest.
        block_queries: likewise.
        on_progress: likewise.

    Raises:
        QueryError: no query's product is in the gallery.
    """
    if not collapse:
        return _by_label("query/gallery", queries, gallery, cutoffs, block_queries, on_progress)
    photos, groups = _by_product(gallery)
    return evaluate(
        "query/gallery by product",
        queries,
        photos.vectors,
        photos.ids[groups],
        LabelTruth(queries, photos),
        groups=groups,
        cutoffs=cutoffs,
        block_queries=block_queries,
        on_progress=on_progress,
    )


def _by_label(
    protocol: str,
    queries: Samples,
    gallery: Samples,
    cutoffs: Sequence[int],
    block_queries: int | None,
    on_progress: OnProgress | None,
) -> Evaluation:
    ordered = gallery.in_id_order()
    return evaluate(
        protocol,
        queries,
        ordered.vectors,
        ordered.ids,
        LabelTruth(queries, ordered),
        cutoffs=cutoffs,
        block_queries=block_queries,
        on_progress=on_progress,
    )


def _by_product(gallery: Samples) -> tuple[Samples, NDArray[np.intp]]:
    """Return the photos with each product's side by side, and the first row of each product.

    Products are in the order of their lowest ids, which come first in them.
    """
    ordered = gallery.in_id_order()
    _, lowest, product = np.unique(ordered.labels, return_index=True, return_inverse=True)
    lowest_of_product = lowest[product]
    side_by_side = np.argsort(lowest_of_product, kind="stable")
    starts = np.flatnonzero(np.diff(lowest_of_product[side_by_side], prepend=-1))
    return ordered.take(side_by_side), starts

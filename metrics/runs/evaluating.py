"""The protocols on the parts of a split: which pictures ask, and among which."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from common.errors import QueryError
from metrics.data import TrainingTable
from metrics.evaluation.protocols import catalogue, unseen_at_all, unseen_at_unseen
from metrics.evaluation.results import Evaluation
from metrics.evaluation.samples import Samples, joined

DECIDING = "MAP@R"
"""What is validated by, and what networks are compared by."""
Rows = NDArray[np.int64]


def samples(
    vectors: NDArray[np.float32],
    table: TrainingTable,
    rows: Rows,
    clusters: NDArray[np.int64] | None = None,
) -> Samples:
    """Put embeddings beside what the table says of their pictures.

    Args:
        vectors: shape ``(len(rows), dim)``.
        table: the data set.
        rows: which of its pictures; ids are their files.
        clusters: shape ``(len(table),)``: the near-duplicate cluster of each picture.
    """
    names = np.array(table.label_map.names, dtype=np.str_)[table.labels[rows]]
    classes = np.array(table.classes, dtype=np.str_)[table.labels[rows]]
    return Samples(
        vectors,
        np.array(table.files, dtype=np.str_)[rows],
        names,
        classes if any(table.classes) else None,
        None if clusters is None else clusters[rows],
    )


def evaluate_rows(
    vectors: NDArray[np.float32],
    table: TrainingTable,
    rows: Rows,
    clusters: NDArray[np.int64] | None = None,
) -> Evaluation | None:
    """Let the pictures of a part ask among each other.

    Where the table tells queries from the gallery, its queries ask among its gallery; else each
    picture asks among all others.

    Args:
        vectors: shape ``(len(rows), dim)``, of the part's pictures.
        table: see :func:`samples`, like the rest.
        rows: likewise.
        clusters: likewise.

    Returns:
        None where no query has a right answer: there is nothing to measure.
    """
    asking, answering = _roles(table, rows)
    every = samples(vectors, table, rows, clusters)
    try:
        if asking is None:
            return unseen_at_unseen(every)
        return catalogue(every.take(asking), every.take(answering), collapse=False)
    except QueryError:
        return None


def evaluate_among_all(
    vectors: NDArray[np.float32],
    table: TrainingTable,
    rows: Rows,
    others: NDArray[np.float32],
    other_rows: Rows,
    clusters: NDArray[np.int64] | None = None,
) -> Evaluation | None:
    """Let the pictures of a part ask among all pictures: what a growing catalogue is like.

    Args:
        vectors: of the part's pictures.
        table: see :func:`samples`, like the rest.
        rows: of the part.
        others: of all other pictures.
        other_rows: which they are.
        clusters: likewise.

    Returns:
        None where no query has a right answer.
    """
    if not len(other_rows):
        return evaluate_rows(vectors, table, rows, clusters)
    asking, answering = _roles(table, rows)
    part = samples(vectors, table, rows, clusters)
    rest = samples(others, table, other_rows, clusters)
    try:
        if asking is None:
            return unseen_at_all(part, rest)
        gallery = rest.take(np.flatnonzero(table.is_gallery[other_rows]))
        return catalogue(part.take(asking), joined(part.take(answering), gallery), collapse=False)
    except QueryError:
        return None


def validation_score(
    table: TrainingTable, rows: Rows, clusters: NDArray[np.int64] | None
) -> Callable[[NDArray[np.float32], NDArray[np.int64]], float]:
    """Return what scores the embeddings of the pictures of ``rows``: :data:`DECIDING`."""

    def score(vectors: NDArray[np.float32], _: NDArray[np.int64]) -> float:
        evaluation = evaluate_rows(vectors, table, rows, clusters)
        return float("nan") if evaluation is None else evaluation.micro[DECIDING]

    return score


def can_be_asked(
    table: TrainingTable, rows: Rows, clusters: NDArray[np.int64] | None = None
) -> bool:
    """Say whether a part has a query with a right answer, and anything to mistake it for."""
    if len(np.unique(table.labels[rows])) < 2:
        return False
    return evaluate_rows(np.ones((len(rows), 1), np.float32), table, rows, clusters) is not None


def _roles(table: TrainingTable, rows: Rows) -> tuple[NDArray[np.intp] | None, NDArray[np.intp]]:
    """Return the places of queries, None where everyone asks everyone, and of the gallery."""
    queries, gallery = table.is_query[rows], table.is_gallery[rows]
    several = table.label_counts[table.labels[rows]] > 1
    if gallery.all() and queries[several].all():
        return None, np.arange(len(rows))
    return np.flatnonzero(queries), np.flatnonzero(gallery)

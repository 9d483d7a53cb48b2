"""From embedded pictures and a truth to an evaluation: the part that all protocols share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from common.errors import QueryError
from metrics.evaluation.ranking import RankedBlock, ranked_blocks
from metrics.evaluation.rejection import pooled_average_precision
from metrics.evaluation.results import Counts, Evaluation, QueryRows, grouped
from metrics.evaluation.samples import Column, Samples
from metrics.evaluation.scores import PerQuery, score
from metrics.evaluation.truth import IGNORED, RELEVANT, Truth

CUTOFFS: Final = (1, 5, 10)
TOP_HITS: Final = 10
"""How many first hits a query's row names."""

OnProgress = Callable[[int, int], None]
"""Told how many queries of how many are done."""


def evaluate(
    protocol: str,
    queries: Samples,
    gallery: NDArray[np.floating[Any]],
    item_ids: Column,
    truth: Truth,
    *,
    groups: NDArray[np.intp] | None = None,
    cutoffs: Sequence[int] = CUTOFFS,
    block_queries: int | None = None,
    on_progress: OnProgress | None = None,
) -> Evaluation:
    """Rank the gallery for every query, score the rankings and average.

    Args:
        protocol: a name for the result.
        queries: with labels; the macro average is over them.
        gallery: shape ``(n, dim)``; equal scores are ranked in its order.
        item_ids: ids of what is ranked, shape ``(n,)``, or ``(groups,)``.
        truth: grades of every query and gallery row.
        groups: see :func:`~metrics.evaluation.ranking.ranked_blocks`.
        cutoffs: each k of the metrics with a cut-off; 1 is always among them.
        block_queries: queries ranked at a time; changes memory, not results.
        on_progress: called after every block.

    Raises:
        QueryError: a side is empty, or no query has a right answer.
        ValueError: dimensions differ or a cut-off is below 1.
    """
    if not len(queries) or not len(gallery):
        raise QueryError(
            f"Nothing to evaluate for {protocol}: {len(queries)} queries, gallery of "
            f"{len(gallery)}",
            "Give at least one picture to each side",
        )
    ks = sorted({1, *cutoffs})
    blocks = []
    for block in ranked_blocks(
        queries.vectors,
        gallery,
        truth,
        groups=groups,
        depth=TOP_HITS,
        block_queries=block_queries,
    ):
        blocks.append(_Scored(block, ks))
        if on_progress is not None:
            on_progress(block.rows.stop, len(queries))
    relevant = np.concatenate([block.relevant for block in blocks])
    scored = np.flatnonzero(relevant)
    if not len(scored):
        raise QueryError(
            f"None of the {len(queries)} queries of {protocol} has a right answer in the gallery",
            "Every label needs at least two pictures, copies not counted",
        )
    rows = _rows(queries, item_ids, blocks, relevant, scored)
    counts = Counts(
        asked=len(queries),
        scored=len(scored),
        dropped=len(queries) - len(scored),
        gallery=len(item_ids),
        ignored=sum(block.ignored for block in blocks),
        mean_relevant=float(rows.relevant.mean()),
    )
    return _averaged(protocol, counts, rows)


class _Scored:
    """What is kept of a ranked block: one row per query, its size independent of the gallery."""

    def __init__(self, block: RankedBlock, cutoffs: Sequence[int]) -> None:
        self.top = block.top
        self.similarity = block.similarity
        self.relevant = np.count_nonzero(block.grades == RELEVANT, axis=1)
        self.ignored = int(np.count_nonzero(block.grades == IGNORED))
        self.scores: dict[str, PerQuery] = score(block.grades, cutoffs)


def _rows(
    queries: Samples,
    item_ids: Column,
    blocks: Sequence[_Scored],
    relevant: NDArray[np.int64],
    scored: NDArray[np.intp],
) -> QueryRows:
    top = np.concatenate([block.top for block in blocks])[scored]
    missing = "" if item_ids.dtype.kind == "U" else -1
    return QueryRows(
        queries.ids[scored],
        queries.labels[scored],
        None if queries.classes is None else queries.classes[scored],
        relevant[scored],
        np.where(top >= 0, item_ids[top], missing),
        np.concatenate([block.similarity for block in blocks])[scored],
        {
            name: np.concatenate([block.scores[name] for block in blocks])[scored]
            for name in blocks[0].scores
        },
    )


def _averaged(protocol: str, counts: Counts, rows: QueryRows) -> Evaluation:
    by_class = grouped(rows.labels if rows.classes is None else rows.classes, rows.scores)
    return Evaluation(
        protocol,
        counts,
        {name: float(values.mean()) for name, values in rows.scores.items()},
        grouped(rows.labels, rows.scores).macro(),
        pooled_average_precision(rows.top_similarity[:, 0], rows.scores["R@1"] == 1),
        by_class,
        by_class.worst("R@1"),
        rows,
    )

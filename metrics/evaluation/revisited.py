"""Revised Oxford and Paris (Radenovic et al., "Revisiting Oxford and Paris", CVPR 2018).

Every gallery picture is easy, hard, unclear or negative for a query. Three setups differ in what
they seek and what they ignore:

======  =============  ================
setup   right          ignored
======  =============  ================
easy    easy           hard, unclear
medium  easy, hard     unclear
hard    hard           easy, unclear
======  =============  ================

The benchmark's mAP is ``mAP-trapezoid``. Queries are to be embedded cropped to their boxes; not
cropping them flatters by several points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from metrics.evaluation.results import Evaluation
from metrics.evaluation.revisited_truth import GroundTruth
from metrics.evaluation.samples import Samples
from metrics.evaluation.scoring import CUTOFFS, evaluate
from metrics.evaluation.truth import ListedTruth

Setup: TypeAlias = Literal["easy", "medium", "hard"]

_SETUPS: Final[Mapping[Setup, tuple[tuple[str, ...], tuple[str, ...]]]] = MappingProxyType(
    {
        "easy": (("easy",), ("hard", "unclear")),
        "medium": (("easy", "hard"), ("unclear",)),
        "hard": (("hard",), ("easy", "unclear")),
    }
)
"""By setup, the lists that are right and those that are ignored."""


def evaluate_revisited(
    queries: NDArray[np.floating[Any]],
    gallery: NDArray[np.floating[Any]],
    truth: GroundTruth,
    *,
    cutoffs: Sequence[int] = CUTOFFS,
    block_queries: int | None = None,
) -> dict[Setup, Evaluation]:
    """Evaluate all three setups.

    Equal scores are ranked in gallery order. Queries without a right answer in a setup are
    dropped from it and counted. Queries are named, hits are gallery rows.

    Args:
        queries: shape ``(q, dim)``, in the order of ``truth.queries``.
        gallery: shape ``(n, dim)``, in the order of ``truth.gallery``; rows beyond it (the
            million distractors) are negatives.
        truth: the annotation.
        cutoffs: see :func:`~metrics.evaluation.scoring.evaluate`.
        block_queries: likewise.

    Raises:
        QueryError: no query has a right answer in one of the setups.
        EmbedderError: a vector is not finite, or zero.
        ValueError: there are fewer embeddings than pictures, or dimensions differ.
    """
    if len(queries) != len(truth.queries) or len(gallery) < len(truth.gallery):
        raise ValueError(
            f"{len(queries)} and {len(gallery)} embeddings for {len(truth.queries)} queries and a "
            f"gallery of {len(truth.gallery)}"
        )
    names = np.array([query.name for query in truth.queries], dtype=np.str_)
    asked = Samples(queries, names, names)
    rows = np.arange(len(gallery))
    searched = Samples(gallery, rows, rows)
    return {
        setup: evaluate(
            f"revisited {setup}",
            asked,
            searched.vectors,
            searched.ids,
            ListedTruth(_rows(truth, right), _rows(truth, ignored), len(gallery)),
            cutoffs=cutoffs,
            block_queries=block_queries,
        )
        for setup, (right, ignored) in _SETUPS.items()
    }


def _rows(truth: GroundTruth, lists: Sequence[str]) -> list[NDArray[np.intp]]:
    return [
        np.array([row for name in lists for row in getattr(query, name)], dtype=np.intp)
        for query in truth.queries
    ]

"""Models as they serve: what they make of a run's test part, and whether a category gets one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from common.embedding.base import Embedder, embed
from metrics.evaluation.comparison import MIN_CLUSTERS, Comparison
from metrics.evaluation.results import Evaluation
from metrics.runs.data import RunData
from metrics.runs.evaluating import Rows, can_be_asked, evaluate_rows
from metrics.runs.result import against

_BATCH: Final = 32


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a category should use the new model.

    Attributes:
        better: it may be switched to without being told to.
        reason: why, in one sentence.
    """

    better: bool
    reason: str


def evaluate_serving(embedder: Embedder, data: RunData, rows: Rows) -> Evaluation | None:
    """Evaluate a model on pictures of a data set, through all that serving does.

    Args:
        embedder: the model.
        data: the data set.
        rows: the pictures that ask each other.

    Returns:
        None where no query has a right answer, or there is nothing to mistake it for.

    Raises:
        TrainingError: a picture cannot be read.
    """
    if not can_be_asked(data.table, rows, data.clusters):
        return None
    # As serving decodes for this model, which may take another side than the one that is trained.
    images = data.images_for(embedder.card.preprocessing.size_px)(rows)
    vectors: list[NDArray[np.float32]] = []
    for first in range(0, len(rows), _BATCH):
        indices = range(first, min(first + _BATCH, len(rows)))
        vectors.append(embed(embedder, [images.image(index) for index in indices]))
    return evaluate_rows(np.concatenate(vectors), data.table, rows, data.clusters)


def judge(
    trained: Evaluation | None,
    others: Sequence[tuple[str, Evaluation | None]],
    *,
    asked_again: int = 0,
) -> Judgement:
    """Say whether a trained model may take the place of the others.

    It may not where its MAP@R on the same queries is below that of any of them, nor where nothing
    could be measured, or with too few labels to give a verdict, or on labels that were trained on.

    Args:
        trained: of the model as it would serve.
        others: by name, such as the model that serves now.
        asked_again: how many of the labels asked about one of them has learnt before.
    """
    if trained is None:
        return Judgement(
            False, "nothing could be measured: no label that was not trained on has two pictures"
        )
    if asked_again:
        return Judgement(
            False,
            f"the column 'split' asks about {asked_again} labels that were trained on before, "
            "and that proves nothing",
        )
    compared = [(name, against(other, trained)) for name, other in others if other is not None]
    asked = min((each.difference.n_clusters for _, each in compared), default=MIN_CLUSTERS)
    if asked < MIN_CLUSTERS:
        return Judgement(
            False,
            f"{asked} labels in the test part are too few to tell which is better; it takes "
            f"{MIN_CLUSTERS}",
        )
    for name, comparison in compared:
        if comparison.difference.mean < 0:
            return Judgement(False, f"it scored lower than {name} ({_points(comparison)})")
    shown = "; ".join(f"{_points(comparison)} against {name}" for name, comparison in compared)
    return Judgement(True, shown or "there is nothing to compare it with")


def _points(comparison: Comparison) -> str:
    return f"MAP@R {comparison}"

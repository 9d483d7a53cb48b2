"""The three ways to train: what is done between the first network and the last."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from metrics.data import Part, TrainingTable
from metrics.nets.network import EmbeddingNetwork, Head
from metrics.runs.batching import feature_batches, picture_batches
from metrics.runs.evaluating import DECIDING, Rows, evaluate_rows, validation_score
from metrics.runs.history import History
from metrics.runs.plan import RunPlan
from metrics.runs.starting import (
    StartingPoint,
    give_head,
    reduced_head,
    unchanging_head,
    whitening_head,
)
from metrics.training.checkpoint import Checkpoint
from metrics.training.embedding import OnProgress, extract_features
from metrics.training.head import apply_head, train_head
from metrics.training.images import LabelledImages
from metrics.training.loop import Outcome, Trainer

OnStage = Callable[[str], None]
"""Told what begins."""
Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Workshop:
    """What all ways work with.

    Attributes:
        plan: what is asked for.
        table: the data set.
        rows: of each part.
        images: of each part, in the order of its rows.
        features: of the frozen trunk, of each part.
        clusters: the near-duplicate cluster of each picture of the table, or None.
        validated: whether the part ``val`` can be asked.
        threads: that prepare pictures.
        on_stage: told what begins.
        on_progress: called with done and total of what has begun.
    """

    plan: RunPlan
    table: TrainingTable
    rows: Mapping[Part, Rows]
    images: Mapping[Part, LabelledImages]
    features: Mapping[Part, Features]
    clusters: Rows | None
    validated: bool
    threads: int
    on_stage: OnStage
    on_progress: OnProgress

    def head_score(self, head: Head) -> float:
        """Return what a head on the frozen features reaches on validation."""
        vectors = apply_head(head, self.features["val"])
        evaluation = evaluate_rows(vectors, self.table, self.rows["val"], self.clusters)
        return float("nan") if evaluation is None else evaluation.micro[DECIDING]

    def whitened(self, dim: int) -> Head:
        """Return PCA-whitening of the frozen features, fitted on the training pictures."""
        return whitening_head(
            self.features["train"],
            dim,
            self.plan.whitening_strengths,
            self.head_score if self.validated else None,
        )


def baseline_head(shop: Workshop, start: StartingPoint) -> Head:
    """Return what there is before any training.

    Of a whole embedder its own head, of a trunk PCA-whitening; but where whitening is what is
    tried, the features as they are.
    """
    if start.whole:
        return copy.deepcopy(start.network.head)
    device = next(start.network.parameters()).device
    if shop.plan.way == "whitening":
        return unchanging_head(start.network.spec.dim).to(device)
    return shop.whitened(shop.plan.network.dim).to(device)


def whiten(shop: Workshop, network: EmbeddingNetwork, history: History) -> Outcome:
    """Frozen trunk, PCA-whitening: fitted, not trained."""
    give_head(network, shop.whitened(shop.plan.network.dim))
    score = shop.head_score(network.head) if shop.validated else None
    if score is not None:
        history.log(1, {"epoch": 0, "score": score})
    return Outcome(score, best_epoch=0, epochs=0, stopped_early=False)


def train_on_features(
    shop: Workshop, network: EmbeddingNetwork, history: History, least: float | None
) -> Outcome:
    """Frozen trunk, features computed once, the head trained on them.

    It takes minutes and has no checkpoint: a killed run finds its features again, and trains the
    head from its beginning to the same end.

    Args:
        shop: what to work with.
        network: its head is trained in place.
        history: takes the log.
        least: what the head reaches on validation as it is. Where training does not better that,
            it is left so. None keeps the best of training.
    """
    plan, rows = shop.plan, shop.rows
    before = copy.deepcopy(network.head)
    shop.on_stage("training the head")
    outcome = train_head(
        network.head,
        shop.features["train"],
        shop.table.labels[rows["train"]],
        plan.head,
        batches=feature_batches(plan, shop.table, rows["train"]),
        validation=(
            (shop.features["val"], shop.table.labels[rows["val"]]) if shop.validated else None
        ),
        evaluate=validation_score(shop.table, rows["val"], shop.clusters),
        on_progress=shop.on_progress,
        on_log=history.log,
    )
    if least is None or (outcome.score is not None and outcome.score > least):
        return outcome
    network.head = before.eval()
    return replace(outcome, score=least, best_epoch=0)


def train_on_pictures(
    shop: Workshop,
    network: EmbeddingNetwork,
    history: History,
    checkpoint: Checkpoint,
    baseline_score: float | None,
) -> Outcome:
    """Trunk and head, phase after phase; goes on from the checkpoint where there is one."""
    plan = shop.plan
    if plan.negatives == "ssim":
        shop.on_stage("comparing pictures by structure")
    batches = picture_batches(
        plan,
        shop.table,
        shop.rows["train"],
        shop.images["train"],
        shop.clusters,
        shop.on_progress,
    )

    def log(step: int, values: Mapping[str, float]) -> None:
        if step == 0 and baseline_score is not None:
            # Epoch 0 is the frozen baseline; a new head that has not learnt yet is another thing.
            values = {"epoch": 0, "score": baseline_score, "untrained score": values["score"]}
        history.log(step, values)

    trainer = Trainer(
        network,
        shop.images["train"],
        batches,
        plan.training,
        plan.preprocessing,
        validation=shop.images["val"] if shop.validated else None,
        evaluate=validation_score(shop.table, shop.rows["val"], shop.clusters),
        checkpoint=checkpoint,
        threads=shop.threads,
        on_progress=shop.on_progress,
        on_log=log,
    )
    shop.on_stage("training")
    return trainer.run()


def reduce(shop: Workshop, network: EmbeddingNetwork) -> None:
    """Append PCA-whitening to a trained network, if the plan asks for it."""
    dim = shop.plan.reduce_to
    if dim is None:
        return
    shop.on_stage("fitting PCA")
    features = shop.features["train"]
    if shop.plan.way == "full":
        features = extract_features(
            network,
            shop.images["train"],
            shop.plan.preprocessing,
            threads=shop.threads,
            on_progress=shop.on_progress,
        )
    strengths = sorted(shop.plan.whitening_strengths)
    head = reduced_head(network.head, features, dim, strengths[len(strengths) // 2])
    give_head(network, head, hidden=network.config.hidden)


def embeddings(
    shop: Workshop, network: EmbeddingNetwork, part: Part, *, trunk_is_frozen: bool
) -> Features:
    """Embed a part: from the frozen features where the trunk is still what it was."""
    features = shop.features[part]
    if not trunk_is_frozen:
        features = extract_features(
            network,
            shop.images[part],
            shop.plan.preprocessing,
            threads=shop.threads,
            on_progress=shop.on_progress,
        )
    with torch.no_grad():
        return apply_head(network.head, features)

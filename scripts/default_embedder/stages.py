"""Runs a stage of the recipe; killed at any moment, it goes on from its last epoch."""

from __future__ import annotations

from pathlib import Path

from metrics.nets.network import EmbeddingNetwork
from metrics.sampling import ClassBalancedBatches
from metrics.training.checkpoint import Checkpoint, config_hash
from metrics.training.embedding import OnProgress
from metrics.training.images import ImageArrays
from metrics.training.loop import Evaluate, OnLog, Outcome, Trainer
from scripts.default_embedder.mixing import MixedBatches
from scripts.default_embedder.pictures import Pictures, joined
from scripts.default_embedder.recipe import NETWORK, Stage


def run_stage(
    stage: Stage,
    network: EmbeddingNetwork,
    pictures: Pictures,
    evaluate: Evaluate,
    runs: Path,
    *,
    on_log: OnLog | None = None,
    on_progress: OnProgress | None = None,
) -> Outcome:
    """Train a network in place.

    Args:
        stage: of the recipe.
        network: as the stage before left it.
        pictures: to train on and to choose by.
        evaluate: scores the validation pictures.
        runs: holds the checkpoint.
        on_log: see :class:`metrics.training.loop.Trainer`.
        on_progress: likewise.

    Raises:
        TrainingError: as :meth:`metrics.training.loop.Trainer.run`.
    """
    kinds = [
        (pictures.photographs, stage.photographs, 1),
        (pictures.drawings, stage.drawings, stage.drawings_per_design),
    ]
    used = [kind for kind in kinds if kind[1]]
    parts, offsets, behind = [], [], 0
    for images, batch_size, of_one_class in used:
        parts.append(_batches(images, batch_size, of_one_class, stage))
        offsets.append(behind)
        behind += len(images.labels)
    trainer = Trainer(
        network,
        joined(*(images for images, _, _ in used)),
        MixedBatches(parts, offsets),
        stage.training,
        stage.preprocessing,
        validation=pictures.validation,
        evaluate=evaluate,
        checkpoint=Checkpoint(
            runs / f"{stage.name}.safetensors", config_hash=config_hash(NETWORK, stage)
        ),
        on_log=on_log,
        on_progress=on_progress,
    )
    return trainer.run()


def _batches(
    images: ImageArrays, batch_size: int, of_one_class: int, stage: Stage
) -> ClassBalancedBatches:
    return ClassBalancedBatches(
        images.labels,
        batch_size=batch_size,
        images_per_class=of_one_class,
        seed=stage.training.seed,
        batches_per_epoch=stage.batches_per_epoch,
    )

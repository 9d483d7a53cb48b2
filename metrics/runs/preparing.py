"""What stands before training: the device, the split, the pictures and the frozen features."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray

from common.errors import TrainingError
from metrics.data import PARTS, Part, Split, TrainingTable, make_split
from metrics.runs.data import ImagesOf
from metrics.runs.directory import RunDirectory
from metrics.runs.evaluating import Rows, can_be_asked
from metrics.runs.plan import RunPlan
from metrics.runs.starting import StartingPoint
from metrics.runs.ways import OnStage, Workshop
from metrics.training.embedding import OnProgress
from metrics.training.features import FeatureCache


def device_named(name: str) -> torch.device:
    """Return a device that is there.

    Raises:
        TrainingError: it is not.
    """
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise TrainingError(
            f"There is no device '{name}' to train on", "Choose cpu, or cuda where there is a GPU"
        ) from error
    return device


def split_of(
    plan: RunPlan,
    table: TrainingTable,
    clusters: NDArray[np.int64] | None,
    directory: RunDirectory,
) -> Split:
    """Return the run's split: the one it was begun with, or a new one, which is then kept.

    Raises:
        MetadataError: the kept split was changed, or the table tells one that cannot be.
        TrainingError: it cannot be written.
    """
    if directory.split.exists():
        return Split.load(directory.split)
    split = make_split(table, seed=plan.seed, clusters=clusters, train_share=plan.train_share)
    try:
        table.label_map.save(directory.label_map)
        split.save(directory.split)
    except OSError as error:
        raise TrainingError(
            f"'{directory.split}' cannot be written ({error.strerror or error})",
            "Make room on the disk, or choose another run directory",
        ) from error
    return split


def prepare(
    plan: RunPlan,
    table: TrainingTable,
    rows: Mapping[Part, Rows],
    images_of: ImagesOf,
    clusters: Rows | None,
    start: StartingPoint,
    directory: RunDirectory,
    threads: int,
    on_stage: OnStage,
    on_progress: OnProgress,
) -> Workshop:
    """Read the parts, and compute the frozen trunk's features of each, once.

    Raises:
        TrainingError: a picture cannot be read, or features cannot be written.
    """
    images = {part: images_of(rows[part]) for part in PARTS}
    cache = FeatureCache(directory.features)
    features = {}
    for part in PARTS:
        on_stage(f"features of the frozen trunk, {part}")
        try:
            features[part] = cache.features(
                start.network,
                images[part],
                plan.preprocessing,
                threads=threads,
                on_progress=on_progress,
            ).features
        except OSError as error:
            raise TrainingError(
                f"Features cannot be written to '{directory.features}' ({error.strerror or error})",
                "Make room on the disk, and resume the run",
            ) from error
    validated = can_be_asked(table, rows["val"], clusters)
    return Workshop(
        plan, table, rows, images, features, clusters, validated, threads, on_stage, on_progress
    )

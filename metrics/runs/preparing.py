"""What stands before training: the device, the split, the pictures and the frozen features."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray

from common.errors import MetadataError, TrainingError
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
    *,
    pictures_sha256: str | None = None,
    trained: Collection[str] = (),
) -> Split:
    """Return the run's split: the one it was begun with, or a new one.

    Args:
        plan: what is asked for.
        table: the data set.
        clusters: the near-duplicate cluster of each picture.
        directory: of the run.
        pictures_sha256: see :func:`metrics.runs.data.pictures_sha256`; None where nobody looked.
        trained: see :func:`metrics.data.draw_split`.

    Raises:
        MetadataError: the kept split was changed or is of other pictures, or the table tells one
            that cannot be.
    """
    if directory.split.exists():
        split = Split.load(directory.split)
        known = split.pictures_sha256 is not None and pictures_sha256 is not None
        if known and split.pictures_sha256 != pictures_sha256:
            raise MetadataError(
                f"The pictures of {table.source} have changed since the run in "
                f"'{directory.path}' was begun, and its split may not fit them",
                "Begin another run under another name, or bring back the pictures",
            )
        return split
    split = make_split(
        table, seed=plan.seed, clusters=clusters, train_share=plan.train_share, trained=trained
    )
    return replace(split, pictures_sha256=pictures_sha256)


def keep_split(split: Split, table: TrainingTable, directory: RunDirectory) -> None:
    """Write the split, and what its labels are called, into the run's directory.

    Raises:
        TrainingError: it cannot be written.
    """
    try:
        table.label_map.save(directory.label_map)
        split.save(directory.split)
    except OSError as error:
        raise TrainingError(
            f"'{directory.split}' cannot be written ({error.strerror or error})",
            "Make room on the disk, or choose another run directory",
        ) from error


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

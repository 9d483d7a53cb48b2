"""A data set on disk: its pictures, examined, and which of them are copies of each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from common.images import ImageLimits
from common.storage.folder import FolderStore
from metrics.data import (
    TrainingTable,
    examine_files,
    near_duplicates,
    read_training_csv,
    read_training_folder,
)
from metrics.training.embedding import OnProgress
from metrics.training.images import Box, ImageFiles, LabelledImages

ImagesOf: TypeAlias = Callable[[NDArray[np.int64]], LabelledImages]
"""Returns the pictures of rows of a table, in that order."""


@dataclass(frozen=True, slots=True, eq=False)
class RunData:
    """What a run trains on.

    Attributes:
        table: labels, and whatever else is known.
        images_of: the pictures of rows.
        clusters: the near-duplicate cluster of each picture.
        sha256: see :func:`pictures_sha256`.
        images_for: from a side in pixels, ``images_of`` for a model of that side: far larger
            pictures are reduced as they are decoded, which is not the same for any two sides.
    """

    table: TrainingTable
    images_of: ImagesOf
    clusters: NDArray[np.int64]
    sha256: str
    images_for: Callable[[int], ImagesOf]


def read_labels(folder: Path, meta: Path | None) -> TrainingTable:
    """Read the labels of a folder's pictures.

    Args:
        folder: of the pictures.
        meta: the table; None reads labels from the names of sub-folders.

    Raises:
        MetadataError: the table or the folders are wrong; all rows are named.
        StorageUnavailable: the folder cannot be reached.
    """
    if meta is not None:
        return read_training_csv(meta)
    return read_training_folder(FolderStore(folder), str(folder))


def open_data(
    folder: Path,
    table: TrainingTable,
    limits: ImageLimits,
    *,
    side_px: int,
    threads: int = 2,
    on_progress: OnProgress | None = None,
) -> RunData:
    """Open every file of a data set once, and find copies among them.

    Args:
        folder: of the pictures.
        table: names the pictures and their labels.
        limits: what is refused.
        side_px: the side that pictures will be brought to.
        threads: that read and decode.
        on_progress: called with the pictures opened and their total.

    Raises:
        MetadataError: files are wrong; all rows are named.
        StorageUnavailable: the folder cannot be reached.
    """
    facts = examine_files(
        table, FolderStore(folder), limits, threads=threads, on_progress=on_progress
    )
    clusters = near_duplicates(facts.sha256, facts.hashes, facts.colours)

    def images_for(side: int) -> ImagesOf:
        return files_of(folder, table, limits, side_px=side)

    digest = pictures_sha256(table, facts.sha256, clusters)
    return RunData(table, images_for(side_px), clusters, digest, images_for)


def pictures_sha256(
    table: TrainingTable, digests: Sequence[str], clusters: NDArray[np.int64]
) -> str:
    """Return the sha256 of a data set's pictures and of which are copies, in any order of rows.

    Args:
        table: names the files.
        digests: of each file.
        clusters: shape ``(n,)``: the near-duplicate cluster of each; their numbers do not count.
    """
    ordered = sorted(range(len(table)), key=table.files.__getitem__)
    first: dict[int, int] = {}
    rows = [
        [table.files[row], digests[row], first.setdefault(int(clusters[row]), place)]
        for place, row in enumerate(ordered)
    ]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def files_of(folder: Path, table: TrainingTable, limits: ImageLimits, *, side_px: int) -> ImagesOf:
    """Return what reads the pictures of a table from files.

    Args:
        folder: where they lie. The table's files must have been examined, which keeps them in it.
        table: names the files, and the boxes to take from them.
        limits: what is refused.
        side_px: the side that pictures will be brought to.
    """

    def images_of(rows: NDArray[np.int64]) -> ImageFiles:
        return ImageFiles(
            [folder / table.files[row] for row in rows],
            table.labels[rows],
            limits,
            side_px=side_px,
            boxes=None if table.boxes is None else [_box(table.boxes[row]) for row in rows],
        )

    return images_of


def _box(corners: NDArray[np.float32]) -> Box | None:
    if np.isnan(corners).any():
        return None
    left, top = np.floor(corners[:2]).astype(int).tolist()
    right, bottom = np.ceil(corners[2:]).astype(int).tolist()
    return left, top, right, bottom

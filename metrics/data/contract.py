"""What training and evaluation rely on: a labelled data set whose rows agree with each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from common.errors import MetadataError
from common.metadata import MetadataRowsError, RowProblem
from metrics.data.labels import LabelMap

Part: TypeAlias = Literal["train", "val", "test"]
PARTS: Final[tuple[Part, ...]] = ("train", "val", "test")
_SHOWN: Final = 10


# Compared by identity: arrays do not compare to a single truth.
@dataclass(frozen=True, eq=False)
class TrainingTable:
    """A labelled data set, one entry an image in every column. Nothing of it is ever changed.

    Made by :func:`~metrics.data.reading.read_training_csv` or
    :func:`~metrics.data.reading.read_training_folder`, which check the rows;
    :func:`~metrics.data.examining.examine_files` checks the files.

    Attributes:
        source: where it was read from, for messages.
        files: paths relative to the images, with forward slashes, distinct.
        labels: shape ``(n,)``, int64, in ``0 … C - 1``.
        label_map: what these numbers stand for.
        classes: of each *label*, its super-category; empty texts where none was told.
        parts: of each image, as told by the column ``split``; None without that column.
        groups: of each image: the product, session or source that it came with; empty where it
            stands alone; None without that column.
        is_query: shape ``(n,)``, bool. A query has another image of its label in the gallery, and
            in its part where parts are told.
        is_gallery: shape ``(n,)``, bool.
        boxes: shape ``(n, 4)``, float32, as ``x1, y1, x2, y2`` in pixels of the upright image; NaN
            for the whole image; None without these columns.
        row_numbers: of each image in its table; None where there is no table.
    """

    source: str
    files: tuple[str, ...]
    labels: NDArray[np.int64]
    label_map: LabelMap
    classes: tuple[str, ...]
    is_query: NDArray[np.bool_]
    is_gallery: NDArray[np.bool_]
    parts: tuple[Part, ...] | None = None
    groups: tuple[str, ...] | None = None
    boxes: NDArray[np.float32] | None = None
    row_numbers: tuple[int, ...] | None = None

    def __len__(self) -> int:
        return len(self.files)

    @cached_property
    def label_counts(self) -> NDArray[np.int64]:
        """Images of each label, shape ``(C,)``. Zero where a given label map knows more."""
        return np.bincount(self.labels, minlength=len(self.label_map))

    @property
    def class_ids(self) -> NDArray[np.int64]:
        """The super-category of each *label* as a number from 0, shape ``(C,)``."""
        return np.unique(np.array(self.classes, dtype=np.str_), return_inverse=True)[1]

    @property
    def group_ids(self) -> NDArray[np.int64]:
        """The group of each image as a number from 0, -1 where it has none, shape ``(n,)``."""
        groups = np.array(self.groups or [""] * len(self), dtype=np.str_)
        ids = np.unique(groups, return_inverse=True)[1]
        return np.where(groups == "", -1, ids)

    @property
    def lone_labels(self) -> tuple[str, ...]:
        """Labels with a single image: they are trained on and lie in galleries, never queries."""
        return tuple(self.label_map.names[i] for i in np.flatnonzero(self.label_counts == 1))

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences for the report: what is no error, and that a reader should know."""
        lone = self.lone_labels
        if not lone:
            return ()
        shown = ", ".join(f"'{name}'" for name in lone[:_SHOWN])
        more = f" and {len(lone) - _SHOWN} more" if len(lone) > _SHOWN else ""
        return (
            f"{len(lone)} of {np.count_nonzero(self.label_counts)} labels have a single image and "
            f"are never queried: {shown}{more}.",
        )

    @cached_property
    def content_sha256(self) -> str:
        """The sha256 of what a split depends on; the order of rows and image bytes do not count."""
        rows = zip(
            self.files,
            (self.label_map.names[label] for label in self.labels),
            (self.classes[label] for label in self.labels),
            self.groups or [""] * len(self),
            self.parts or [""] * len(self),
            strict=True,
        )
        text = json.dumps(sorted(rows), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def place(self, index: int) -> str:
        """Name an image in a message: by its row where there is one, else by its file."""
        if self.row_numbers is None:
            return f"'{self.files[index]}'"
        return f"row {self.row_numbers[index]}"

    def refusal(self, problems: Iterable[tuple[int, str]], cure: str) -> MetadataError:
        """Make the error that names what is wrong with images, in the order of rows.

        Args:
            problems: index of an image, and what is wrong, naming the file.
            cure: see :class:`~common.errors.VisualSearchError`.
        """
        ordered = sorted(problems, key=lambda problem: problem[0])
        if self.row_numbers is not None:
            rows = [RowProblem(self.row_numbers[index], text) for index, text in ordered]
            return MetadataRowsError(self.source, rows, cure)
        shown = "; ".join(text for _, text in ordered[:_SHOWN])
        more = f"; and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
        return MetadataError(f"{self.source}: {shown}{more}", cure)

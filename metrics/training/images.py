"""Labelled pictures as training sees them, wherever they lie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from common.errors import ImageError, TrainingError
from common.images import ImageLimits, content_hash, decode

Labels: TypeAlias = NDArray[np.int64]
Box: TypeAlias = tuple[int, int, int, int]


class LabelledImages(Protocol):
    """Pictures by index, each with a label.

    Attributes:
        labels: shape ``(n,)``, int64; equal for pictures of the same thing. Any integers.
    """

    labels: Labels

    def image(self, index: int) -> Image.Image:
        """Return one upright RGB picture. Thread-safe.

        Raises:
            TrainingError: it cannot be read.
        """
        ...

    def digest(self, index: int) -> str:
        """Return what is equal for equal pictures only, such as the sha256 of the file.

        Raises:
            TrainingError: it cannot be read.
        """
        ...


class ImageFiles:
    """Pictures in files, decoded as indexing and serving decode them.

    Args:
        files: where they lie.
        labels: one for each file.
        limits: what is refused.
        side_px: the side that they will be brought to; far larger ones are reduced as they are
            decoded. None keeps their size.
        boxes: the part of each upright picture to take, as left, top, right, bottom; None where it
            is all of it.

    Raises:
        TrainingError: the lengths differ.
    """

    def __init__(
        self,
        files: Sequence[Path],
        labels: Labels,
        limits: ImageLimits,
        *,
        side_px: int | None = None,
        boxes: Sequence[Box | None] | None = None,
    ) -> None:
        self.files = files
        self.labels = np.asarray(labels, dtype=np.int64)
        self._limits = limits
        self._side_px = side_px
        self._boxes = boxes
        if len(files) != len(self.labels) or (boxes is not None and len(boxes) != len(files)):
            raise TrainingError(
                f"There are {len(files)} files, {len(self.labels)} labels and "
                f"{len(files if boxes is None else boxes)} boxes",
                "Give one label for each file, and one box or none",
            )

    def image(self, index: int) -> Image.Image:
        """See :class:`LabelledImages`."""
        box = None if self._boxes is None else self._boxes[index]
        # A box is in pixels of the whole picture, so that is what must be decoded.
        side_px = self._side_px if box is None else None
        try:
            picture = decode(self._read(index), self._limits, minimum_side_px=side_px)
        except ImageError as error:
            raise self._unreadable(index, error.what) from error
        return picture if box is None else picture.crop(box)

    def digest(self, index: int) -> str:
        """See :class:`LabelledImages`; a box is part of it."""
        digest = content_hash(self._read(index))
        box = None if self._boxes is None else self._boxes[index]
        return digest if box is None else content_hash(f"{digest}{box}".encode())

    def _read(self, index: int) -> bytes:
        try:
            return self.files[index].read_bytes()
        except OSError as error:
            raise self._unreadable(index, error.strerror or "it does not open") from error

    def _unreadable(self, index: int, reason: str) -> TrainingError:
        return TrainingError(
            f"The image {self.files[index]} cannot be read: {reason}",
            "Replace it, or leave its row out",
        )


class ImageArrays:
    """Pictures that are in memory already.

    Args:
        pixels: uint8 arrays of shape ``(h, w, 3)``; sizes may differ.
        labels: one for each.

    Raises:
        TrainingError: the lengths differ.
    """

    def __init__(self, pixels: Sequence[NDArray[np.uint8]], labels: Labels) -> None:
        self.pixels = pixels
        self.labels = np.asarray(labels, dtype=np.int64)
        if len(pixels) != len(self.labels):
            raise TrainingError(
                f"There are {len(pixels)} pictures and {len(self.labels)} labels",
                "Give one label for each picture",
            )

    def image(self, index: int) -> Image.Image:
        """See :class:`LabelledImages`."""
        return Image.fromarray(self.pixels[index])

    def digest(self, index: int) -> str:
        """See :class:`LabelledImages`."""
        pixels = self.pixels[index]
        return content_hash(repr(pixels.shape).encode() + pixels.tobytes())


def class_codes(labels: Labels, *, pairs: bool) -> tuple[Labels, int]:
    """Number the classes from 0, and check that there is something to learn.

    Args:
        labels: any integers.
        pairs: whether the loss learns from pairs of one class.

    Returns:
        One code from 0 for each label, and how many classes there are.

    Raises:
        TrainingError: fewer than two classes, or no class has the two pictures that a pair needs.
    """
    classes, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    if len(classes) < 2:
        raise TrainingError(
            f"The training images are of {len(classes)} class" + "es" * (len(classes) != 1),
            "Training tells classes apart: label at least two",
        )
    if pairs and counts.max() < 2:
        raise TrainingError(
            f"Each of the {len(classes)} training classes has one image, and this loss learns from "
            "pairs",
            "Add images, or take a loss with proxies such as arcface",
        )
    return codes.astype(np.int64), len(classes)

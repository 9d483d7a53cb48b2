"""Embedders whose quality is known without measuring, and small categories to show them."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from common.embedding.base import ModelCard, Preprocessing
from common.images import ImageLimits
from common.records import Vector
from common.storage.folder import FolderStore
from metrics.comparing import Candidate, LabelledPictures, TimingPlan, Trial

LIMITS = ImageLimits()
QUICK = TimingPlan(queries=5, warm_up=1, pictures=2, rounds=1, files=4)
SHADES = 12
"""How many classes can be told apart: class ``n`` is painted in the ``n``-th shade of red."""


class Pretender:
    """Sees only the shade of a picture; subclasses say what they make of it."""

    def __init__(self, name: str = "", *, seconds: float = 0.0) -> None:
        self.card = ModelCard(
            name=name or type(self).__name__.lower(),
            fingerprint="0" * 64,
            dim=SHADES,
            preprocessing=Preprocessing(size_px=8, resize="squash"),
            description="",
            source="made in a test",
            licence="MIT",
        )
        self._seconds = seconds

    def prepare(self, image: Image.Image) -> NDArray[np.float32]:
        return np.asarray(image, dtype=np.float32).mean(axis=(0, 1))

    def infer(self, batch: NDArray[Any]) -> Vector:
        time.sleep(self._seconds * len(batch))
        rows = [self.vector(pixel) for pixel in batch]
        return np.array(rows, dtype=np.float32).reshape(len(batch), SHADES)

    def vector(self, pixel: NDArray[np.float32]) -> NDArray[Any]:
        raise NotImplementedError


class Perfect(Pretender):
    """Pictures of one class are equal to it, those of two have nothing in common."""

    def vector(self, pixel: NDArray[np.float32]) -> NDArray[Any]:
        return np.eye(SHADES)[round(float(pixel[0]) / 20)]


class Constant(Pretender):
    """All pictures are equal to it, so it ranks by file name."""

    def vector(self, pixel: NDArray[np.float32]) -> NDArray[Any]:
        return np.eye(SHADES)[0]


class Random(Pretender):
    """Its vectors have nothing to do with the class."""

    def vector(self, pixel: NDArray[np.float32]) -> NDArray[Any]:
        vector = np.random.default_rng(pixel.astype(int)).normal(size=SHADES)
        return vector / np.linalg.norm(vector)


class Blind(Pretender):
    """Broken: returns nothing but zeros."""

    def vector(self, pixel: NDArray[np.float32]) -> NDArray[Any]:
        return np.zeros(SHADES)


def candidates(*embedders: Pretender) -> list[Candidate]:
    return [Candidate(embedder, 1_500_000) for embedder in embedders]


def paint(shade: int, variant: int) -> bytes:
    """A plain picture: red tells its class, green and blue which one of the class it is."""
    stream = io.BytesIO()
    Image.new("RGB", (16, 16), (20 * shade, variant, 10 * shade)).save(stream, "PNG")
    return stream.getvalue()


def painted(directory: Path, classes: int, each: int, first: int = 0) -> LabelledPictures:
    """Paint ``each`` pictures of so many classes into a directory."""
    labels = {}
    for shade in range(classes):
        for variant in range(first, first + each):
            file = f"{chr(ord('a') + shade)}/{variant}.png"
            (directory / file).parent.mkdir(parents=True, exist_ok=True)
            (directory / file).write_bytes(paint(shade, variant))
            labels[file] = chr(ord("a") + shade)
    return LabelledPictures(FolderStore(directory), labels)


def painted_trial(directory: Path, classes: int = 2, each: int = 2) -> Trial:
    return Trial("paint", painted(directory, classes, each))

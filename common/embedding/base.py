"""The seam behind which pictures become vectors, and the card that describes a model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from common.records import Vector

Prepared: TypeAlias = NDArray[Any]
"""One image as the model takes it, without the batch axis: equal shape and dtype for all images."""


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """How an upright RGB image becomes a model's input. Data, so that everyone does the same.

    Attributes:
        size_px: side of the square input.
        resize: ``squash`` ignores the aspect; ``crop`` resizes the short side and cuts the middle;
            ``pad`` resizes the long side and fills the rest with ``pad_colour``.
        interpolation: Pillow's antialiased filter.
        mean: subtracted from each channel after scaling to [0, 1].
        std: each channel is divided by it.
        pad_colour: RGB, 0 to 255.
    """

    size_px: int
    resize: Literal["squash", "crop", "pad"] = "pad"
    interpolation: Literal["bilinear", "bicubic", "lanczos"] = "bicubic"
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    pad_colour: tuple[int, int, int] = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is known about an embedder.

    Attributes:
        name: what people choose it by.
        fingerprint: sha256 over the model and its preprocessing, see :func:`fingerprint`. Vectors
            may be compared only when their fingerprints are equal.
        dim: length of a vector.
        preprocessing: how images are prepared.
        description: one or two sentences.
        source: where the model comes from.
        licence: SPDX identifier.
        quality: measured figures by name; empty when nothing was measured.
        extra: anything else its maker wrote into the card (data, limits, date …).
    """

    name: str
    fingerprint: str
    dim: int
    preprocessing: Preprocessing
    description: str
    source: str
    licence: str
    quality: Mapping[str, float] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


class Embedder(Protocol):
    """Turns pictures into vectors, in two steps so that the first can run in many threads.

    Attributes:
        card: what is known about it.
    """

    card: ModelCard

    def prepare(self, image: Image.Image) -> Prepared:
        """Turn one upright RGB image of any size into the model's input. Thread-safe.

        Raises:
            ValueError: the image is not of mode RGB.
        """
        ...

    def infer(self, batch: NDArray[Any]) -> Vector:
        """Embed prepared images stacked along a new first axis.

        Args:
            batch: shape ``(n, …)``, n may be 0.

        Returns:
            Shape ``(n, card.dim)``, float32, rows of unit length. A row does not depend on its
            neighbours: batch size changes nothing beyond rounding (1e-5).
        """
        ...


def embed(embedder: Embedder, images: Sequence[Image.Image]) -> Vector:
    """Embed upright RGB images.

    Returns:
        Shape ``(len(images), dim)``, float32, unit rows; shape ``(0, dim)`` for no image.
    """
    if not images:
        return np.empty((0, embedder.card.dim), dtype=np.float32)
    return embedder.infer(np.stack([embedder.prepare(image) for image in images]))


def fingerprint(model: bytes, preprocessing: Preprocessing) -> str:
    """Return the sha256 (64 hex digits) of a model's bytes and its preprocessing.

    Equal for equal pairs on every machine; differs when either differs.
    """
    digest = hashlib.sha256(hashlib.sha256(model).digest())
    digest.update(json.dumps(asdict(preprocessing), sort_keys=True).encode())
    return digest.hexdigest()

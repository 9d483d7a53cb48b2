"""The one implementation of :class:`~common.embedding.base.Preprocessing`.

Training, indexing and serving all come here, so that a model is asked with what it was taught on.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from common.embedding.base import Preprocessing

_FILTERS: Final = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
_REDUCING_GAP: Final = 2.0
"""Large pictures are first averaged down by a whole number, to no less than twice the final size:
several times faster, and close to filtering every pixel."""


def preprocess(image: Image.Image, spec: Preprocessing) -> NDArray[np.float32]:
    """Turn an upright RGB image of any size into a model's input.

    Args:
        image: of mode RGB.
        spec: how.

    Returns:
        Shape ``(3, spec.size_px, spec.size_px)``, float32, contiguous: ``(pixel / 255 - mean) /
        std`` for each channel.

    Raises:
        ValueError: the image is not of mode RGB.
    """
    mean = np.array(spec.mean, dtype=np.float32)
    std = np.array(spec.std, dtype=np.float32)
    pixels = np.asarray(fit(image, spec), dtype=np.float32)
    # (p / 255 - mean) / std in one multiplication and one addition for each pixel.
    pixels = pixels * (1 / (255 * std)) - mean / std
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def fit(image: Image.Image, spec: Preprocessing) -> Image.Image:
    """Bring an upright RGB image to the square of ``spec.size_px``; colours stay as they are.

    Args:
        image: of mode RGB.
        spec: its ``mean`` and ``std`` are not used.

    Raises:
        ValueError: the image is not of mode RGB.
    """
    if image.mode != "RGB":
        raise ValueError(f"an RGB image is needed, not one of mode {image.mode}")
    size = spec.size_px
    match spec.resize:
        case "squash":
            return _resized(image, (size, size), spec)
        case "crop":
            # The same pixels as resizing all of it and cutting afterwards, as Pillow's filters look
            # beyond the box; but without the huge picture that a long thin one would become.
            width, height = image.size
            side = min(width, height)
            left, top = (width - side) / 2, (height - side) / 2
            return _resized(image, (size, size), spec, (left, top, left + side, top + side))
        case "pad":
            inner = padded_size(image.size, size)
            canvas = Image.new("RGB", (size, size), spec.pad_colour)
            corner = ((size - inner[0]) // 2, (size - inner[1]) // 2)
            canvas.paste(_resized(image, inner, spec), corner)
            return canvas


def padded_size(size: tuple[int, int], side_px: int) -> tuple[int, int]:
    """Return the width and height of a picture fitted into a square: aspect kept, at least 1."""
    longest = max(size)
    width, height = (max(1, round(side * side_px / longest)) for side in size)
    return width, height


def _resized(
    image: Image.Image,
    size: tuple[int, int],
    spec: Preprocessing,
    box: tuple[float, float, float, float] | None = None,
) -> Image.Image:
    return image.resize(size, _FILTERS[spec.interpolation], box, _REDUCING_GAP)

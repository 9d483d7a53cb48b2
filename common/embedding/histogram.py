"""The baseline that needs no weights: colours and the directions of edges, each as histograms.

It is always there, costs about a millisecond a picture, and tells a trained model what to beat.
Two parts, each of unit length, are weighted and joined:

- **Colour**: a histogram over CIE L*a*b*, each pixel shared between its eight nearest bins, its
  square root taken so that the product of two is their Bhattacharyya coefficient (Hellinger kernel;
  Arandjelovic and Zisserman, CVPR 2012). Exposure is divided out and half of the colour of the
  light, both estimated by shades of grey (Finlayson and Trezzi, CIC 2004): all of it would make a
  red poster and a blue one equal.
- **Edges**: a histogram of gradient directions in each of 4 x 4 cells (HOG; Dalal and Triggs, CVPR
  2005), pixels shared between neighbouring cells and directions, faint cells raised, less its mean,
  as edges in all directions everywhere say nothing.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from common.embedding.base import ModelCard, Preprocessing, fingerprint
from common.embedding.preprocess import fit
from common.records import Vector

_Floats = NDArray[np.float32]

SIZE_PX: Final = 48
LAB_BINS: Final = (5, 6, 6)
LAB_RANGE: Final = ((0.0, 100.0), (-60.0, 60.0), (-60.0, 60.0))
CELLS: Final = 4
DIRECTIONS: Final = 8
COLOUR_WEIGHT: Final = 0.4
EDGE_WEIGHT: Final = 0.6
GREY_NORM: Final = 6
LIGHT_REMOVED: Final = 0.5
MEAN_LIGHT: Final = 0.6
_BATCH: Final = 64  # pictures at once: the intermediate planes of one take half a megabyte
_EPSILON: Final = 1e-6

_DIM: Final = LAB_BINS[0] * LAB_BINS[1] * LAB_BINS[2] + CELLS * CELLS * DIRECTIONS
_PREPROCESSING: Final = Preprocessing(
    size_px=SIZE_PX,
    resize="squash",
    interpolation="bilinear",
    mean=(0.0, 0.0, 0.0),
    std=(1.0, 1.0, 1.0),
)
_SRGB_TO_XYZ: Final = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ],
    dtype=np.float32,
)
_WHITE: Final = np.array([0.95047, 1.0, 1.08883], dtype=np.float32)  # D65
_LUMA: Final = np.array([0.299, 0.587, 0.114], dtype=np.float32)


def _card() -> ModelCard:
    parameters = (
        "histogram 1",
        LAB_BINS,
        LAB_RANGE,
        (CELLS, DIRECTIONS),
        (COLOUR_WEIGHT, EDGE_WEIGHT),
        (GREY_NORM, LIGHT_REMOVED, MEAN_LIGHT),
    )
    return ModelCard(
        name="histogram",
        fingerprint=fingerprint(repr(parameters).encode(), _PREPROCESSING),
        dim=_DIM,
        preprocessing=_PREPROCESSING,
        description="Compares colours and the directions of edges. Nothing is learned, so it works "
        "on any pictures at once, but it does not know what they show.",
        source="part of this program",
        licence="MIT",
    )


class HistogramEmbedder:
    """Colour and edge histograms as an :class:`~common.embedding.base.Embedder`."""

    def __init__(self) -> None:
        self.card = _card()

    def prepare(self, image: Image.Image) -> NDArray[np.uint8]:
        """Return the picture squashed to shape ``(48, 48, 3)``, uint8 RGB.

        A pixel divided by 255 is what the card's preprocessing describes; :meth:`infer` does that.

        Raises:
            ValueError: the image is not of mode RGB.
        """
        return np.asarray(fit(image, self.card.preprocessing))

    def infer(self, batch: NDArray[Any]) -> Vector:
        """Embed prepared images.

        Args:
            batch: shape ``(n, 48, 48, 3)``, uint8.

        Returns:
            Shape ``(n, 308)``, float32, unit rows.
        """
        rows = np.empty((len(batch), self.card.dim), dtype=np.float32)
        for start in range(0, len(batch), _BATCH):
            rows[start : start + _BATCH] = _describe(batch[start : start + _BATCH])
        return rows


def _describe(pixels: NDArray[np.uint8]) -> _Floats:
    light = _linear_light()[pixels]
    colour = np.sqrt(_colour_histogram(_lab(_under_even_light(light))))
    edges = np.sqrt(_edge_histogram(np.sqrt(light @ _LUMA)))
    edges -= edges.mean(axis=1, keepdims=True)
    # A picture without edges has no edge part; the colours then make up the whole.
    parts = [COLOUR_WEIGHT**0.5 * _unit(colour), EDGE_WEIGHT**0.5 * _unit(edges)]
    return _unit(np.concatenate(parts, axis=1))


def _unit(rows: _Floats) -> _Floats:
    """Scale rows to length 1; rows of nothing stay nothing."""
    lengths: _Floats = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _EPSILON)
    unit: _Floats = rows / lengths
    return unit


def _linear_light() -> _Floats:
    """Return the light behind each of the 256 values of sRGB (IEC 61966-2-1), in [0, 1]."""
    value = np.arange(256, dtype=np.float32) / 255
    light: _Floats = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    return light


def _under_even_light(light: _Floats) -> _Floats:
    """Divide out how much light there was, and part of its colour.

    Args:
        light: shape ``(n, height, width, 3)``, linear.
    """
    estimate: _Floats = np.mean(light**GREY_NORM, axis=(1, 2), keepdims=True) ** (1 / GREY_NORM)
    estimate += 1e-3
    brightness = estimate.mean(axis=3, keepdims=True)
    gain: _Floats = MEAN_LIGHT / brightness * (brightness / estimate) ** LIGHT_REMOVED
    return light * gain


def _lab(light: _Floats) -> _Floats:
    """Convert linear sRGB ``(…, 3)`` to CIE L*a*b* under D65 (CIE 15:2004, 8.2.1)."""
    xyz = light @ (_SRGB_TO_XYZ.T / _WHITE)
    root = np.where(xyz > 216 / 24389, np.cbrt(xyz), xyz * (841 / 108) + 4 / 29)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _colour_histogram(lab: _Floats) -> _Floats:
    """Count colours, each pixel shared linearly between the eight bins around it.

    Args:
        lab: shape ``(n, height, width, 3)``.

    Returns:
        Shape ``(n, bins)``; rows sum to 1.
    """
    count = len(lab)
    bins = np.array(LAB_BINS)
    low, high = np.array(LAB_RANGE, dtype=np.float32).T
    place = (lab.reshape(count, -1, 3) - low) / (high - low) * (bins - 1)
    place = place.clip(0, bins - 1)
    lower = np.minimum(place.astype(np.int64), bins - 2)
    share = place - lower
    strides = np.array([bins[1] * bins[2], bins[2], 1])
    total = int(bins.prod())
    first = lower @ strides + np.arange(count)[:, None] * total
    histogram = np.zeros(count * total)
    for corner in np.ndindex(2, 2, 2):
        weight = np.where(corner, share, 1 - share).prod(axis=-1)
        histogram += np.bincount(
            (first + np.dot(corner, strides)).ravel(), weight.ravel(), count * total
        )
    shares: _Floats = (histogram.reshape(count, total) / place.shape[1]).astype(np.float32)
    return shares


def _edge_histogram(grey: _Floats) -> _Floats:
    """Sum gradients by cell and direction, each shared between the two nearest of both.

    Args:
        grey: shape ``(n, side, side)``.

    Returns:
        Shape ``(n, CELLS * CELLS * DIRECTIONS)``. A cell's length is that of its gradients,
        compressed towards the mean of all cells.
    """
    count, side = len(grey), grey.shape[1]
    down, across = np.zeros_like(grey), np.zeros_like(grey)
    down[:, 1:-1, 1:-1] = grey[:, 2:, 1:-1] - grey[:, :-2, 1:-1]
    across[:, 1:-1, 1:-1] = grey[:, 1:-1, 2:] - grey[:, 1:-1, :-2]
    strength = np.hypot(across, down)
    turn = np.arctan2(down, across) * (DIRECTIONS / (2 * np.pi)) % DIRECTIONS
    direction = turn.astype(np.int64)
    share = turn - direction
    planes = np.zeros((count, DIRECTIONS, side, side), dtype=np.float32)
    for step, part in ((0, 1 - share), (1, share)):
        at = ((direction + step) % DIRECTIONS)[:, None]
        np.put_along_axis(planes, at, (part * strength)[:, None], axis=1)
    centres = (np.arange(side, dtype=np.float32) + 0.5) / side * CELLS - 0.5
    reach = np.maximum(0, 1 - np.abs(centres - np.arange(CELLS, dtype=np.float32)[:, None]))
    cells = reach @ planes @ reach.T
    length = np.sqrt(np.square(cells).sum(axis=1, keepdims=True))
    cells /= length + length.mean(axis=(2, 3), keepdims=True) + _EPSILON
    by_cell: _Floats = cells.transpose(0, 2, 3, 1).reshape(count, -1)
    return by_cell

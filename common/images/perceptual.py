"""Perceptual hashes: 64 bits that stay almost the same when a picture is resized or recompressed.

A picture is shrunk to 32 x 32 grey levels; each bit says whether one of its 8 x 8 lowest
frequencies lies above their median. Source: Zauner, "Implementation and benchmarking of perceptual
image hash functions", 2010, chapter 3.2 (DCT based).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE_PX: Final = 32
"""Side of the grey picture that is hashed."""

COLOUR_SIDE_PX: Final = 16
"""Side of the colour picture that confirms what equal hashes suggest."""

FLAT: Final = np.uint64(0)
"""The hash of a picture with nothing in it to compare: a plain colour, a faint shade."""

MAX_HAMMING: Final = 6
"""Bits in which the hashes of copies may differ."""

MAX_COLOUR_DISTANCE: Final = 8.0
"""Root mean square over a colour thumbnail, in levels of 256. On the demo pictures, copies that
were resized or recompressed stay below 3.6; distinct pictures of similar hash begin at 12."""

_FREQUENCIES: Final = 8
_FLAT_BELOW: Final = 1.0
"""Standard deviation, in grey levels of 256, of what the low frequencies draw. Below it they are
noise, and so would be their signs."""


def grey_thumbnail(picture: Image.Image) -> NDArray[np.uint8]:
    """Shrink an upright RGB picture to what is hashed.

    Returns:
        Shape ``(32, 32)``, uint8; the aspect is not kept.
    """
    size = (SIDE_PX, SIDE_PX)
    small = picture.convert("L").resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    return np.asarray(small, dtype=np.uint8)


def colour_thumbnail(picture: Image.Image) -> NDArray[np.uint8]:
    """Shrink an upright RGB picture to what tells pictures of one shape and two colours apart.

    Returns:
        Shape ``(16, 16, 3)``, uint8; the aspect is not kept.
    """
    size = (COLOUR_SIDE_PX, COLOUR_SIDE_PX)
    return np.asarray(picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=3.0))


def perceptual_hashes(thumbnails: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Hash grey thumbnails.

    Args:
        thumbnails: shape ``(n, 32, 32)``, uint8, see :func:`grey_thumbnail`.

    Returns:
        Shape ``(n,)``, uint64. :data:`FLAT` where there is nothing to compare.
    """
    basis = _cosines()
    # Rounded, as the frequencies that a symmetric picture lacks are zero but for rounding errors,
    # whose signs mean nothing.
    low = np.rint(basis @ thumbnails.astype(np.float64) @ basis.T)
    low = low.reshape(len(thumbnails), _FREQUENCIES**2)
    # The first coefficient is the mean brightness, which says nothing about the picture.
    changing = low[:, 1:]
    bits = low > np.median(changing, axis=1, keepdims=True)
    bits[:, 0] = False
    # The transform is orthonormal: these energies are those of the pixels (Parseval).
    flat = np.sqrt((changing**2).sum(axis=1)) / SIDE_PX < _FLAT_BELOW
    packed = np.packbits(bits, axis=1).view(np.uint64)[:, 0]
    return np.where(flat, FLAT, packed)


def hamming(first: NDArray[np.uint64], second: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Count the bits in which hashes differ, broadcasting as NumPy does."""
    return np.asarray(np.bitwise_count(first ^ second), dtype=np.uint8)


def colour_distances(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the root mean square difference of colour thumbnails, in levels of 256.

    Args:
        first: shape ``(…, 16, 16, 3)``, uint8.
        second: the same, or one that broadcasts with it.

    Returns:
        Shape ``(…)``, float32.
    """
    difference = first.astype(np.float32) - second
    return np.asarray(np.sqrt(np.mean(difference**2, axis=(-3, -2, -1))), dtype=np.float32)


def _cosines() -> NDArray[np.float64]:
    """Return the first rows of the orthonormal DCT-II: shape ``(8, 32)``."""
    frequency = np.arange(_FREQUENCIES)[:, None]
    position = np.arange(SIDE_PX)[None, :] + 0.5
    rows = np.cos(np.pi / SIDE_PX * frequency * position) * np.sqrt(2 / SIDE_PX)
    rows[0] /= np.sqrt(2)
    return np.asarray(rows, dtype=np.float64)

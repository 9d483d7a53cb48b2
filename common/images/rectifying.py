"""Parts of pictures that lie at an angle, as if looked at straight on.

The perspective image of a rectangle is a convex quadrilateral, and one projective mapping takes the
one to the other. Source of the mapping: Heckbert, "Fundamentals of Texture Mapping and Image
Warping", 1989, section 2.2.3 (unit square to quadrilateral).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from common.errors import QueryError

CORNERS: Final = 4
LARGEST_SIDE_PX: Final = 1024
"""Longer side of what is made, unless asked otherwise: more than any embedder looks at."""

Corners: TypeAlias = NDArray[np.float64]
"""Shape ``(4, 2)``: x and y in pixels of the upright picture, from its upper left corner, y down.
The picture's edges are whole numbers, the centres of its pixels lie half-way between."""

_LEAST_HEIGHT_PX: Final = 1.0
"""Of each corner above the line through its neighbours: below it the part has no extent to show."""


def rectify(
    picture: Image.Image,
    corners: Sequence[tuple[float, float]],
    *,
    largest_side_px: int = LARGEST_SIDE_PX,
) -> Image.Image:
    """Cut out a part of a picture by its four corners, and look at it straight on.

    Args:
        picture: mode RGB, upright.
        corners: x and y of each in pixels, as :data:`Corners` has them, in their order around the
            part: beginning at any of them, in either direction.
        largest_side_px: a part with a longer side is scaled down to it; none is enlarged.

    Returns:
        Mode RGB. Its sides are as long as the longer of the part's opposite sides; what is up in it
        is what is nearest to up in the picture.

    Raises:
        QueryError: these are not four corners of a convex part of the picture.
    """
    ring = upright_corners(corners, picture.size)
    width, height = _extent(ring)
    scale = min(1.0, largest_side_px / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    left, top = (int(low) for low in np.floor(ring.min(axis=0)))
    right, bottom = (int(high) for high in np.ceil(ring.max(axis=0)))
    # The mapping takes single samples: what it would skip has to be averaged before.
    factor = max(1, int(1 / scale))
    part = picture.reduce(factor, (left, top, right, bottom))
    return part.transform(
        size,
        Image.Transform.PERSPECTIVE,
        _mapping((ring - (left, top)) / factor, size),
        Image.Resampling.BICUBIC,
    )


def upright_corners(corners: Sequence[tuple[float, float]], size: tuple[int, int]) -> Corners:
    """Check the corners of a part, and bring them into the order in which a rectangle has its own.

    Args:
        corners: as :func:`rectify` takes them.
        size: width and height of the picture.

    Returns:
        The same four: upper left, upper right, lower right, lower left, where the part is turned to
        the nearest of the four ways up. A part that stands on its tip has two; then always the same
        one is taken.

    Raises:
        QueryError: they are not four, not all in the picture, too close to each other or to one
            line, cross, or surround a part with a dent.
    """
    ring = np.array([(x, y) for x, y in corners], dtype=np.float64).reshape(-1, 2)
    _check_inside(ring, size)
    turns = _turns(ring)
    _check_convex(ring, turns)
    if turns[0] < 0:
        ring = ring[::-1]
    # From the same corner whichever was given first, so that rounding decides equally below.
    ring = np.roll(ring, -int(np.lexsort((ring[:, 0], ring[:, 1]))[0]), axis=0)
    return max((np.roll(ring, -start, axis=0) for start in range(CORNERS)), key=_uprightness)


def _check_inside(ring: Corners, size: tuple[int, int]) -> None:
    if len(ring) != CORNERS:
        raise QueryError(
            f"A part of a picture has {CORNERS} corners, not {len(ring)}",
            "Give x and y of each of the four",
        )
    # Written so that it refuses what is no number, too.
    if not ((ring >= 0) & (ring <= size)).all():
        raise QueryError(
            f"A corner lies outside of the picture, which has {size[0]} x {size[1]} pixels",
            "Give corners in pixels of the upright picture, from its upper left corner",
        )


def _check_convex(ring: Corners, turns: NDArray[np.float64]) -> None:
    across = np.linalg.norm(np.roll(ring, -1, axis=0) - np.roll(ring, 1, axis=0), axis=1)
    if (np.abs(turns) < _LEAST_HEIGHT_PX * across).any() or not across.all():
        raise QueryError(
            "The corners surround next to nothing: two of them are at one place, or three on one "
            "line",
            "Choose corners that lie apart",
        )
    clockwise = int((turns > 0).sum())
    if clockwise == CORNERS // 2:
        raise QueryError(
            "The lines from corner to corner cross each other",
            "Give the corners in their order around the part",
        )
    if clockwise not in (0, CORNERS):
        raise QueryError(
            "The corners surround a part with a dent: one lies between the other three",
            "Choose the corners of something rectangular",
        )


def _turns(ring: Corners) -> NDArray[np.float64]:
    """Return, of each corner, twice the area it spans with its neighbours; above 0: clockwise."""
    before = ring - np.roll(ring, 1, axis=0)
    after = np.roll(ring, -1, axis=0) - ring
    turns: NDArray[np.float64] = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    return turns


def _uprightness(ring: Corners) -> float:
    """Return how far the first side runs to the right, and the sides next to it run down."""
    right = (ring[1] - ring[0]) + (ring[2] - ring[3])
    down = (ring[3] - ring[0]) + (ring[2] - ring[1])
    return float(right[0] + down[1])


def _extent(ring: Corners) -> tuple[float, float]:
    """Return the longer of the upper and lower side, and of the left and right one, in pixels."""
    upper, right, lower, left = (
        math.dist(ring[corner], ring[(corner + 1) % CORNERS]) for corner in range(CORNERS)
    )
    return max(upper, lower), max(left, right)


def _mapping(ring: Corners, size: tuple[int, int]) -> tuple[float, ...]:
    """Return the eight numbers by which Pillow finds the place of a pixel in the source."""
    origin, across, opposite, down = ring
    bend = origin - across + opposite - down
    to_across, to_down = across - opposite, down - opposite
    area = _cross(to_across, to_down)
    g = _cross(bend, to_down) / area
    h = _cross(to_across, bend) / area
    along_x = across - origin + g * across
    along_y = down - origin + h * down
    width, height = size
    return (
        *(float(along_x[0] / width), float(along_y[0] / height), float(origin[0])),
        *(float(along_x[1] / width), float(along_y[1] / height), float(origin[1])),
        *(float(g / width), float(h / height)),
    )


def _cross(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    return float(first[0] * second[1] - first[1] * second[0])

"""Lays a repeat as a wall: joints between the tiles, and no two tiles fired quite alike."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from scripts.demo_data.svg import hex_to_rgb

Pixels = NDArray[np.float32]

GLAZE_SPREAD = 0.035
"""Standard deviation of the brightness of whole tiles."""
SHEEN_STEPS = (4.0, 30.0)
"""Range of the brightest reflection, in 0..255 steps."""
WARP_CYCLES = 0.06
"""Standard deviation of a reflection's displacement from tile to tile: none lies quite flat."""


@dataclass(frozen=True)
class TileGrid:
    """Where the joints run.

    The tiles are the points closer to one lattice point than to any other: rectangles for an
    upright lattice, hexagons for a hexagonal one.

    Attributes:
        width: First lattice vector, along x, in drawing units.
        shift: x of the second lattice vector.
        height: y of the second lattice vector.
        centre: A lattice point.
        joint: Width of the joints.
    """

    width: float
    shift: float
    height: float
    centre: tuple[float, float]
    joint: float


@dataclass(frozen=True)
class TiledWall:
    """The mount of a tile design: repeats its drawing, then adds joints, glaze and reflections.

    Attributes:
        repeat: Width and height of the repeat in drawing units.
        columns: Repeats side by side in the picture of the wall.
        rows: Repeats on top of each other.
        grid: The joints; None for a print without any.
        joint_colour: Colour of the mortar.
    """

    repeat: tuple[float, float]
    columns: int
    rows: int
    grid: TileGrid | None
    joint_colour: str

    @classmethod
    def about(
        cls, repeat: tuple[float, float], across: float, grid: TileGrid | None, joint_colour: str
    ) -> TiledWall:
        """A wall about `across` units wide, with as square a section as whole repeats allow."""
        columns = max(1, round(across / repeat[0]))
        rows = max(1, round(columns * repeat[0] / repeat[1]))
        if grid is not None:
            # A tile may be higher than the repeat; the section shows whole rows of tiles.
            per_tile = max(1, round(grid.height / repeat[1]))
            rows = per_tile * max(1, round(rows / per_tile))
        return cls(repeat, columns, rows, grid, joint_colour)

    def __call__(self, drawing: Image.Image, rng: np.random.Generator) -> Image.Image:
        """Lay the wall; every call fires new tiles.

        Args:
            drawing: One repeat, stretched to a square.
            rng: Decides the glaze.

        Returns:
            An opaque RGBA square that continues seamlessly at its edges.
        """
        side = drawing.width
        width_px, height_px = round(side / self.columns), round(side / self.rows)
        one = drawing.convert("RGB").resize((width_px, height_px), Image.Resampling.LANCZOS)
        wall = np.tile(np.asarray(one), (self.rows, self.columns, 1))
        lit = _glazed(wall, rng) if self.grid is None else self._tiled(wall, self.grid, rng)
        pixels = np.clip(lit, 0, 255).astype(np.uint8)
        # Whole pixels per repeat rarely add up to the square exactly.
        return (
            Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC).convert("RGBA")
        )

    def _tiled(self, wall: NDArray[np.uint8], grid: TileGrid, rng: np.random.Generator) -> Pixels:
        height, width = wall.shape[:2]
        extent = (self.repeat[0] * self.columns, self.repeat[1] * self.rows)
        joints = _joints(grid, extent, (width, height))
        count = int(joints.numbers.max()) + 1
        gain = rng.normal(1, GLAZE_SPREAD, count).astype(np.float32)
        warp = rng.normal(0, WARP_CYCLES, count).astype(np.float32)
        lit = wall * gain[joints.numbers][..., None]
        lit += joints.edge + _sheen(rng, (height, width), warp[joints.numbers])
        colour = np.array(hex_to_rgb(self.joint_colour), dtype=np.float32)
        glazed = lit[joints.mortared]
        lit[joints.mortared] = glazed + (colour - glazed) * joints.mortar
        return np.asarray(lit, dtype=np.float32)


def _glazed(wall: NDArray[np.uint8], rng: np.random.Generator) -> Pixels:
    """A print in one piece: it reflects, but evenly."""
    height, width = wall.shape[:2]
    flat = np.zeros((height, width), dtype=np.float32)
    return np.asarray(wall + _sheen(rng, (height, width), flat), dtype=np.float32)


def _sheen(rng: np.random.Generator, shape: tuple[int, int], warp: Pixels) -> Pixels:
    """Soft slanted reflections of windows `(h, w, 1)`, seamless over the section's edges.

    Args:
        rng: Decides direction, place and strength.
        shape: Height and width.
        warp: Displacement `(h, w)` in cycles.
    """
    height, width = shape
    across, down = float(rng.choice([-1.0, 1.0])), float(rng.choice([0.0, 1.0, 2.0]))
    x = np.linspace(0, across, width, endpoint=False, dtype=np.float32)[None, :]
    y = np.linspace(0, down, height, endpoint=False, dtype=np.float32)[:, None]
    wave = np.cos(2 * np.pi * (x + y + warp + float(rng.random())))
    strength = float(rng.uniform(*SHEEN_STEPS))
    return np.asarray(strength * (0.5 + 0.5 * wave) ** 3, dtype=np.float32)[..., None]


@dataclass(frozen=True)
class _Joints:
    """A grid in pixels; `h` and `w` are the section's height and width.

    Attributes:
        numbers: Number of the tile at each pixel, `(h, w)`.
        mortared: Which pixels show mortar, `(h, w)`.
        mortar: How much they show, 0..1, `(n, 1)` in the order of `mortared`.
        edge: Light on the tiles' rounded edges in 0..255 steps, `(h, w, 1)`.
    """

    numbers: NDArray[np.intp]
    mortared: NDArray[np.bool_]
    mortar: Pixels
    edge: Pixels


@functools.lru_cache(maxsize=4)
def _joints(grid: TileGrid, extent: tuple[float, float], size_px: tuple[int, int]) -> _Joints:
    """Lay out a grid on a section of `extent` drawing units."""
    width_px, height_px = size_px
    units_per_px = extent[0] / width_px
    x = (np.arange(width_px, dtype=np.float32) + 0.5) * units_per_px - grid.centre[0]
    y = (np.arange(height_px, dtype=np.float32) + 0.5) * (extent[1] / height_px) - grid.centre[1]
    x, y = np.meshgrid(x, y)
    row, column, dx, dy = _nearest(grid, x, y)
    rows = max(1, round(extent[1] / grid.height))
    columns = max(1, round(extent[0] / grid.width))
    # A tile cut by the edge of the section goes on at the opposite edge. Going round from bottom
    # to top undoes the sideways shift of all rows.
    turns = np.floor_divide(row, rows)
    column = column + turns * round(rows * grid.shift / grid.width)
    numbers = (row % rows) * columns + column % columns

    distance = np.full(x.shape, np.inf, dtype=np.float32)
    lean = np.zeros(x.shape, dtype=np.float32)
    for nx, ny in _neighbours(grid):
        length = math.hypot(nx, ny)
        to_edge = length / 2 - (dx * nx + dy * ny) / length
        closer = to_edge < distance
        distance = np.where(closer, to_edge, distance)
        # Light falls from the upper left, so edges facing there shine and others are shaded.
        lean = np.where(closer, -(0.6 * nx + 0.8 * ny) / length, lean)
    softness = 0.7 * units_per_px
    mortar = np.clip((grid.joint / 2 - distance) / softness + 0.5, 0, 1)
    rim = np.exp(-np.maximum(distance - grid.joint / 2, 0) / (0.9 * grid.joint))
    mortared = mortar > 0
    return _Joints(
        numbers=numbers.astype(np.intp),
        mortared=mortared,
        mortar=mortar[mortared].astype(np.float32)[:, None],
        edge=(26 * lean * rim).astype(np.float32)[..., None],
    )


def _nearest(
    grid: TileGrid, x: Pixels, y: Pixels
) -> tuple[NDArray[np.int64], NDArray[np.int64], Pixels, Pixels]:
    """Row and column of the nearest lattice point, and the offset from it."""
    best = np.full(x.shape, np.inf, dtype=np.float32)
    row, column = np.zeros(x.shape, dtype=np.int64), np.zeros(x.shape, dtype=np.int64)
    offset_x, offset_y = np.zeros_like(x), np.zeros_like(y)
    lower = np.floor(y / grid.height).astype(np.int64)
    # The nearest point lies in the row above or below; within a row, rounding finds it.
    for candidate in (lower, lower + 1):
        along = x - candidate * np.float32(grid.shift)
        nearest = np.round(along / grid.width).astype(np.int64)
        dx, dy = along - nearest * grid.width, y - candidate * np.float32(grid.height)
        distance = dx * dx + dy * dy
        closer = distance < best
        best = np.where(closer, distance, best)
        row, column = np.where(closer, candidate, row), np.where(closer, nearest, column)
        offset_x, offset_y = np.where(closer, dx, offset_x), np.where(closer, dy, offset_y)
    return row, column, offset_x.astype(np.float32), offset_y.astype(np.float32)


def _neighbours(grid: TileGrid) -> list[tuple[float, float]]:
    """Lattice vectors across the edges of a tile; further ones change nothing."""
    steps = (-1, 0, 1)
    return [
        (i * grid.width + j * grid.shift, j * grid.height)
        for i in steps
        for j in steps
        if (i, j) != (0, 0)
    ]

"""Places to photograph things in: a table seen from above, or a floor with a wall behind it.

A background name is either a material of `surfaces.PAINTERS` or `"studio"`, a seamless paper
sweep in a soft colour. The same names serve both kinds of place.
"""

from __future__ import annotations

import functools

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from scripts.demo_data.geometry import quad_to_quad, warp
from scripts.demo_data.surfaces import SURFACE_PX, VARIANTS, surface
from scripts.demo_data.svg import hex_to_rgb, mix

STUDIO_COLOURS = (
    "#f2f0ec", "#f6f4f1", "#e9ebec", "#dfe3e4", "#eadfd3", "#e6d3c7", "#d7dfd4", "#cfdbe3",
    "#ecd9d9", "#efe5c9", "#d9d4e2", "#c9d3cf", "#b9c4cc", "#d8bfae",
)  # fmt: skip
WALL_COLOURS = (
    "#e8e4dd", "#d9dcd9", "#cdd3d4", "#dccfc1", "#c9d0c2", "#c3cbd4", "#e3d3c9", "#b7b6b1",
    "#8d9a98", "#a58f80", "#f0ebe2",
)  # fmt: skip

Pixels = NDArray[np.float32]


def _any(rng: np.random.Generator, colours: tuple[str, ...]) -> str:
    return colours[int(rng.integers(len(colours)))]


def _light_pool(
    rng: np.random.Generator, frame_px: tuple[int, int], reach: tuple[float, float] = (0.7, 1.1)
) -> Pixels:
    """A lamp's soft spot on a backdrop: `(h, w, 1)` factors, 1 in its middle."""
    width, height = frame_px
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :] - rng.uniform(-0.5, 0.5)
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None] - rng.uniform(-0.6, 0.1)
    radius = float(rng.uniform(*reach)) * 1.6
    falloff = np.exp(-(x * x + y * y) / (2 * radius * radius))
    strength = float(rng.uniform(0.06, 0.24))
    return np.asarray(1 - strength + strength * falloff, dtype=np.float32)[..., None]


def _studio(rng: np.random.Generator, frame_px: tuple[int, int], horizon: float | None) -> Pixels:
    """A paper sweep: no edge between floor and wall, only a change of brightness."""
    height = frame_px[1]
    colour = _any(rng, STUDIO_COLOURS)
    wall = np.array(hex_to_rgb(mix(colour, "#ffffff", float(rng.uniform(0, 0.25)))), np.float32)
    floor = np.array(hex_to_rgb(mix(colour, "#6d6a66", float(rng.uniform(0, 0.16)))), np.float32)
    y = np.linspace(0, 1, height, dtype=np.float32)
    bend = 0.5 if horizon is None else horizon
    share = 1 / (1 + np.exp(-(y - bend) * float(rng.uniform(9, 30))))
    column = wall + (floor - wall) * share[:, None]
    return np.asarray(column[:, None, :] * _light_pool(rng, frame_px), dtype=np.float32)


def _lay(
    rng: np.random.Generator,
    name: str,
    quad: list[tuple[float, float]],
    window: tuple[int, int, int, int],
) -> Pixels:
    """Lay a material so that its corners appear at `quad` (clockwise from the top left, px).

    Args:
        rng: Chooses variant and crop.
        name: A material.
        quad: Four points of the frame.
        window: Left, top, right, bottom of the wanted part of the frame.
    """
    texture = surface(name, int(rng.integers(VARIANTS)))
    side = SURFACE_PX * float(rng.uniform(0.55, 0.95))
    left, top = (float(rng.uniform(0, SURFACE_PX - side)) for _ in range(2))
    crop = texture.crop((round(left), round(top), round(left + side), round(top + side)))
    if rng.random() < 0.5:
        crop = crop.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    unit_square = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    to_frame = quad_to_quad(unit_square, quad)
    seen = warp(crop, to_frame, window)
    return np.asarray(seen).astype(np.float32)


@functools.cache
def _wall_relief(variant: int, frame_px: tuple[int, int]) -> Pixels:
    """Brightness steps `(h, w, 1)` of a plastered wall, out of focus."""
    plaster = surface("plaster", variant).convert("L").resize(frame_px)
    relief = np.asarray(plaster.filter(ImageFilter.BoxBlur(1)), dtype=np.float32)
    return np.asarray(relief - relief.mean(), dtype=np.float32)[..., None]


def seen_from_above(rng: np.random.Generator, name: str, frame_px: tuple[int, int]) -> Pixels:
    """A surface that fills the frame, turned by some angle.

    Args:
        rng: Chooses variant, crop, angle and light.
        name: A material or `"studio"`.
        frame_px: Width and height.

    Returns:
        `(height, width, 3)` float32 array of 0..255 values.
    """
    if name == "studio":
        return _studio(rng, frame_px, horizon=None)
    width, height = frame_px
    half = 0.5 * np.hypot(width, height)
    angle = float(rng.normal(0, 0.2)) + (np.pi / 2 if rng.random() < 0.4 else 0.0)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    # A square with the frame's diagonal as its side covers the frame at every angle; the margin
    # keeps it covered when one side is drawn further away than the other.
    lean = rng.uniform(1.02, 1.3, (4, 1))
    corners = np.array([(-half, -half), (half, -half), (half, half), (-half, half)]) * lean
    quad = corners * 1.42 @ turn.T + (width / 2, height / 2)
    corners_px = [(float(x), float(y)) for x, y in quad]
    laid = _lay(rng, name, corners_px, (0, 0, width, height))
    laid *= _light_pool(rng, frame_px)
    return laid


def floor_and_wall(
    rng: np.random.Generator,
    name: str,
    frame_px: tuple[int, int],
    horizon: float,
    roll_degrees: float,
) -> Pixels:
    """A floor or table top reaching back to a wall that is slightly out of focus.

    Args:
        rng: Chooses variants, colours and light.
        name: Material of the floor, or `"studio"`.
        frame_px: Width and height.
        horizon: Where the floor ends, as a share of the height from the top.
        roll_degrees: How far the camera was held askew, clockwise.

    Returns:
        `(height, width, 3)` float32 array of 0..255 values.
    """
    if name == "studio":
        return _studio(rng, frame_px, horizon)
    width, height = frame_px
    slope = float(np.tan(np.radians(roll_degrees)))
    wall_colour = np.array(hex_to_rgb(_any(rng, WALL_COLOURS)), dtype=np.float32)
    scene = np.asarray(wall_colour * _light_pool(rng, frame_px), dtype=np.float32)
    if rng.random() < 0.45:
        scene += _wall_relief(int(rng.integers(VARIANTS)), frame_px)

    x = np.arange(width, dtype=np.float32)[None, :, None] - width / 2
    y = np.arange(height, dtype=np.float32)[:, None, None]
    edge = horizon * height + np.float32(slope) * x
    drop = 0.65 * width * slope
    spread = float(rng.uniform(0.5, 1.0)) * width
    first_row = max(0, int(edge.min() - 0.01 * height))
    floor = _lay(
        rng,
        name,
        [
            (-0.15 * width, horizon * height - drop - 2),
            (1.15 * width, horizon * height + drop - 2),
            (width + spread, height * 1.05),
            (-spread, height * 1.05),
        ],
        (0, first_row, width, height),
    )
    below_edge = y[first_row:] - edge
    depth = np.clip(below_edge / (height - edge), 0, 1)
    cover = np.clip(below_edge / (0.006 * height) + 0.5, 0, 1)
    scene[first_row:] *= 1 - cover
    scene[first_row:] += floor * (cover * (0.86 + 0.14 * depth))
    # Less light gets into the corner between floor and wall.
    scene *= 1 - 0.18 * np.exp(np.abs(y - edge) * np.float32(-20 / height))
    return scene

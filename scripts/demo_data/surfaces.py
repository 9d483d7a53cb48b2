"""Materials that things stand on, lie on or hang on: procedural textures seen straight on.

Every painter takes a random generator and returns a `(SURFACE_PX, SURFACE_PX, 3)` float32 array
of 0..255 values. `surface` keeps a few variants of each per process, made from fixed seeds, so a
picture's pixels do not depend on which process drew it.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from scripts.demo_data.svg import hex_to_rgb

SURFACE_PX = 768
VARIANTS = 3

Pixels = NDArray[np.float32]
Painter = Callable[[np.random.Generator], Pixels]


def noise(rng: np.random.Generator, rows: int, columns: int, size_px: int = SURFACE_PX) -> Pixels:
    """Smooth noise `(size_px, size_px)`, roughly -1..1, with the given number of grid cells."""
    grid = rng.uniform(-1.0, 1.0, (rows + 3, columns + 3)).astype(np.float32)
    image = Image.fromarray(grid, mode="F")
    return np.asarray(
        image.resize((size_px, size_px), Image.Resampling.BICUBIC, (1, 1, columns + 1, rows + 1))
    )


def clouds(rng: np.random.Generator, cells: int, octaves: int) -> Pixels:
    """Fractal noise: each octave has twice the cells and half the height."""
    total = np.zeros((SURFACE_PX, SURFACE_PX), dtype=np.float32)
    for octave in range(octaves):
        total += noise(rng, cells * 2**octave, cells * 2**octave) * 0.5**octave
    return total


def _coloured(base: str, relief: Pixels) -> Pixels:
    """A base colour with brightness relief `(h, w)` in 0..255 steps, a little warmer when lit."""
    tint = np.array([1.0, 0.97, 0.92], dtype=np.float32)
    colour = np.array(hex_to_rgb(base), dtype=np.float32)
    return np.clip(colour + relief[..., None] * tint, 0, 255).astype(np.float32)


def _lit_from_the_left(height: Pixels, strength: float) -> Pixels:
    """Brightness of a bumpy surface in grazing light: its slope along the light's direction."""
    slope = np.gradient(height, axis=1) + 0.6 * np.gradient(height, axis=0)
    return np.asarray(slope * strength, dtype=np.float32)


def _choose(rng: np.random.Generator, colours: tuple[str, ...]) -> str:
    return colours[int(rng.integers(len(colours)))]


def _wood(rng: np.random.Generator, base: str, plank_px: int, contrast: float) -> Pixels:
    """Planks along x: long streaks, slow waves, dark joints, each plank its own tone."""
    relief = noise(rng, 240, 6) * 5 + noise(rng, 90, 3) * 7 + noise(rng, 380, 40) * 4
    waves = np.sin(np.linspace(0, 70, SURFACE_PX)[:, None] + noise(rng, 5, 2) * 9)
    relief = (relief + waves.astype(np.float32) * 4) * contrast
    tones = np.zeros((SURFACE_PX, SURFACE_PX), dtype=np.float32)
    for top in range(0, SURFACE_PX, plank_px):
        rows = slice(top, top + plank_px)
        joint = int(rng.integers(60, SURFACE_PX - 60))
        tones[rows, :joint] = rng.uniform(-16, 12)
        tones[rows, joint:] = rng.uniform(-16, 12)
        # Every plank is cut from another place of the trunk.
        relief[rows] = np.roll(relief[rows], int(rng.integers(SURFACE_PX)), axis=1)
        tones[top : top + 2] -= 42
        tones[top + 2 : top + 3] += 10
        tones[rows, joint : joint + 2] -= 34
    return _coloured(base, relief + tones)


def _oak(rng: np.random.Generator) -> Pixels:
    return _wood(rng, _choose(rng, ("#c9a679", "#d6b88f", "#b98f62")), 128, 1.0)


def _walnut(rng: np.random.Generator) -> Pixels:
    return _wood(rng, _choose(rng, ("#6b4a35", "#5b4032", "#7a5740")), 192, 1.1)


def _whitewash(rng: np.random.Generator) -> Pixels:
    return _wood(rng, _choose(rng, ("#dfdad0", "#d2cec6", "#e6e0d4")), 96, 0.7)


def _linen(rng: np.random.Generator) -> Pixels:
    """Plain weave: two sets of threads of uneven thickness, one on top of the other by turns."""
    warp_threads = noise(rng, 8, 256) * 9
    weft_threads = noise(rng, 256, 8) * 9
    step = np.arange(SURFACE_PX) % 6 < 3
    weave = np.where(step[:, None] ^ step[None, :], 6.0, -6.0).astype(np.float32)
    folds = clouds(rng, 2, 2) * 9
    base = _choose(rng, ("#d9d0c0", "#c3c8c9", "#dcc9bd", "#b9bfae"))
    return _coloured(base, warp_threads + weft_threads + weave + folds)


def _concrete(rng: np.random.Generator) -> Pixels:
    relief = clouds(rng, 3, 6) * 9 + rng.normal(0, 3.5, (SURFACE_PX, SURFACE_PX))
    pits = noise(rng, 200, 200)
    relief = relief - np.where(pits > 0.93, 30, 0)
    return _coloured(_choose(rng, ("#b4b3af", "#9fa1a2", "#c4c0b8")), relief.astype(np.float32))


def _marble(rng: np.random.Generator) -> Pixels:
    """White stone: veins are where slowly bent noise crosses zero."""
    bend = clouds(rng, 3, 4)
    vein = np.exp(-np.abs(clouds(rng, 2, 5) + bend * 0.5) * 16)
    thin = np.exp(-np.abs(clouds(rng, 4, 4) - bend * 0.4) * 38)
    relief = -70 * vein * (0.5 + 0.5 * noise(rng, 3, 3)) - 34 * thin + clouds(rng, 3, 3) * 5
    return _coloured(_choose(rng, ("#eeeae4", "#e9e8e8")), relief.astype(np.float32))


def _paper(rng: np.random.Generator) -> Pixels:
    fibres = rng.normal(0, 3.0, (SURFACE_PX, SURFACE_PX)).astype(np.float32)
    base = _choose(rng, ("#efe9dd", "#e8e6e1", "#e3d6c3"))
    return _coloured(base, fibres + clouds(rng, 4, 4) * 3)


def _plaster(rng: np.random.Generator) -> Pixels:
    base = _choose(rng, ("#e2d8ca", "#cfd4d0", "#d9c4b4", "#c6cdd6"))
    return _coloured(base, _lit_from_the_left(clouds(rng, 5, 6), 60) + clouds(rng, 3, 3) * 5)


def _terrazzo(rng: np.random.Generator) -> Pixels:
    base = _choose(rng, ("#e4dfd6", "#d5dad8"))
    image = Image.new("RGB", (SURFACE_PX, SURFACE_PX), base)
    draw = ImageDraw.Draw(image)
    chips = ("#b98d72", "#7d8a87", "#c9b79c", "#52585c", "#a7b2a3", "#d3a18c")
    for _ in range(2600):
        centre = rng.uniform(0, SURFACE_PX, 2)
        radius = float(rng.gamma(2.0, 1.8)) + 1.0
        angles = np.sort(rng.uniform(0, 2 * np.pi, int(rng.integers(4, 7))))
        corners = centre + radius * np.column_stack((np.cos(angles), np.sin(angles)))
        draw.polygon([(float(x), float(y)) for x, y in corners], fill=_choose(rng, chips))
    image = image.filter(ImageFilter.GaussianBlur(0.7))
    return np.asarray(image, dtype=np.float32) + (clouds(rng, 3, 4) * 4)[..., None]


def _felt(rng: np.random.Generator) -> Pixels:
    fibres = noise(rng, 300, 60) * 6 + noise(rng, 60, 300) * 6
    grain = rng.normal(0, 4, (SURFACE_PX, SURFACE_PX)).astype(np.float32)
    base = _choose(rng, ("#5e6b66", "#8a6d5f", "#4f5a6e", "#7d7f83"))
    return _coloured(base, fibres + grain + clouds(rng, 2, 3) * 5)


def _slate(rng: np.random.Generator) -> Pixels:
    layers = _lit_from_the_left(clouds(rng, 6, 7), 70) + clouds(rng, 4, 5) * 6
    return _coloured(_choose(rng, ("#4a4e52", "#565553", "#3f444b")), layers)


PAINTERS: dict[str, Painter] = {
    "oak": _oak,
    "walnut": _walnut,
    "whitewash": _whitewash,
    "linen": _linen,
    "concrete": _concrete,
    "marble": _marble,
    "paper": _paper,
    "plaster": _plaster,
    "terrazzo": _terrazzo,
    "felt": _felt,
    "slate": _slate,
}


@functools.cache
def surface(name: str, variant: int) -> Image.Image:
    """One of `VARIANTS` pictures of a material.

    Args:
        name: A key of `PAINTERS`.
        variant: 0 to `VARIANTS` - 1.

    Returns:
        An RGB image of `SURFACE_PX` x `SURFACE_PX`, shared within the process: do not draw on it.
    """
    rng = np.random.default_rng([zlib.crc32(name.encode()), variant])
    pixels = np.clip(PAINTERS[name](rng), 0, 255)
    return Image.fromarray(pixels.astype(np.uint8), mode="RGB")

"""Surface grain of shoe materials, as small seamless pictures for SVG patterns.

A texture is relief only: black where the grain shades the colour below, white where it catches
light, transparent in between. So one texture serves all colours.
"""

from __future__ import annotations

import base64
import functools
import io
import zlib
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image

TILE_PX = 128

Relief = NDArray[np.float64]


def _band(rng: np.random.Generator, low: float, high: float) -> Relief:
    """Noise of one grain size, `(TILE_PX, TILE_PX)`, zero mean and unit deviation.

    Made by filtering in the frequency domain, which makes it periodic and so seamless.

    Args:
        rng: Source of the noise.
        low: Fewest waves per tile.
        high: Most waves per tile.
    """
    spectrum = np.fft.fft2(rng.standard_normal((TILE_PX, TILE_PX)))
    waves = np.fft.fftfreq(TILE_PX) * TILE_PX
    radius = np.hypot(waves[:, None], waves[None, :])
    kept = np.fft.ifft2(spectrum * ((radius >= low) & (radius <= high))).real
    return np.asarray((kept - kept.mean()) / kept.std())


def _embossed(height: Relief) -> Relief:
    """Brightness of a bumpy surface lit from the top left."""
    slope = (height - np.roll(height, 1, axis=1)) + (height - np.roll(height, 1, axis=0))
    return np.asarray(slope / slope.std())


def _grid() -> tuple[Relief, Relief]:
    y, x = np.mgrid[0:TILE_PX, 0:TILE_PX].astype(np.float64)
    return x, y


def _pebbles(rng: np.random.Generator, count: int) -> Relief:
    """Rounded cells around random points, parted by grooves; zero in the middle of a cell."""
    seeds = rng.uniform(0, TILE_PX, (count, 2))
    x, y = _grid()
    nearest = np.full((TILE_PX, TILE_PX), np.inf)
    second = nearest.copy()
    for seed_x, seed_y in seeds:
        # Distances wrap around the tile's edges, so that it stays seamless.
        dx = np.abs(x - seed_x)
        dy = np.abs(y - seed_y)
        distance = np.hypot(np.minimum(dx, TILE_PX - dx), np.minimum(dy, TILE_PX - dy))
        second = np.minimum(second, np.maximum(nearest, distance))
        nearest = np.minimum(nearest, distance)
    return np.asarray(np.minimum(second - nearest, 4.0))


def _leather(rng: np.random.Generator) -> Relief:
    """Fine pebbles."""
    return _embossed(_pebbles(rng, 420)) * 0.055


def _grained(rng: np.random.Generator) -> Relief:
    """Heavier pebbles, as on scotch grain or tumbled hides."""
    return _embossed(_pebbles(rng, 150)) * 0.13


def _suede(rng: np.random.Generator) -> Relief:
    """Short nap, brushed in patches."""
    return _band(rng, 30, 60) * 0.1 + _band(rng, 4, 9) * 0.02


def _canvas(rng: np.random.Generator) -> Relief:
    x, y = _grid()
    over = ((x // 4 + y // 4) % 2) * 2 - 1
    threads = np.where(over > 0, np.sin(y * np.pi / 2), np.sin(x * np.pi / 2))
    return threads * 0.07 + over * 0.05 + _band(rng, 20, 50) * 0.06


def _knit(rng: np.random.Generator) -> Relief:
    """Rows of V-shaped stitches."""
    x, y = _grid()
    column = np.abs(x % 8 - 3.5)
    rows = np.sin((y + column * 1.4) * 2 * np.pi / 8)
    return rows * 0.16 - (column < 0.6) * 0.16 + _band(rng, 30, 60) * 0.05


def _mesh(rng: np.random.Generator) -> Relief:
    """Round holes in a staggered grid."""
    x, y = _grid()
    shifted = x + (y // 8 % 2) * 4
    hole = np.hypot(shifted % 8 - 3.5, y % 8 - 3.5)
    return np.where(hole < 2.4, -0.32, 0.05) + _band(rng, 30, 60) * 0.03


def _rubber(rng: np.random.Generator) -> Relief:
    return _band(rng, 40, 62) * 0.035


def _foam(rng: np.random.Generator) -> Relief:
    """Beads pressed together."""
    return _embossed(_band(rng, 14, 22)) * 0.035


def _satin(rng: np.random.Generator) -> Relief:
    """Fine threads and broad watered shine."""
    _, y = _grid()
    return np.sin(y * np.pi / 1.5) * 0.03 + _band(rng, 2, 4) * 0.04


def _jute(rng: np.random.Generator) -> Relief:
    """Braided rope: slanted strands, row over row."""
    x, y = _grid()
    lean = np.where((y // 16) % 2 == 0, 1.0, -1.0)
    strand = np.sin((x + lean * (y % 16) * 0.8) * 2 * np.pi / 16)
    edge = np.cos((y % 16 - 8) * np.pi / 16)
    return strand * 0.2 + (edge - 0.6) * 0.3 + _band(rng, 30, 60) * 0.1


def _cork(rng: np.random.Generator) -> Relief:
    grains = _band(rng, 10, 22)
    return np.where(grains < -1.2, -0.4, 0.0) + _band(rng, 25, 60) * 0.07


def _straw(rng: np.random.Generator) -> Relief:
    """Basket weave of flat strips."""
    x, y = _grid()
    across = (x // 16 + y // 16) % 2
    strip = np.where(
        across > 0, np.cos((y % 16 - 8) * np.pi / 16), np.cos((x % 16 - 8) * np.pi / 16)
    )
    return (strip - 0.6) * 0.5 + _band(rng, 30, 60) * 0.07


def _wool(rng: np.random.Generator) -> Relief:
    """Felted curls."""
    return _embossed(_band(rng, 8, 20)) * 0.16 + _band(rng, 30, 60) * 0.06


def _fleece(rng: np.random.Generator) -> Relief:
    """Teddy pile: big soft tufts."""
    return _embossed(_pebbles(rng, 60) + _band(rng, 8, 20)) * 0.2 + _band(rng, 30, 60) * 0.06


def _scales(rng: np.random.Generator) -> Relief:
    """Embossed reptile: staggered plates with dark grooves."""
    x, y = _grid()
    row = y // 16
    along = (x + (row % 2) * 16) % 32 - 16
    plate = (np.abs(along) / 16) ** 4 + (np.abs(y % 16 - 8) / 8) ** 4
    return np.where(plate > 0.75, -0.3, 0.1 - 0.2 * (y % 16) / 16) + _band(rng, 20, 50) * 0.03


def _ribs(rng: np.random.Generator) -> Relief:
    """Vertical ribbing, as on elastic."""
    x, _ = _grid()
    return np.sin(x * 2 * np.pi / 8) * 0.26 + _band(rng, 30, 60) * 0.04


TEXTURES: dict[str, Callable[[np.random.Generator], Relief]] = {
    "leather": _leather,
    "grained": _grained,
    "suede": _suede,
    "canvas": _canvas,
    "knit": _knit,
    "mesh": _mesh,
    "rubber": _rubber,
    "foam": _foam,
    "satin": _satin,
    "jute": _jute,
    "cork": _cork,
    "straw": _straw,
    "wool": _wool,
    "fleece": _fleece,
    "scales": _scales,
    "ribs": _ribs,
}


@functools.cache
def texture_uri(name: str) -> str:
    """A texture as a PNG data URI.

    Args:
        name: A key of `TEXTURES`.
    """
    relief = TEXTURES[name](np.random.default_rng(zlib.crc32(name.encode())))
    lit = np.where(relief > 0, 255, 0)
    opacity = np.clip(np.abs(relief) * 255, 0, 255)
    pixels = np.dstack((lit, opacity)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels, mode="LA").save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")

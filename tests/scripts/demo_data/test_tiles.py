"""Tiles: every pattern has exactly the symmetry that its metadata claims."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from numpy.typing import NDArray

from scripts.demo_data.svg import render_svg
from scripts.demo_data.tiles import CATEGORY
from scripts.demo_data.tiles.catalogue import COLLECTION, TileDesign
from scripts.demo_data.tiles.laying import TiledWall, TileGrid
from scripts.demo_data.tiles.pattern import Cell, Pattern, pattern_svg
from scripts.demo_data.tiles.wallpaper import GROUPS, Isometry, WallpaperGroup

RASTER_PX = 360
# Divisible by 2 and 3, so that every shift of every group is a whole number of samples.
SAMPLES = 48
# Blur that hides how pixels happen to fall on edges, in drawing units.
BLUR = 0.9
# Mean difference, in standard deviations, of a pattern and its image under a symmetry: pixels
# leave 0.009 at most; the slightest deviation, a strap that passes under instead of over, 0.033.
KEPT, BROKEN = 0.015, 0.025

Linear = tuple[tuple[int, int], tuple[int, int]]

# Number of isometries per cell and highest rotation, as printed in the International Tables.
EXPECTED_ORDERS = {
    "p1": (1, 1), "p2": (2, 2), "pm": (2, 1), "pg": (2, 1), "cm": (4, 1), "pmm": (4, 2),
    "pmg": (4, 2), "pgg": (4, 2), "cmm": (8, 2), "p4": (4, 4), "p4m": (8, 4), "p4g": (8, 4),
    "p3": (3, 3), "p3m1": (6, 3), "p31m": (6, 3), "p6": (6, 6), "p6m": (12, 6),
}  # fmt: skip

each_tile = pytest.mark.parametrize("tile", COLLECTION, ids=lambda tile: tile.name)
each_group = pytest.mark.parametrize("group", GROUPS.values(), ids=lambda group: group.name)


def _composed(first: Isometry, second: Isometry) -> Isometry:
    """`first` after `second`, modulo the lattice."""
    (a, b), (c, d) = first.linear
    (e, f), (g, h) = second.linear
    u, v = second.shift
    return Isometry(
        ((a * e + b * g, a * f + b * h), (c * e + d * g, c * f + d * h)),
        ((a * u + b * v + first.shift[0]) % 1, (c * u + d * v + first.shift[1]) % 1),
    )


@each_group
def test_general_positions_form_a_group(group: WallpaperGroup) -> None:
    members = set(group.isometries)
    assert len(members) == len(group.isometries)
    assert Isometry(((1, 0), (0, 1)), (Fraction(0), Fraction(0))) == group.isometries[0]
    assert {_composed(a, b) for a, b in itertools.product(members, members)} == members


@each_group
def test_order_and_rotations_are_those_of_the_tables(group: WallpaperGroup) -> None:
    assert (len(group.isometries), group.rotation_order) == EXPECTED_ORDERS[group.name]


def test_all_seventeen_groups_are_there_and_used() -> None:
    assert list(GROUPS) == list(EXPECTED_ORDERS)
    used = Counter(tile.motif(tile.palette).group.name for tile in COLLECTION)
    assert set(used) == set(GROUPS)
    assert min(used.values()) >= 2


def _gram(cell: Cell) -> NDArray[np.float64]:
    basis = np.array([[cell.width, cell.second[0]], [0.0, cell.second[1]]])
    return basis.T @ basis


def _keeps_lengths(linear: Linear, cell: Cell) -> bool:
    matrix, gram = np.array(linear), _gram(cell)
    return bool(np.allclose(matrix.T @ gram @ matrix, gram, rtol=1e-6))


def _lattice_isometries(cell: Cell) -> list[Linear]:
    """Linear parts of all isometries that map the cell's lattice onto itself."""
    found = []
    for a, b, c, d in itertools.product((-1, 0, 1), repeat=4):
        linear = ((a, b), (c, d))
        if abs(a * d - b * c) == 1 and _keeps_lengths(linear, cell):
            found.append(linear)
    return found


@functools.cache
def _pattern(tile: TileDesign) -> Pattern:
    return tile.motif(tile.palette)


def _samples(pattern: Pattern) -> NDArray[np.float64]:
    """Colours at `SAMPLES` x `SAMPLES` fractional coordinates of a cell, mean 0 and deviation 1.

    Independent of how the pattern was made: it starts from pixels.
    """
    image = render_svg(pattern_svg(pattern), RASTER_PX).convert("RGB")
    raster = np.asarray(image, dtype=np.float64)
    width, height = pattern.cell.repeat
    frequency = np.fft.fftfreq(RASTER_PX, 1 / RASTER_PX)
    damping_x = np.exp(-2 * (np.pi * BLUR * frequency / width) ** 2)
    damping_y = np.exp(-2 * (np.pi * BLUR * frequency / height) ** 2)
    spectrum = np.fft.fft2(raster, axes=(0, 1)) * (damping_y[:, None] * damping_x)[..., None]
    smooth = np.fft.ifft2(spectrum, axes=(0, 1)).real

    u, v = np.meshgrid(np.arange(SAMPLES) / SAMPLES, np.arange(SAMPLES) / SAMPLES, indexing="ij")
    x = (u * pattern.cell.width + v * pattern.cell.second[0]) / width * RASTER_PX - 0.5
    y = v * pattern.cell.second[1] / height * RASTER_PX - 0.5
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    across, down = (x - left)[..., None], (y - top)[..., None]

    def pixel(row: NDArray[np.int_], column: NDArray[np.int_]) -> NDArray[np.float64]:
        return smooth[row % RASTER_PX, column % RASTER_PX]

    upper = pixel(top, left) * (1 - across) + pixel(top, left + 1) * across
    lower = pixel(top + 1, left) * (1 - across) + pixel(top + 1, left + 1) * across
    colours = upper * (1 - down) + lower * down
    centred = colours - colours.mean(axis=(0, 1))
    return centred / centred.std()


def _moved(samples: NDArray[np.float64], linear: Linear, shift: tuple[int, int]) -> NDArray:
    i, j = np.meshgrid(np.arange(SAMPLES), np.arange(SAMPLES), indexing="ij")
    (a, b), (c, d) = linear
    return samples[(a * i + b * j + shift[0]) % SAMPLES, (c * i + d * j + shift[1]) % SAMPLES]


def _mismatch(samples: NDArray[np.float64], linear: Linear, shift: tuple[int, int]) -> float:
    return float(np.abs(_moved(samples, linear, shift) - samples).mean())


def _best_shift(samples: NDArray[np.float64], linear: Linear) -> tuple[int, int]:
    """Where a transformed pattern fits itself best, by cross-correlation over all shifts."""
    turned = np.fft.fft2(_moved(samples, linear, (0, 0)), axes=(0, 1))
    product = np.conj(np.fft.fft2(samples, axes=(0, 1))) * turned
    fit = np.fft.ifft2(product.sum(axis=2)).real
    # The fit is over shifts of the transformed picture; the linear part carries them back.
    du, dv = np.unravel_index(int(fit.argmax()), fit.shape)
    (a, b), (c, d) = linear
    return int(a * du + b * dv) % SAMPLES, int(c * du + d * dv) % SAMPLES


def _in_samples(isometry: Isometry) -> tuple[int, int]:
    return int(isometry.shift[0] * SAMPLES), int(isometry.shift[1] * SAMPLES)


@each_tile
def test_pixels_have_exactly_the_claimed_symmetry(tile: TileDesign) -> None:
    pattern = _pattern(tile)
    group, cell = pattern.group, pattern.cell
    samples = _samples(pattern)

    for isometry in group.isometries:
        assert _keeps_lengths(isometry.linear, cell)
        assert _mismatch(samples, isometry.linear, _in_samples(isometry)) < KEPT

    claimed = {isometry.linear for isometry in group.isometries}
    for linear in _lattice_isometries(cell):
        # The search must find the symmetries that exist, or finding none would mean nothing.
        mismatch = _mismatch(samples, linear, _best_shift(samples, linear))
        assert mismatch < KEPT if linear in claimed else mismatch > BROKEN

    identity = ((1, 0), (0, 1))
    centrings = {_in_samples(i) for i in group.isometries if i.linear == identity}
    for parts in (2, 3):
        steps = range(0, SAMPLES, SAMPLES // parts)
        for shift in set(itertools.product(steps, steps)) - centrings:
            assert _mismatch(samples, identity, shift) > BROKEN


def test_there_are_enough_tiles_and_all_differ_in_name_and_motif() -> None:
    assert len(COLLECTION) >= 60
    assert len({tile.name for tile in COLLECTION}) == len(COLLECTION)
    assert len({tile.motif for tile in COLLECTION}) == len(COLLECTION)


def test_designs_are_deterministic_and_complete() -> None:
    first = CATEGORY.designs(np.random.default_rng(7))
    assert first == CATEGORY.designs(np.random.default_rng(7))
    for design in first:
        assert set(design.attributes) == set(CATEGORY.fields)
        assert str(design.attributes["source_link"]).startswith("https://en.wikipedia.org/wiki/")


def _colour_shares(pattern: Pattern) -> NDArray[np.float64]:
    pixels = np.asarray(render_svg(pattern_svg(pattern), 96).convert("RGB"), dtype=np.int64) // 43
    codes = pixels[..., 0] * 36 + pixels[..., 1] * 6 + pixels[..., 2]
    return np.bincount(codes.ravel(), minlength=216) / codes.size


def test_no_two_tiles_are_alike() -> None:
    # Motifs all differ; colours must as well, or small pictures would be confused.
    shares = np.array([_colour_shares(_pattern(tile)) for tile in COLLECTION])
    distance = np.abs(shares[:, None] - shares[None]).sum(axis=2) / 2
    distance[np.diag_indices(len(distance))] = 1
    worst = np.unravel_index(int(distance.argmin()), distance.shape)
    names = [COLLECTION[int(k)].name for k in worst]
    assert distance.min() > 0.2, names


@pytest.fixture(scope="module")
def drawing():
    tile = COLLECTION[0]
    return render_svg(pattern_svg(_pattern(tile)), 320)


def test_wall_is_opaque_seamless_and_fired_anew(drawing) -> None:
    grid = TileGrid(100, 0, 100, (50, 50), 2)
    wall = TiledWall((100, 100), 4, 4, grid, "#808080")
    first = wall(drawing, np.random.default_rng(1))
    assert first.getchannel("A").getextrema() == (255, 255)
    assert np.array_equal(first, wall(drawing, np.random.default_rng(1)))
    assert not np.array_equal(first, wall(drawing, np.random.default_rng(2)))

    plain = TiledWall((100, 100), 4, 4, None, "#808080")(drawing, np.random.default_rng(1))
    pixels = np.asarray(plain.convert("L"), dtype=np.float64)
    inside = np.abs(np.diff(pixels, axis=1)).max()
    assert np.abs(pixels[:, 0] - pixels[:, -1]).max() <= inside


def test_sections_hold_whole_tiles_and_are_about_square() -> None:
    tall = TileGrid(100, 0, 100, (50, 50), 2)
    wall = TiledWall.about((100, 50), 460, tall, "#808080")
    assert (wall.columns, wall.rows) == (5, 10)
    hexagonal = TiledWall.about((100, 173.2), 500, None, "#808080")
    assert (hexagonal.columns, hexagonal.rows) == (5, 3)

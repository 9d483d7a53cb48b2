"""Encaustic and geometric floors after nineteenth-century church halls and porches."""

from __future__ import annotations

from scripts.demo_data.shapes import (
    around,
    circle,
    group,
    lens_data,
    mirrored,
    path,
    petal_data,
    polygon,
    rectangle,
    regular,
    sector_data,
    star_points,
)
from scripts.demo_data.tiles.palettes import Palette
from scripts.demo_data.tiles.pattern import HEXAGONAL, SQUARE, Pattern, Stamp, rectangle_cell


def octagon_and_dot(p: Palette) -> Pattern:
    """Octagons with an inlaid quatrefoil, small dark squares between."""
    octagon = polygon(regular(8, 54.1, 22.5), fill=p.main, stroke=p.ground, stroke_width=1.6)
    inlay = (
        around(4, circle(12, (0, -15), fill=p.ground))
        + around(4, circle(7.5, (0, -15.5), fill=p.second))
        + around(4, path(lens_data(22, 8, 12), fill=p.accent), 45)
        + polygon(regular(4, 9, 0), fill=p.ink)
    )
    line = polygon(regular(8, 44, 22.5), fill="none", stroke=p.ground, stroke_width=1.6)
    return Pattern.of(
        "p4m",
        SQUARE,
        p.ink,
        Stamp(octagon + line + inlay, (0.0, 0.0), 58),
        Stamp(polygon(star_points(4, 15, 6, 0), fill=p.accent), (0.5, 0.5), 16),
    )


def gothic_roses(p: Palette) -> Pattern:
    """Tracery windows: four pointed lobes in a circle, trefoil corners."""
    lobe = path("M0 -6C-15 -14 -18 -28 0 -42C18 -28 15 -14 0 -6Z", fill=p.ground)
    inset = path("M0 -13C-9 -18 -10 -27 0 -35C10 -27 9 -18 0 -13Z", fill=p.second)
    corner = circle(23, fill=p.second) + around(4, circle(7, (0, -9), fill=p.ground), 45)
    return Pattern.of(
        "p4m",
        SQUARE,
        p.accent,
        Stamp(
            circle(48, fill=p.ink)
            + circle(45.5, fill=p.main)
            + around(4, lobe + inset)
            + around(4, circle(6.5, (0, -33), fill=p.accent) + circle(3, (0, -33), fill=p.ink), 45)
            + circle(5.5, fill=p.ink),
            (0.0, 0.0),
            50,
        ),
        Stamp(corner + circle(5, fill=p.ink), (0.5, 0.5), 24),
    )


def basket_bricks(p: Palette) -> Pattern:
    """Pairs of bricks laid across each other like a basket."""
    # Mirrors of p4g run diagonally, so the basket does too.
    brick = rectangle(-33.6, -33.6, 67.2, 32.2, 3, fill=p.main)
    stripe = path("M-24 -17.6H24", stroke=p.accent, stroke_width=2.4, stroke_linecap="round")
    pips = circle(3, (-28, -17.6), fill=p.ground) + circle(3, (28, -17.6), fill=p.ground)
    pair = around(2, brick + stripe + pips)
    knob = polygon(regular(4, 7.5, 0), fill=p.second) + polygon(regular(4, 3.4, 0), fill=p.ink)
    return Pattern.of(
        "p4g",
        SQUARE,
        p.ink,
        Stamp(group(pair, turn=45), (0.5, 0.0), 52),
        Stamp(knob, (0.0, 0.0), 9),
    )


def harlequin(p: Palette) -> Pattern:
    """Tall diamonds, each with a smaller one of another colour inside."""

    def diamond(half: float, fill: str) -> str:
        return polygon([(0, -half * 1.6), (half, 0), (0, half * 1.6), (-half, 0)], fill=fill)

    centre = around(2, path(petal_data(24, 12, 3), fill=p.ground)) + around(
        2, path(petal_data(14, 9, 3), fill=p.accent), 90
    )
    return Pattern.of(
        "cmm",
        rectangle_cell(100, 160),
        p.ground,
        Stamp(diamond(46.5, p.main) + diamond(39, p.ground) + diamond(36, p.main), (0, 0), 82),
        Stamp(diamond(24, p.second) + centre + circle(3.5, fill=p.ink), (0.0, 0.0), 50),
    )


def fleur_de_lis(p: Palette) -> Pattern:
    """Heraldic lilies in upright panels."""
    side = (
        "M3 4C9 2 11 -4 11 -11C11 -20 23 -23 25 -13C26 -6 19 -4 17 -9C20 -9 21 -12 18 -13"
        "C15 -13 16 -6 14 -1C12 5 8 8 3 8Z"
    )
    lily = (
        path("M0 -40C11 -26 9 -12 4 4H-4C-9 -12 -11 -26 0 -40Z", fill=p.main)
        + mirrored(path(side, fill=p.main))
        + rectangle(-11, 5, 22, 4.6, 2, fill=p.accent)
        + path("M0 11C4 18 8 21 12 20C10 26 4 26 0 30C-4 26 -10 26 -12 20C-8 21 -4 18 0 11Z",
               fill=p.main)
    )  # fmt: skip
    rail = path("M0 -70V70", stroke=p.second, stroke_width=7) + path(
        "M0 -70V70", stroke=p.ground, stroke_width=1.4, stroke_dasharray="4 4"
    )
    crown = mirrored(path("M0 -46C14 -46 26 -40 40 -46", fill="none", stroke=p.second,
                          stroke_width=2.2)) + circle(3.4, (0, -49), fill=p.accent)  # fmt: skip
    return Pattern.of(
        "pm",
        rectangle_cell(92, 96),
        p.ground,
        Stamp(rail, (0.5, 0.5), 80),
        Stamp(lily + crown, (0.0, 0.5), 60),
        Stamp(polygon(regular(4, 7, 0), fill=p.ink), (0.5, 0.0), 8),
    )


def trefoil_hexagons(p: Palette) -> Pattern:
    """Hexagonal quarries with three-lobed windows, turned by turns."""
    tile = polygon(regular(6, 56.8), fill=p.main, stroke=p.ground, stroke_width=1.6)
    lobes = around(3, circle(13, (0, -15), fill=p.ground)) + around(
        3, circle(8.5, (0, -16), fill=p.second)
    )
    spikes = around(3, path(lens_data(30, 9, 10), fill=p.accent), 60)
    return Pattern.of(
        "p3m1",
        HEXAGONAL,
        p.ink,
        Stamp(tile, (0.0, 0.0), 58),
        Stamp(spikes + lobes + circle(7, fill=p.ink), (0.0, 0.0), 42),
        Stamp(circle(9, fill=p.accent) + circle(4.5, fill=p.ink), (1 / 3, 2 / 3), 10),
    )


def hexagon_mosaic(p: Palette) -> Pattern:
    """Little hexagons that gather into flowers."""

    def tile(fill: str) -> str:
        return polygon(regular(6, 18.4), fill=fill)

    # Lattice points of the small hexagons divide the cell in three: every other ring a flower.
    petals = "".join(
        group(tile(p.main), at=(33.333 * dx, 33.333 * dy))
        for dx, dy in ((1, 0), (-1, 0), (0.5, 0.866), (-0.5, 0.866), (0.5, -0.866), (-0.5, -0.866))
    )
    return Pattern.of(
        "p6m",
        HEXAGONAL,
        p.ink,
        Stamp(group(petals), (0.0, 0.0), 60),
        Stamp(tile(p.accent), (0.0, 0.0), 20),
        Stamp(tile(p.ground), (1 / 3, 2 / 3), 20),
    )


def corbel_arches(p: Palette) -> Pattern:
    """Rows of round arches, standing and hanging."""
    arch = (
        path(sector_data(48, 36, -90, 90), fill=p.main)
        + path(sector_data(31, 0, -90, 90), fill=p.second)
        + "".join(
            path(sector_data(48.4, 35.6, bearing - 1.4, bearing + 1.4), fill=p.ground)
            for bearing in (-60, -30, 0, 30, 60)
        )
        + path(petal_data(25, 12, 2), fill=p.accent)
        + mirrored(group(path(petal_data(20, 9, 3), fill=p.ground), turn=46))
    )
    base = path("M-50 4H50", stroke=p.ink, stroke_width=3.4) + path(
        "M-50 10H50", stroke=p.accent, stroke_width=2
    )
    spandrel = path("M-9 -41Q0 -36 9 -41L0 -20Z", fill=p.ink)
    return Pattern.of(
        "pmg",
        rectangle_cell(100, 128),
        p.ground,
        Stamp(arch, (0.25, 0.4), 52),
        Stamp(base, (0.25, 0.4), 60),
        Stamp(spandrel, (0.75, 0.4), 48),
    )

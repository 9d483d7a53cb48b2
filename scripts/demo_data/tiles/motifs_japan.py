"""Wagara: small geometric repeats after Japanese textiles and paper."""

from __future__ import annotations

import math

from scripts.demo_data.shapes import (
    around,
    circle,
    group,
    lens_data,
    mirrored,
    outline,
    path,
    petal_data,
    polar,
    polygon,
    regular,
    star_points,
)
from scripts.demo_data.tiles.palettes import Palette
from scripts.demo_data.tiles.pattern import (
    HEXAGONAL,
    SQUARE,
    Pattern,
    Stamp,
    oblique_cell,
    rectangle_cell,
)


def seigaiha(p: Palette) -> Pattern:
    """Waves of the blue sea: overlapping rings."""
    rings = "".join(
        circle(radius, fill=fill)
        for radius, fill in ((50, p.ground), (47, p.main), (38.5, p.ground), (35.5, p.second),
                             (27, p.ground), (24, p.main), (15.5, p.ground), (12.5, p.accent))
    )  # fmt: skip
    return Pattern.of("cm", rectangle_cell(100, 50), p.ground, Stamp(rings, (0.0, 0.0), 52))


def asanoha(p: Palette) -> Pattern:
    """Hemp leaf: six-pointed stars of folded rhombs."""
    # Lattice points are joined to their neighbours and to the middles of the triangles around.
    to_middle = 100 / math.sqrt(3)
    spokes = around(6, path(f"M0 0V{-to_middle}")) + around(6, path("M0 0V-50"), 30)
    # One of the twelve small triangles that meet in a lattice point, with an inset line.
    inset = outline([polar(16, 13), polar(to_middle - 5.5, 2.6), polar(47, 25.5)])
    insets = around(6, mirrored(path(inset)))
    return Pattern.of(
        "p6m",
        HEXAGONAL,
        p.main,
        Stamp(group(insets, fill="none", stroke=p.second, stroke_width=1.5), (0.0, 0.0), 60),
        Stamp(
            group(spokes, stroke=p.ground, stroke_width=3.2, stroke_linecap="round"), (0.0, 0.0), 60
        ),
        Stamp(polygon(star_points(6, 12, 6), fill=p.accent), (0.0, 0.0), 14),
    )


def shippo(p: Palette) -> Pattern:
    """Seven treasures: circles that overlap to petals."""
    petal = path(lens_data(70.7, 29.3, -35.36), fill=p.main, stroke=p.ground, stroke_width=3.4)
    vein = path(lens_data(44, 12, -22), fill="none", stroke=p.second, stroke_width=1.6)
    return Pattern.of(
        "p4m",
        SQUARE,
        p.second,
        Stamp(group(petal + vein, turn=45), (0.25, 0.25), 40),
        Stamp(
            around(4, path(petal_data(13, 11, 2), fill=p.ground), 45)
            + circle(4.5, fill=p.accent), (0.0, 0.0), 18,
        ),
        Stamp(polygon(regular(4, 9), fill=p.accent) + circle(3, fill=p.ink), (0.5, 0.5), 12),
    )  # fmt: skip


def kikko(p: Palette) -> Pattern:
    """Tortoise shell: hexagons in hexagons around a flower."""
    nested = "".join(
        polygon(regular(6, radius), fill=fill)
        for radius, fill in ((55, p.main), (46, p.ground), (42.5, p.main), (34, p.second))
    )
    flower = around(6, path(petal_data(22, 15, 3), fill=p.ground, stroke=p.main, stroke_width=1.3))
    return Pattern.of(
        "p6m",
        HEXAGONAL,
        p.ground,
        Stamp(nested + flower + circle(6, fill=p.accent), (0.0, 0.0), 58),
    )


def bishamon(p: Palette) -> Pattern:
    """Armour scales: three hexagons joined to one three-pointed plate."""
    plate = around(3, path("M0 0L-25 -14.4V-43.3L0 -57.7L25 -43.3V-14.4Z"), 180)
    line = around(3, path("M0 -10L-13 -17.5V-39L0 -46.5L13 -39V-17.5Z"), 180)
    return Pattern.of(
        "p3m1",
        HEXAGONAL,
        p.ground,
        Stamp(
            group(plate, fill=p.main, stroke=p.ground, stroke_width=4)
            + group(plate, fill=p.main, scale=0.93)
            + group(line, fill=p.second, stroke="none")
            + circle(7, fill=p.accent)
            + circle(3, fill=p.ink),
            (0.0, 0.0),
            62,
        ),
        Stamp(
            around(6, path(petal_data(19, 12, 4), fill=p.accent)) + circle(4.5, fill=p.ink),
            (2 / 3, 1 / 3),
            26,
        ),
    )


def cypress_fence(p: Palette) -> Pattern:
    """Higaki: a fence of plaited cypress slats."""
    slat = (
        path("M-34 -9H22L34 9H-22Z", fill=p.main)
        + path("M-27 -4H19M-19 4H27", stroke=p.second, stroke_width=1.8)
    )  # fmt: skip
    return Pattern.of(
        "pgg",
        rectangle_cell(104, 74),
        p.ground,
        Stamp(group(slat, turn=40, scale=1.3), (0.0, 0.0), 60),
        Stamp(polygon(regular(4, 5), fill=p.accent), (0.5, 0.0), 6),
    )


def rising_steam(p: Palette) -> Pattern:
    """Tatewaku: columns that swell and shrink, with a flower in every swelling."""
    edge = "M10 -60C10 -30 40 -30 40 0C40 30 10 30 10 60"
    inner = "M3 -60C3 -24 32 -27 32 0C32 27 3 24 3 60"
    flower = (
        around(5, path(petal_data(15, 12, 2.5), fill=p.accent))
        + around(5, path(lens_data(8, 2.6, 3), fill=p.ink))
        + circle(3, fill=p.ground)
    )
    return Pattern.of(
        "cm",
        rectangle_cell(100, 120),
        p.ground,
        Stamp(mirrored(path(f"{edge}H0V-60Z", fill=p.main)), (0.0, 0.5), 80),
        Stamp(
            mirrored(path(inner, fill="none", stroke=p.second, stroke_width=2.6)), (0.0, 0.5), 80
        ),
        Stamp(flower, (0.0, 0.5), 20),
    )


def fletching(p: Palette) -> Pattern:
    """Yagasuri: arrow feathers pointing up and down by turns."""
    feather = (
        path("M-21 -40L0 -62V34L-21 56Z", fill=p.main)
        + path("M21 -40L0 -62V34L21 56Z", fill=p.main)
        + mirrored(path("M2.2 -40L19 -22M2.2 -22L19 -4M2.2 -4L19 14M2.2 14L19 32", stroke=p.ground,
                        stroke_width=3))
        + path("M0 -62V40", stroke=p.accent, stroke_width=3.2)
    )  # fmt: skip
    return Pattern.of(
        "pmg",
        rectangle_cell(92, 118),
        p.ground,
        Stamp(feather, (0.25, 0.5), 72),
    )


def comma_whirls(p: Palette) -> Pattern:
    """Mitsudomoe: three commas in a circle."""
    comma = path("M0 0C14 -6 28 -20 24 -36C19 -51 -6 -50 -13 -37C-18 -26 -9 -14 1 -17"
                 "C8 -19 8 -6 0 0Z", fill=p.main)  # fmt: skip
    whirl = around(3, group(comma, scale=0.94))
    dots = around(3, circle(4.5, (0, -15), fill=p.accent)) + circle(3, fill=p.ink)
    return Pattern.of(
        "p3",
        HEXAGONAL,
        p.ground,
        Stamp(circle(48.5, fill="none", stroke=p.second, stroke_width=2), (0.0, 0.0), 50),
        Stamp(whirl, (0.0, 0.0), 50),
        Stamp(dots, (2 / 3, 1 / 3), 24),
        Stamp(around(3, path(petal_data(11, 7, 1.5), fill=p.second)), (1 / 3, 2 / 3), 16),
    )


def cranes(p: Palette) -> Pattern:
    """Folded cranes crossing a pale moon."""
    crane = (
        polygon([(-4, 2), (-34, -26), (-10, -17), (12, -4)], fill=p.main)
        + polygon([(-4, 2), (4, -40), (12, -4)], fill=p.ink)
        + polygon([(-4, 2), (12, -4), (22, 16), (2, 14)], fill=p.main)
        + polygon([(12, -4), (34, -18), (44, -12), (35, -12), (20, 10)], fill=p.ink)
        + polygon([(2, 14), (-26, 26), (-4, 2)], fill=p.accent)
    )
    return Pattern.of(
        "p1",
        oblique_cell(108, 84, 3),
        p.ground,
        Stamp(circle(30, (4, -6), fill=p.second) + crane, (0.5, 0.5), 60),
    )

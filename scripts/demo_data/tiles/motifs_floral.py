"""Climbing stems, fruit and blossoms after Arts-and-Crafts papers and printed cottons."""

from __future__ import annotations

from scripts.demo_data.shapes import (
    around,
    circle,
    group,
    lens_data,
    mirrored,
    path,
    petal_data,
)
from scripts.demo_data.tiles.palettes import Palette
from scripts.demo_data.tiles.pattern import (
    HEXAGONAL,
    Pattern,
    Stamp,
    oblique_cell,
    rectangle_cell,
)


def _blossom(petals: int, radius: float, fill: str, line: str, eye: str) -> str:
    """A round flower with veined petals."""
    width = radius * 5.2 / petals
    return (
        around(petals, path(petal_data(radius * 0.85, width, radius * 0.15), fill=fill,
                            stroke=line, stroke_width=1.2))
        + around(petals, path(f"M0 {-radius * 0.3}V{-radius * 0.66}", stroke=line, stroke_width=1))
        + circle(radius * 0.24, fill=eye, stroke=line, stroke_width=1.2)
    )  # fmt: skip


def climbing_vine(p: Palette) -> Pattern:
    """A stem that winds upwards, a leaf and a blossom in every bend."""
    # The glide carries half a wave to the next half: the stem must cross x = 0 at both ends.
    stem = path("M0 0C36 10 36 60 0 70", fill="none", stroke=p.ink, stroke_width=3)
    tendril = path("M20 52C34 60 44 52 40 44C37 39 31 42 33 46", fill="none", stroke=p.ink,
                   stroke_width=1.6)  # fmt: skip
    leaf = path("M27 35C40 20 34 2 14 -6C8 10 12 26 27 35Z", fill=p.main) + path(
        "M27 35C24 22 20 10 15 0M24 24L31 16M20 13L26 5M22 18L14 14", fill="none",
        stroke=p.ground, stroke_width=1.3,
    )  # fmt: skip
    flower = group(_blossom(6, 19, p.accent, p.ink, p.second), at=(-18, 34))
    stalk = path("M20 61C6 52 -6 46 -16 36", fill="none", stroke=p.ink, stroke_width=1.8)
    return Pattern.of(
        "pg",
        rectangle_cell(96, 140),
        p.ground,
        Stamp(stem + stalk, reach=130),
        Stamp(tendril + leaf, reach=130),
        Stamp(flower, reach=130),
    )


def artichokes(p: Palette) -> Pattern:
    """Artichokes in pairs of curling leaves."""
    scale = path("M0 8C-9 2 -8 -8 0 -13C8 -8 9 2 0 8Z", fill=p.main, stroke=p.ink, stroke_width=1.3)
    rows = ((-34, (0,)), (-25, (-8, 8)), (-15, (-15, 0, 15)), (-4, (-19, -7, 7, 19)),
            (7, (-14, 0, 14)), (16, (-7, 7)))  # fmt: skip
    head = "".join(group(scale, at=(x, y)) for y, row in rows for x in row)
    leaf = path("M0 58C14 52 34 50 40 28C44 12 34 -2 24 2C32 10 30 24 20 30C8 38 2 46 0 58Z",
                fill=p.second, stroke=p.ink, stroke_width=1.3)  # fmt: skip
    vein = path("M3 52C18 44 34 36 34 14", fill="none", stroke=p.ground, stroke_width=1.4)
    crown = mirrored(path("M0 -42C5 -50 12 -52 15 -48C12 -46 6 -42 2 -38Z", fill=p.accent))
    return Pattern.of(
        "cm",
        rectangle_cell(96, 150),
        p.ground,
        Stamp(path("M0 20V62", stroke=p.ink, stroke_width=4) + mirrored(leaf + vein), (0, 0.0), 72),
        Stamp(crown + head, (0.0, 0.0), 56),
    )


def paisley(p: Palette) -> Pattern:
    """Curved drops, head to tail."""
    drop = "M-4 40C-34 34 -34 -4 -8 -16C8 -23 16 -34 8 -46C30 -34 34 -8 26 14C20 32 8 42 -4 40Z"
    body = (
        path(drop, fill=p.main, stroke=p.ink, stroke_width=1.6)
        + group(path(drop, fill="none", stroke=p.ground, stroke_width=2.2,
                     stroke_dasharray="0.1 4.4", stroke_linecap="round"), scale=0.84, at=(0, 2))
        + group(path(drop, fill=p.second), scale=0.66, at=(-1, 4))
        + group(around(7, path(petal_data(10, 6, 2.5), fill=p.ground)) + circle(3, fill=p.accent),
                at=(-3, 16))
        + circle(2.4, (7, -8), fill=p.accent)
        + circle(1.8, (11, -15), fill=p.accent)
    )  # fmt: skip
    return Pattern.of(
        "p2",
        oblique_cell(126, 112, 3),
        p.ground,
        Stamp(group(body, at=(42, 54), turn=-14), reach=100),
        Stamp(around(4, path(petal_data(9, 6, 1), fill=p.accent)), (0.5, 0.5), 12),
        Stamp(around(2, path(lens_data(15, 7, 2), fill=p.second)), (0.0, 0.5), 18),
        Stamp(around(6, circle(1.7, (0, -6), fill=p.accent)), (0.5, 0.0), 10),
    )


def tulip_rows(p: Palette) -> Pattern:
    """Tulips on straight stalks, leaves like brackets."""
    tulip = (
        path("M0 46V-6", stroke=p.ink, stroke_width=3)
        + mirrored(path("M0 46C4 22 20 16 26 -6C34 18 24 40 0 46Z", fill=p.main))
        + mirrored(path("M2 42C10 28 22 22 26 4", fill="none", stroke=p.ground, stroke_width=1.5))
        + mirrored(path("M0 -4C-12 -6 -22 -16 -20 -40C-12 -36 -6 -28 -4 -18Z", fill=p.second))
        + path("M0 -4C-14 -10 -14 -34 0 -48C14 -34 14 -10 0 -4Z", fill=p.accent)
        + path("M0 -10V-36", stroke=p.ground, stroke_width=1.6)
    )
    return Pattern.of(
        "pm",
        rectangle_cell(76, 112),
        p.ground,
        Stamp(tulip, (0.0, 0.5), 60),
        Stamp(around(5, path(petal_data(8, 6, 1.5), fill=p.accent)) + circle(2, fill=p.ink),
              (0.5, 0.12), 12),
        Stamp(path("M0 30V-22M0 12L-7 4M0 12L7 4M0 0L-6 -7M0 0L6 -7", fill="none", stroke=p.main,
                   stroke_width=1.8), (0.5, 0.55), 34),
    )  # fmt: skip


def trefoil_meadow(p: Palette) -> Pattern:
    """Clover and three-petalled flowers."""
    lobe = path("M0 -3C-14 -8 -16 -26 -7 -30C-3 -32 0 -28 0 -26C0 -28 3 -32 7 -30"
                "C16 -26 14 -8 0 -3Z",
                fill=p.main)  # fmt: skip
    vein = path("M0 -6V-22", stroke=p.ground, stroke_width=1.5)
    flower = around(3, path(petal_data(20, 18, 2), fill=p.accent), 60) + around(
        3, path("M0 -8V-17", stroke=p.ink, stroke_width=1.2), 60
    )
    return Pattern.of(
        "p31m",
        HEXAGONAL,
        p.ground,
        Stamp(around(3, lobe + vein, 90) + circle(4, fill=p.second), (0.0, 0.0), 36),
        Stamp(group(flower, turn=14) + circle(4, fill=p.ink), (1 / 3, 2 / 3), 24),
        Stamp(circle(2.4, fill=p.second), (0.5, 0.0), 4),
    )


def trillium(p: Palette) -> Pattern:
    """Woodland flowers of three petals in a swirl of leaves."""
    petal = path("M0 -3C-18 -12 -16 -34 2 -44C16 -30 14 -12 0 -3Z", fill=p.accent) + path(
        "M0 -8C-4 -18 -3 -28 1 -37M-1 -16L-7 -24M0 -18L6 -26", fill="none", stroke=p.ink,
        stroke_width=1.1,
    )  # fmt: skip
    leaf = path("M0 -4C12 -10 30 -8 36 -30C20 -34 2 -26 0 -4Z", fill=p.main) + path(
        "M3 -8C12 -16 22 -22 32 -27", fill="none", stroke=p.ground, stroke_width=1.4
    )
    swirl = path("M0 -2C8 -6 12 -14 7 -21C4 -25 -2 -22 0 -18C2 -14 2 -8 0 -2Z", fill=p.second)
    return Pattern.of(
        "p3",
        HEXAGONAL,
        p.ground,
        Stamp(around(3, leaf, 30) + around(3, petal) + circle(5, fill=p.second), (0.0, 0.0), 50),
        Stamp(around(3, swirl), (1 / 3, 2 / 3), 26),
        Stamp(circle(3, fill=p.ink) + around(3, circle(2.4, (0, -9), fill=p.second), 20),
              (2 / 3, 1 / 3), 14),
    )  # fmt: skip


def rose_whirl(p: Palette) -> Pattern:
    """Rolled roses with leaves turning around them."""
    leaf = path("M14 -18C16 -36 30 -46 46 -44C46 -28 34 -16 14 -18Z", fill=p.main) + path(
        "M17 -20L40 -39M24 -26L26 -35M24 -26L34 -25M31 -32L33 -39M31 -32L40 -31", fill="none",
        stroke=p.ground, stroke_width=1.2,
    )  # fmt: skip
    outer = path(
        "M0 -23C14 -24 24 -14 21 -2C16 -14 6 -16 -4 -12C-8 -16 -6 -21 0 -23Z", fill=p.accent
    )
    inner = path("M0 -13C8 -14 13 -8 12 -1C8 -8 3 -8 -3 -6C-5 -9 -4 -12 0 -13Z", fill=p.ink)
    rose = (
        circle(22, fill=p.second) + around(4, outer) + around(4, inner) + circle(3, fill=p.accent)
    )
    bud = around(4, path("M0 -2C6 -5 8 -11 4 -16C-2 -13 -3 -7 0 -2Z", fill=p.accent))
    return Pattern.of(
        "p4",
        rectangle_cell(104, 104),
        p.ground,
        Stamp(around(4, leaf) + rose, (0.0, 0.0), 66),
        Stamp(bud + circle(2.5, fill=p.ink), (0.5, 0.5), 18),
        Stamp(circle(3, fill=p.main), (0.5, 0.0), 4),
    )


def birds_and_berries(p: Palette) -> Pattern:
    """Thrushes and berries, turned four ways."""
    bird = (
        path("M-34 2C-26 -16 -6 -20 8 -10L34 -16L20 2C14 18 -14 20 -24 8C-28 6 -32 5 -34 2Z",
             fill=p.main)
        + path("M-2 -6C10 -8 18 -2 22 8C10 10 0 6 -2 -6Z", fill=p.second)
        + path("M-20 10C-12 6 -4 8 2 13", fill="none", stroke=p.ground, stroke_width=1.8)
        + "".join(circle(1.3, xy, fill=p.ground) for xy in ((-14, 4), (-9, 7), (-8, 1)))
        + path("M-33 1L-42 5L-31 5Z", fill=p.accent)
        + circle(2.2, (-23, -3), fill=p.ground)
        + circle(1, (-23, -3), fill=p.ink)
    )  # fmt: skip
    twig = (
        path("M-14 10C-4 2 8 0 18 -12", fill="none", stroke=p.ink, stroke_width=1.8)
        + circle(4.2, (18, -14), fill=p.accent)
        + circle(4.2, (9, -11), fill=p.accent)
        + circle(4.2, (17, -3), fill=p.accent)
        + group(path(petal_data(15, 9), fill=p.second), at=(-3, 4), turn=-30)
        + group(path(petal_data(13, 8), fill=p.second), at=(-2, 3), turn=130)
    )
    return Pattern.of(
        "pgg",
        rectangle_cell(132, 144),
        p.ground,
        Stamp(group(bird, at=(36, 35), turn=-10), reach=120),
        Stamp(group(twig, at=(33, 72)), reach=120),
    )


def daisy_rounds(p: Palette) -> Pattern:
    """Whirling daisies with six bent leaves."""
    leaf = path("M0 -24C12 -26 22 -36 18 -52C4 -48 -4 -36 0 -24Z", fill=p.main) + path(
        "M2 -27C8 -34 12 -40 15 -48", fill="none", stroke=p.ground, stroke_width=1.2
    )
    daisy = (
        circle(22, fill=p.ink)
        + around(12, path(petal_data(15, 8, 6), fill=p.accent))
        + circle(7, fill=p.second)
    )
    return Pattern.of(
        "p6",
        HEXAGONAL,
        p.ground,
        Stamp(around(6, leaf) + daisy, (0.0, 0.0), 56),
        Stamp(around(3, path(petal_data(10, 7, 1), fill=p.second), 8), (1 / 3, 2 / 3), 12),
    )

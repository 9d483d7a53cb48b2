"""Painted tiles after Portuguese and Spanish azulejos: brushed leaves in few colours on white."""

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
    star_points,
)
from scripts.demo_data.tiles.palettes import Palette
from scripts.demo_data.tiles.pattern import SQUARE, Pattern, Stamp, rectangle_cell


def quatrefoil(p: Palette) -> Pattern:
    """Corner medallions that meet four by four around a leafy cross."""
    medallion = (
        circle(37, fill=p.main)
        + circle(33, fill="none", stroke=p.ground, stroke_width=1.2)
        + around(8, path(petal_data(24, 13, 4), fill=p.ground))
        + around(8, path(lens_data(12, 4, 9), fill=p.second), 22.5)
        + circle(6.5, fill=p.accent)
    )
    leaf = path(petal_data(33, 17, 5), fill=p.second, stroke=p.ink, stroke_width=1.2)
    vein = path("M0 -8V-31M0 -16L-4 -22M0 -16L4 -22M0 -23L-3 -28M0 -23L3 -28", fill="none")
    cross = (
        around(4, leaf)
        + around(4, group(vein, stroke=p.ink, stroke_width=1))
        + circle(7, fill=p.accent, stroke=p.ink, stroke_width=1.2)
    )
    tips = around(4, path(lens_data(15, 6, 3), fill=p.main), 45)
    return Pattern.of(
        "p4m",
        SQUARE,
        p.ground,
        Stamp(medallion, (0.0, 0.0), 40),
        Stamp(tips + cross, (0.5, 0.5), 42),
    )


def acanthus_whirl(p: Palette) -> Pattern:
    """Four curling leaves chase each other around every centre."""
    curl = (
        "M0 -7C12 -10 20 -20 18 -32C16 -44 4 -48 -4 -43C3 -43 8 -38 7 -32C6 -25 0 -22 -5 -24"
        "C-7 -16 -5 -10 0 -7Z"
    )
    leaf = path(curl, fill=p.main) + path(
        "M1 -9C10 -15 14 -23 13 -32C12 -38 8 -42 3 -43", fill="none", stroke=p.ground,
        stroke_width=1.3,
    )  # fmt: skip
    bud = circle(3.6, (-9, -33), fill=p.accent)
    small = path("M0 -6C6 -8 9 -14 7 -20C5 -24 0 -25 -3 -22C1 -21 2 -17 0 -15C-2 -12 -2 -8 0 -6Z")
    return Pattern.of(
        "p4",
        SQUARE,
        p.ground,
        Stamp(around(4, leaf + bud) + circle(7, fill=p.second), (0.0, 0.0), 52),
        Stamp(
            group(around(4, small, 45), fill=p.second) + circle(4, fill=p.accent), (0.5, 0.5), 30
        ),
        Stamp(around(2, path(lens_data(9, 5, 1.5), fill=p.second), 45), (0.5, 0.0), 14),
    )


def compass_rose(p: Palette) -> Pattern:
    """Eight-pointed roses with faceted rays, as on cement floors."""
    ray = path("M0 -45L0 0L-9 -12Z", fill=p.main) + path("M0 -45L0 0L9 -12Z", fill=p.ink)
    short = path("M0 -33L0 0L-8 -14Z", fill=p.second) + path("M0 -33L0 0L8 -14Z", fill=p.accent)
    # Light and shadow on the two sides of every ray turn with it: rotations, but no mirrors.
    rose = around(4, short, 45) + around(4, ray)
    corner = (
        polygon(star_points(4, 24, 12), fill=p.second)
        + circle(11, fill=p.ground)
        + around(4, path(petal_data(10, 8, 0.5), fill=p.main), 45)
    )
    return Pattern.of(
        "p4",
        SQUARE,
        p.ground,
        Stamp(corner, (0.0, 0.0), 26),
        Stamp(
            circle(46, fill="none", stroke=p.second, stroke_width=2.4)
            + circle(41, fill="none", stroke=p.ink, stroke_width=0.9)
            + rose
            + circle(5, fill=p.ground),
            (0.5, 0.5),
            48,
        ),
    )


def lanterns(p: Palette) -> Pattern:
    """Arabesque lantern tiles: each outline fits the next one's waist."""
    # Each quarter of the outline is symmetric about its middle, so that neighbours fit.
    quarter = "C0 -50 -4 -44 9 -41C21 -38 29 -27 41 -24C54 -21 50 -15 50 0"
    right = f"M0 -65{quarter}"
    bodies = "".join(
        group(path(f"{right}L0 0Z"), scale=flip) for flip in ((1, 1), (-1, 1), (1, -1), (-1, -1))
    )
    edge = "".join(group(path(right), scale=flip) for flip in ((1, 1), (-1, 1), (1, -1), (-1, -1)))
    petals = around(2, path(petal_data(29, 15, 7), fill=p.second)) + around(
        2, path(petal_data(19, 13, 7), fill=p.accent), 90
    )
    veins = around(2, path("M0 -12V-30", stroke=p.main, stroke_width=1.4))
    flower = petals + veins + circle(5, fill=p.ground)
    return Pattern.of(
        "cmm",
        rectangle_cell(100, 130),
        p.main,
        Stamp(group(edge, fill="none", stroke=p.ground, stroke_width=5.5), (0.0, 0.0), 72),
        Stamp(
            group(bodies, fill=p.main, scale=0.8)
            + group(edge, fill="none", stroke=p.ink, stroke_width=1.6, scale=0.8),
            (0.0, 0.0),
            72,
        ),
        Stamp(flower, (0.0, 0.0), 40),
    )


def sardines(p: Palette) -> Pattern:
    """Fish swimming both ways, as on a fishmonger's wall."""
    body = "M-36 0C-24 -15 6 -17 26 -3L38 -11C36 -4 36 4 38 11L26 3C6 17 -24 15 -36 0Z"
    fish = (
        path(body, fill=p.main)
        + path("M-36 0C-24 -15 6 -17 26 -3L26 0Z", fill=p.ink)
        + path("M-20 -9Q-15 0 -20 9", fill="none", stroke=p.ground, stroke_width=1.6)
        + path("M-10 3q4 4 8 0M0 3q4 4 8 0M10 3q4 3 7 0M-5 -4q4 4 8 0M5 -4q4 4 8 0", fill="none",
               stroke=p.ground, stroke_width=1.2)
        + circle(2.6, (-27, -2), fill=p.ground)
        + circle(1.2, (-27, -2), fill=p.ink)
    )  # fmt: skip
    wave = path("M-14 0q3.5 -5 7 0t7 0t7 0t7 0", fill="none", stroke=p.second, stroke_width=2.2)
    bubbles = circle(2.6, (5, -2), fill="none", stroke=p.second, stroke_width=1.2) + circle(
        1.6, (11, -7), fill=p.accent
    )
    return Pattern.of(
        "pgg",
        rectangle_cell(190, 72),
        p.ground,
        Stamp(wave, (0.0, 0.0), 20),
        Stamp(wave, (0.5, 0.0), 20),
        Stamp(group(fish, at=(48, 18), turn=-6) + group(bubbles, at=(2, 14)), reach=120),
    )


def palmettes(p: Palette) -> Pattern:
    """Damask palmettes in ogee frames, growing upwards."""
    frame = "M0 -62C24 -46 44 -34 44 0C44 34 24 46 0 62"
    ogee = mirrored(path(frame, fill="none", stroke=p.main, stroke_width=5)) + mirrored(
        path(frame, fill="none", stroke=p.accent, stroke_width=1.2)
    )
    fronds = "".join(
        mirrored(group(path(petal_data(length, 9, 4), fill=fill), turn=turn))
        for turn, length, fill in ((76, 22, p.second), (52, 27, p.main), (27, 31, p.second))
    )
    palm = (
        fronds
        + path(petal_data(38, 12, 3), fill=p.main)
        + mirrored(path("M0 8C10 4 20 10 17 19C15 25 6 24 8 17", fill="none", stroke=p.ink,
                        stroke_width=2.2))
        + path("M0 2V34", stroke=p.ink, stroke_width=2.4)
        + circle(5, (0, 3), fill=p.accent)
    )  # fmt: skip
    return Pattern.of(
        "cm",
        rectangle_cell(100, 136),
        p.ground,
        Stamp(ogee, (0.0, 0.0), 72),
        Stamp(palm, (0.0, 0.0), 50),
        Stamp(circle(5, (0, -68), fill=p.ground, stroke=p.main, stroke_width=3), (0.0, 0.0), 80),
    )


def ribbon_frames(p: Palette) -> Pattern:
    """Ribbons frame a tulip pair on each tile."""
    tulip = (
        path("M0 -6V-18", stroke=p.ink, stroke_width=1.8)
        + path("M0 -38C-4 -33 -12 -36 -12 -30C-12 -21 -6 -17 0 -17C6 -17 12 -21 12 -30"
               "C12 -36 4 -33 0 -38Z", fill=p.accent)
        + path("M0 -36C-4 -31 -4 -24 0 -18C4 -24 4 -31 0 -36Z", fill=p.main)
        + mirrored(path("M0 -8C6 -8 13 -13 14 -20C7 -19 1 -15 0 -8Z", fill=p.second))
    )  # fmt: skip
    side = path(petal_data(26, 12, 5), fill=p.main) + path(
        "M0 -9V-26", stroke=p.ground, stroke_width=1.2
    )
    frame = path(
        "M-50 0C-50 -22 -30 -22 -30 -46H30C30 -22 50 -22 50 0", fill="none", stroke=p.main,
        stroke_width=4,
    )  # fmt: skip
    fine = path("M-44 0C-44 -18 -25 -20 -25 -46H25C25 -20 44 -18 44 0", fill="none", stroke=p.ink,
                stroke_width=1)  # fmt: skip
    return Pattern.of(
        "pmm",
        SQUARE,
        p.ground,
        Stamp(around(2, frame + fine), (0.5, 0.5), 72),
        Stamp(around(2, tulip) + around(2, side, 90) + circle(4.5, fill=p.ink), (0.5, 0.5), 40),
        Stamp(
            around(4, path(lens_data(14, 7, 2), fill=p.second), 45) + circle(4, fill=p.accent),
            (0.0, 0.0),
            20,
        ),
        Stamp(mirrored(path("M0 0L9 -7L18 0L9 7Z", fill=p.second)), (0.5, 0.0), 20),
    )

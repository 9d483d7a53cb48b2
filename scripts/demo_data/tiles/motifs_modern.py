"""Mid-century and contemporary repeats around centres: arcs, blades, picks and pads."""

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
)
from scripts.demo_data.tiles.palettes import Palette
from scripts.demo_data.tiles.pattern import (
    HEXAGONAL,
    SQUARE,
    Pattern,
    Stamp,
    rectangle_cell,
)


def rainbow_arcs(p: Palette) -> Pattern:
    """Short rainbows leaning against each other around little crosses."""
    bands = ((47, 38, p.main), (35, 26, p.accent), (23, 14, p.second))
    rainbow = "".join(
        path(sector_data(outer, inner, -52, 52), fill=fill) for outer, inner, fill in bands
    )
    cross = circle(4, fill=p.ink) + around(4, path(petal_data(13, 7, 3), fill=p.ink))
    return Pattern.of(
        "p4g",
        SQUARE,
        p.ground,
        Stamp(group(group(rainbow, at=(0, 30)), turn=45), (0.25, 0.25), 60),
        Stamp(cross, (0.0, 0.0), 20),
    )


def almond_eyes(p: Palette) -> Pattern:
    """Large almonds with stacked pips, as on Scandinavian curtains."""
    almond = (
        path(lens_data(108, 62, -54), fill=p.main)
        + path(lens_data(88, 46, -44), fill=p.ground)
        + path(lens_data(76, 38, -38), fill=p.second)
        + "".join(path(lens_data(14, 9, y), fill=p.ground) for y in (-29, -7, 15))
        + circle(3, fill=p.ink)
    )
    seed = path(lens_data(34, 14, -17), fill=p.accent) + path(lens_data(20, 5, -10), fill=p.ink)
    return Pattern.of(
        "pmm",
        rectangle_cell(84, 124),
        p.ground,
        Stamp(almond, (0.0, 0.0), 58),
        Stamp(seed, (0.5, 0.5), 20),
        Stamp(group(seed, turn=90), (0.0, 0.5), 20),
        Stamp(circle(5.5, fill=p.ink), (0.5, 0.0), 8),
    )


def propellers(p: Palette) -> Pattern:
    """Three curved blades around every hub."""
    blade = path("M0 -5C14 -12 24 -30 14 -52C2 -48 -10 -30 0 -5Z", fill=p.main) + path(
        "M3 -10C9 -18 14 -30 12 -44", fill="none", stroke=p.ground, stroke_width=2
    )
    return Pattern.of(
        "p3",
        HEXAGONAL,
        p.ground,
        Stamp(around(3, blade) + circle(6, fill=p.ink), (0.0, 0.0), 56),
        Stamp(around(3, path("M0 0C7 -4 10 -12 5 -20C-2 -16 -4 -7 0 0Z", fill=p.second)),
              (1 / 3, 2 / 3), 24),
        Stamp(circle(8, fill=p.accent) + circle(3.4, fill=p.ground), (2 / 3, 1 / 3), 10),
    )  # fmt: skip


def pinwheels(p: Palette) -> Pattern:
    """Six-bladed paper windmills between turned triangles."""
    vane = path("M0 0L0 -46L24 -30Z", fill=p.main) + path("M0 0L0 -46L-7 -22Z", fill=p.second)
    return Pattern.of(
        "p6",
        HEXAGONAL,
        p.ground,
        Stamp(around(6, vane) + circle(6, fill=p.accent) + circle(2.6, fill=p.ink), (0.0, 0.0), 50),
        Stamp(polygon(regular(3, 14, 22), fill=p.accent) + circle(3, fill=p.ground),
              (1 / 3, 2 / 3), 16),
    )  # fmt: skip


def guitar_picks(p: Palette) -> Pattern:
    """Rounded triangles that point one way, with small ones pointing back."""

    def pick(radius: float, fill: str) -> str:
        corners = regular(3, radius)
        reach = radius * 3**0.5 * 0.98
        arcs = "".join(f"A{reach:.2f} {reach:.2f} 0 0 1 {x:.2f} {y:.2f}" for x, y in
                       (*corners[1:], corners[0]))  # fmt: skip
        x, y = corners[0]
        return path(f"M{x:.2f} {y:.2f}{arcs}Z", fill=fill)

    return Pattern.of(
        "p3m1",
        HEXAGONAL,
        p.ground,
        Stamp(pick(45, p.main) + pick(32, p.ground) + pick(27, p.second) + pick(11, p.ink),
              (0.0, 0.0), 48),
        Stamp(group(pick(18, p.accent), turn=180), (2 / 3, 1 / 3), 20),
        Stamp(around(3, circle(3.4, (0, -9), fill=p.ink), 180), (1 / 3, 2 / 3), 14),
    )  # fmt: skip


def lily_pads(p: Palette) -> Pattern:
    """Discs with a wedge cut out, three around each bud."""
    pad = (
        circle(21, fill=p.main)
        + path("M0 0L-9 22H9Z", fill=p.ground)
        + "".join(
            mirrored(path(f"M0 0L{x} {y}", stroke=p.ground, stroke_width=1.4))
            for x, y in ((17, 5), (16, -9), (7, -17))
        )
    )
    return Pattern.of(
        "p31m",
        HEXAGONAL,
        p.ground,
        Stamp(around(3, group(pad, at=(0, -29)), 90), (0.0, 0.0), 56),
        Stamp(around(3, path(petal_data(12, 9, 0.5), fill=p.accent), 30) + circle(3, fill=p.ink),
              (0.0, 0.0), 14),
        Stamp(around(3, path("M0 -2C6 -6 8 -12 4 -17C-2 -14 -4 -8 0 -2Z", fill=p.second)),
              (1 / 3, 2 / 3), 20),
    )  # fmt: skip


def bow_ties(p: Palette) -> Pattern:
    """Bow ties and squares cut from coloured card."""
    tie = polygon([(-36, -22), (0, -6), (36, -22), (36, 22), (0, 6), (-36, 22)], fill=p.main)
    return Pattern.of(
        "p4g",
        SQUARE,
        p.ground,
        Stamp(group(tie, rectangle(-3, -15, 6, 30, fill=p.accent), turn=45), (0.5, 0.0), 46),
        Stamp(rectangle(-10, -10, 20, 20, fill=p.second) + circle(4, fill=p.ink), (0.0, 0.0), 16),
    )

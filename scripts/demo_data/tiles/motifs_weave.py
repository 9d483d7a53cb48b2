"""Woven structures: wall hangings, kilims and baskets, drawn thread by thread."""

from __future__ import annotations

import math

from scripts.demo_data.shapes import (
    around,
    group,
    mirrored,
    path,
    polygon,
    polyline,
    rectangle,
    regular,
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


def wall_hanging(p: Palette) -> Pattern:
    """Blocks of stripes in the manner of the weaving workshops of the twenties."""
    stripes = "".join(rectangle(-44, y, 40, 3.2, fill=p.ink) for y in (-36, -29, -22, -15))
    block = (
        rectangle(-48, -42, 48, 40, fill=p.main)
        + stripes
        + rectangle(0, -42, 16, 40, fill=p.second)
        + rectangle(16, -42, 32, 20, fill=p.accent)
        + rectangle(16, -22, 32, 20, fill=p.ink)
        + "".join(rectangle(x, -42, 2.6, 40, fill=p.ground) for x in (3, 8))
        + rectangle(20, -14, 24, 4, fill=p.main)
        + rectangle(22, -36, 8, 8, fill=p.ground)
    )
    return Pattern.of(
        "p2",
        oblique_cell(96, 88, 4),
        p.ground,
        Stamp(around(2, block), (0.0, 0.0), 66),
    )


def herringbone(p: Palette) -> Pattern:
    """Parquet blocks with a grain line, laid in zigzag."""
    # On an upright grid of 25 units, a block of 3 x 1 and its neighbour across the bend are
    # related by swapping x and y and a shift by half a unit along the diagonal: a glide. Turned
    # by 45 degrees its axis is upright, 2.5 grid diagonals (of half a unit) from the corner.
    side = 25.0
    block = (
        rectangle(1, 1, 3 * side - 2, side - 2, 2, fill=p.main)
        + rectangle(1, 1, 15, side - 2, 2, fill=p.accent)
        + path("M21 7.5H66M28 12.5H70M21 17.5H58", stroke=p.second, stroke_width=1.8,
               stroke_linecap="round")
    )  # fmt: skip
    diagonal = side * math.sqrt(2)
    return Pattern.of(
        "pg",
        rectangle_cell(3 * diagonal, diagonal),
        p.ink,
        Stamp(group(block, turn=45, at=(-1.25 * diagonal, 0)), reach=150),
    )


def kilim_steps(p: Palette) -> Pattern:
    """Stepped diamonds with hooked centres."""

    def stepped(rows: int, step: float, lift: float) -> list[tuple[float, float]]:
        quarter: list[tuple[float, float]] = []
        for k in range(rows):
            quarter += [((rows - k) * step, -k * lift), ((rows - k) * step, -(k + 1) * lift)]
        left = [(-x, y) for x, y in reversed(quarter)]
        upper = quarter + left
        return upper + [(-x, -y) for x, y in upper]

    middle = rectangle(-13, -4, 26, 8, fill=p.ink) + rectangle(-5, -11, 10, 22, fill=p.ink)
    return Pattern.of(
        "cmm",
        rectangle_cell(112, 96),
        p.ground,
        Stamp(polygon(stepped(6, 9, 8), fill=p.main), (0.0, 0.0), 80),
        Stamp(polygon(stepped(5, 8.2, 7), fill=p.ground), (0.0, 0.0), 80),
        Stamp(polygon(stepped(4, 8.4, 7), fill=p.second), (0.0, 0.0), 80),
        Stamp(polygon(stepped(3, 7, 5.5), fill=p.accent) + middle, (0.0, 0.0), 40),
    )  # fmt: skip


def ikat_waves(p: Palette) -> Pattern:
    """Feathered zigzags with the ragged edge of dyed threads."""

    def row(y: float, width: float, colour: str) -> str:
        return "".join(
            rectangle(x, y + abs(((x + 25) % 100) - 50) * 0.62 + (3 if round(x / 5) % 2 else -3),
                      5.1, width, fill=colour)
            for x in range(-75, 75, 5)
        )  # fmt: skip

    return Pattern.of(
        "pm",
        rectangle_cell(100, 92),
        p.ground,
        Stamp(mirrored(row(-40, 30, p.main)), (0.0, 0.5), 110),
        Stamp(mirrored(row(-36, 9, p.second)), (0.0, 0.5), 110),
        Stamp(mirrored(row(-19, 4, p.ink)), (0.0, 0.5), 110),
        Stamp(mirrored(row(4, 7, p.accent)), (0.0, 0.5), 110),
    )


def wicker(p: Palette) -> Pattern:
    """Two colours of willow, over and under."""

    def willow(colour: str, line: str, left: float, right: float) -> str:
        width = right - left
        return rectangle(left, -19, width, 38, 7, fill=colour) + path(
            f"M{left + 6} -8H{right - 6}M{left + 6} 8H{right - 6}", stroke=line, stroke_width=2.2,
            stroke_linecap="round",
        )  # fmt: skip

    across = willow(p.main, p.ground, -29, 29)
    down = group(willow(p.second, p.accent, -29, 29), turn=90)
    return Pattern.of(
        "cmm",
        SQUARE,
        p.ink,
        Stamp(across, (0.0, 0.0), 36),
        Stamp(down, (0.5, 0.0), 36),
    )


def tumbling_blocks(p: Palette) -> Pattern:
    """Cubes lit from one side, so that nothing but the repeat is left of the symmetry."""
    side = 57.735
    corner = regular(6, side)

    def face(k: int, fill: str) -> str:
        return polygon([(0, 0), corner[k % 6], corner[(k + 1) % 6], corner[(k + 2) % 6]], fill=fill)

    inlay = polygon([(0, -14), (24, -28), (0, -42), (-24, -28)], fill=p.accent)
    return Pattern.of(
        "p1",
        HEXAGONAL,
        p.ground,
        Stamp(
            face(5, p.ground)
            + face(1, p.main)
            + face(3, p.ink)
            + inlay
            + polyline([(10, 14), (40, -3), (40, 29)], stroke=p.second, stroke_width=2.5)
            + path("M-10 16L-40 -1V31L-10 48Z", fill="none", stroke=p.second, stroke_width=2.5),
            (0.0, 0.0),
            60,
        ),
    )

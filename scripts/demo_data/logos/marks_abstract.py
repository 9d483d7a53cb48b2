"""Constructed forms without an object. Every mark fits a square of 200 units."""

from __future__ import annotations

import math

from scripts.demo_data.logos.scheme import Scheme
from scripts.demo_data.shapes import (
    Point,
    circle,
    group,
    path,
    polar,
    polygon,
    polyline,
    rectangle,
    regular,
    sector_data,
)


def notched_cube(c: Scheme) -> str:
    """A cube with a smaller cube taken out of its corner."""

    def faces(radius: float, top: str, left: str, right: str) -> str:
        corner = regular(6, radius)
        return "".join(
            polygon([(0, 0), corner[k], corner[(k + 1) % 6], corner[(k + 2) % 6]], fill=fill)
            for k, fill in ((5, top), (3, left), (1, right))
        )

    # Turned by half, the same three faces read as a hollow.
    return faces(96, c.second, c.main, c.accent) + group(
        faces(48, c.second, c.accent, c.main), turn=180
    )


def turned_arcs(c: Scheme) -> str:
    """Four fields of concentric arcs, each turned once more."""

    def field(turn: float, fill: str) -> str:
        arcs = "".join(
            path(sector_data(outer, outer - 15, 0, 90, (-43, 43)), fill=fill)
            for outer in (86, 58, 30)
        )
        return group(arcs, turn=turn)

    fills = (c.main, c.second, c.main, c.accent)
    return "".join(
        group(field(90 * k, fill), at=xy)
        for k, (fill, xy) in enumerate(
            zip(fills, ((-46, -46), (46, -46), (46, 46), (-46, 46)), strict=True)
        )
    )


def trefoil_knot(c: Scheme) -> str:
    """One closed band that passes over and under itself three times."""

    def point(t: float) -> Point:
        return 29 * (math.sin(t) + 2 * math.sin(2 * t)), -29 * (
            math.cos(t) - 2 * math.cos(2 * t)
        ) + 6

    steps = 240
    whole = [point(2 * math.pi * k / steps) for k in range(steps + 1)]
    band = polyline(whole, stroke=c.main, stroke_width=20, stroke_linejoin="round")
    # The band's height is -sin(3t); around its maxima it is drawn again, on top of a gap.
    bridges = ""
    for summit in (0.5, 1.1667, 1.8333):
        upper = [point(math.pi * (summit + 0.21 * k / 20)) for k in range(-20, 21)]
        bridges += polyline(upper, stroke=c.field, stroke_width=34)
        longer = [point(math.pi * (summit + 0.26 * k / 20)) for k in range(-20, 21)]
        bridges += polyline(longer, stroke=c.second, stroke_width=20.5)
    return band + bridges


def brilliant(c: Scheme) -> str:
    """A cut stone seen from the side."""
    return (
        polygon([(-50, -66), (50, -66), (92, -18), (-92, -18)], fill=c.second)
        + polygon([(-50, -66), (0, -66), (-30, -18)], fill=c.main)
        + polygon([(50, -66), (0, -66), (30, -18)], fill=c.main)
        + polygon([(-92, -12), (-33, -12), (0, 92)], fill=c.main)
        + polygon([(-27, -12), (27, -12), (0, 80)], fill=c.accent)
        + polygon([(92, -12), (33, -12), (0, 92)], fill=c.second)
    )


def paper_crane(c: Scheme) -> str:
    """A crane folded from one sheet."""
    return (
        polygon([(-8, 30), (-70, -84), (6, -22)], fill=c.main)
        + polygon([(-8, 30), (6, -22), (58, -92), (40, 8)], fill=c.second)
        + polygon([(-8, 30), (40, 8), (24, 60)], fill=c.main)
        + polygon([(-8, 30), (24, 60), (-6, 76)], fill=c.accent)
        + polygon([(-8, 30), (-40, 10), (-98, 30), (-70, 34), (-30, 64)], fill=c.accent)
        + polygon([(40, 8), (98, 36), (28, 46)], fill=c.accent)
    )


def seed_spiral(c: Scheme) -> str:
    """Dots on a sunflower's spiral, growing outwards."""
    golden = 180 * (3 - math.sqrt(5))
    dots = []
    for k in range(1, 90):
        radius = 9.4 * math.sqrt(k)
        fill = (c.main, c.second, c.accent)[0 if k % 8 < 5 else 1 if k % 8 < 7 else 2]
        dots.append(circle(2.2 + 0.055 * radius, polar(radius, golden * k), fill=fill))
    return "".join(dots)


def woven_square(c: Scheme) -> str:
    """Three bands across three, over and under."""
    parts = [rectangle(x - 17, -88, 34, 176, 6, fill=c.main) for x in (-54, 0, 54)]
    parts += [
        rectangle(x - 27, y - 23, 54, 46, fill=c.field)
        + rectangle(x - 34, y - 17, 68, 34, 6, fill=c.second)
        for row, y in enumerate((-54, 0, 54))
        for column, x in enumerate((-54, 0, 54))
        if (row + column) % 2 == 0
    ]
    return "".join(parts)


def barred_sun(c: Scheme) -> str:
    """A disc that sinks into thinning bars."""
    bars = ""
    for top, height in ((8, 20), (36, 15), (58, 10), (75, 6)):
        middle = top + height / 2
        half = math.sqrt(90 * 90 - middle * middle)
        bars += rectangle(-half, top, 2 * half, height, fill=c.second)
    return path(sector_data(90, 0, -90, 90), fill=c.main) + bars


def folded_ring(c: Scheme) -> str:
    """A ribbon folded six times into a hexagon."""
    corner, inner = regular(6, 96), regular(6, 48)
    return "".join(
        polygon([corner[k], corner[(k + 1) % 6], inner[(k + 1) % 6], inner[(k + 2) % 6]],
                fill=(c.main, c.second, c.accent)[k % 3])
        for k in range(6)
    )  # fmt: skip


def quarter_mosaic(c: Scheme) -> str:
    """Nine squares of quarter discs, dots and bars."""

    def quarter(turn: float, fill: str) -> str:
        return group(path(sector_data(56, 0, 0, 90, (-28, 28)), fill=fill), turn=turn)

    dot = circle(25, fill=c.accent)
    cells = (
        quarter(0, c.main), quarter(90, c.second), dot,
        dot.replace(c.accent, c.second), quarter(180, c.main), quarter(0, c.accent),
        quarter(270, c.accent), rectangle(-28, -28, 56, 56, fill=c.main), quarter(90, c.second),
    )  # fmt: skip
    return "".join(
        group(cell, at=(-60 + 60 * (k % 3), -60 + 60 * (k // 3))) for k, cell in enumerate(cells)
    )


def signal_ring(c: Scheme) -> str:
    """A ring of bars, long and short like a recorded sound."""
    lengths = (18, 30, 44, 34, 22, 14, 26, 40, 52, 36, 20, 12)
    bars = ""
    for k in range(36):
        length = lengths[k % 12]
        fill = c.accent if length > 42 else c.main if length > 20 else c.second
        bars += group(rectangle(-3.4, -46 - length, 6.8, length, 3.4, fill=fill), turn=10 * k)
    return bars + circle(22, fill=c.second)


def spinning_hexagon(c: Scheme) -> str:
    """Six blades that leave a hexagonal opening, like a shutter."""
    corner = regular(6, 94)
    blades = ""
    for k in range(6):
        tip = polar(46, 60 * k + 88)
        blades += polygon([corner[k], corner[(k + 1) % 6], tip, polar(46, 60 * k + 28)],
                          fill=(c.main, c.second)[k % 2], stroke=c.field,
                          stroke_width=4)  # fmt: skip
    return blades + circle(17, fill=c.accent)


def halftone_diamond(c: Scheme) -> str:
    """Squares that shrink towards one corner."""
    squares = ""
    for row in range(6):
        for column in range(6):
            size = 25 - 1.9 * (row + column)
            x, y = -68 + 27.2 * column, -68 + 27.2 * row
            fill = c.accent if row == column else c.main if column > row else c.second
            squares += rectangle(x - size / 2, y - size / 2, size, size, fill=fill)
    return group(squares, turn=45, scale=0.92)


def endless_triangle(c: Scheme) -> str:
    """Three beams joined at angles that cannot be."""
    corners = [(-26, -15), (-52, -15), (0, -105), (78, 30), (52, 30), (0, -60)]
    return group(
        "".join(
            group(polygon(corners, fill=fill), turn=turn)
            for turn, fill in ((0, c.main), (120, c.second), (240, c.accent))
        ),
        at=(0, 14),
        scale=0.9,
    )


def planet(c: Scheme) -> str:
    """A ringed planet with one moon."""
    ring = "M-96 0A96 26 0 0 0 96 0A96 26 0 0 0 -96 0ZM-72 -3A72 15 0 0 1 72 -3A72 15 0 0 1 -72 -3Z"
    front = "M-96 0A96 26 0 0 0 96 0L72 -3A72 15 0 0 1 -72 -3Z"
    return group(
        path(ring, fill=c.accent, fill_rule="evenodd")
        + circle(58, fill=c.main)
        + path("M-58 0A58 58 0 0 0 58 0C30 -18 -10 34 -58 0Z", fill=c.second)
        + path(front, fill=c.accent),
        turn=-24,
    ) + circle(13, (64, -66), fill=c.second)


def swatch_fan(c: Scheme) -> str:
    """Colour cards fanned out from one rivet."""
    fills = (c.second, c.main, c.accent, c.main, c.second)
    cards = "".join(
        group(
            rectangle(-21, -142, 42, 160, 9, fill=fill, stroke=c.field, stroke_width=4), turn=turn
        )
        for turn, fill in zip((-64, -32, 0, 32, 64), fills, strict=True)
    )
    return group(cards, circle(8, fill=c.field), at=(0, 52), scale=0.8)

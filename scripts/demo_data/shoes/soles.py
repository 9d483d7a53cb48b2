"""Soles: layers of rubber, foam, leather or wood, their treads and grooves."""

from __future__ import annotations

import numpy as np

from scripts.demo_data.shoes.curves import (
    Curve,
    at,
    data,
    join,
    moved,
    part,
    points,
    spline,
    spread,
)
from scripts.demo_data.shoes.footwear import Colourway
from scripts.demo_data.shoes.paints import Paint
from scripts.demo_data.shoes.sketch import Sketch
from scripts.demo_data.svg import shade, tint


def slab(sketch: Sketch, outline: Curve, paint: Paint, glow: float = 0.35) -> None:
    """A layer of a sole: bright along its upper edge, dark where it turns under.

    Args:
        sketch: Where to draw.
        outline: Closed curve.
        paint: Colour and material.
        glow: Brightness of the upper edge.
    """
    top, bottom = outline[:, 1].min(), outline[:, 1].max()
    name = f"slab-{top:.0f}-{bottom:.0f}-{glow:g}".replace(".", "_")
    fall = sketch.define(
        name,
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="0" x2="0" '
        f'y1="{top:.0f}" y2="{bottom:.0f}"><stop offset="0" stop-color="#fff" '
        f'stop-opacity="{glow:g}"/><stop offset="0.4" stop-color="#fff" stop-opacity="0.04"/>'
        '<stop offset="0.55" stop-color="#0a0c16" stop-opacity="0.06"/>'
        '<stop offset="1" stop-color="#0a0c16" stop-opacity="0.46"/></linearGradient>',
    )
    ends = sketch.define(
        "slab-ends",
        '<linearGradient id="slab-ends" gradientUnits="userSpaceOnUse" x1="60" x2="590">'
        '<stop offset="0" stop-color="#0a0c16" stop-opacity="0.42"/><stop offset="0.14" '
        'stop-color="#0a0c16" stop-opacity="0"/><stop offset="0.8" stop-color="#0a0c16" '
        'stop-opacity="0"/><stop offset="1" stop-color="#0a0c16" stop-opacity="0.4"/>'
        "</linearGradient>",
    )
    sketch.fill(outline, paint)
    shape = data(outline, closed=True)
    sketch.add(f'<path d="{shape}" fill="{fall}"/><path d="{shape}" fill="{ends}"/>')


def cast_on_upper(sketch: Sketch, edge: Curve, strength: float = 0.3) -> None:
    """The dark line where an upper disappears into its sole."""
    sketch.line(edge, "#05060c", 5, strength)


def tread(sketch: Sketch, bottom: Curve, colour: str, count: int, size: float) -> None:
    """Rubber teeth along the underside.

    Args:
        sketch: Where to draw; before the sole, so that only the tips show.
        bottom: The underside, walked from heel to toe.
        colour: Of the rubber.
        count: Number of teeth.
        size: How far they reach down.
    """
    width = float(np.hypot(*(bottom[-1] - bottom[0]))) / count * 0.66
    for x, y, angle in spread(bottom, count):
        sketch.add(
            f'<rect x="{-width / 2:.1f}" y="{-size:.1f}" width="{width:.1f}" '
            f'height="{2 * size:.1f}" rx="2" fill="{colour}" '
            f'transform="translate({x:.1f} {y:.1f}) rotate({angle:.0f})"/>'
        )


def grooves(
    sketch: Sketch, top: Curve, bottom: Curve, count: int, colour: str, lean: float = 0.0
) -> None:
    """Lines moulded into a sole's side, from its top to its bottom edge."""
    shares = np.linspace(0.02, 0.98, count)
    for share in shares:
        start = at(top, float(share))
        end = at(bottom, float(min(1, max(0, share + lean))))
        inner = points(start, end)
        sketch.line(part(inner, 0.18, 0.82), shade(colour, 0.5), 2.4, 0.4)
        sketch.line(moved(part(inner, 0.18, 0.82), x=2.2), tint(colour, 0.6), 1.4, 0.4)


def cup_sole(sketch: Sketch, way: Colourway, top_y: float) -> None:
    """A moulded rubber sole with a stitched groove and a bumper at the toe."""
    top = spline((80, top_y), (200, top_y + 4), (380, top_y + 6), (500, top_y + 2),
                 (572, top_y - 14))  # fmt: skip
    bottom = spline((86, 496), (120, 499), (300, 500), (470, 500), (540, 492), (578, 474))
    sole = join(
        top,
        spline((572, top_y - 14), (584, top_y - 4), (588, top_y + 14), (578, 474)),
        bottom[::-1],
        spline((86, 496), (76, 482), (74, top_y + 10), (80, top_y)),
    )
    cast_on_upper(sketch, moved(top, y=-2), 0.38)
    slab(sketch, sole, way.sole)
    with sketch.within(sole):
        line = moved(spline((60, 484), (300, 490), (500, 488), (600, 456)), y=0)
        sketch.panel(join(line, points((620, 520), (40, 520))), line, Paint(way.outsole, "rubber"))
    groove = moved(part(top, 0.01, 0.99), y=11)
    sketch.line(groove, shade(way.sole.colour, 0.4), 4, 0.35)
    sketch.stitches(groove, way.thread)
    ribs = part(top, 0.82, 0.99)
    grooves(sketch, moved(ribs, y=18), moved(ribs, y=40), 12, way.sole.colour)


def vulcanised_sole(
    sketch: Sketch, way: Colourway, height: float = 50.0, striped: bool = True
) -> None:
    """Rubber tape wound round a flat sole.

    Args:
        sketch: Where to draw, after the upper, whose lower edge it covers.
        way: `sole` is the tape's colour, `outsole` that of the line and of the underside.
        height: Of the tape.
        striped: Whether a coloured line runs along the upper edge.
    """
    top_y = 500 - height
    top = spline((82, top_y), (300, top_y + 4), (500, top_y + 2), (572, top_y - 8))
    bottom = spline((84, 499), (300, 500), (500, 500), (578, 488))
    sole = join(
        top,
        spline((572, top_y - 8), (584, top_y + 2), (586, top_y + 20), (578, 488)),
        bottom[::-1],
        spline((84, 499), (77, 488), (76, top_y + 10), (82, top_y)),
    )
    cast_on_upper(sketch, moved(top, y=-2), 0.38)
    slab(sketch, sole, way.sole)
    with sketch.within(sole):
        if striped:
            sketch.line(moved(top, y=13), way.outsole, 5)
        sketch.line(moved(bottom, y=-1), way.outsole, 8)
    ribs = part(top, 0.8, 0.99)
    grooves(sketch, moved(ribs, y=0.4 * height), moved(ribs, y=0.74 * height), 12, way.sole.colour)


def welted_sole(sketch: Sketch, way: Colourway, heel: float = 42.0) -> None:
    """A thin sewn sole with a stacked heel, as on leather shoes.

    Args:
        sketch: Where to draw, after the upper, whose lower edge it covers.
        way: `sole` is the edge's colour, `outsole` the underside's.
        heel: Height of the heel block.
    """
    top = spline((82, 500 - heel - 10), (180, 500 - heel - 4), (280, 470), (380, 478), (480, 476),
                 (552, 460), (584, 442))  # fmt: skip
    under = spline(
        (584, 454),
        (552, 476),
        (480, 492),
        (380, 494),
        (280, 486),
        (180, 500 - heel + 10),
        (82, 500 - heel + 6),
    )
    block = points((84, 500 - heel), (190, 500 - heel), (182, 500), (90, 500))
    slab(sketch, block, way.sole)
    for y in np.arange(500 - heel + 14, 494, 9):
        sketch.line(points((88, y), (186, y)), shade(way.sole.colour, 0.5), 1.4, 0.5)
    sketch.line(points((91, 498), (181, 498)), way.outsole, 5)
    cast_on_upper(sketch, moved(top, y=-2), 0.42)
    sole = join(
        top, spline((584, 442), (592, 448), (584, 454)), under, points((82, 500 - heel - 10))
    )
    slab(sketch, sole, way.sole, glow=0.25)
    sketch.line(moved(under, y=-1), way.outsole, 3)
    sketch.stitches(moved(part(top, 0.0, 0.98), y=4.5), way.thread, 1.8)


def lug_sole(sketch: Sketch, way: Colourway, height: float = 52.0) -> None:
    """A thick rubber sole with deep cleats, for boots."""
    top_y = 500 - height
    top = spline(
        (76, top_y - 2), (200, top_y + 2), (380, top_y + 6), (500, top_y), (580, top_y - 20)
    )
    bottom = spline((84, 492), (190, 492), (380, 492), (500, 488), (590, top_y + 16))
    sole = join(top, spline((580, top_y - 20), (594, top_y - 8), (590, top_y + 16)), bottom[::-1],
                spline((84, 492), (72, top_y + 20), (76, top_y - 2)))  # fmt: skip
    tread(sketch, moved(part(bottom, 0.01, 0.26), y=-2), way.outsole, 5, 10)
    tread(sketch, moved(part(bottom, 0.4, 0.98), y=-2), way.outsole, 11, 10)
    cast_on_upper(sketch, moved(top, y=-2), 0.42)
    slab(sketch, sole, Paint(way.outsole, "rubber"), glow=0.2)
    with sketch.within(sole):
        welt = moved(top, y=14)
        sketch.fill(join(top, welt[::-1]), way.sole)
        sketch.line(welt, "#05060c", 2.4, 0.5)
        sketch.stitches(moved(top, y=6.5), way.thread, 2.0)
    grooves(sketch, moved(top, y=16), moved(top, y=44), 17, way.outsole)

"""Parts that many shoes share: openings, soles, treads, laces, buckles, pull tabs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scripts.demo_data.shoes.curves import (
    Curve,
    at,
    data,
    directions,
    join,
    moved,
    offset,
    part,
    points,
    spline,
)
from scripts.demo_data.shoes.paints import Paint
from scripts.demo_data.shoes.sketch import Sketch
from scripts.demo_data.svg import mix, shade, tint


@dataclass(frozen=True)
class Colourway:
    """The paints and colours of one shoe.

    Attributes:
        upper: Main material.
        panel: Second material: overlays, straps, quarters.
        detail: Third: heel tab, toe cap, tongue, bow.
        sole: Midsole, heel or the whole sole.
        outsole: Where it touches the ground.
        lining: Seen in the opening.
        lace: Laces or elastic.
        thread: Stitches.
        metal: Eyelets and buckles.
    """

    upper: Paint
    panel: Paint
    detail: Paint
    sole: Paint
    outsole: str = "#2a2624"
    lining: str = "#d9cbb6"
    lace: str = "#fbfaf6"
    thread: str = "#f5efe0"
    metal: str = "#c4c6c6"


def opening(sketch: Sketch, far: Curve, near: Curve, lining: str) -> None:
    """The inside of a shoe, seen over the near edge of its collar.

    Args:
        sketch: Drawn on before the upper, which covers the lower part.
        far: The collar's edge on the other side of the foot, from heel to instep.
        near: The collar's edge on this side, from heel to instep.
        lining: Colour of the inside.
    """
    hole = join(far, near[::-1])
    top, bottom = hole[:, 1].min(), hole[:, 1].max()
    name = f"inside-{lining[1:]}-{top:.0f}-{bottom:.0f}"
    fill = sketch.define(
        name,
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="0" x2="0" '
        f'y1="{top:.0f}" y2="{bottom:.0f}"><stop offset="0" stop-color="{shade(lining, 0.12)}"/>'
        f'<stop offset="1" stop-color="{shade(lining, 0.78)}"/></linearGradient>',
    )
    sketch.add(f'<path d="{data(hole, closed=True)}" fill="{fill}"/>')


def collar(sketch: Sketch, near: Curve, colour: str, width: float = 9.0) -> None:
    """A padded or folded rim along the near edge of the opening."""
    sketch.line(offset(near, -1.5), "#000000", width + 3, 0.22)
    sketch.line(near, colour, width)
    sketch.line(offset(near, width * 0.2), tint(colour, 0.6), width * 0.3, 0.5)
    sketch.line(offset(near, -width * 0.34), shade(colour, 0.6), width * 0.22, 0.4)


def eyelet(sketch: Sketch, x: float, y: float, metal: str | None, size: float = 6.0) -> None:
    """A hole, with a metal ring unless `metal` is None."""
    if metal is not None:
        sketch.add(
            f'<circle cx="{x:.1f}" cy="{y + 1:.1f}" r="{size + 1.4:.1f}" fill="#000" '
            f'opacity="0.3"/><circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" fill="{metal}"/>'
            f'<circle cx="{x - 1:.1f}" cy="{y - 1:.1f}" r="{size * 0.72:.1f}" '
            f'fill="{tint(metal, 0.5)}"/>'
        )
    sketch.add(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size * 0.55:.1f}" fill="#14131a"/>')


def cord(sketch: Sketch, curve: Curve, colour: str, width: float) -> None:
    """A lace or strap that lies on top: shadow, body, lit ridge."""
    sketch.line(moved(curve, 1, 3), "#05060c", width, 0.3)
    sketch.line(curve, shade(colour, 0.3), width)
    sketch.line(moved(curve, -0.4, -0.7), colour, width * 0.78)
    sketch.line(moved(curve, -0.6, -width * 0.2), tint(colour, 0.65), width * 0.26, 0.6)


def bow(sketch: Sketch, x: float, y: float, colour: str, size: float, width: float) -> None:
    """Two drooping loops, two ends and a knot."""
    loops = (
        ((0, 0), (-0.9, -0.55), (-1.5, 0.0), (-1.25, 0.55), (-0.6, 0.45), (0, 0)),
        ((0, 0), (0.7, -0.75), (1.35, -0.5), (1.3, 0.05), (0.7, 0.3), (0, 0)),
    )
    ends = (((0, 0), (-0.35, 0.6), (-0.75, 1.15)), ((0, 0), (0.4, 0.55), (0.5, 1.2)))
    for knots in (*ends, *loops):
        curve = _placed(knots, x, y, size)
        cord(sketch, curve, colour, width)
    sketch.add(
        f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{width * 0.95:.1f}" ry="{width * 0.8:.1f}" '
        f'fill="{mix(colour, "#0b0d14", 0.12)}"/>'
        f'<ellipse cx="{x - 1:.1f}" cy="{y - 1.5:.1f}" rx="{width * 0.6:.1f}" '
        f'ry="{width * 0.4:.1f}" fill="{tint(colour, 0.4)}"/>'
    )


def _placed(knots: tuple[tuple[float, float], ...], x: float, y: float, size: float) -> Curve:
    return spline(*((x + size * u, y + size * v) for u, v in knots))


def far_side(throat: Curve, x: float = 30.0, y: float = -20.0) -> Curve:
    """The edge of the other eyestay, as far as it can be seen; the throat narrows to the toe."""
    closing = np.linspace(1.0, 0.2, len(throat))[:, None]
    return throat + np.array((x, y)) * closing


def tongue(sketch: Sketch, paint: Paint, throat: Curve, far: Curve, height: float) -> None:
    """The tongue behind the laces; its top looks over the collar.

    Args:
        sketch: Drawn on before the upper.
        paint: Its colour and material.
        throat: Edge of the eyestay on this side, from the top down towards the toe.
        far: The same on the other side.
        height: How far it reaches above the throat.
    """
    x, y = throat[0]
    far_x, far_y = far[0]
    top = spline((x - 14, y + 16), (x - 18, y - height * 0.6), (x - 6, y - height),
                 (far_x - 8, far_y - height + 16), (far_x + 2, far_y - height * 0.3),
                 (far_x, far_y))  # fmt: skip
    shape = join(top, far, moved(throat, y=16)[::-1])
    sketch.fill(shape, paint)
    ridge = join(points((x + 2, y - height + 14)), (throat + far) / 2)
    sketch.volume(shape, 0.1, [(ridge, 10)], depth=0.9)


def laces(
    sketch: Sketch,
    throat: Curve,
    far: Curve,
    rows: int,
    colour: str,
    metal: str | None,
    rim_colour: str,
    inset: float = 11.0,
    width: float = 9.0,
    tied: bool = True,
) -> None:
    """Laces over the tongue, from this side's eyelets up to the far eyestay.

    Args:
        sketch: Drawn on after the eyestay.
        throat: Edge of the eyestay on this side, from the top down towards the toe.
        far: The same on the other side.
        rows: Number of eyelets.
        colour: Of the laces.
        metal: Of the eyelets; None for punched holes.
        rim_colour: Colour of the far eyestay, of which only the rim is seen.
        inset: From the throat's edge to the eyelets.
        width: Of a lace.
        tied: Whether a bow sits at the top.
    """
    inner = offset(throat, -inset)
    shares = np.linspace(0.06, 0.9, rows)
    for index, share in enumerate(shares):
        x, y = at(inner, float(share))
        eyelet(sketch, x, y, metal)
        if index + 1 < rows:
            ahead = at(far, float((share + shares[index + 1]) / 2))
            cord(sketch, points((x, y), ahead), shade(colour, 0.22), width * 0.86)
        cord(sketch, points((x, y), at(far, float(max(0.0, share - 0.03)))), colour, width)
    rim = part(offset(far, 1), 0.0, 0.94)
    sketch.line(rim, shade(rim_colour, 0.5), width * 1.25)
    sketch.line(offset(rim, 0.6), rim_colour, width * 0.95)
    sketch.line(offset(rim, 2.4), tint(rim_colour, 0.5), 1.6, 0.5)
    if tied:
        x, y = at(throat * 0.7 + far * 0.3, float(shares[0]))
        bow(sketch, x, y, colour, 25, width * 0.7)


def buckle(sketch: Sketch, x: float, y: float, metal: str, size: float, turn: float = 0.0) -> None:
    """A rectangular frame with its tongue."""
    half = size / 2
    frame = f'x="{-half * 0.8:.1f}" y="{-half:.1f}" width="{size * 0.8:.1f}" height="{size:.1f}"'
    sketch.add(
        f'<g transform="translate({x:.1f} {y:.1f}) rotate({turn:g})">'
        f'<rect {frame} rx="4" fill="none" stroke="#05060c" stroke-width="6" opacity="0.35" '
        'transform="translate(1 2.5)"/>'
        f'<rect {frame} rx="4" fill="none" stroke="{shade(metal, 0.3)}" stroke-width="5.4"/>'
        f'<rect {frame} rx="4" fill="none" stroke="{tint(metal, 0.45)}" stroke-width="2.4"/>'
        f'<path d="M{-half * 0.8:.1f} 0H{half * 0.9:.1f}" stroke="{metal}" stroke-width="4" '
        'stroke-linecap="round"/></g>'
    )


def pull_tab(sketch: Sketch, base: tuple[float, float], colour: str, height: float) -> None:
    """A loop of webbing that sticks out at the heel."""
    x, y = base
    loop = points((x + 5, y + 12), (x - 2, y - height * 0.4), (x + 2, y - height),
                  (x + 12, y - height), (x + 15, y - height * 0.3), (x + 15, y + 10))  # fmt: skip
    sketch.line(loop, shade(colour, 0.45), 8)
    sketch.line(loop, colour, 5.5)


def crease(sketch: Sketch, curve: Curve, opacity: float = 0.22) -> None:
    """A fold that walking leaves in leather: dark in the valley, light on the ridge."""
    normal = directions(curve)[len(curve) // 2]
    sketch.line(curve, "#05060c", 3.2, opacity)
    sketch.line(moved(curve, 2.6 * abs(normal[1]) + 1, 1.2), "#ffffff", 2.4, opacity * 0.8)

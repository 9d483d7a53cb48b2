"""SVG elements from coordinates: the pens and stencils shared by logos and tiles.

Angles are compass bearings in degrees: 0 points up, 90 to the right. Style arguments are SVG
attributes with underscores instead of hyphens: `circle(5, stroke="#000", stroke_width=2)`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

Point = tuple[float, float]
Style = str | float


def number(value: float) -> str:
    """Shortest text that keeps a thousandth of a unit."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _attributes(style: dict[str, Style]) -> str:
    parts = []
    for name, value in style.items():
        text = value if isinstance(value, str) else number(value)
        parts.append(f' {name.rstrip("_").replace("_", "-")}="{text}"')
    return "".join(parts)


def polar(radius: float, bearing: float, centre: Point = (0.0, 0.0)) -> Point:
    """The point at a distance and compass bearing from `centre`."""
    angle = math.radians(bearing)
    return centre[0] + radius * math.sin(angle), centre[1] - radius * math.cos(angle)


def regular(corners: int, radius: float, first: float = 0.0) -> list[Point]:
    """Corners of a regular polygon, the first at bearing `first`."""
    return [polar(radius, first + 360 * k / corners) for k in range(corners)]


def star_points(tips: int, outer: float, inner: float, first: float = 0.0) -> list[Point]:
    """Corners of a star, tips and notches by turns, the first tip at bearing `first`."""
    step = 180 / tips
    radii = (outer, inner)
    return [polar(radii[k % 2], first + step * k) for k in range(2 * tips)]


def outline(points: Iterable[Point], closed: bool = True) -> str:
    """Path data through straight lines."""
    joined = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f"M{joined}Z" if closed else f"M{joined}"


def ring_data(outer: float, inner: float, centre: Point = (0.0, 0.0)) -> str:
    """Path data of an annulus; fill it with `fill_rule="evenodd"`."""
    return circle_data(outer, centre) + circle_data(inner, centre)


def circle_data(radius: float, centre: Point = (0.0, 0.0)) -> str:
    """Path data of a circle."""
    x, y, r = number(centre[0]), centre[1], number(radius)
    top, bottom = number(y - radius), number(y + radius)
    return f"M{x} {top}A{r} {r} 0 0 1 {x} {bottom}A{r} {r} 0 0 1 {x} {top}Z"


def arc_data(radius: float, start: float, end: float, centre: Point = (0.0, 0.0)) -> str:
    """Path data of a circular arc from bearing `start` clockwise to bearing `end`."""
    (x1, y1), (x2, y2) = polar(radius, start, centre), polar(radius, end, centre)
    large = int((end - start) % 360 > 180)
    r = number(radius)
    return f"M{number(x1)} {number(y1)}A{r} {r} 0 {large} 1 {number(x2)} {number(y2)}"


def sector_data(
    outer: float, inner: float, start: float, end: float, centre: Point = (0.0, 0.0)
) -> str:
    """Path data of a piece of an annulus between two bearings; `inner` 0 gives a pie slice."""
    (x1, y1), (x2, y2) = polar(inner, end, centre), polar(inner, start, centre)
    large, r = int((end - start) % 360 > 180), number(inner)
    back = f"A{r} {r} 0 {large} 0 {number(x2)} {number(y2)}" if inner else ""
    return f"{arc_data(outer, start, end, centre)}L{number(x1)} {number(y1)}{back}Z"


def lens_data(length: float, width: float, base: float = 0.0) -> str:
    """Path data of a pointed leaf between bearing-0 radii `base` and `base + length`.

    Both sides are circular arcs, so the tips are sharp and the widest place is the middle.
    """
    half = length / 2
    sagitta = width / 2
    r = number((half * half + sagitta * sagitta) / (2 * sagitta))
    top, bottom = number(-base - length), number(-base)
    return f"M0 {bottom}A{r} {r} 0 0 1 0 {top}A{r} {r} 0 0 1 0 {bottom}Z"


def petal_data(length: float, width: float, base: float = 0.0, belly: float = 0.62) -> str:
    """Path data of a petal pointing up: sharp at the base, round and widest at `belly`."""
    root, tip, waist = -base, -base - length, -base - length * belly
    side = number(width * 0.5)
    pull = number(root - length * belly * 0.45)
    cheek = number(waist - length * (1 - belly) * 0.95)
    return (
        f"M0 {number(root)}C{number(-width * 0.12)} {pull} -{side} {pull} -{side} {number(waist)}"
        f"C-{side} {cheek} {number(-width * 0.2)} {number(tip)} 0 {number(tip)}"
        f"C{number(width * 0.2)} {number(tip)} {side} {cheek} {side} {number(waist)}"
        f"C{side} {pull} {number(width * 0.12)} {pull} 0 {number(root)}Z"
    )


def path(data: str, **style: Style) -> str:
    """A path element."""
    return f'<path d="{data}"{_attributes(style)}/>'


def polygon(points: Iterable[Point], **style: Style) -> str:
    """A closed shape with straight sides."""
    return path(outline(points), **style)


def polyline(points: Sequence[Point], **style: Style) -> str:
    """An open line through points; give it a stroke."""
    return path(outline(points, closed=False), fill="none", **style)


def circle(radius: float, centre: Point = (0.0, 0.0), **style: Style) -> str:
    """A circle element."""
    x, y = number(centre[0]), number(centre[1])
    return f'<circle cx="{x}" cy="{y}" r="{number(radius)}"{_attributes(style)}/>'


def rectangle(
    left: float, top: float, width: float, height: float, corner: float = 0.0, **style: Style
) -> str:
    """A rectangle element, with rounded corners if `corner` is positive."""
    box = {"x": left, "y": top, "width": width, "height": height}
    rounding: dict[str, Style] = {"rx": corner} if corner else {}
    return f"<rect{_attributes({**box, **rounding, **style})}/>"


def group(
    *parts: str,
    at: Point = (0.0, 0.0),
    turn: float = 0.0,
    scale: float | Point = 1.0,
    **style: Style,
) -> str:
    """Elements moved together: first scaled, then turned clockwise, then shifted to `at`."""
    steps = []
    if at != (0.0, 0.0):
        steps.append(f"translate({number(at[0])} {number(at[1])})")
    if turn:
        steps.append(f"rotate({number(turn)})")
    if scale != 1.0:
        factors = scale if isinstance(scale, tuple) else (scale,)
        steps.append(f"scale({' '.join(number(factor) for factor in factors)})")
    transform: dict[str, Style] = {"transform": " ".join(steps)} if steps else {}
    return f"<g{_attributes({**transform, **style})}>{''.join(parts)}</g>"


def around(count: int, part: str, first: float = 0.0, centre: Point = (0.0, 0.0)) -> str:
    """`count` copies of a part turned evenly about `centre`."""
    return "".join(group(part, at=centre, turn=first + 360 * k / count) for k in range(count))


def mirrored(part: str) -> str:
    """A part and its mirror image in the vertical axis."""
    return part + group(part, scale=(-1.0, 1.0))

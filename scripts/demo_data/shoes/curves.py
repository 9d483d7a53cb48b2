"""Curves as sampled polylines: the geometry that outlines, panels, seams and laces share.

A curve is an `(n, 2)` float64 array of points in drawing units (the canvas is 640 x 640, y points
down). Shoes point to the right and stand on `GROUND`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]

GROUND = 500.0
"""Height of the floor line."""

_SAMPLES = 14
"""Points per spline segment: at 640 px a segment's facets are shorter than a stitch."""


def points(*corners: tuple[float, float]) -> Curve:
    """Straight lines through the given points."""
    return np.array(corners, dtype=np.float64)


def spline(*knots: tuple[float, float]) -> Curve:
    """A smooth curve through the given points (centripetal Catmull-Rom).

    The centripetal form neither loops nor overshoots where knots are unevenly spaced, which
    hand-placed knots always are.
    """
    given = points(*knots)
    if len(given) == 2:
        return given
    first = 2 * given[0] - given[1]
    last = 2 * given[-1] - given[-2]
    padded = np.vstack((first, given, last))
    pieces = []
    for index in range(len(given) - 1):
        p0, p1, p2, p3 = padded[index : index + 4]
        t0 = 0.0
        t1 = t0 + float(np.hypot(*(p1 - p0))) ** 0.5
        t2 = t1 + float(np.hypot(*(p2 - p1))) ** 0.5
        t3 = t2 + float(np.hypot(*(p3 - p2))) ** 0.5
        t = np.linspace(t1, t2, _SAMPLES, endpoint=False)[:, None]
        a1 = (t1 - t) / (t1 - t0) * p0 + (t - t0) / (t1 - t0) * p1
        a2 = (t2 - t) / (t2 - t1) * p1 + (t - t1) / (t2 - t1) * p2
        a3 = (t3 - t) / (t3 - t2) * p2 + (t - t2) / (t3 - t2) * p3
        b1 = (t2 - t) / (t2 - t0) * a1 + (t - t0) / (t2 - t0) * a2
        b2 = (t3 - t) / (t3 - t1) * a2 + (t - t1) / (t3 - t1) * a3
        pieces.append((t2 - t) / (t2 - t1) * b1 + (t - t1) / (t2 - t1) * b2)
    return np.vstack([*pieces, given[-1:]])


def join(*curves: Curve) -> Curve:
    """One curve after the other; a shared end point is kept once, so corners stay sharp."""
    parts = [curves[0]]
    for curve in curves[1:]:
        shared = np.allclose(parts[-1][-1], curve[0])
        parts.append(curve[1:] if shared else curve)
    return np.vstack(parts)


def moved(curve: Curve, x: float = 0.0, y: float = 0.0) -> Curve:
    """The curve, shifted."""
    return np.asarray(curve + np.array((x, y)))


def reversed_(curve: Curve) -> Curve:
    """The same curve walked from its end."""
    return curve[::-1]


def directions(curve: Curve) -> Curve:
    """Unit tangents `(n, 2)` at each point."""
    steps = np.gradient(curve, axis=0)
    return np.asarray(steps / np.maximum(np.hypot(steps[:, 0], steps[:, 1]), 1e-9)[:, None])


def offset(curve: Curve, distance: float) -> Curve:
    """A parallel curve, `distance` to the left of the walking direction (y points down)."""
    tangents = directions(curve)
    normals = np.column_stack((tangents[:, 1], -tangents[:, 0]))
    return np.asarray(curve + normals * distance)


def lengths(curve: Curve) -> NDArray[np.float64]:
    """Distance walked at each point, starting with 0."""
    steps = np.hypot(*np.diff(curve, axis=0).T)
    return np.concatenate(([0.0], np.cumsum(steps)))


def at(curve: Curve, share: float) -> tuple[float, float]:
    """The point after `share` (0..1) of the curve's length."""
    walked = lengths(curve)
    distance = share * walked[-1]
    x = np.interp(distance, walked, curve[:, 0])
    y = np.interp(distance, walked, curve[:, 1])
    return float(x), float(y)


def part(curve: Curve, start: float, end: float) -> Curve:
    """The stretch between two shares of the length."""
    walked = lengths(curve) / lengths(curve)[-1]
    inner = curve[(walked > start) & (walked < end)]
    return np.vstack(([at(curve, start)], inner, [at(curve, end)]))


def spread(curve: Curve, count: int) -> Iterator[tuple[float, float, float]]:
    """`count` evenly spaced places `(x, y, angle in degrees)` along the curve, ends included."""
    tangents = directions(curve)
    walked = lengths(curve)
    for share in np.linspace(0, 1, count):
        x, y = at(curve, float(share))
        index = min(int(np.searchsorted(walked, share * walked[-1])), len(curve) - 1)
        angle = float(np.degrees(np.arctan2(tangents[index, 1], tangents[index, 0])))
        yield x, y, angle


def data(curve: Curve, closed: bool = False) -> str:
    """SVG path data."""
    joined = "L".join(f"{x:.1f} {y:.1f}" for x, y in curve)
    return f"M{joined}{'Z' if closed else ''}"

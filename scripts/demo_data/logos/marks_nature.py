"""Plants, weather and landscapes. Every mark fits a square of 200 units."""

from __future__ import annotations

import math

from scripts.demo_data.logos.scheme import Scheme
from scripts.demo_data.shapes import (
    around,
    circle,
    group,
    lens_data,
    path,
    petal_data,
    polar,
    polygon,
    rectangle,
    sector_data,
)


def _in_disc(name: str, radius: float, content: str) -> str:
    """Content cut off at a circle."""
    return (
        f'<clipPath id="{name}">{circle(radius)}</clipPath>'
        f'<g clip-path="url(#{name})">{content}</g>'
    )


def summit(c: Scheme) -> str:
    """Two facets of a mountain before the sun."""
    return (
        circle(34, (36, -46), fill=c.accent)
        + polygon([(-22, -70), (-98, 70), (-2, 70), (-30, 10)], fill=c.main)
        + polygon([(-22, -70), (66, 70), (-2, 70), (-30, 10)], fill=c.second)
        + polygon(
            [(-22, -70), (-47, -24), (-30, -34), (-20, -16), (-8, -30), (6, -25)], fill=c.accent
        )
        + polygon([(52, 6), (98, 70), (66, 70), (42, 32)], fill=c.main)
    )


def tide(c: Scheme) -> str:
    """Three swells in a porthole."""

    def swell(y: float, fill: str) -> str:
        return path(f"M-140 {y}q35 -44 70 0t70 0t70 0t70 0V120H-140Z", fill=fill)

    water = rectangle(-100, -100, 200, 200, fill=c.field) + circle(26, (0, -46), fill=c.accent)
    swells = swell(-6, c.second) + group(swell(30, c.main), at=(34, 0)) + swell(64, c.second)
    return _in_disc("tide", 84, water + swells) + circle(
        90, fill="none", stroke=c.main, stroke_width=9
    )


def sunrise(c: Scheme) -> str:
    """Half a sun with widening rays over calm water."""
    rays = "".join(
        path(sector_data(92, 52, bearing - 5.5, bearing + 5.5, (0.0, 24.0)), fill=c.second)
        for bearing in (-80, -60, -40, -20, 0, 20, 40, 60, 80)
    )
    water = "".join(
        rectangle(-half, y, 2 * half, 8, 4, fill=c.accent)
        for half, y in ((88, 36), (62, 54), (36, 72))
    )
    return path(sector_data(42, 0, -90, 90, (0.0, 24.0)), fill=c.main) + rays + water


def pine(c: Scheme) -> str:
    """A fir cut into three tiers, one side in shade."""
    tiers = "".join(
        polygon([(0, top), (0, base - 12), (-half, base)], fill=c.main)
        + polygon([(0, top), (0, base - 12), (half, base)], fill=c.second)
        for top, base, half in ((-96, -24, 38), (-58, 24, 56), (-14, 76, 74))
    )
    return rectangle(-8, 60, 16, 36, fill=c.accent) + tiers


def mushroom(c: Scheme) -> str:
    """A spotted cap."""
    return (
        path("M-22 0H22C18 30 26 52 36 82H-36C-26 52 -18 30 -22 0Z", fill=c.second)
        + path("M-92 8C-92 -54 -50 -88 0 -88C50 -88 92 -54 92 8C60 20 -60 20 -92 8Z", fill=c.main)
        + circle(17, (-8, -50), fill=c.field)
        + circle(11, (-52, -20), fill=c.field)
        + circle(13, (44, -26), fill=c.field)
        + circle(7, (10, -12), fill=c.field)
        + path("M-44 26C-20 34 20 34 44 26", fill="none", stroke=c.accent, stroke_width=6,
               stroke_linecap="round")
        + path("M-70 84H70", stroke=c.accent, stroke_width=7, stroke_linecap="round")
    )  # fmt: skip


def acorn(c: Scheme) -> str:
    """A nut in a cross-hatched cup."""
    hatch = (
        "M-60 -30L-20 -66M-40 -12L20 -66M-4 -10L50 -58M60 -30L20 -66M40 -12L-20 -66M4 -10L-50 -58"
    )
    return (
        path("M-52 -6H52C52 40 26 66 6 78L0 94L-6 78C-26 66 -52 40 -52 -6Z", fill=c.second)
        + path("M-30 8C-28 32 -18 48 -8 58", fill="none", stroke=c.field, stroke_width=6,
               stroke_linecap="round")
        + path("M-70 -6C-72 -48 -40 -70 0 -70C40 -70 72 -48 70 -6C40 4 -40 4 -70 -6Z", fill=c.main)
        + path(hatch, stroke=c.field, stroke_width=3)
        + path("M-4 -68C-4 -84 4 -92 16 -98", fill="none", stroke=c.main, stroke_width=10,
               stroke_linecap="round")
    )  # fmt: skip


def ember(c: Scheme) -> str:
    """A flame with a drop inside."""
    return (
        path("M6 -98C18 -60 76 -30 70 30C66 70 36 94 0 94C-38 94 -68 68 -68 28"
             "C-68 -2 -48 -16 -40 -44"
             "C-26 -36 -20 -26 -18 -12C0 -34 8 -62 6 -98Z", fill=c.main)
        + path("M4 -24C20 6 42 20 38 50C36 72 20 84 0 84C-22 84 -38 70 -38 48C-38 32 -28 24 -24 10"
               "C-14 14 -10 20 -8 28C2 14 6 -4 4 -24Z", fill=c.second)
        + path("M2 36C10 50 16 54 15 66C14 75 8 80 0 80C-9 80 -15 75 -15 66C-15 54 -6 50 2 36Z",
               fill=c.accent)
    )  # fmt: skip


def cactus(c: Scheme) -> str:
    """Three rounded arms before a disc."""
    arms = "M0 84V-66M0 30H-42V-8M0 6H40V-34"
    return (
        circle(70, (0, -10), fill=c.second)
        + path(arms, fill="none", stroke=c.main, stroke_width=25, stroke_linecap="round",
               stroke_linejoin="round")
        + path("M0 78V-60", stroke=c.field, stroke_width=3, stroke_dasharray="7 10")
        + path("M-80 88H80", stroke=c.accent, stroke_width=9, stroke_linecap="round")
        + around(5, path(petal_data(15, 12), fill=c.accent), 0, (0, -78))
    )  # fmt: skip


def pomegranate(c: Scheme) -> str:
    """A fruit cut open to show its seeds."""
    seeds = "".join(
        group(
            path(petal_data(22, 15), fill=c.accent),
            at=polar(radius, bearing, (0, 18)),
            turn=bearing,
        )
        for radius, count, first in ((6, 5, 0), (32, 9, 20))
        for bearing in (first + 360 * k / count for k in range(count))
    )
    return (
        polygon([(-24, -50), (-34, -96), (-12, -78), (0, -98), (12, -78), (34, -96), (24, -50)],
                fill=c.main)
        + circle(76, (0, 18), fill=c.main)
        + circle(63, (0, 18), fill=c.second)
        + seeds
    )  # fmt: skip


def lotus(c: Scheme) -> str:
    """Seven petals fanned out, opened at the water line."""
    petals = "".join(
        group(path(lens_data(length, 50), fill=fill, stroke=c.field, stroke_width=4), at=(0, 50),
              turn=turn)
        for turn, length, fill in ((-78, 92, c.accent), (78, 92, c.accent), (-52, 108, c.second),
                                   (52, 108, c.second), (-26, 122, c.main), (26, 122, c.main),
                                   (0, 130, c.second))
    )  # fmt: skip
    return petals + "".join(
        rectangle(-half, y, 2 * half, 7, 3.5, fill=c.main) for half, y in ((60, 62), (34, 78))
    )


def nautilus(c: Scheme) -> str:
    """Quarter discs that shrink by the golden ratio."""
    ratio = (math.sqrt(5) - 1) / 2
    parts, radius, corner = [], 112.0, (12.0, 28.0)
    fills = (c.main, c.second, c.accent)
    for step in range(7):
        start = 270 + 90 * step
        parts.append(path(sector_data(radius, 0, start, start + 90, corner), fill=fills[step % 3]))
        # The next centre lies on the common edge, so that both arcs share a tangent.
        shorter = radius * ratio
        corner = polar(radius - shorter, start + 90, corner)
        radius = shorter
    return group(*parts, at=(8, 6), stroke=c.field, stroke_width=4, stroke_linejoin="round")

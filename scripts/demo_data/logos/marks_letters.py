"""Monograms: single letters built from discs, bars and folds."""

from __future__ import annotations

from scripts.demo_data.logos.scheme import Scheme
from scripts.demo_data.shapes import (
    arc_data,
    circle,
    group,
    lens_data,
    path,
    petal_data,
    polygon,
    rectangle,
    ring_data,
    sector_data,
)


def letter_a(c: Scheme) -> str:
    """A: a folded sheet over a disc."""
    return (
        polygon([(-92, 84), (-24, -84), (24, -84), (-32, 84)], fill=c.main)
        + polygon([(92, 84), (24, -84), (-4, -14), (34, 84)], fill=c.second)
        + circle(22, (1, 60), fill=c.accent)
    )


def letter_b(c: Scheme) -> str:
    """B: two half discs on a bar."""
    return (
        rectangle(-72, -90, 40, 180, fill=c.main)
        + path(sector_data(45, 0, 0, 180, (-22, -45)), fill=c.second)
        + path(sector_data(56, 0, 0, 180, (-22, 34)), fill=c.accent)
        + circle(14, (-4, -45), fill=c.field)
        + circle(18, (0, 34), fill=c.field)
    )


def letter_e(c: Scheme) -> str:
    """E: three bars, bent like a stream."""
    bars = "".join(
        path(f"M-24 {y}H84A20 20 0 0 1 64 {y + 34}H-24Z", fill=fill)
        for y, fill in ((-86, c.main), (-17, c.second), (52, c.main))
    )
    return (
        bars
        + path("M-20 -86A86 86 0 0 0 -20 86V52A52 52 0 0 1 -20 -52Z", fill=c.main)
        + circle(13, (-42, 0), fill=c.accent)
    )


def letter_g(c: Scheme) -> str:
    """G: a ring that turns into a leaf."""
    return (
        path(sector_data(90, 56, 90, 405), fill=c.main)
        + rectangle(4, -17, 86, 34, fill=c.second)
        + group(path(petal_data(60, 34), fill=c.accent), at=(52, -40), turn=28)
    )


def letter_m(c: Scheme) -> str:
    """M: two peaks of folded paper."""
    return (
        polygon([(-94, 78), (-94, -78), (-50, -78), (-50, 78)], fill=c.main)
        + polygon([(-50, -78), (0, 10), (0, 78), (-50, 0)], fill=c.second)
        + polygon([(50, -78), (0, 10), (0, 78), (50, 0)], fill=c.accent)
        + polygon([(94, 78), (94, -78), (50, -78), (50, 78)], fill=c.main)
    )


def letter_n(c: Scheme) -> str:
    """N: three slanted leaves of one ribbon."""
    return (
        path("M-84 84V-40A40 40 0 0 1 -44 -80V44A40 40 0 0 1 -84 84Z", fill=c.main)
        + path("M-44 -80C0 -80 44 -20 44 80C0 80 -44 20 -44 -80Z", fill=c.second)
        + path("M84 -84V40A40 40 0 0 1 44 80V-44A40 40 0 0 1 84 -84Z", fill=c.accent)
    )


def letter_s(c: Scheme) -> str:
    """S: two turning bands of three stripes."""

    def half(fill: str, first: float, last: float, y: float) -> str:
        return "".join(
            path(arc_data(radius, first, last, (0, y)), fill="none", stroke=fill, stroke_width=9)
            for radius in (18, 33, 48)
        )

    return group(
        half(c.main, 180, 450, -42) + half(c.second, 0, 270, 42), scale=0.98
    ) + circle(8, (0, -42), fill=c.accent) + circle(8, (0, 42), fill=c.accent)  # fmt: skip


def letter_w(c: Scheme) -> str:
    """W: crossing sails."""
    return (
        polygon([(-98, -70), (-58, -70), (-14, 74), (-44, 74)], fill=c.main)
        + polygon([(-14, 74), (-44, 74), (-10, -70), (26, -70)], fill=c.second)
        + polygon([(-10, -70), (26, -70), (52, 74), (18, 74)], fill=c.main)
        + polygon([(52, 74), (18, 74), (62, -70), (98, -70)], fill=c.accent)
    )


def letter_q(c: Scheme) -> str:
    """Q: a ring with a leaf for a tail."""
    return (
        path(ring_data(84, 50, (-6, -8)), fill=c.main, fill_rule="evenodd")
        + group(path(lens_data(98, 40, 0), fill=c.field), at=(2, 4), turn=135)
        + group(path(lens_data(90, 30, 4), fill=c.second), at=(4, 6), turn=135)
        + circle(12, (-6, -8), fill=c.accent)
    )


def letter_h(c: Scheme) -> str:
    """H: two towers joined by an arch."""
    return (
        path("M-86 -88H-38V-58A38 38 0 0 0 38 -58V-88H86V88H38V58A38 38 0 0 0 -38 58V88H-86Z",
             fill=c.main)
        + circle(25, (0, -62), fill=c.second)
        + circle(25, (0, 62), fill=c.accent)
    )  # fmt: skip

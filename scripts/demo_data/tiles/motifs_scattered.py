"""Mid-century and contemporary repeats without strong axes: chips, twigs, birds and discs."""

from __future__ import annotations

import numpy as np

from scripts.demo_data.shapes import (
    Point,
    around,
    circle,
    group,
    lens_data,
    path,
    petal_data,
    polar,
    polygon,
    sector_data,
)
from scripts.demo_data.tiles.palettes import Palette
from scripts.demo_data.tiles.pattern import (
    Pattern,
    Stamp,
    oblique_cell,
    rectangle_cell,
)


def terrazzo(p: Palette) -> Pattern:
    """Marble chips in a pale ground; only the repeat itself is regular."""
    side = 200.0
    rng = np.random.default_rng(1955)
    colours = (p.main, p.second, p.accent, p.ink, p.main, p.second)
    chips: list[tuple[Point, float]] = []
    parts = []
    # Large chips first: small ones fill the gaps, as in a real mix.
    for radius in np.repeat((20.0, 13.0, 8.0, 4.0), (26, 60, 110, 170)):
        x, y = (float(value) for value in rng.uniform(0, side, 2))
        # Distances are measured around the repeat's edges, where chips continue.
        crowded = any(
            np.hypot((x - cx + side / 2) % side - side / 2, (y - cy + side / 2) % side - side / 2)
            < radius + other + 2
            for (cx, cy), other in chips
        )
        if crowded:
            continue
        chips.append(((x, y), float(radius)))
        count = int(rng.integers(4, 7))
        bearings = (np.arange(count) + rng.uniform(-0.3, 0.3, count)) * 360 / count
        turn = float(rng.uniform(0, 360))
        corners = [
            polar(float(r), float(b) + turn, (x, y))
            for r, b in zip(rng.uniform(0.7, 1.08, count) * radius, bearings, strict=True)
        ]
        parts.append(polygon(corners, fill=colours[int(rng.integers(len(colours)))]))
    return Pattern.of("p1", rectangle_cell(side, side), p.ground, Stamp("".join(parts), reach=165))


def sprigs(p: Palette) -> Pattern:
    """Scattered twigs with leaves on one side and berries on the other."""
    leaves = "".join(
        group(path(petal_data(24, 11, 0), fill=fill), at=(x, y), turn=turn)
        for x, y, turn, fill in ((-2, 24, -66, p.main), (-3, 8, -58, p.second),
                                 (-2, -8, -48, p.main), (2, -24, -34, p.second),
                                 (3, -32, 8, p.main))
    )  # fmt: skip
    berries = "".join(
        path(f"M{x0} {y0}L{x} {y}", stroke=p.ink, stroke_width=1.4)
        + circle(4, (x, y), fill=p.accent)
        for x0, y0, x, y in ((-1, 18, 14, 8), (-2, 2, 15, -10), (0, -14, 16, -26))
    )
    twig = path("M4 44C-6 20 -6 -6 3 -34", fill="none", stroke=p.ink, stroke_width=2.2)
    return Pattern.of(
        "p1",
        oblique_cell(84, 92, 3),
        p.ground,
        Stamp(group(berries, twig, leaves, turn=12), (0.5, 0.5), 60),
        Stamp(circle(2.6, fill=p.second), (0.02, 0.5), 4),
    )


def swallows(p: Palette) -> Pattern:
    """Swallows flying to one side, then to the other."""
    bird = (
        path("M-30 -4C-18 -9 -8 -8 0 -4C6 -16 18 -28 36 -32C28 -18 20 -6 12 0C22 4 34 4 46 0"
             "C38 8 26 12 18 11L40 22C24 22 10 18 2 10C-8 8 -20 2 -30 -4Z", fill=p.main)
        + path("M-6 -4C-8 -20 -4 -34 6 -44C6 -30 8 -16 6 -6Z", fill=p.ink)
        + path("M-30 -4C-22 -4 -14 -1 -10 4C-18 2 -25 0 -30 -4Z", fill=p.accent)
        + circle(1.3, (-20, -4.4), fill=p.ground)
    )  # fmt: skip
    cloud = path("M-16 4H18M-8 -2H10", stroke=p.second, stroke_width=3, stroke_linecap="round")
    return Pattern.of(
        "pg",
        rectangle_cell(130, 132),
        p.ground,
        Stamp(group(bird, at=(34, 34), scale=0.95), reach=120),
        Stamp(group(cloud, at=(98, 30)), reach=120),
    )


def boomerangs(p: Palette) -> Pattern:
    """Rounded arrows and dots from a diner's counter."""
    arrow = "M-2 30C-10 8 -22 -4 -40 -12C-44 -14 -43 -20 -38 -20C-10 -22 8 -2 8 28C8 34 0 36 -2 30Z"
    shape = path(arrow, fill=p.main) + group(
        path(arrow, fill="none", stroke=p.ink, stroke_width=1.6), at=(3, 3)
    )
    pin = path("M0 0L9 -24", stroke=p.ink, stroke_width=2) + circle(5.5, (9, -24), fill=p.accent)
    return Pattern.of(
        "p2",
        oblique_cell(118, 100, 3),
        p.ground,
        Stamp(group(shape, at=(55, 24))),
        Stamp(around(2, pin), (0.0, 0.0), 34),
        Stamp(group(path(lens_data(34, 16, -17), fill=p.second), turn=-55), (0.0, 0.5), 20),
        Stamp(group(path(lens_data(24, 12, -12), fill=p.accent), turn=35), (0.5, 0.5), 16),
        Stamp(circle(5, fill=p.second), (0.5, 0.0), 8),
    )


def half_discs(p: Palette) -> Pattern:
    """Half discs hanging from and standing on thin lines."""
    disc = (
        path(sector_data(23, 0, -90, 90), fill=p.main)
        + path(sector_data(14, 0, -90, 90), fill=p.ground)
        + path(sector_data(9, 0, -90, 90), fill=p.accent)
    )
    return Pattern.of(
        "pmg",
        rectangle_cell(100, 68),
        p.ground,
        Stamp(disc, (0.25, 0.5), 25),
        Stamp(path("M-50 0H50", stroke=p.ink, stroke_width=2), (0.25, 0.5), 60),
        Stamp(path(sector_data(23, 0, -90, 90), fill=p.second), (0.75, 0.5), 25),
        Stamp(path("M0 0V-23M0 0L-16 -16M0 0L16 -16", stroke=p.ground, stroke_width=2.4),
              (0.75, 0.5), 25),
    )  # fmt: skip


def leaf_tumble(p: Palette) -> Pattern:
    """Leaves of cut paper that fall in four directions."""
    leaf = (
        path("M0 30C-20 16 -20 -14 0 -34C20 -14 20 16 0 30Z", fill=p.main)
        + path("M0 -34C20 -14 20 16 0 30Z", fill=p.second)
        + path("M0 40V-22M0 18L-10 8M0 18L10 8M0 4L-11 -6M0 4L11 -6M0 -9L-7 -16M0 -9L7 -16",
               fill="none", stroke=p.ground, stroke_width=2)
        + path("M0 30V42", stroke=p.ink, stroke_width=2.4)
    )  # fmt: skip
    return Pattern.of(
        "pgg",
        rectangle_cell(128, 116),
        p.ground,
        Stamp(group(leaf, at=(32, 28), turn=38), reach=110),
        Stamp(circle(4.5, fill=p.accent), (0.0, 0.0), 6),
        Stamp(circle(3, fill=p.ink), (0.5, 0.0), 6),
    )

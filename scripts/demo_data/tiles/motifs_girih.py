"""Stars and interlaced straps after Moorish zellige and Persian girih."""

from __future__ import annotations

from scripts.demo_data.shapes import (
    around,
    circle,
    lens_data,
    path,
    petal_data,
    polygon,
    regular,
    star_points,
)
from scripts.demo_data.tiles import strapwork as sw
from scripts.demo_data.tiles.palettes import Palette
from scripts.demo_data.tiles.pattern import HEXAGONAL, SQUARE, Pattern, Stamp

_CENTRE = (0.0, 0.0)


def star_and_cross(p: Palette) -> Pattern:
    """Khatam: eight-pointed stars between crosses, cut from glazed clay."""
    star = star_points(8, 50, 38.27, 0)
    inner = star_points(8, 31, 23.7, 22.5)
    return Pattern.of(
        "p4m",
        SQUARE,
        p.main,
        Stamp(
            polygon(star, fill=p.ground, stroke=p.ink, stroke_width=3, stroke_linejoin="miter")
            + polygon(inner, fill=p.second)
            + around(8, path(lens_data(17, 7, 5), fill=p.ground))
            + circle(4.5, fill=p.accent),
            _CENTRE,
            54,
        ),
        Stamp(
            polygon(star_points(4, 19, 7, 45), fill=p.accent)
            + polygon(regular(4, 6, 45), fill=p.ink),
            (0.5, 0.5),
            22,
        ),
    )


def interlaced_octagrams(p: Palette) -> Pattern:
    """Straps over and under around eight-pointed stars."""
    shapes, angle = sw.octagons_and_squares(), 67.5
    strap = sw.Strap(5.4, 1.3, p.ground, p.ink)
    rosette = around(8, path(petal_data(15, 9, 5), fill=p.accent)) + circle(4, fill=p.ground)
    return Pattern.of(
        "p4",
        SQUARE,
        p.second,
        *sw.star_fills(shapes, angle, (p.main, p.accent)),
        *sw.straps(shapes, angle, strap, interlaced=True),
        Stamp(rosette, _CENTRE, 22),
    )


def sixteen_petals(p: Palette) -> Pattern:
    """Large rosettes of sixteen petals between small stars."""
    kite = polygon([(0, -47), (-4.4, -41), (0, -33), (4.4, -41)], fill=p.second)
    rosette = (
        circle(49.2, fill=p.ink)
        + circle(47.6, fill=p.ground)
        + circle(46.2, fill=p.ink)
        + around(16, kite, 11.25)
        + around(16, path(lens_data(27, 9.5, 19), fill=p.main))
        + polygon(star_points(16, 21, 14.5, 11.25), fill=p.ground)
        + polygon(star_points(8, 12, 7), fill=p.accent)
    )
    small = polygon(star_points(8, 24, 13, 22.5), fill=p.accent, stroke=p.ground, stroke_width=1.5)
    return Pattern.of(
        "p4m",
        SQUARE,
        p.ink,
        Stamp(rosette, _CENTRE, 50),
        Stamp(small + polygon(star_points(4, 10, 5), fill=p.ink), (0.5, 0.5), 26),
    )


def star_and_hexagon(p: Palette) -> Pattern:
    """Six-pointed stars in rings of long hexagons."""
    shapes, angle = sw.hexagons(), 60.0
    strap = sw.Strap(4.2, 1.2, p.ground, p.ink)
    rosette = around(6, path(petal_data(15, 10, 4), fill=p.accent), 30) + circle(3.6, fill=p.ink)
    return Pattern.of(
        "p6m",
        HEXAGONAL,
        p.second,
        *sw.star_fills(shapes, angle, (p.main,)),
        *sw.straps(shapes, angle, strap, interlaced=False),
        Stamp(rosette, _CENTRE, 24),
        Stamp(polygon(star_points(3, 11, 5, 0), fill=p.accent), (2 / 3, 1 / 3), 12),
    )


def twelvefold_roses(p: Palette) -> Pattern:
    """Twelve-pointed stars with a flower in each, triangles between."""
    shapes, angle = sw.dodecagons_and_triangles(), 63.0
    strap = sw.Strap(3.2, 1.0, p.ground, p.ink)
    flower = (
        around(12, path(lens_data(19, 6.5, 9), fill=p.ground))
        + polygon(star_points(12, 10, 7.2), fill=p.accent)
        + circle(3.4, fill=p.ink)
    )
    return Pattern.of(
        "p6m",
        HEXAGONAL,
        p.second,
        *sw.star_fills(shapes, angle, (p.main, p.accent, p.accent)),
        *sw.straps(shapes, angle, strap, interlaced=False),
        Stamp(flower, _CENTRE, 32),
    )


def woven_hexagrams(p: Palette) -> Pattern:
    """Bands woven into six-pointed stars, with squares and triangles in the gaps."""
    shapes, angle = sw.hexagons_squares_triangles(), 55.0
    strap = sw.Strap(4.4, 1.2, p.accent, p.ink)
    return Pattern.of(
        "p6",
        HEXAGONAL,
        p.ground,
        *sw.star_fills(shapes, angle, (p.main, p.second, p.second, p.ink)),
        *sw.straps(shapes, angle, strap, interlaced=True),
        Stamp(around(6, path(petal_data(11, 8, 2), fill=p.ground), 30), _CENTRE, 16),
    )


def girih_network(p: Palette) -> Pattern:
    """A fine net of straps around twelve-, six- and four-pointed stars."""
    shapes, angle = sw.dodecagons_hexagons_squares(), 66.0
    strap = sw.Strap(3.0, 0.9, p.ground, p.ink)
    return Pattern.of(
        "p6",
        HEXAGONAL,
        p.second,
        *sw.star_fills(shapes, angle, (p.main, p.accent, p.accent, p.ink)),
        *sw.straps(shapes, angle, strap, interlaced=True),
        Stamp(
            polygon(star_points(6, 18, 9.5, 30), fill=p.ground)
            + polygon(regular(6, 7.5), fill=p.accent),
            _CENTRE,
            20,
        ),
    )

"""Star patterns and interlaced straps by the polygons-in-contact method.

The method (E. H. Hankin, "The Drawing of Geometric Patterns in Saracenic Art", 1925): cover the
plane with polygons, let two lines cross in the middle of every edge at a fixed angle, and extend
them into the polygons until they meet. In a regular polygon they meet on the line to a corner, so
they form a star whose tips are the middles of the edges.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scripts.demo_data.shapes import Point, outline, path, polar, polygon, star_points
from scripts.demo_data.tiles.pattern import Stamp


@dataclass(frozen=True)
class ContactPolygon:
    """A regular polygon of a tiling.

    Attributes:
        corners: Number of corners.
        edge: Length of an edge, in drawing units.
        at: Fractional coordinates of its centre.
        first_edge: Bearing of the middle of one edge.
    """

    corners: int
    edge: float
    at: Point
    first_edge: float

    @property
    def apothem(self) -> float:
        """Distance from the centre to the middle of an edge."""
        return self.edge / (2 * math.tan(math.pi / self.corners))

    def notch(self, angle: float) -> float:
        """Distance from the centre to where lines from neighbouring edges meet.

        Args:
            angle: Between the lines and the edge, in degrees.
        """
        dx, dy = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        run = 1 / (2 * dx / self.edge + dy / self.apothem)
        return math.hypot(run * dx, self.apothem - run * dy)

    def star(self, angle: float) -> list[Point]:
        """Corners of the star, relative to the centre."""
        return star_points(self.corners, self.apothem, self.notch(angle), self.first_edge)


@dataclass(frozen=True)
class Strap:
    """How the lines are drawn.

    Attributes:
        width: Of the coloured band.
        rim: Of the outline on each side.
        colour: Of the band.
        rim_colour: Of the outline.
    """

    width: float
    rim: float
    colour: str
    rim_colour: str


def star_fills(
    polygons: Sequence[ContactPolygon], angle: float, fills: Sequence[str]
) -> list[Stamp]:
    """The stars as coloured shapes, one colour per polygon of the tiling."""
    return [
        Stamp(polygon(shape.star(angle), fill=fill), shape.at, shape.apothem)
        for shape, fill in zip(polygons, fills, strict=True)
    ]


def straps(
    polygons: Sequence[ContactPolygon], angle: float, strap: Strap, interlaced: bool
) -> list[Stamp]:
    """The outlines of the stars as bands.

    Interlaced bands pass over and under each other by turns: at every crossing the band that
    leans clockwise, seen from either side, is on top. That rule survives rotations, but not
    mirrors.
    """
    wide = strap.width + 2 * strap.rim
    passes = ((strap.rim_colour, wide), (strap.colour, strap.width))
    stamps = [
        Stamp(
            polygon(shape.star(angle), fill="none", stroke=colour, stroke_width=width,
                    stroke_linejoin="miter"),
            shape.at,
            shape.apothem + wide,
        )
        for colour, width in passes
        for shape in polygons
    ]  # fmt: skip
    if not interlaced:
        return stamps
    # Long enough to cross the other band, which lies at twice the contact angle.
    reach = 0.72 * wide / math.sin(math.radians(min(2 * angle, 180 - 2 * angle, 90))) + 0.5
    for colour, width in passes:
        # The band is a little longer than its rim, or the rim's end would show as a line.
        length = reach if width == wide else reach + 1.2
        for shape in polygons:
            data = "".join(_bridge(shape, angle, edge, length) for edge in range(shape.corners))
            piece = path(data, fill="none", stroke=colour, stroke_width=width)
            stamps.append(Stamp(piece, shape.at, shape.apothem + wide))
    return stamps


def _bridge(shape: ContactPolygon, angle: float, edge: int, length: float) -> str:
    """Path data of the upper band's half at the middle of an edge, a little past the middle."""
    bearing = shape.first_edge + 360 * edge / shape.corners
    middle = polar(shape.apothem, bearing)
    # Seen from the centre, the edge runs at right angles to its bearing; the line leans inwards.
    inwards = bearing + 90 + angle
    return outline((polar(-1.5, inwards, middle), polar(length, inwards, middle)), closed=False)


_HEX_CENTRES: tuple[Point, Point] = ((1 / 3, 2 / 3), (2 / 3, 1 / 3))


def octagons_and_squares(cell: float = 100.0) -> list[ContactPolygon]:
    """The tiling 4.8.8 on a square lattice."""
    edge = cell / (1 + math.sqrt(2))
    return [ContactPolygon(8, edge, (0.0, 0.0), 0), ContactPolygon(4, edge, (0.5, 0.5), 45)]


def hexagons(cell: float = 100.0) -> list[ContactPolygon]:
    """The tiling 6.6.6."""
    return [ContactPolygon(6, cell / math.sqrt(3), (0.0, 0.0), 90)]


def dodecagons_and_triangles(cell: float = 100.0) -> list[ContactPolygon]:
    """The tiling 3.12.12."""
    edge = cell / (2 + math.sqrt(3))
    down, up = _HEX_CENTRES
    return [
        ContactPolygon(12, edge, (0.0, 0.0), 0),
        ContactPolygon(3, edge, down, 60),
        ContactPolygon(3, edge, up, 0),
    ]


def dodecagons_hexagons_squares(cell: float = 100.0) -> list[ContactPolygon]:
    """The tiling 4.6.12."""
    edge = cell / (3 + math.sqrt(3))
    down, up = _HEX_CENTRES
    return [
        ContactPolygon(12, edge, (0.0, 0.0), 0),
        ContactPolygon(6, edge, down, 0),
        ContactPolygon(6, edge, up, 0),
        ContactPolygon(4, edge, (0.5, 0.0), 0),
    ]


def hexagons_squares_triangles(cell: float = 100.0) -> list[ContactPolygon]:
    """The tiling 3.4.6.4."""
    edge = cell / (1 + math.sqrt(3))
    down, up = _HEX_CENTRES
    return [
        ContactPolygon(6, edge, (0.0, 0.0), 90),
        ContactPolygon(3, edge, down, 60),
        ContactPolygon(3, edge, up, 0),
        ContactPolygon(4, edge, (0.5, 0.0), 90),
    ]

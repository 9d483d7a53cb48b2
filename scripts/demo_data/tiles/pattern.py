"""Drawings repeated by a wallpaper group.

A pattern is a stack of stamps. Each stamp is a small drawing; the group carries it to every
equivalent place of the unit cell, and the whole layer is finished before the next one begins, so
that overlapping layers keep the symmetry. A stamp that sits on a rotation centre or mirror and
already has that symmetry names its place (`at`) and is drawn there once instead of once per
isometry.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scripts.demo_data.shapes import Point, number
from scripts.demo_data.svg import VIEW_BOX, svg_document
from scripts.demo_data.tiles.wallpaper import GROUPS, Isometry, WallpaperGroup

# Six decimals tell apart every two fractional positions that a drawing can tell apart.
_DECIMALS = 6


@dataclass(frozen=True)
class Cell:
    """A unit cell with its first axis along x, in drawing units (y points down).

    Attributes:
        width: Length of the first axis.
        second: The second axis.
        rows: Number of cells stacked along the second axis until the pattern repeats straight
            down; `rows * second[0]` is a multiple of `width`.
    """

    width: float
    second: Point
    rows: int = 1

    @property
    def repeat(self) -> tuple[float, float]:
        """Width and height of the smallest upright rectangle that the pattern repeats."""
        return self.width, self.rows * self.second[1]

    def place(self, u: float, v: float) -> Point:
        """Fractional to drawing coordinates."""
        return u * self.width + v * self.second[0], v * self.second[1]

    def matrix(self, isometry: Isometry) -> tuple[float, float, float, float]:
        """Linear part of an isometry in drawing coordinates, column by column as SVG wants it."""
        (p, q), (r, s) = isometry.linear
        w, (x, y) = self.width, self.second
        # Basis change B L B^-1 with B = [[w, x], [0, y]].
        first = (p * w + r * x, r * y)
        other = (q * w + s * x, s * y)
        a, b = first[0] / w, first[1] / w
        return a, b, (other[0] - a * x) / y, (other[1] - b * x) / y


def rectangle_cell(width: float, height: float) -> Cell:
    """Axes at right angles; equal sides make a square cell."""
    return Cell(width, (0.0, height))


def oblique_cell(width: float, height: float, rows: int = 3) -> Cell:
    """Each row is shifted by `width / rows` against the one above."""
    return Cell(width, (width / rows, height), rows)


SQUARE = rectangle_cell(100.0, 100.0)
HEXAGONAL = Cell(100.0, (-50.0, 50.0 * math.sqrt(3.0)), 2)


@dataclass(frozen=True)
class Stamp:
    """One layer of a pattern.

    Attributes:
        markup: SVG elements. Without `at` in drawing coordinates of the cell, with `at` relative
            to that place.
        at: Fractional coordinates of a special position whose symmetry the markup already has.
        reach: No point of the markup is further than this from its place, or from the middle of
            the cell if it has none.
    """

    markup: str
    at: Point | None = None
    reach: float = 75.0


@dataclass(frozen=True)
class Pattern:
    """What a wall is covered with.

    Attributes:
        group: Its wallpaper group.
        cell: Its unit cell.
        ground: Colour behind all stamps.
        stamps: Layers, back to front.
    """

    group: WallpaperGroup
    cell: Cell
    ground: str
    stamps: tuple[Stamp, ...]

    @classmethod
    def of(cls, group: str, cell: Cell, ground: str, *stamps: Stamp) -> Pattern:
        """A pattern from the name of its group."""
        return cls(GROUPS[group], cell, ground, stamps)


def _orbit(pattern: Pattern, stamp: Stamp) -> list[Isometry]:
    """Isometries that carry the stamp to different places, one for each."""
    if stamp.at is None:
        return list(pattern.group.isometries)
    found: dict[tuple[float, float], Isometry] = {}
    for isometry in pattern.group.isometries:
        u, v = isometry.apply(*stamp.at)
        key = round(u % 1, _DECIMALS) % 1, round(v % 1, _DECIMALS) % 1
        found.setdefault(key, isometry)
    return list(found.values())


def _copies(pattern: Pattern, stamp: Stamp) -> list[tuple[float, float, str]]:
    """All copies that touch one repeat: y and x of their place, and their transform."""
    cell = pattern.cell
    width, height = cell.repeat
    anchor = cell.place(*(stamp.at or (0.5, 0.5)))
    copies = []
    for isometry in _orbit(pattern, stamp):
        a, b, c, d = cell.matrix(isometry)
        shift_u, shift_v = (float(part) for part in isometry.shift)
        for j in range(-2, cell.rows + 3):
            for i in range(-4, 5):
                e, f = cell.place(i + shift_u, j + shift_v)
                x = a * anchor[0] + c * anchor[1] + e
                y = b * anchor[0] + d * anchor[1] + f
                reach = stamp.reach
                if -reach < x < width + reach and -reach < y < height + reach:
                    origin = (x, y) if stamp.at else (e, f)
                    matrix = " ".join(number(value) for value in (a, b, c, d, *origin))
                    copies.append((round(y, 3), round(x, 3), f"matrix({matrix})"))
    # From top to bottom: lower copies cover upper ones, like fish scales.
    return sorted(copies)


def pattern_svg(pattern: Pattern) -> str:
    """One repeat of a pattern, stretched to the square canvas.

    The raster is brought back to the proportions of `Cell.repeat` when the wall is laid; a whole
    number of pixels per repeat makes the seams invisible.
    """
    width, height = pattern.cell.repeat
    defs: list[str] = []
    layers: list[str] = []
    for index, stamp in enumerate(pattern.stamps):
        defs.append(f'<g id="s{index}">{stamp.markup}</g>')
        layers.extend(
            f'<use xlink:href="#s{index}" transform="{transform}"/>'
            for _, _, transform in _copies(pattern, stamp)
        )
    stretch = f"scale({VIEW_BOX / width:.6f} {VIEW_BOX / height:.6f})"
    ground = f'<rect width="{VIEW_BOX}" height="{VIEW_BOX}" fill="{pattern.ground}"/>'
    body = f'{ground}<g transform="{stretch}">{"".join(layers)}</g>'
    return svg_document(body, "".join(defs))

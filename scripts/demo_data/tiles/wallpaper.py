"""The seventeen wallpaper groups: every way a pattern can repeat in the plane.

A group is given by its *general positions*: the isometries that carry one point of the unit cell
to all equivalent ones, as coordinate triplets of the International Tables for Crystallography,
volume A (plane groups 1 to 17). They act on fractional coordinates; hexagonal cells have 120
degrees between their axes. Lattice translations are understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Lattice = Literal["oblique", "rectangular", "centred rectangular", "square", "hexagonal"]
Row = tuple[int, int]


@dataclass(frozen=True)
class Isometry:
    """An affine map `x -> linear @ x + shift` of fractional coordinates.

    Attributes:
        linear: Integer matrix: isometries of a lattice map lattice vectors to lattice vectors.
        shift: Translation, each part in 0 <= t < 1.
    """

    linear: tuple[Row, Row]
    shift: tuple[Fraction, Fraction]

    @classmethod
    def parse(cls, triplet: str, centring: tuple[Fraction, Fraction]) -> Isometry:
        """Read coordinates such as `"-x+1/2,y"` and add a centring translation."""
        rows, shifts = [], []
        for expression, offset in zip(triplet.split(","), centring, strict=True):
            signs = dict.fromkeys("xy", 0)
            for sign, axis in re.findall(r"([+-]?)([xy])", expression):
                signs[axis] = -1 if sign == "-" else 1
            constant = re.search(r"\d+/\d+", expression)
            rows.append((signs["x"], signs["y"]))
            shifts.append((Fraction(constant[0] if constant else 0) + offset) % 1)
        return cls((rows[0], rows[1]), (shifts[0], shifts[1]))

    def apply(self, u: float, v: float) -> tuple[float, float]:
        """Image of a point in fractional coordinates."""
        (a, b), (c, d) = self.linear
        return a * u + b * v + float(self.shift[0]), c * u + d * v + float(self.shift[1])


@dataclass(frozen=True)
class WallpaperGroup:
    """One of the seventeen.

    Attributes:
        name: Short Hermann-Mauguin symbol as used for wallpaper groups.
        lattice: Least symmetric lattice that the group can have.
        isometries: General positions, the identity first.
    """

    name: str
    lattice: Lattice
    isometries: tuple[Isometry, ...]

    @property
    def rotation_order(self) -> int:
        """Highest order of a rotation: 1, 2, 3, 4 or 6.

        Rotations about different centres share a linear part, and the linear parts form a cyclic
        group, so counting them is enough.
        """
        return len({i.linear for i in self.isometries if _determinant(i.linear) == 1})


def _determinant(linear: tuple[Row, Row]) -> int:
    (a, b), (c, d) = linear
    return a * d - b * c


def _group(name: str, lattice: Lattice, positions: str) -> WallpaperGroup:
    half = Fraction(1, 2)
    centrings = [(Fraction(0), Fraction(0))]
    if lattice == "centred rectangular":
        centrings.append((half, half))
    isometries = [Isometry.parse(p, c) for c in centrings for p in positions.split()]
    return WallpaperGroup(name, lattice, tuple(isometries))


_FOUR = "x,y -x,-y -y,x y,-x"
_THREE = "x,y -y,x-y -x+y,-x"
_SIX = f"{_THREE} -x,-y y,-x+y x-y,x"
# Mirrors of the hexagonal lattice: through the gaps between lattice vectors, and along them.
_BETWEEN = "-y,-x -x+y,y x,x-y"
_ALONG = "y,x x-y,-y -x,-x+y"

GROUPS: dict[str, WallpaperGroup] = {
    group.name: group
    for group in (
        _group("p1", "oblique", "x,y"),
        _group("p2", "oblique", "x,y -x,-y"),
        _group("pm", "rectangular", "x,y -x,y"),
        _group("pg", "rectangular", "x,y -x,y+1/2"),
        _group("cm", "centred rectangular", "x,y -x,y"),
        _group("pmm", "rectangular", "x,y -x,-y -x,y x,-y"),
        _group("pmg", "rectangular", "x,y -x,-y -x+1/2,y x+1/2,-y"),
        _group("pgg", "rectangular", "x,y -x,-y -x+1/2,y+1/2 x+1/2,-y+1/2"),
        _group("cmm", "centred rectangular", "x,y -x,-y -x,y x,-y"),
        _group("p4", "square", _FOUR),
        _group("p4m", "square", f"{_FOUR} -x,y x,-y y,x -y,-x"),
        _group(
            "p4g",
            "square",
            f"{_FOUR} -x+1/2,y+1/2 x+1/2,-y+1/2 y+1/2,x+1/2 -y+1/2,-x+1/2",
        ),
        _group("p3", "hexagonal", _THREE),
        _group("p3m1", "hexagonal", f"{_THREE} {_BETWEEN}"),
        _group("p31m", "hexagonal", f"{_THREE} {_ALONG}"),
        _group("p6", "hexagonal", _SIX),
        _group("p6m", "hexagonal", f"{_SIX} {_BETWEEN} {_ALONG}"),
    )
}
"""All groups by name, in the order of the International Tables."""

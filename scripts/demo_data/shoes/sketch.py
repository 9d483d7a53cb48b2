"""The drawing board: filled shapes, panels with sewn edges, soft light, clipped groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from scripts.demo_data.shoes.curves import Curve, data, offset
from scripts.demo_data.shoes.paints import FINISHES, Paint
from scripts.demo_data.shoes.prints import PRINTS
from scripts.demo_data.shoes.textures import texture_uri
from scripts.demo_data.svg import shade, tint


def contains(region: Curve, x: float, y: float) -> bool:
    """Whether a closed curve surrounds a point (even-odd rule)."""
    x1, y1 = region.T
    x2, y2 = np.roll(region, -1, axis=0).T
    crosses = (y1 > y) != (y2 > y)
    rise = np.where(y2 == y1, 1.0, y2 - y1)
    return bool(np.count_nonzero(crosses & (x < (x2 - x1) * (y - y1) / rise + x1)) % 2)


class Sketch:
    """Collects SVG elements, back to front, and the definitions they refer to."""

    def __init__(self) -> None:
        self._definitions: dict[str, str] = {}
        self._body: list[str] = []
        self._clips = 0

    @property
    def definitions(self) -> str:
        """Markup for the document's `<defs>`."""
        return "".join(self._definitions.values())

    @property
    def body(self) -> str:
        """Markup of everything drawn so far."""
        return "".join(self._body)

    def add(self, markup: str) -> None:
        """Draw an element."""
        self._body.append(markup)

    def define(self, name: str, markup: str) -> str:
        """Keep a definition once; returns a reference for `fill` and the like."""
        self._definitions.setdefault(name, markup)
        return f"url(#{name})"

    def _texture(self, material: str) -> str | None:
        finish = FINISHES[material]
        if finish.texture is None:
            return None
        name = f"texture-{material.replace(' ', '-')}"
        side = finish.tile
        return self.define(
            name,
            f'<pattern id="{name}" patternUnits="userSpaceOnUse" width="{side}" height="{side}" '
            f'patternTransform="rotate(-7)"><image width="{side}" height="{side}" '
            f'xlink:href="{texture_uri(finish.texture)}"/></pattern>',
        )

    def _print(self, paint: Paint) -> str | None:
        if paint.print is None:
            return None
        name = "print-" + "-".join((paint.print, *(accent[1:] for accent in paint.accents)))
        return self.define(name, PRINTS[paint.print](name, paint.accents))

    def fill(self, region: Curve, paint: Paint) -> None:
        """A closed shape: colour, then print, then grain."""
        shape = data(region, closed=True)
        for layer in (paint.colour, self._print(paint), self._texture(paint.material)):
            if layer is not None:
                self.add(f'<path d="{shape}" fill="{layer}"/>')

    def line(
        self,
        curve: Curve,
        colour: str,
        width: float,
        opacity: float = 1.0,
        dash: str | None = None,
        closed: bool = False,
    ) -> None:
        """A stroke along a curve, with round ends."""
        dashes = f' stroke-dasharray="{dash}"' if dash else ""
        self.add(
            f'<path d="{data(curve, closed)}" fill="none" stroke="{colour}" '
            f'stroke-width="{width:g}" opacity="{opacity:g}" stroke-linecap="round" '
            f'stroke-linejoin="round"{dashes}/>'
        )

    @contextmanager
    def within(self, region: Curve) -> Iterator[None]:
        """Everything drawn inside the block is cut off at the region's outline."""
        self._clips += 1
        name = f"clip-{self._clips}"
        shape = data(region, closed=True)
        reference = self.define(name, f'<clipPath id="{name}"><path d="{shape}"/></clipPath>')
        self.add(f'<g clip-path="{reference}">')
        yield
        self.add("</g>")

    @contextmanager
    def soft(self, blur: float, around: Curve) -> Iterator[None]:
        """Everything drawn inside the block is blurred together.

        Args:
            blur: Standard deviation, in drawing units.
            around: Its bounding box limits the blurred area: blurring is the dearest operation.
        """
        left, top = around.min(axis=0) - 2 * blur
        right, bottom = around.max(axis=0) + 2 * blur
        box = f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"
        name = f"blur-{blur:g}-{box}".replace(".", "_").replace(" ", "_")
        x, y, width, height = box.split()
        reference = self.define(
            name,
            f'<filter id="{name}" filterUnits="userSpaceOnUse" x="{x}" y="{y}" width="{width}" '
            f'height="{height}"><feGaussianBlur stdDeviation="{blur:g}"/></filter>',
        )
        self.add(f'<g filter="{reference}">')
        yield
        self.add("</g>")

    def stitches(self, curve: Curve, colour: str, width: float = 2.0) -> None:
        """A row of stitches: each lies in its own small dent."""
        self.line(offset(curve, -1.2), "#000000", width, 0.28, "5.5 5")
        self.line(curve, colour, width, 0.95, "5.5 5")

    def seam(self, curve: Curve, colour: str) -> None:
        """Where two parts are joined without an overlap: a groove with a lit lower lip."""
        self.line(curve, shade(colour, 0.6), 2.0, 0.75)
        self.line(offset(curve, -1.8), tint(colour, 0.5), 1.2, 0.45)

    def panel(
        self,
        region: Curve,
        edge: Curve,
        paint: Paint,
        thread: str | None = None,
        double: bool = False,
    ) -> None:
        """A piece laid over what is below and sewn down along its visible edge.

        Args:
            region: Closed outline; may reach beyond the shoe where a clip cuts it off.
            edge: The part of the outline that can be seen.
            paint: Its colour and material.
            thread: Colour of the stitches; None for a welded or glued edge.
            double: Two rows of stitches.
        """
        middle = offset(edge, 4.0)[len(edge) // 2]
        inward = 1.0 if contains(region, float(middle[0]), float(middle[1])) else -1.0
        self.line(offset(edge, -1.6 * inward), "#000000", 5.0, 0.16)
        self.fill(region, paint)
        self.line(edge, shade(paint.colour, 0.55), 1.8, 0.85)
        self.line(offset(edge, 2.0 * inward), tint(paint.colour, 0.6), 1.6, 0.4)
        if thread is not None:
            self.stitches(offset(edge, 6.5 * inward), thread)
            if double:
                self.stitches(offset(edge, 12.0 * inward), thread)

    def volume(
        self,
        outline: Curve,
        gloss: float,
        highlights: Sequence[tuple[Curve, float]],
        depth: float = 1.0,
    ) -> None:
        """Make a flat shape look round: dark rims, a darker underside, lamps reflected.

        Args:
            outline: The closed shape, drawn already.
            gloss: See `Finish.gloss`.
            highlights: Where it bulges towards the light: curves and their widths.
            depth: Strength of the shading.
        """
        top, bottom = float(outline[:, 1].min()), float(outline[:, 1].max())
        name = f"fall-{top:.0f}-{bottom:.0f}-{depth:g}".replace(".", "_")
        fall = self.define(
            name,
            f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" x1="0" x2="0" '
            f'y1="{top:.0f}" y2="{bottom:.0f}"><stop offset="0" stop-color="#fff" '
            f'stop-opacity="{0.16 * depth:g}"/><stop offset="0.45" stop-color="#fff" '
            f'stop-opacity="0"/><stop offset="0.5" stop-color="#080a14" stop-opacity="0"/>'
            f'<stop offset="1" stop-color="#080a14" stop-opacity="{0.36 * depth:g}"/>'
            "</linearGradient>",
        )
        with self.within(outline):
            self.add(f'<path d="{data(outline, closed=True)}" fill="{fall}"/>')
            with self.soft(9, outline):
                self.line(outline, "#080a14", 26, 0.42 * depth, closed=True)
                for curve, width in highlights:
                    self.line(curve, "#ffffff", width, 0.2 + 0.25 * gloss)
            if gloss > 0.4 and highlights:
                with self.soft(2.5, np.vstack([curve for curve, _ in highlights])):
                    for curve, width in highlights:
                        self.line(curve, "#ffffff", width * 0.3, 0.75 * (gloss - 0.25))

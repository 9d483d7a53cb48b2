"""A brand's mark together with its name."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.demo_data.logos.lettering import Hand, fitted, word, word_width
from scripts.demo_data.logos.scheme import Scheme
from scripts.demo_data.shapes import group


@dataclass(frozen=True)
class Brand:
    """What a carrier needs to know.

    Attributes:
        mark: SVG elements within about 100 units of the origin, up and down, left and right.
        name: To be written beside the mark; empty if the mark contains it.
        scheme: Its colours.
        hand: Its lettering.
    """

    mark: str
    name: str
    scheme: Scheme
    hand: Hand

    def stacked(self, size: float) -> str:
        """Mark above name; the mark's radius is about `size`."""
        if not self.name:
            return group(self.mark, scale=size * 1.12 / 100)
        width = min(2.1 * size, word_width(self.name, size * 0.36, self.hand))
        return group(
            group(self.mark, at=(0, -size * 0.26), scale=size / 100),
            group(fitted(self.name, width, self.scheme.main, self.hand), at=(0, size * 1.16)),
        )

    def side_by_side(self, width: float) -> str:
        """Mark to the left of the name, together `width` wide."""
        if not self.name:
            return group(self.mark, scale=width * 0.72 / 200)
        # Mark, gap and letters in units of the mark's radius.
        letters = word_width(self.name, 0.44, self.hand)
        unit = width / (2 + 0.38 + letters)
        left = -width / 2
        return group(
            group(self.mark, at=(left + unit, 0), scale=unit / 100),
            group(
                word(self.name, 0.44 * unit, self.scheme.main, self.hand),
                at=(left + 2.38 * unit + letters * unit / 2, 0),
            ),
        )

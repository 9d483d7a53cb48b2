"""Colour sets for tiles: five roles each, so that any motif can be drawn in any of them."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.demo_data.swatches import SWATCHES


@dataclass(frozen=True)
class Palette:
    """Colours by role, as names of swatches.

    Attributes:
        ground_name: Behind everything.
        ink_name: Outlines and fine lines, the strongest contrast to the ground.
        main_name: The largest shapes.
        second_name: Companions of the main shapes.
        accent_name: Small highlights.
    """

    ground_name: str
    ink_name: str
    main_name: str
    second_name: str
    accent_name: str

    @property
    def ground(self) -> str:
        """Hex colour of the ground."""
        return SWATCHES[self.ground_name]

    @property
    def ink(self) -> str:
        """Hex colour of lines."""
        return SWATCHES[self.ink_name]

    @property
    def main(self) -> str:
        """Hex colour of the largest shapes."""
        return SWATCHES[self.main_name]

    @property
    def second(self) -> str:
        """Hex colour of companion shapes."""
        return SWATCHES[self.second_name]

    @property
    def accent(self) -> str:
        """Hex colour of highlights."""
        return SWATCHES[self.accent_name]

    @property
    def names(self) -> tuple[str, ...]:
        """Every colour once, the most visible first."""
        roles = (self.main_name, self.ground_name, self.second_name, self.ink_name)
        return tuple(dict.fromkeys((*roles, self.accent_name)))


def palette(roles: str) -> Palette:
    """A palette from five names: ground, ink, main, second, accent."""
    ground, ink, main, second, accent = roles.split()
    return Palette(ground, ink, main, second, accent)

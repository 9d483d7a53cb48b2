"""The colours of a brand."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.demo_data.swatches import SWATCHES


@dataclass(frozen=True)
class Scheme:
    """Up to four colours, as names of swatches.

    Attributes:
        field_name: What the mark is always shown on; marks also use it for gaps.
        main_name: The mark's leading colour, and that of the lettering.
        second_name: Its companion.
        accent_name: Small highlights.
    """

    field_name: str
    main_name: str
    second_name: str
    accent_name: str

    @classmethod
    def of(cls, names: str) -> Scheme:
        """From two to four names: field, main, second, accent; missing ones repeat the last."""
        given = names.split()
        field, main, second, accent = (given + [given[-1]] * 3)[:4]
        return cls(field, main, second, accent)

    @property
    def field(self) -> str:
        """Hex colour of the field."""
        return SWATCHES[self.field_name]

    @property
    def main(self) -> str:
        """Hex colour that leads."""
        return SWATCHES[self.main_name]

    @property
    def second(self) -> str:
        """Hex colour of the companion."""
        return SWATCHES[self.second_name]

    @property
    def accent(self) -> str:
        """Hex colour of highlights."""
        return SWATCHES[self.accent_name]

    @property
    def names(self) -> tuple[str, ...]:
        """Every colour once, the mark's first."""
        order = (self.main_name, self.second_name, self.accent_name, self.field_name)
        return tuple(dict.fromkeys(order))

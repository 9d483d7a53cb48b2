"""One shoe model: how it is drawn, what it is painted with, what the catalogue says about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scripts.demo_data.shoes.footwear import Colourway
from scripts.demo_data.shoes.paints import Paint
from scripts.demo_data.shoes.print_tiles import Accents
from scripts.demo_data.shoes.sketch import Sketch
from scripts.demo_data.svg import svg_document
from scripts.demo_data.swatches import SWATCHES

COLOURS = SWATCHES | {
    "natural": "#d3a878",
    "camel": "#bb8a54",
    "tan": "#a4652f",
    "cognac": "#8f4a1f",
    "chestnut": "#6f3a20",
    "mahogany": "#4f2118",
    "oxblood": "#561621",
    "espresso": "#38251c",
    "gum": "#b8763c",
    "brass": "#c2a35a",
    "steel": "#c4c6c6",
}
"""Hex colours by name: the shared swatches, and leathers, rubbers and metals."""

Draw = Callable[..., None]


def _accents(names: list[str]) -> Accents:
    """Three accent colours; the last name is repeated where fewer are given."""
    padded = [COLOURS[name] for name in (names + names[-1:] * 2)[:3]]
    return padded[0], padded[1], padded[2]


def paint(recipe: str) -> Paint:
    """Read a recipe such as `"navy suede"` or `"cream canvas, floral rose saffron forest"`.

    Raises:
        KeyError: A colour has no entry in `COLOURS`.
    """
    ground, _, decoration = recipe.partition(", ")
    colour, _, material = ground.partition(" ")
    if not decoration:
        return Paint(COLOURS[colour], material)
    name, *accents = decoration.split(" ")
    return Paint(COLOURS[colour], material, name, _accents(accents))


def colour_words(recipe: str) -> list[str]:
    """The colour names in a recipe, ground first."""
    ground, _, decoration = recipe.partition(", ")
    return [ground.split(" ")[0], *decoration.split(" ")[1:]]


@dataclass(frozen=True)
class Style:
    """A kind of shoe.

    Attributes:
        label: For people, and for filtering.
        article: Name of its encyclopedia article.
    """

    label: str
    article: str

    @property
    def link(self) -> str:
        """Where to read about it."""
        return f"https://en.wikipedia.org/wiki/{self.article}"


@dataclass(frozen=True)
class Model:
    """A shoe of the catalogue. Recipes are explained at `paint`; other colours are names.

    Attributes:
        name: Unique, without the colour.
        brand: Invented.
        style: Kind of shoe.
        year: When it came out, as far as an invented shoe can.
        price: Euros.
        draw: Draws its silhouette on a sketch from a colourway and `options`.
        options: Keyword arguments of `draw`.
        upper: Recipe of the main material; the other parts default to it.
        panel: Recipe of the second material.
        detail: Recipe of the third material.
        sole: Recipe.
        outsole: Colour of the tread.
        lining: Colour of the inside.
        lace: Colour of laces, ribbons or elastic.
        thread: Colour of the stitches.
        metal: Colour of eyelets and buckles.
    """

    name: str
    brand: str
    style: Style
    year: int
    price: float
    draw: Draw
    options: dict[str, Any]
    upper: str
    panel: str | None = None
    detail: str | None = None
    sole: str = "white rubber"
    outsole: str = "espresso"
    lining: str = "oat"
    lace: str = "white"
    thread: str = "ivory"
    metal: str = "steel"

    @property
    def _recipes(self) -> tuple[str, str, str]:
        plain = self.upper.partition(", ")[0]
        return self.upper, self.panel or plain, self.detail or self.panel or plain

    @property
    def colours(self) -> list[str]:
        """Colour names of what strikes the eye, most important first."""
        words = [word for recipe in (*self._recipes, self.sole) for word in colour_words(recipe)]
        return list(dict.fromkeys(words))[:4]

    @property
    def title(self) -> str:
        """Name with the leading colour, unique in the catalogue."""
        return f"{self.name}, {self.colours[0]}"

    @property
    def material(self) -> str:
        """What the upper is made of."""
        return self.upper.partition(", ")[0].partition(" ")[2]

    def colourway(self) -> Colourway:
        """All recipes and names turned into paints and hex colours."""
        upper, panel, detail = (paint(recipe) for recipe in self._recipes)
        return Colourway(
            upper=upper,
            panel=panel,
            detail=detail,
            sole=paint(self.sole),
            outsole=COLOURS[self.outsole],
            lining=COLOURS[self.lining],
            lace=COLOURS[self.lace],
            thread=COLOURS[self.thread],
            metal=COLOURS[self.metal],
        )

    def markup(self) -> str:
        """The drawing as an SVG document."""
        sketch = Sketch()
        self.draw(sketch, self.colourway(), **self.options)
        return svg_document(sketch.body, sketch.definitions)

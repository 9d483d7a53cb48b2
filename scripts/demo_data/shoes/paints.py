"""Materials and colours of shoe parts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scripts.demo_data.shoes.print_tiles import Accents


@dataclass(frozen=True)
class Finish:
    """How a material meets light.

    Attributes:
        texture: Name of its grain, or None for a mirror-smooth surface.
        tile: Side of one texture tile on the drawing, in drawing units.
        gloss: 0 (swallows light) to 1 (mirrors lamps).
    """

    texture: str | None
    tile: float
    gloss: float


FINISHES: dict[str, Finish] = {
    "leather": Finish("leather", 120, 0.55),
    "grained leather": Finish("grained", 120, 0.45),
    "patent leather": Finish(None, 0, 1.0),
    "metallic leather": Finish("leather", 90, 0.85),
    "embossed leather": Finish("scales", 90, 0.7),
    "suede": Finish("suede", 150, 0.1),
    "nubuck": Finish("suede", 110, 0.18),
    "canvas": Finish("canvas", 90, 0.12),
    "knit": Finish("knit", 110, 0.12),
    "mesh": Finish("mesh", 100, 0.2),
    "rubber": Finish("rubber", 120, 0.5),
    "glossy rubber": Finish("rubber", 120, 0.9),
    "foam": Finish("foam", 110, 0.25),
    "satin": Finish("satin", 160, 0.7),
    "jute": Finish("jute", 90, 0.1),
    "cork": Finish("cork", 120, 0.1),
    "straw": Finish("straw", 100, 0.2),
    "wool felt": Finish("wool", 110, 0.05),
    "shearling": Finish("fleece", 110, 0.05),
    "elastic": Finish("ribs", 60, 0.15),
}


@dataclass(frozen=True)
class Paint:
    """What a part is made of.

    Attributes:
        colour: Ground colour, hex.
        material: A key of `FINISHES`.
        print: A key of `PRINTS`, or None for plain.
        accents: Colours of the print.
    """

    colour: str
    material: str = "leather"
    print: str | None = None
    accents: Accents = ("#ffffff", "#ffffff", "#ffffff")

    @property
    def gloss(self) -> float:
        """Share of light that is mirrored."""
        return FINISHES[self.material].gloss

    def plain(self, colour: str) -> Paint:
        """The same material in another colour, without the print."""
        return replace(self, colour=colour, print=None)

"""The tile collection: which motif in which colours, and how it is laid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scripts.demo_data.tiles import motifs_azulejo as azulejo
from scripts.demo_data.tiles import motifs_deco as deco
from scripts.demo_data.tiles import motifs_floral as floral
from scripts.demo_data.tiles import motifs_girih as girih
from scripts.demo_data.tiles import motifs_japan as japan
from scripts.demo_data.tiles import motifs_modern as modern
from scripts.demo_data.tiles import motifs_scattered as scattered
from scripts.demo_data.tiles import motifs_victorian as victorian
from scripts.demo_data.tiles import motifs_weave as weave
from scripts.demo_data.tiles.palettes import Palette, palette
from scripts.demo_data.tiles.pattern import Pattern

_WIKIPEDIA = "https://en.wikipedia.org/wiki/"

Joints = Literal["tile", "centred", "hexagon", "none"]


@dataclass(frozen=True)
class Style:
    """What a family of tiles is modelled on.

    Attributes:
        label: For people.
        article: Title of the encyclopedia's article about it.
        years: First and last year of the invented designs.
        prices: Lowest and highest price, EUR per square metre.
    """

    label: str
    article: str
    years: tuple[int, int]
    prices: tuple[int, int]

    @property
    def link(self) -> str:
        """Address of the article."""
        return _WIKIPEDIA + self.article


AZULEJO = Style("azulejo", "Azulejo", (1890, 1935), (68, 145))
ZELLIGE = Style("zellige", "Zellij", (1975, 2019), (120, 240))
GIRIH = Style("girih", "Girih", (1980, 2021), (130, 260))
ENCAUSTIC = Style("encaustic", "Encaustic_tile", (1858, 1902), (74, 160))
DECO = Style("Art Deco", "Art_Deco", (1922, 1939), (82, 190))
WEAVE = Style("weave", "Weaving", (1926, 1972), (56, 128))
KILIM = Style("kilim", "Kilim", (1948, 1990), (60, 130))
PARQUET = Style("parquet", "Herringbone_pattern", (1960, 2015), (48, 96))
SASHIKO = Style("sashiko", "Sashiko", (1965, 2022), (64, 150))
MODERN = Style("mid-century", "Mid-century_modern", (1949, 1968), (52, 118))
TERRAZZO = Style("terrazzo", "Terrazzo", (1954, 2020), (78, 170))
CRAFTS = Style("Arts and Crafts", "Arts_and_Crafts_movement", (1874, 1912), (76, 165))
PAISLEY = Style("paisley", "Paisley_(design)", (1880, 1975), (70, 140))


@dataclass(frozen=True)
class TileDesign:
    """One article of the collection.

    Attributes:
        name: Invented.
        motif: Draws the pattern.
        palette: In these colours.
        style: Its family.
        joints: Rectangular tiles of one cell (low cells are stacked), their corners or their
            middles in the cell's corner; hexagonal tiles of one cell; or a print without joints.
        across: Width of the section of wall that is photographed, in drawing units; smaller
            shows the motif larger.
    """

    name: str
    motif: Callable[[Palette], Pattern]
    palette: Palette
    style: Style
    joints: Joints = "none"
    across: float = 500.0


def _tile(
    name: str,
    motif: Callable[[Palette], Pattern],
    colours: str,
    style: Style,
    joints: Joints = "none",
    across: float = 500.0,
) -> TileDesign:
    return TileDesign(name, motif, palette(colours), style, joints, across)


COLLECTION: tuple[TileDesign, ...] = (
    # Colours: ground, ink, main, second, accent.
    _tile("Alfama", azulejo.quatrefoil, "white navy cobalt sky saffron", AZULEJO, "tile"),
    _tile("Belmira", azulejo.acanthus_whirl, "ivory navy ultramarine sky ochre", AZULEJO, "tile"),
    _tile("Rosa dos Ventos", azulejo.compass_rose, "cream ink brick ochre petrol", AZULEJO, "tile"),
    _tile("Lanterna", azulejo.lanterns, "ivory forest emerald mint saffron", AZULEJO, "centred",
          480),
    _tile("Sardinha", azulejo.sardines, "ivory navy azure sky coral", AZULEJO, "tile", 560),
    _tile("Ajuda", azulejo.palmettes, "blush aubergine plum rose gold", AZULEJO, "centred", 520),
    _tile("Tulipa", azulejo.ribbon_frames, "white ink cobalt turquoise tangerine", AZULEJO, "tile"),
    _tile("Tangier", girih.star_and_cross, "ivory ink emerald cobalt saffron", ZELLIGE, "tile"),
    _tile("Alcove", girih.interlaced_octagrams, "ivory ink teal ochre terracotta", GIRIH,
          "centred"),
    _tile("Medina", girih.sixteen_petals, "ivory navy azure coral saffron", ZELLIGE, "tile", 480),
    _tile("Ifrane", girih.star_and_hexagon, "white ink crimson blush gold", ZELLIGE, "hexagon"),
    _tile("Noor", girih.twelvefold_roses, "ivory black forest ochre vermilion", ZELLIGE),
    _tile("Isfahana", girih.woven_hexagrams, "ice ink ultramarine turquoise gold", GIRIH),
    _tile("Samarra", girih.girih_network, "ivory navy cobalt turquoise saffron", GIRIH, "none",
          440),
    _tile("St Botolph", victorian.octagon_and_dot, "cream ink brick ochre sand", ENCAUSTIC,
          "centred", 480),
    _tile("Priory", victorian.gothic_roses, "cream ink slate terracotta saffron", ENCAUSTIC,
          "centred"),
    _tile("Basketmaker", victorian.basket_bricks, "cream chocolate terracotta sand oat",
          ENCAUSTIC, "tile"),
    _tile("Harlequinade", victorian.harlequin, "ivory black aubergine petrol saffron", ENCAUSTIC,
          "centred"),
    _tile("Chapter House", victorian.fleur_de_lis, "brick ink cream ochre saffron", ENCAUSTIC,
          "tile", 440),
    _tile("Lady Chapel", victorian.trefoil_hexagons, "ivory navy forest blush gold", ENCAUSTIC,
          "hexagon", 480),
    _tile("Scullery", victorian.hexagon_mosaic, "ink slate white ice teal", ENCAUSTIC, "none", 360),
    _tile("Aqueduct", victorian.corbel_arches, "oat rust terracotta saffron petrol", ENCAUSTIC,
          "tile"),
    _tile("Savoyard", deco.folded_fans, "ink black petrol teal gold", DECO, "centred", 440),
    _tile("Pavo", deco.peacock_eyes, "mint navy teal turquoise gold", DECO, "centred"),
    _tile("Lift Lobby", deco.stepped_gates, "black ink forest emerald gold", DECO, "centred", 520),
    _tile("Skyline", deco.skyscrapers,
          "navy ink azure petrol apricot", DECO, "none", 460),
    _tile("Ziggurat", deco.chevron_rays, "cream black vermilion petrol gold", DECO, "tile", 460),
    _tile("Brilliant", deco.facet_hexagons, "pearl ink emerald mint gold", DECO, "hexagon", 480),
    _tile("Gramophone", deco.quarter_records, "cream black crimson rose gold", DECO, "tile"),
    _tile("Workshop 26", weave.wall_hanging, "oat ink brick saffron slate", WEAVE, "none", 440),
    _tile("Chevet", weave.herringbone, "cream chocolate umber sand oat", PARQUET, "none", 420),
    _tile("Anatolia", weave.kilim_steps, "cream aubergine crimson saffron teal", KILIM, "centred"),
    _tile("Ikat Dawn", weave.ikat_waves, "ivory navy magenta tangerine violet", KILIM, "tile", 460),
    _tile("Willow", weave.wicker, "cream forest moss lime sand", WEAVE, "none", 440),
    _tile("Belvedere", weave.tumbling_blocks, "pearl graphite slate ink saffron", PARQUET, "none"),
    _tile("Nami", japan.seigaiha, "white navy cobalt azure ice", SASHIKO, "tile", 440),
    _tile("Hemp Leaf", japan.asanoha, "ivory ink violet lavender saffron", SASHIKO, "hexagon", 480),
    _tile("Seven Treasures", japan.shippo, "white plum rose blush crimson", SASHIKO, "tile", 480),
    _tile("Tortoise", japan.kikko, "cream ink forest sage tangerine", SASHIKO, "hexagon", 480),
    _tile("Armour", japan.bishamon, "silver black graphite crimson gold", SASHIKO, "none", 460),
    _tile("Cypress Fence", japan.cypress_fence, "mint forest petrol ivory coral", SASHIKO, "tile"),
    _tile("Rising Steam", japan.rising_steam, "ice navy slate white rose", SASHIKO, "tile", 460),
    _tile("Fletcher", japan.fletching, "ivory ink aubergine rose vermilion", SASHIKO, "none", 440),
    _tile("Three Commas", japan.comma_whirls, "ivory black navy silver vermilion", SASHIKO,
          "hexagon", 480),
    _tile("Senbazuru", japan.cranes, "blush crimson white coral navy", SASHIKO, "none", 460),
    _tile("Lido", scattered.terrazzo, "ivory slate terracotta sage rose", TERRAZZO, "tile", 420),
    _tile("Rowan", scattered.sprigs, "ivory umber olive sage vermilion", MODERN, "none", 440),
    _tile("Andorinha", scattered.swallows, "sky navy ink white coral", MODERN, "tile", 520),
    _tile("Diner", scattered.boomerangs, "mint ink coral lemon teal", MODERN, "none", 480),
    _tile("Turntable", scattered.half_discs, "white ink tangerine slate lemon", MODERN, "tile",
          460),
    _tile("October", scattered.leaf_tumble, "cream chocolate tangerine saffron brick", MODERN,
          "tile"),
    _tile("Arcobaleno", modern.rainbow_arcs, "blush petrol vermilion saffron teal", MODERN, "tile"),
    _tile("Almandine", modern.almond_eyes, "olive ink ivory saffron chocolate", MODERN, "centred",
          460),
    _tile("Airfield", modern.propellers, "ice ink ultramarine coral lemon", MODERN, "none", 460),
    _tile("Windmill", modern.pinwheels, "white navy vermilion apricot teal", MODERN, "hexagon",
          460),
    _tile("Plectrum", modern.guitar_picks, "cream plum violet lavender saffron", MODERN, "hexagon"),
    _tile("Lily Pond", modern.lily_pads, "ice petrol emerald turquoise pink", MODERN, "none", 460),
    _tile("Dinner Jacket", modern.bow_ties, "pink ivory crimson plum saffron", MODERN, "tile"),
    _tile("Wandle", floral.climbing_vine, "cream forest moss ochre coral", CRAFTS, "tile", 460),
    _tile("Globe Artichoke", floral.artichokes, "navy ink sage olive rose", CRAFTS, "centred", 460),
    _tile("Renfrew", floral.paisley, "saffron rust crimson apricot ivory", PAISLEY, "none", 500),
    _tile("Tulip Row", floral.tulip_rows,
          "black forest emerald apricot vermilion", CRAFTS, "tile", 420),
    _tile("Clover", floral.trefoil_meadow, "sage forest emerald cream plum", CRAFTS, "none", 440),
    _tile("Trillium", floral.trillium, "lavender aubergine forest violet ivory", CRAFTS, "none"),
    _tile("Briar", floral.rose_whirl, "ink ivory moss pink crimson", CRAFTS, "centred", 460),
    _tile("Throstle", floral.birds_and_berries, "petrol ink sky sage vermilion", CRAFTS, "tile",
          520),
    _tile("Daisy Chain", floral.daisy_rounds, "azure navy forest lemon white", CRAFTS, "hexagon",
          460),
)  # fmt: skip

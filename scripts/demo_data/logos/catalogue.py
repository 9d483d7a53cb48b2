"""The invented brands: name, mark, colours and lettering."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scripts.demo_data.logos import marks_abstract as abstract
from scripts.demo_data.logos import marks_animals as animals
from scripts.demo_data.logos import marks_letters as letters
from scripts.demo_data.logos import marks_nature as nature
from scripts.demo_data.logos import marks_objects as objects
from scripts.demo_data.logos import marks_words as words
from scripts.demo_data.logos.lettering import Hand
from scripts.demo_data.logos.scheme import Scheme

Mark = Callable[[Scheme], str]

_LINKS = {
    "mascot": "https://en.wikipedia.org/wiki/Mascot",
    "emblem": "https://en.wikipedia.org/wiki/Emblem",
    "pictorial": "https://en.wikipedia.org/wiki/Pictogram",
    "abstract": "https://en.wikipedia.org/wiki/Geometric_abstraction",
    "monogram": "https://en.wikipedia.org/wiki/Monogram",
    "wordmark": "https://en.wikipedia.org/wiki/Wordmark",
}

GROTESQUE = Hand(15, 30)
LIGHT = Hand(9, 46)
SOFT = Hand(17, 32, rounded=True)
HEAVY = Hand(24, 32)
ITALIC = Hand(15, 34, rounded=True, slant=10)


@dataclass(frozen=True)
class BrandDesign:
    """One invented brand.

    Attributes:
        name: As written; capitals or small letters as the brand would write it.
        mark: Draws its sign.
        scheme: Its colours.
        sector: What it would sell.
        style: Kind of mark.
        hand: Lettering of the name.
    """

    name: str
    mark: Mark
    scheme: Scheme
    sector: str
    style: str
    hand: Hand = GROTESQUE

    @property
    def link(self) -> str:
        """Encyclopedia article on this kind of mark."""
        return _LINKS[self.style]


def _brand(
    name: str, mark: Mark, colours: str, sector: str, style: str, hand: Hand = GROTESQUE
) -> BrandDesign:
    return BrandDesign(name, mark, Scheme.of(colours), sector, style, hand)


BRANDS: tuple[BrandDesign, ...] = (
    # Colours: field, main, second, accent.
    _brand("Fennwick", animals.fox, "ivory vermilion apricot ink", "outdoor clothing", "mascot"),
    _brand("spoutwell", animals.whale, "ice cobalt sky coral", "swim school", "mascot", SOFT),
    _brand("NOCTELLA", animals.owl, "aubergine lavender saffron coral", "night trains", "mascot",
           LIGHT),
    _brand("Reedmere", animals.heron, "sage white saffron vermilion", "nature reserve", "mascot"),
    _brand("apiora", animals.bee, "white saffron ice black", "honey", "mascot", SOFT),
    _brand("Tuskano", animals.elephant, "saffron slate graphite white", "removals", "mascot",
           HEAVY),
    _brand("purrlo", animals.sleeping_cat, "lavender aubergine tangerine magenta", "cat hotel",
           "mascot", SOFT),
    _brand("FINNAVIA", animals.leaping_fish, "white petrol turquoise coral", "fishmonger",
           "mascot"),
    _brand("Slowlane", animals.snail, "cream moss ochre terracotta", "slow food", "mascot", ITALIC),
    _brand("CYGNEVA", animals.swan, "petrol white ice saffron", "ballet school", "mascot", LIGHT),
    _brand("Hartholm", animals.stag, "forest cream umber gold", "forest inn", "mascot"),
    _brand("testudia", animals.turtle, "mint petrol turquoise olive", "insurance", "mascot", SOFT),
    _brand("QUILLOW", animals.hedgehog, "oat chocolate umber sand", "stationery", "mascot", HEAVY),
    _brand("dotwing", animals.ladybird, "white crimson black black", "kindergarten", "mascot",
           SOFT),
    _brand("TARNFELL", nature.summit, "navy sky white coral", "mountaineering", "emblem"),
    _brand("Ebbsea", nature.tide, "white navy turquoise coral", "surf shop", "emblem"),
    _brand("AURELITH", nature.sunrise, "cream vermilion saffron brick", "solar power", "emblem",
           LIGHT),
    _brand("Firholt", nature.pine, "pearl forest emerald brick", "timber", "pictorial", HEAVY),
    _brand("sporrel", nature.mushroom, "black vermilion cream moss", "mushroom farm", "pictorial",
           SOFT),
    _brand("Oakling", nature.acorn, "ivory chocolate ochre moss", "furniture", "pictorial"),
    _brand("CINDRAL", nature.ember, "ink vermilion tangerine lemon", "wood stoves", "pictorial"),
    _brand("SAGUARA", nature.cactus, "blush forest tangerine magenta", "tequila bar", "pictorial"),
    _brand("Pomivia", nature.pomegranate, "cream crimson blush magenta", "juice", "pictorial",
           SOFT),
    _brand("NELUMBA", nature.lotus, "plum pink lavender ivory", "yoga studio", "emblem", LIGHT),
    _brand("Spiravel", nature.nautilus, "ivory petrol teal tangerine", "architecture", "abstract"),
    _brand("CLAVORA", objects.key, "emerald ivory saffron coral", "property", "pictorial"),
    _brand("Pharolis", objects.lighthouse, "white crimson silver lemon", "publishing", "pictorial"),
    _brand("oolune", objects.teapot, "sage forest ivory brick", "tea house", "pictorial", SOFT),
    _brand("ANKERBY", objects.anchor, "ivory navy gold gold", "shipyard", "emblem", HEAVY),
    _brand("skyvolt", objects.rocket, "ultramarine white lemon coral", "couriers", "pictorial",
           ITALIC),
    _brand("NORDWISE", objects.compass, "teal ivory saffron vermilion", "expeditions", "emblem",
           LIGHT),
    _brand("Escutia", objects.quartered_shield, "cream crimson navy saffron", "football club",
           "emblem"),
    _brand("aerolino", objects.balloon, "sky ivory vermilion saffron", "balloon flights",
           "pictorial", SOFT),
    _brand("BRELLANO", objects.umbrella, "slate saffron ivory coral", "umbrellas", "pictorial"),
    _brand("Saltwind", objects.sailing_boat, "coral ivory navy navy", "regatta", "pictorial",
           ITALIC),
    _brand("kitewell", objects.kite, "lime ink white magenta", "toy shop", "pictorial", SOFT),
    _brand("SANDORA", objects.hourglass, "oat ink pearl tangerine", "watchmaker", "pictorial",
           LIGHT),
    _brand("Camplore", objects.tent, "moss cream sand saffron", "camping", "emblem"),
    _brand("MOLENRAK", objects.windmill, "turquoise navy white coral", "cheese", "emblem", HEAVY),
    _brand("velorow", objects.bicycle, "lemon ink crimson crimson", "bicycle hire", "pictorial",
           ITALIC),
    _brand("Pagewing", objects.open_book, "crimson ivory apricot saffron", "bookshop", "pictorial"),
    _brand("ROBUSTINE", objects.coffee_bean, "chocolate sand apricot ivory", "coffee roastery",
           "pictorial", HEAVY),
    _brand("CUBARO", abstract.notched_cube, "white ultramarine azure coral", "logistics",
           "abstract"),
    _brand("Arcwave", abstract.turned_arcs, "ink mint turquoise lemon", "telecoms", "abstract"),
    _brand("trinodo", abstract.trefoil_knot, "apricot aubergine plum plum", "mediation", "abstract",
           SOFT),
    _brand("CARRATA", abstract.brilliant, "black ice sky pink", "jewellery", "abstract", LIGHT),
    _brand("Foldcrane", abstract.paper_crane, "vermilion ivory blush saffron", "paper goods",
           "abstract"),
    _brand("PARADOXA", abstract.endless_triangle, "white ink slate azure", "escape rooms",
           "abstract"),
    _brand("phyllon", abstract.seed_spiral, "forest lemon tangerine lime", "seeds", "abstract",
           SOFT),
    _brand("Warpweft", abstract.woven_square, "cream petrol tangerine petrol", "weaving mill",
           "abstract"),
    _brand("ORBITANE", abstract.planet, "aubergine apricot coral lemon", "planetarium", "abstract",
           LIGHT),
    _brand("solabar", abstract.barred_sun, "plum tangerine rose rose", "beach bar", "abstract",
           SOFT),
    _brand("HEXAFOLD", abstract.folded_ring, "pearl teal emerald lime", "packaging", "abstract"),
    _brand("Quartino", abstract.quarter_mosaic, "ivory ink vermilion saffron", "design fair",
           "abstract"),
    _brand("sonarra", abstract.signal_ring, "navy magenta azure saffron", "recording studio",
           "abstract", SOFT),
    _brand("IRISCOPE", abstract.spinning_hexagon, "silver ink petrol crimson", "camera repair",
           "abstract"),
    _brand("Rasterly", abstract.halftone_diamond, "white violet magenta tangerine", "print shop",
           "abstract"),
    _brand("SWATCHERY", abstract.swatch_fan, "white coral teal saffron", "paint shop", "abstract"),
    _brand("ALVENDO", letters.letter_a, "graphite silver white saffron", "audio", "monogram"),
    _brand("Brenwick", letters.letter_b, "blush forest brick saffron", "brewery", "monogram"),
    _brand("estuaro", letters.letter_e, "petrol turquoise lemon lemon", "water supply", "monogram",
           SOFT),
    _brand("GARDENNA", letters.letter_g, "ivory forest moss lime", "garden centre", "monogram"),
    _brand("Morvella", letters.letter_m, "white plum violet pink", "fashion", "monogram", LIGHT),
    _brand("NIVENNA", letters.letter_n, "mint navy azure teal", "medicine", "monogram"),
    _brand("quorenna", letters.letter_q, "saffron aubergine vermilion vermilion", "radio",
           "monogram", SOFT),
    _brand("serpano", letters.letter_s, "emerald lemon ivory ivory", "sports club", "monogram",
           SOFT),
    _brand("WAVENHOLT", letters.letter_w, "ice navy cobalt vermilion", "boat hire", "monogram"),
    _brand("Halvora", letters.letter_h, "brick cream saffron ink", "hotel", "monogram", LIGHT),
    _brand("tandalo", words.wheels, "ivory emerald tangerine ink", "cargo bikes", "wordmark"),
    _brand("solumo", words.halo, "cobalt white lemon coral", "lighting", "wordmark"),
    _brand("Revua", words.marquee, "ink lemon crimson ivory", "theatre", "wordmark"),
    _brand("kubro", words.full_stop, "pearl black slate vermilion", "kitchens", "wordmark"),
    _brand("Lyrisma", words.prism, "forest ivory apricot coral", "music school", "wordmark"),
)  # fmt: skip

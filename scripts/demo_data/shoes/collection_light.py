"""Heels, flats, sandals and slippers of the invented catalogue."""

from __future__ import annotations

from scripts.demo_data.shoes.flats import ballet_flat, espadrille, slipper
from scripts.demo_data.shoes.heels import heeled_sandal, mary_jane, pump
from scripts.demo_data.shoes.models import Model, Style
from scripts.demo_data.shoes.sandals import fisherman, slide, strap_sandal

PUMP = Style("pump", "Court_shoe")
STILETTO = Style("stiletto pump", "Stiletto_heel")
SLINGBACK = Style("slingback", "Slingback")
MARY_JANE = Style("mary jane", "Mary_Jane_(shoe)")
HEELED_SANDAL = Style("heeled sandal", "High-heeled_shoe")
BALLET = Style("ballet flat", "Ballet_flat")
ESPADRILLE = Style("espadrille", "Espadrille")
SANDAL = Style("sandal", "Sandal")
SLIDE = Style("slide", "Slide_(footwear)")
SLIPPER = Style("slipper", "Slipper")

LIGHT: tuple[Model, ...] = (
    Model("Rouge Baiser", "Maison Orvette", STILETTO, 2017, 310.0, pump, {},
          "crimson patent leather", sole="crimson patent leather", outsole="black",
          lining="natural"),
    Model("Pied-de-Poule", "Maison Orvette", STILETTO, 2021, 335.0, pump, {"cap": True},
          "white canvas, houndstooth black", "black patent leather", "black patent leather",
          "black patent leather", outsole="black", lining="crimson"),
    Model("Éclat", "Quillon", STILETTO, 2023, 345.0, pump, {"height": 165.0},
          "gold metallic leather", sole="gold metallic leather", outsole="umber",
          lining="cream"),
    Model("Petite Rose", "Sandrel", PUMP, 2018, 165.0, pump,
          {"height": 104.0, "heel": "block", "pointed": False},
          "rose suede", sole="rose suede", outsole="chestnut", lining="blush"),
    Model("Parasol", "Sandrel", PUMP, 2022, 172.0, pump,
          {"height": 96.0, "heel": "flared", "pointed": False},
          "ivory satin, botanical teal coral ochre", "teal satin", sole="teal satin",
          outsole="petrol", lining="blush"),
    Model("Secretary", "Sandrel", SLINGBACK, 2019, 185.0, pump,
          {"height": 78.0, "heel": "kitten", "slingback": True, "cap": True},
          "oat leather", "ink leather", "ink leather", "ink leather", outsole="black",
          lining="natural", metal="brass"),
    Model("Limoncello", "Sandrel", SLINGBACK, 2024, 179.0, pump,
          {"height": 92.0, "heel": "flared", "slingback": True},
          "lemon patent leather", "lemon patent leather", sole="white patent leather",
          outsole="ochre", lining="white", metal="steel"),
    Model("Juliette", "Sandrel", MARY_JANE, 2020, 155.0, mary_jane, {},
          "aubergine patent leather", sole="aubergine leather", lining="lavender",
          thread="plum"),
    Model("Doublet", "Sandrel", MARY_JANE, 2023, 168.0, mary_jane, {"straps": 2},
          "vermilion leather", "vermilion leather", "white leather", "white leather",
          outsole="espresso", thread="ivory", metal="brass"),
    Model("Smaragd", "Quillon", HEELED_SANDAL, 2022, 225.0, heeled_sandal, {},
          "emerald satin", sole="gold metallic leather", outsole="espresso", thread="mint",
          metal="brass", lining="natural"),
    Model("Luna", "Quillon", HEELED_SANDAL, 2023, 259.0, heeled_sandal,
          {"heel": "stiletto", "height": 152.0, "bands": 2},
          "silver metallic leather", sole="silver metallic leather", outsole="graphite",
          thread="white", lining="pearl"),
    Model("Papaya", "Sandrel", HEELED_SANDAL, 2021, 149.0, heeled_sandal,
          {"height": 88.0, "heel": "block", "bands": 2},
          "coral suede", "magenta suede", "tangerine suede", "natural cork", outsole="tan",
          thread="blush", metal="brass"),
    Model("Colette", "Sandrel", BALLET, 2016, 95.0, ballet_flat, {},
          "ivory leather, dots navy", "navy leather", "navy leather", "natural leather",
          outsole="tan"),
    Model("Giselle", "Sandrel", BALLET, 2018, 105.0, ballet_flat, {},
          "blush satin", "rose satin", "blush satin", "natural leather", outsole="rose",
          lining="cream"),
    Model("Zébrette", "Quillon", BALLET, 2022, 119.0, ballet_flat,
          {"with_bow": False, "pointed": True},
          "camel suede, zebra espresso", "black leather", "black patent leather",
          "black leather", outsole="black"),
    Model("Biarritz", "Pacoa", ESPADRILLE, 2019, 49.0, espadrille, {},
          "cobalt canvas, breton white", "cobalt canvas", None, "sand jute", outsole="umber"),
    Model("Almería", "Pacoa", ESPADRILLE, 2021, 85.0, espadrille,
          {"wedge": True, "ribbons": True},
          "terracotta canvas", sole="sand jute", outsole="umber", lace="terracotta"),
    Model("Menorca", "Pacoa", ESPADRILLE, 2023, 89.0, espadrille, {"wedge": True},
          "white canvas, candy turquoise coral lemon", "white canvas", "turquoise canvas",
          "sand jute", outsole="umber", thread="turquoise"),
    Model("Tessin", "Tarn & Fell", SANDAL, 2017, 115.0, strap_sandal, {},
          "moss nubuck", sole="natural cork", outsole="espresso", lining="natural",
          metal="brass", thread="sage"),
    Model("Caracol", "Pacoa", SANDAL, 2022, 99.0, strap_sandal, {},
          "white leather, zigzag magenta saffron", "magenta leather", sole="cream foam",
          outsole="magenta", lining="natural", thread="white"),
    Model("Levkas", "Brackwater", SANDAL, 2018, 129.0, fisherman, {},
          "chestnut leather", sole="espresso rubber", outsole="black", lining="natural",
          metal="brass", thread="camel"),
    Model("Salina", "Sandrel", SANDAL, 2024, 135.0, fisherman, {},
          "white leather", sole="gum rubber", outsole="tan", lining="camel", metal="brass",
          thread="pearl"),
    Model("Lido", "Pacoa", SLIDE, 2020, 39.0, slide, {},
          "azure rubber", "white rubber", "white rubber", "navy foam", outsole="navy",
          lining="navy", thread="sky"),
    Model("Acapulco", "Pacoa", SLIDE, 2023, 42.0, slide, {},
          "black rubber, tie-dye magenta turquoise lemon", "black rubber", sole="white foam",
          outsole="turquoise", lining="white", thread="white"),
    Model("Fireside", "Harrow & Finch", SLIPPER, 2015, 65.0, slipper, {},
          "graphite wool felt", None, "ivory shearling", "ivory rubber", outsole="oat",
          lining="ivory", thread="silver"),
    Model("Lodge", "Harrow & Finch", SLIPPER, 2019, 69.0, slipper, {},
          "crimson wool felt, plaid ink forest ivory", None, "oat shearling", "chestnut rubber",
          outsole="espresso", lining="oat", thread="ivory"),
)  # fmt: skip

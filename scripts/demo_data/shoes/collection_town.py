"""Leather shoes and clogs of the invented catalogue."""

from __future__ import annotations

from scripts.demo_data.shoes.dress import boat_shoe, derby, loafer, monk, mule
from scripts.demo_data.shoes.models import Model, Style

DERBY = Style("derby", "Derby_shoe")
BROGUE = Style("brogue", "Brogue_shoe")
MONK = Style("monk strap", "Monk_shoe")
LOAFER = Style("loafer", "Slip-on_shoe")
BOAT = Style("boat shoe", "Boat_shoe")
CLOG = Style("clog", "Clog")

_DARK = {"sole": "espresso leather", "outsole": "black"}

TOWN: tuple[Model, ...] = (
    Model("Whitcombe", "Harrow & Finch", BROGUE, 2016, 245.0, derby, {"brogue": True},
          "tan leather", None, "cognac leather", lace="chestnut", thread="natural",
          lining="natural", **_DARK),
    Model("Chancellor", "Harrow & Finch", DERBY, 2015, 260.0, derby, {},
          "black leather", lace="black", thread="graphite", lining="natural", **_DARK),
    Model("Bordelais", "Maison Orvette", DERBY, 2019, 210.0, derby, {"cap": False, "crepe": True},
          "oxblood leather", sole="cream rubber", outsole="gum", lace="oxblood", thread="rose",
          lining="camel"),
    Model("Regatta Spectator", "Maison Orvette", BROGUE, 2018, 275.0, derby, {"brogue": True},
          "ivory leather", "ivory leather", "navy leather", lace="navy", thread="sand",
          lining="natural", **_DARK),
    Model("Fernhill", "Tarn & Fell", DERBY, 2021, 189.0, derby, {"cap": False, "crepe": True},
          "forest suede", sole="gum rubber", outsole="chestnut", lace="camel", thread="sage",
          lining="camel"),
    Model("Canterville", "Harrow & Finch", MONK, 2017, 290.0, monk, {},
          "petrol leather", thread="turquoise", lining="camel", metal="brass", **_DARK),
    Model("Abbot", "Maison Orvette", MONK, 2020, 255.0, monk, {"straps": 1},
          "navy suede", "navy suede", "navy suede", "camel leather", outsole="cognac",
          thread="sky", lining="camel", metal="steel"),
    Model("Collegiate", "Harrow & Finch", LOAFER, 2014, 195.0, loafer, {"trim": "penny"},
          "oxblood leather", thread="brick", lining="natural", **_DARK),
    Model("Villa Tassel", "Maison Orvette", LOAFER, 2020, 220.0, loafer, {"trim": "tassel"},
          "moss suede", "moss suede", "chestnut leather", thread="sage", lining="camel", **_DARK),
    Model("Soirée", "Maison Orvette", LOAFER, 2022, 240.0, loafer, {"trim": "bar"},
          "black patent leather", thread="graphite", lining="crimson", metal="gold",
          sole="black leather", outsole="black"),
    Model("Serengeti", "Quillon", LOAFER, 2023, 199.0, loafer, {"trim": "bar"},
          "camel suede, leopard espresso tan", "black leather", "black leather", thread="camel",
          lining="natural", metal="brass", **_DARK),
    Model("Capri Loafer", "Quillon", LOAFER, 2024, 185.0, loafer, {"trim": "penny"},
          "white leather", "saffron leather", "white leather", "natural leather", outsole="tan",
          thread="sand", lining="natural"),
    Model("Skipper", "Brackwater", BOAT, 2017, 110.0, boat_shoe, {},
          "navy nubuck", "navy nubuck", "tan leather", "white rubber", outsole="pearl",
          lace="camel", metal="brass"),
    Model("Spinnaker", "Brackwater", BOAT, 2022, 118.0, boat_shoe, {},
          "brick nubuck", "cream leather", "brick nubuck", "cream rubber", outsole="gum",
          lace="ivory", thread="cream", metal="steel"),
    Model("Halland", "Lindvale", CLOG, 2018, 105.0, mule, {},
          "terracotta suede", sole="natural cork", outsole="espresso", thread="blush",
          lining="natural", metal="brass"),
    Model("Skåne Blossom", "Lindvale", CLOG, 2021, 125.0, mule, {},
          "ink leather, floral coral saffron sage", "ink leather", sole="camel leather",
          outsole="black", thread="slate", lining="natural", metal="brass"),
    Model("Polar Clog", "Lindvale", CLOG, 2023, 115.0, mule, {},
          "ice grained leather", sole="espresso leather", outsole="black", thread="azure",
          lining="white", metal="steel"),
)  # fmt: skip

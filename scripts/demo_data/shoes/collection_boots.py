"""Boots of the invented catalogue."""

from __future__ import annotations

from scripts.demo_data.shoes.boots import chelsea, chukka, hiker, work_boot
from scripts.demo_data.shoes.models import Model, Style
from scripts.demo_data.shoes.tall_boots import cowboy, heeled_boot, rain_boot, shearling_boot

CHELSEA = Style("chelsea boot", "Chelsea_boot")
CHUKKA = Style("chukka boot", "Chukka_boot")
WORK = Style("work boot", "Boot")
HIKING = Style("hiking boot", "Hiking_boot")
RAIN = Style("rain boot", "Wellington_boot")
COWBOY = Style("cowboy boot", "Cowboy_boot")
ANKLE = Style("heeled ankle boot", "Fashion_boot")
WINTER = Style("winter boot", "Boot")

BOOTS: tuple[Model, ...] = (
    Model("Kingsmead", "Harrow & Finch", CHELSEA, 2016, 230.0, chelsea, {},
          "cognac leather", sole="espresso leather", outsole="black", lace="chestnut",
          thread="natural", lining="natural"),
    Model("Blackfriars", "Brindle Works", CHELSEA, 2022, 249.0, chelsea, {"chunky": True},
          "black leather", sole="black leather", outsole="black", lace="black",
          thread="graphite", lining="slate"),
    Model("Velvet Row", "Maison Orvette", CHELSEA, 2021, 215.0, chelsea, {},
          "plum suede", sole="camel leather", outsole="espresso", lace="aubergine",
          thread="rose", lining="camel"),
    Model("Dovecote", "Quillon", CHELSEA, 2023, 205.0, chelsea, {"chunky": True},
          "ivory leather", "gum leather", "ivory leather", "cream leather", outsole="gum",
          lace="sand", thread="sand", lining="natural"),
    Model("Sahel", "Tarn & Fell", CHUKKA, 2015, 139.0, chukka, {},
          "sand suede", sole="gum rubber", outsole="camel", lace="chestnut", thread="cream",
          lining="natural"),
    Model("Quarry", "Tarn & Fell", CHUKKA, 2020, 145.0, chukka, {},
          "slate suede", sole="white rubber", outsole="crimson", lace="crimson", thread="ice",
          lining="silver"),
    Model("Lumberyard", "Brackwater", WORK, 2014, 219.0, work_boot, {},
          "moss nubuck", "chestnut leather", "chestnut leather", "natural leather", outsole="black",
          lace="camel", thread="cream", metal="brass"),
    Model("Ironbridge", "Brackwater", WORK, 2018, 259.0, work_boot, {"moc_toe": True},
          "oxblood leather", sole="cream leather", outsole="ivory", lace="natural",
          thread="blush", metal="brass"),
    Model("Nightshift", "Brindle Works", WORK, 2023, 199.0, work_boot, {},
          "black grained leather", "black patent leather", "black leather", "graphite leather",
          outsole="black", lace="crimson", thread="graphite", lining="crimson"),
    Model("Ridgeline", "Tarn & Fell", HIKING, 2019, 189.0, hiker, {},
          "forest canvas", "umber suede", "graphite mesh", outsole="black", lace="saffron",
          sole="graphite rubber", thread="saffron"),
    Model("Scree", "Tarn & Fell", HIKING, 2022, 209.0, hiker, {},
          "slate mesh", "ink suede", "ink mesh", outsole="graphite", lace="vermilion",
          sole="vermilion rubber", thread="silver"),
    Model("Mesa", "Lindvale", HIKING, 2024, 195.0, hiker, {},
          "turquoise canvas", "sand suede", "cream mesh", outsole="umber", lace="magenta",
          sole="cream rubber", thread="ivory"),
    Model("Puddle", "Pacoa", RAIN, 2017, 69.0, rain_boot, {},
          "saffron glossy rubber", sole="ivory rubber", outsole="umber", lining="ivory"),
    Model("Drizzle", "Pacoa", RAIN, 2020, 75.0, rain_boot, {},
          "navy glossy rubber, dots white", "crimson glossy rubber", "navy glossy rubber",
          "white rubber", outsole="crimson", lining="white"),
    Model("Fernery", "Lindvale", RAIN, 2021, 79.0, rain_boot, {},
          "forest glossy rubber, botanical sage mint lime", "forest glossy rubber",
          sole="gum rubber", outsole="espresso", lining="sage"),
    Model("Flamingo", "Pacoa", RAIN, 2023, 72.0, rain_boot, {},
          "pink glossy rubber", "magenta glossy rubber", "pink glossy rubber",
          "magenta rubber", outsole="plum", lining="blush"),
    Model("Laredo", "Quillon", COWBOY, 2018, 285.0, cowboy, {},
          "teal leather", "chestnut leather", "mahogany leather", "espresso leather",
          outsole="black", thread="cream"),
    Model("Silverado Rose", "Quillon", COWBOY, 2022, 320.0, cowboy, {},
          "ivory leather", "ivory embossed leather", "gold metallic leather", "camel leather",
          outsole="espresso", thread="crimson"),
    Model("Nocturne Western", "Quillon", COWBOY, 2020, 299.0, cowboy, {},
          "black leather", "black suede", "crimson leather", "black leather", outsole="black",
          thread="vermilion"),
    Model("Opéra", "Maison Orvette", ANKLE, 2021, 239.0, heeled_boot, {},
          "black patent leather", sole="black leather", outsole="black", thread="graphite",
          lining="crimson"),
    Model("Marais", "Maison Orvette", ANKLE, 2019, 225.0, heeled_boot, {"zip_side": False},
          "cognac suede", "camel suede", "cognac suede", "natural leather", outsole="espresso",
          thread="natural", lining="natural"),
    Model("Vipera", "Quillon", ANKLE, 2024, 265.0, heeled_boot, {},
          "emerald embossed leather", sole="gold metallic leather", outsole="espresso",
          thread="forest", metal="brass"),
    Model("Firn", "Lindvale", WINTER, 2016, 175.0, shearling_boot, {},
          "camel suede", None, "cream shearling", "cream rubber", outsole="umber",
          lining="cream", thread="oat"),
    Model("Blizzard", "Lindvale", WINTER, 2022, 185.0, shearling_boot, {},
          "ice nubuck", "azure nubuck", "white shearling", "white rubber", outsole="azure",
          lining="white", thread="white"),
)  # fmt: skip

"""Ornamental tiles: one pattern per class, from all seventeen wallpaper groups."""

from __future__ import annotations

import numpy as np

from scripts.demo_data.designs import DemoCategory, Design, FieldText
from scripts.demo_data.photography import Look
from scripts.demo_data.svg import mix
from scripts.demo_data.tiles.catalogue import COLLECTION, TileDesign
from scripts.demo_data.tiles.laying import TiledWall, TileGrid
from scripts.demo_data.tiles.pattern import Pattern, pattern_svg

_JOINT = 1.9


def _grid(tile: TileDesign, pattern: Pattern) -> TileGrid | None:
    cell = pattern.cell
    shift, height = cell.second
    if tile.joints == "none":
        return None
    if tile.joints == "hexagon":
        return TileGrid(cell.width, shift, height, (0.0, 0.0), _JOINT)
    tall = height * max(1, round(cell.width / height))
    centre = (0.0, 0.0) if tile.joints == "centred" else (cell.width / 2, tall / 2)
    return TileGrid(cell.width, 0.0, tall, centre, _JOINT)


def _design(tile: TileDesign, rng: np.random.Generator) -> Design:
    pattern = tile.motif(tile.palette)
    first, last = tile.style.years
    cheapest, dearest = tile.style.prices
    # Mortar is tinted to go with the tiles, but stays grey.
    mortar = mix(mix(tile.palette.ground, tile.palette.main, 0.4), "#8f8c86", 0.5)
    wall = TiledWall.about(pattern.cell.repeat, tile.across, _grid(tile, pattern), mortar)
    return Design(
        name=tile.name,
        attributes={
            "wallpaper_group": pattern.group.name,
            "style": tile.style.label,
            "colours": ";".join(tile.palette.names),
            "lattice": pattern.group.lattice,
            "year": int(rng.integers(first, last + 1)),
            "price": int(rng.integers(cheapest, dearest + 1)),
            "source_link": tile.style.link,
        },
        views=(pattern_svg(pattern),),
        mount=wall,
    )


def _designs(rng: np.random.Generator) -> list[Design]:
    return [_design(tile, rng) for tile in COLLECTION]


CATEGORY = DemoCategory(
    name="tiles",
    title="Tiles",
    description=(
        "Walls and floors in ornamental tiles, every pattern built from one of the seventeen "
        "wallpaper groups. All pictures are drawn by this project; names, years and prices are "
        "invented."
    ),
    business_usage=(
        "A showroom photographs a tile that a customer loves, or one that broke, and finds the "
        "same or the most similar pattern in its stock. Restorers date a floor by its relatives."
    ),
    source_name="Drawn by this project",
    source_url="",
    licence="MIT",
    look=Look(
        backgrounds=("plaster",),
        flat=True,
        max_tilt_degrees=14.0,
        max_yaw_degrees=24.0,
        max_pitch_degrees=22.0,
        fill_range=(0.62, 0.95),
        shadow_strength=0.0,
    ),
    fields={
        "wallpaper_group": FieldText("keyword", "Wallpaper group"),
        "style": FieldText("keyword", "Style"),
        "colours": FieldText("list", "Colours"),
        "lattice": FieldText("keyword", "Lattice"),
        "year": FieldText("integer", "Year"),
        "price": FieldText("number", "Price", "EUR/m²"),
        "source_link": FieldText("link", "About the style"),
    },
    designs=_designs,
)

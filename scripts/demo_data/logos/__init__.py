"""Logos: invented brands, one mark per class, as met on cards, bags, badges and signs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scripts.demo_data.designs import DemoCategory, Design, FieldText
from scripts.demo_data.logos import carriers_paper as paper
from scripts.demo_data.logos import carriers_solid as solid
from scripts.demo_data.logos.catalogue import BRANDS, BrandDesign
from scripts.demo_data.logos.lockups import Brand
from scripts.demo_data.photography import Look

# Every brand has business cards; what else it prints on differs.
_CARRIERS: tuple[Callable[[Brand], str], ...] = (
    paper.upright_card,
    paper.pair_of_cards,
    paper.hang_tag,
    paper.stamp,
    paper.paper_bag,
    paper.notebook,
    solid.round_sticker,
    solid.enamel_badge,
    solid.wall_sign,
    solid.icon_tile,
    solid.tote_bag,
    solid.banner,
)
_CARRIERS_PER_BRAND = 4


def logo(brand: BrandDesign, rng: np.random.Generator) -> Design:
    """Draw a brand on its business card and on other carriers, chosen at random."""
    shown = Brand(
        mark=brand.mark(brand.scheme),
        # A wordmark is the name; writing it again would be odd.
        name="" if brand.style == "wordmark" else brand.name,
        scheme=brand.scheme,
        hand=brand.hand,
    )
    chosen = rng.permutation(len(_CARRIERS))[:_CARRIERS_PER_BRAND]
    carriers = (paper.business_card, *(_CARRIERS[int(index)] for index in chosen))
    return Design(
        name=brand.name,
        attributes={
            "brand": brand.name,
            "sector": brand.sector,
            "style": brand.style,
            "colours": ";".join(brand.scheme.names),
            "year": int(rng.integers(1958, 2025)),
            "source_link": brand.link,
        },
        views=tuple(carrier(shown) for carrier in carriers),
    )


def _designs(rng: np.random.Generator) -> list[Design]:
    return [logo(brand, rng) for brand in BRANDS]


CATEGORY = DemoCategory(
    name="logos",
    title="Logos",
    description=(
        "Brand marks on business cards, stickers, bags, badges and signs. All marks are drawn by "
        "this project; brands, sectors and years are invented, and any likeness is unintended."
    ),
    business_usage=(
        "Before a new mark is registered, the most similar ones already in use are found by its "
        "looks alone. Brand owners spot their marks, or imitations, in pictures from the street."
    ),
    source_name="Drawn by this project",
    source_url="",
    licence="MIT",
    look=Look(
        backgrounds=(
            "oak", "walnut", "whitewash", "linen", "concrete", "marble", "plaster", "felt", "slate",
            "terrazzo", "studio",
        ),
        flat=True,
        max_tilt_degrees=16.0,
        max_yaw_degrees=26.0,
        max_pitch_degrees=20.0,
        fill_range=(0.7, 0.94),
        shadow_strength=0.6,
    ),
    fields={
        "brand": FieldText("keyword", "Brand"),
        "sector": FieldText("keyword", "Sector"),
        "style": FieldText("keyword", "Style"),
        "colours": FieldText("list", "Colours"),
        "year": FieldText("integer", "Year"),
        "source_link": FieldText("link", "About this kind of mark"),
    },
    designs=_designs,
)  # fmt: skip

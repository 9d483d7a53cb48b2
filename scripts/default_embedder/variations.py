"""What is drawn for training instead of the demo's own designs: variations that it never shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from scripts.default_embedder.rebranding import rebranded
from scripts.default_embedder.recolouring import Recolouring
from scripts.default_embedder.repainting import repainted
from scripts.demo_data.designs import Design
from scripts.demo_data.logos import logo
from scripts.demo_data.logos.catalogue import BRANDS
from scripts.demo_data.shoes import MODELS, shoe

_SHOES = {model.title: model for model in MODELS}
_LOGOS = {brand.name: brand for brand in BRANDS}


def varied(
    category: str, design: Design, rng: np.random.Generator, *, number: int, count: int
) -> Design:
    """Return one of several variations of a demo design.

    A shoe becomes another product of the same silhouette, a logo another brand with the same
    mark; all else is drawn in other colours.

    Args:
        category: of the design.
        design: the demo's.
        rng: chooses the variation.
        number: which of them, from 0.
        count: how many there will be.
    """
    if category == "shoes":
        return shoe(repainted(_SHOES[design.name], rng))
    if category == "logos":
        return logo(rebranded(_LOGOS[design.name], rng), rng)
    colours = Recolouring.draw(rng, number, count)
    return replace(design, views=tuple(colours.of_svg(view) for view in design.views))

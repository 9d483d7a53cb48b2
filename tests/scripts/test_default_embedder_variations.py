"""Variations of demo designs: valid, reproducible, and never what the demo shows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.default_embedder.rebranding import rebranded
from scripts.default_embedder.repainting import repainted
from scripts.default_embedder.variations import varied
from scripts.demo_data.__main__ import CATEGORIES
from scripts.demo_data.logos.catalogue import BRANDS
from scripts.demo_data.pictures import stream
from scripts.demo_data.shoes import MODELS
from scripts.demo_data.svg import render_svg

SEEDS = st.integers(0, 2**32 - 1)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return (max(channels) + min(channels)) / 2


@given(seed=SEEDS, model=st.sampled_from(MODELS))
def test_a_repainted_shoe_can_be_drawn_and_keeps_its_silhouette(seed, model):
    other = repainted(model, np.random.default_rng(seed))

    other.colourway()  # every colour and material that was chosen exists
    assert other.draw is model.draw
    assert set(other.options) == set(model.options)


@given(seed=SEEDS, brand=st.sampled_from(BRANDS))
def test_a_rebranded_mark_stands_out_from_its_field(seed, brand):
    other = rebranded(brand, np.random.default_rng(seed))

    for colour in (other.scheme.main, other.scheme.second, other.scheme.accent):
        assert abs(luminance(colour) - luminance(other.scheme.field)) >= 0.3
    assert other.mark is brand.mark
    assert other.name.isalpha()
    assert other.name.isascii()


@pytest.mark.parametrize("category", sorted(CATEGORIES))
def test_a_variation_is_reproducible_and_looks_like_no_design_of_the_demo(category):
    designs = CATEGORIES[category].designs(stream(7, category, "designs"))
    shown = {view for design in designs for view in design.views}

    first, again, other = (
        varied(category, designs[0], np.random.default_rng(seed), number=1, count=6)
        for seed in (1, 1, 2)
    )

    assert first == again
    assert first.views != other.views
    assert shown.isdisjoint(first.views)
    assert render_svg(first.views[0], 32).size == (32, 32)

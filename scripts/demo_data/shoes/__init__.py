"""Shoes: an invented catalogue of shoes, boots and sandals, drawn from the side."""

from __future__ import annotations

import numpy as np

from scripts.demo_data.designs import DemoCategory, Design, FieldText
from scripts.demo_data.look import Look
from scripts.demo_data.shoes.collection_boots import BOOTS
from scripts.demo_data.shoes.collection_light import LIGHT
from scripts.demo_data.shoes.collection_sport import SPORT
from scripts.demo_data.shoes.collection_town import TOWN
from scripts.demo_data.shoes.models import Model
from scripts.demo_data.shoes.pairs import PairMount

_FLOORS = (
    "oak", "walnut", "whitewash", "linen", "concrete", "marble", "terrazzo", "slate", "plaster",
    "felt",
)  # fmt: skip

MODELS: tuple[Model, ...] = (*SPORT, *TOWN, *BOOTS, *LIGHT)


def shoe(model: Model) -> Design:
    """Draw a model."""
    return Design(
        name=model.title,
        attributes={
            "brand": model.brand,
            "style": model.style.label,
            "colours": ";".join(model.colours),
            "material": model.material,
            "year": model.year,
            "price": model.price,
            "source_link": model.style.link,
        },
        views=(model.markup(),),
        mount=PairMount(),
    )


def _designs(_rng: np.random.Generator) -> list[Design]:
    """All models; the catalogue is fixed, so nothing is left to chance."""
    return [shoe(model) for model in MODELS]


CATEGORY = DemoCategory(
    name="shoes",
    title="Shoes",
    description=(
        "Sneakers, leather shoes, boots, heels and sandals of a shop that does not exist. All "
        "pictures are drawn by this project; brands, models, years and prices are invented."
    ),
    business_usage=(
        "A customer photographs a shoe seen in the street and finds the same or the most similar "
        "model in the shop. Buyers find near-duplicates across suppliers."
    ),
    source_name="Drawn by this project",
    source_url="",
    licence="MIT",
    look=Look(
        # Shops photograph on plain paper more often than anywhere else.
        backgrounds=("studio",) * 6 + _FLOORS,
        may_flip=True,
        max_tilt_degrees=4.0,
        max_yaw_degrees=20.0,
        max_pitch_degrees=7.0,
        fill_range=(0.68, 0.9),
        shadow_strength=0.5,
        drawing_px=432,
    ),
    fields={
        "brand": FieldText("keyword", "Brand"),
        "style": FieldText("keyword", "Style"),
        "colours": FieldText("list", "Colours"),
        "material": FieldText("keyword", "Upper material"),
        "year": FieldText("integer", "Year"),
        "price": FieldText("number", "Price", "EUR"),
        "source_link": FieldText("link", "About this style"),
    },
    designs=_designs,
)

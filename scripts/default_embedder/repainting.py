"""Shoes of other materials, colours and prints: as many as wanted of every model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from scripts.demo_data.shoes.models import COLOURS, Model
from scripts.demo_data.shoes.prints import PRINTS

_UPPERS: Final = (
    "leather", "grained leather", "patent leather", "metallic leather", "embossed leather", "suede",
    "nubuck", "canvas", "knit", "mesh", "satin", "wool felt",
)  # fmt: skip
_EMBLEMS: Final = ("wave", "wedge", "ring", "arches", None)
_PRINTED: Final = 0.35
_OWN_MATERIAL: Final = 0.5
_SAME_AS_UPPER: Final = 0.35


def repainted(model: Model, rng: np.random.Generator) -> Model:
    """Return the same silhouette as another product.

    Args:
        model: keeps its shape, its straps and its toe cap.
        rng: chooses everything else.
    """
    colours = list(COLOURS)
    own = model.upper.partition(", ")[0].partition(" ")[2]
    material = own if rng.random() < _OWN_MATERIAL else _one(_UPPERS, rng)
    ground = _one(colours, rng)
    upper = f"{ground} {material}"
    if rng.random() < _PRINTED:
        accents = " ".join(_one(colours, rng) for _ in range(3))
        upper = f"{upper}, {_one(list(PRINTS), rng)} {accents}"
    options = dict(model.options)
    if "emblem" in options:
        options["emblem"] = _EMBLEMS[int(rng.integers(len(_EMBLEMS)))]
    sole = model.sole.partition(", ")[0].partition(" ")[2]
    return replace(
        model,
        options=options,
        upper=upper,
        panel=_other_part(f"{ground} {material}", colours, rng),
        detail=_other_part(f"{ground} {material}", colours, rng),
        sole=f"{_one(colours, rng)} {sole}",
        outsole=_one(colours, rng),
        lining=_one(colours, rng),
        lace=_one(colours, rng),
        thread=_one(colours, rng),
    )


def _other_part(upper: str, colours: Sequence[str], rng: np.random.Generator) -> str:
    if rng.random() < _SAME_AS_UPPER:
        return upper
    return f"{_one(colours, rng)} {_one(_UPPERS, rng)}"


def _one(names: Sequence[str], rng: np.random.Generator) -> str:
    return names[int(rng.integers(len(names)))]

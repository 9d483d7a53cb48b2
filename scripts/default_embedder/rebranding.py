"""Brands that carry another's mark in other colours, under another name, in another lettering."""

from __future__ import annotations

import colorsys
from dataclasses import replace
from typing import Final

import numpy as np

from scripts.demo_data.logos.catalogue import BrandDesign
from scripts.demo_data.logos.lettering import Hand
from scripts.demo_data.logos.scheme import Scheme
from scripts.demo_data.swatches import SWATCHES

_CONSONANTS: Final = "bcdfghjklmnprstvwz"
_VOWELS: Final = "aeiou"
_LEAST_CONTRAST: Final = 0.3
"""Between the field and what is drawn on it, as a difference of lightness from 0 to 1."""


def rebranded(brand: BrandDesign, rng: np.random.Generator) -> BrandDesign:
    """Return another brand with the same mark.

    Args:
        brand: keeps the shape of its mark; a wordmark keeps its word too.
        rng: chooses the colours, the name and the lettering.
    """
    return replace(brand, name=_name(rng), scheme=_scheme(rng), hand=_hand(rng))


def _name(rng: np.random.Generator) -> str:
    syllables = [
        _CONSONANTS[int(rng.integers(len(_CONSONANTS)))] + _VOWELS[int(rng.integers(len(_VOWELS)))]
        for _ in range(int(rng.integers(2, 5)))
    ]
    name = "".join(syllables)
    if rng.random() < 0.5:
        name += _CONSONANTS[int(rng.integers(len(_CONSONANTS)))]
    return (name, name.upper(), name.capitalize())[int(rng.integers(3))]


def _scheme(rng: np.random.Generator) -> Scheme:
    names = list(SWATCHES)
    field = names[int(rng.integers(len(names)))]
    legible = [
        name for name in names if abs(_lightness(name) - _lightness(field)) >= _LEAST_CONTRAST
    ]
    main, second, accent = (legible[int(rng.integers(len(legible)))] for _ in range(3))
    return Scheme(field, main, second, accent)


def _hand(rng: np.random.Generator) -> Hand:
    return Hand(
        int(rng.integers(9, 25)),
        int(rng.integers(26, 47)),
        rounded=bool(rng.random() < 0.5),
        slant=10 if rng.random() < 0.25 else 0,
    )


def _lightness(swatch: str) -> float:
    red, green, blue = (int(SWATCHES[swatch][i : i + 2], 16) / 255 for i in (1, 3, 5))
    return colorsys.rgb_to_hls(red, green, blue)[1]

"""Other colours for a drawing, so that a design can be trained on that no demo category shows."""

from __future__ import annotations

import colorsys
import math
import re
from dataclasses import dataclass
from typing import Final

import numpy as np

_COLOUR: Final = re.compile(r"#([0-9a-fA-F]{6})\b")
_SWING: Final = 0.35
"""Radians by which a hue may be turned more or less than another: bent, so shades stay in order."""


@dataclass(frozen=True, slots=True)
class Recolouring:
    """A smooth change of all colours: near ones stay near, so shading survives.

    Attributes:
        turn: of the colour circle, in radians.
        swing: how much more some hues are turned than others, in radians.
        phase: which ones, in radians.
        saturation: 1 leaves it.
        gamma: of the lightness; below 1 lightens.
    """

    turn: float
    swing: float
    phase: float
    saturation: float
    gamma: float

    @classmethod
    def draw(cls, rng: np.random.Generator, number: int, count: int) -> Recolouring:
        """Choose the ``number``-th of ``count`` that are spread over the colour circle.

        None of them is near the identity.
        """
        step = 2 * math.pi / (count + 1)
        return cls(
            turn=(number + 1) * step + float(rng.uniform(-0.2, 0.2)) * step,
            swing=float(rng.uniform(-1, 1)) * _SWING,
            phase=float(rng.uniform(0, 2 * math.pi)),
            saturation=float(rng.uniform(0.7, 1.4)),
            gamma=math.exp(float(rng.uniform(-0.45, 0.45))),
        )

    def of_svg(self, svg: str) -> str:
        """Return the drawing with every colour that it names changed."""
        return _COLOUR.sub(lambda match: self._changed(match[1]), svg)

    def _changed(self, colour: str) -> str:
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
        hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
        angle = 2 * math.pi * hue
        angle += self.turn + self.swing * math.sin(angle + self.phase)
        changed = colorsys.hls_to_rgb(
            angle / (2 * math.pi) % 1,
            lightness**self.gamma,
            min(1.0, saturation * self.saturation),
        )
        return "#" + "".join(f"{round(255 * value):02x}" for value in changed)

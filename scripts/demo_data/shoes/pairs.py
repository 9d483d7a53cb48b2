"""Arranges shoes for the photographer: alone, or with the other of the pair behind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image


@dataclass(frozen=True)
class PairMount:
    """The mount of a shoe design.

    Attributes:
        share: How many of the pictures show both shoes, 0..1.
    """

    share: float = 0.35

    def __call__(self, drawing: Image.Image, rng: np.random.Generator) -> Image.Image:
        """Leave the shoe alone or put its twin behind it.

        Args:
            drawing: One shoe on a square RGBA canvas.
            rng: Decides whether and where.

        Returns:
            A square RGBA picture; larger than `drawing` if it shows a pair.
        """
        if rng.random() >= self.share:
            return drawing
        side = drawing.width
        margin = side // 8
        canvas = Image.new("RGBA", (side + 2 * margin,) * 2)
        # Further away: a little smaller, higher up, and in the shade of the first.
        twin_side = round(side * float(rng.uniform(0.9, 0.95)))
        twin = drawing.resize((twin_side, twin_side), Image.Resampling.HAMMING)
        red, green, blue, alpha = twin.split()
        dimmed = (band.point([round(value * 0.82) for value in range(256)])
                  for band in (red, green, blue))  # fmt: skip
        twin = Image.merge("RGBA", (*dimmed, alpha))
        if rng.random() < 0.3:
            twin = twin.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        shift = round(side * float(rng.uniform(-0.07, 0.1)))
        rise = round(side * float(rng.uniform(0.03, 0.07)))
        bottom = margin + round(side * 500 / 640) - rise
        position = (margin + shift + (side - twin_side) // 2, bottom - round(twin_side * 500 / 640))
        canvas.paste(twin, position)
        canvas.alpha_composite(drawing, (margin, margin))
        return canvas

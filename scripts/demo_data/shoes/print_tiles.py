"""What all printed patterns are made with: the seamless tile and motifs that cross its edges."""

from __future__ import annotations

import numpy as np

Accents = tuple[str, str, str]
"""The colours of a print, hex."""


def pattern(name: str, side: float, body: str, turn: float = 0.0) -> str:
    """A square tile of the given side, turned by some degrees."""
    return (
        f'<pattern id="{name}" patternUnits="userSpaceOnUse" width="{side:g}" height="{side:g}" '
        f'patternTransform="rotate({turn:g})">{body}</pattern>'
    )


def wrapped(side: float, x: float, y: float, reach: float, body: str) -> str:
    """A motif around (x, y), repeated where it crosses the tile's edges."""
    copies = []
    for shift_x in (-side, 0.0, side):
        for shift_y in (-side, 0.0, side):
            inside_x = -reach < x + shift_x < side + reach
            inside_y = -reach < y + shift_y < side + reach
            if inside_x and inside_y:
                copies.append(
                    f'<g transform="translate({x + shift_x:.1f} {y + shift_y:.1f})">{body}</g>'
                )
    return "".join(copies)


def blob(rng: np.random.Generator, radius: float, wobble: float, stretch: float = 1.0) -> str:
    """Path data of a rounded irregular patch around the origin."""
    count = 9
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    radii = radius * (1 + wobble * rng.uniform(-1, 1, count))
    x, y = radii * np.cos(angles) * stretch, radii * np.sin(angles)
    middles = [((x[i - 1] + x[i]) / 2, (y[i - 1] + y[i]) / 2) for i in range(count)]
    path = f"M{middles[0][0]:.1f} {middles[0][1]:.1f}"
    for i in range(count):
        end = middles[(i + 1) % count]
        path += f"Q{x[i]:.1f} {y[i]:.1f} {end[0]:.1f} {end[1]:.1f}"
    return path + "Z"

"""Small touches that turn a flat shape into an object: gloss, edges, screws."""

from __future__ import annotations

from scripts.demo_data.shapes import Style
from scripts.demo_data.svg import VIEW_BOX, shade

MIDDLE = (VIEW_BOX / 2, VIEW_BOX / 2)
"""Centre of the canvas."""


def sheen(name: str, strength: float = 0.22) -> tuple[str, str]:
    """A gradient of light from the upper left, and the reference to it."""
    gradient = (
        f'<linearGradient id="{name}" x1="0" y1="0" x2="1" y2="1">'
        f'<stop offset="0" stop-color="#fff" stop-opacity="{strength}"/>'
        '<stop offset="0.45" stop-color="#fff" stop-opacity="0"/>'
        f'<stop offset="1" stop-color="#000" stop-opacity="{strength * 0.7}"/></linearGradient>'
    )
    return gradient, f"url(#{name})"


def cut_edge(colour: str) -> dict[str, Style]:
    """Stroke of a cut edge: barely darker than the material."""
    return {"stroke": shade(colour, 0.16), "stroke_width": 1.5}

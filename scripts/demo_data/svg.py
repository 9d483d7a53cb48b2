"""SVG markup to pixels, and the few colour operations that every drawing needs."""

from __future__ import annotations

import io

import resvg_py
from PIL import Image

VIEW_BOX = 640
"""Side of the square canvas that drawings use as their coordinate system, in user units."""


def svg_document(body: str, defs: str = "", view_box: float = VIEW_BOX) -> str:
    """Wrap drawing elements into a complete square SVG document.

    Args:
        body: Elements to draw, back to front.
        defs: Gradients, patterns, clip paths and filters that `body` refers to.
        view_box: Side of the square coordinate system, in user units.
    """
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="0 0 {view_box:g} {view_box:g}"><defs>{defs}</defs>{body}</svg>'
    )


def render_svg(markup: str, size_px: int) -> Image.Image:
    """Rasterise a drawing onto a transparent square canvas.

    Text elements are not supported on purpose: fonts differ between machines, and the pictures
    must not.

    Args:
        markup: A complete SVG document with a square view box.
        size_px: Side of the canvas, in pixels.

    Returns:
        An RGBA image of `size_px` x `size_px`.
    """
    png = resvg_py.svg_to_bytes(
        svg_string=markup, width=size_px, height=size_px, skip_system_fonts=True
    )
    return Image.open(io.BytesIO(png)).convert("RGBA")


def hex_to_rgb(colour: str) -> tuple[int, int, int]:
    """`"#ff8040"` to `(255, 128, 64)`."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def rgb_to_hex(red: float, green: float, blue: float) -> str:
    """`(255, 128, 64)` to `"#ff8040"`; values outside 0..255 are clipped."""
    channels = (min(255, max(0, round(value))) for value in (red, green, blue))
    return "#" + "".join(f"{value:02x}" for value in channels)


def mix(first: str, second: str, share: float) -> str:
    """Blend two hex colours; `share` 0 gives `first`, 1 gives `second`."""
    pairs = zip(hex_to_rgb(first), hex_to_rgb(second), strict=True)
    red, green, blue = (a + (b - a) * share for a, b in pairs)
    return rgb_to_hex(red, green, blue)


def shade(colour: str, share: float) -> str:
    """Darken towards a deep, slightly cool black: pure black makes shadows look like holes."""
    return mix(colour, "#0b0d14", share)


def tint(colour: str, share: float) -> str:
    """Lighten towards a slightly warm white, the colour of a studio lamp."""
    return mix(colour, "#fffdf8", share)

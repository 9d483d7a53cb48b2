"""Everyday things that lie about in pictures taken by phone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from scripts.demo_data.geometry import Pose
from scripts.demo_data.svg import mix, render_svg, shade, svg_document, tint

PROP_PX = 420
"""Side of a prop's canvas: props are out of focus, so more would be lost."""

COLOURS = ("#a8543f", "#3f5f6b", "#d3a24a", "#54694f", "#8a7a9c", "#c9c2b4", "#33383f", "#b98068")


@dataclass(frozen=True)
class Prop:
    """A thing beside the subject, placed and lit.

    Attributes:
        image: Square RGBA drawing.
        pose: Where it is.
        light: Where the light comes from, `(x, y)` in -1..1.
        flat: Seen from above rather than standing.
    """

    image: Image.Image
    pose: Pose
    light: tuple[float, float]
    flat: bool


def _ramp(name: str, colour: str) -> str:
    """A horizontal gradient that makes a shape look round."""
    return (
        f'<linearGradient id="{name}"><stop offset="0" stop-color="{shade(colour, 0.35)}"/>'
        f'<stop offset="0.35" stop-color="{tint(colour, 0.25)}"/>'
        f'<stop offset="1" stop-color="{shade(colour, 0.45)}"/></linearGradient>'
    )


def _mug(colour: str) -> str:
    body = (
        f'<path d="M395 250 C500 240 500 420 390 420" fill="none" stroke="{shade(colour, 0.2)}" '
        'stroke-width="34"/><path d="M180 190 L200 520 Q300 560 400 520 L420 190 Z" '
        'fill="url(#side)"/><ellipse cx="300" cy="190" rx="120" ry="30" '
        f'fill="{shade(colour, 0.5)}"/>'
    )
    return svg_document(body, _ramp("side", colour))


def _plant(colour: str) -> str:
    leaves = "".join(
        f'<path transform="rotate({angle} 320 380)" d="M320 380 C270 300 280 160 320 {top} '
        f'C360 160 370 300 320 380Z" fill="{mix("#3f6a48", "#8fae6b", share)}"/>'
        for angle, top, share in ((-62, 130, 0.1), (58, 120, 0.3), (-34, 80, 0.5), (30, 70, 0.2),
                                  (0, 50, 0.6), (-12, 110, 0.9))
    )  # fmt: skip
    pot = '<path d="M220 370 H420 L395 560 H245 Z" fill="url(#side)"/>'
    return svg_document(leaves + pot, _ramp("side", colour))


def _books(colour: str) -> str:
    heights = ((130, 70, 380, 0.0), (204, 54, 420, 0.5), (262, 82, 350, 0.25), (348, 60, 400, 0.8))
    body = "".join(
        f'<rect x="{x}" y="{560 - height}" width="{width}" height="{height}" rx="4" '
        f'fill="{mix(colour, "#e8dcc6", share)}"/><rect x="{x + 10}" y="{600 - height}" '
        f'width="{width - 20}" height="14" fill="#f0e6d2" opacity="0.6"/>'
        for x, width, height, share in heights
    )
    return svg_document(body)


def _box(colour: str) -> str:
    body = (
        f'<path d="M110 300 H530 V560 H110Z" fill="{colour}"/>'
        f'<path d="M96 250 H544 V330 H96Z" fill="{tint(colour, 0.18)}"/>'
        f'<path d="M96 330 H544 V342 H96Z" fill="{shade(colour, 0.4)}"/>'
    )
    return svg_document(body)


def _bottle(colour: str) -> str:
    body = (
        '<path d="M255 250 Q255 200 290 180 V90 H350 V180 Q385 200 385 250 V560 H255Z" '
        f'fill="url(#side)"/><rect x="284" y="60" width="72" height="44" rx="6" '
        f'fill="{shade(colour, 0.6)}"/>'
    )
    return svg_document(body, _ramp("side", colour))


def _mug_from_above(colour: str) -> str:
    body = (
        f'<rect x="450" y="292" width="140" height="56" rx="26" fill="{shade(colour, 0.15)}"/>'
        f'<circle cx="320" cy="320" r="170" fill="{tint(colour, 0.15)}"/>'
        f'<circle cx="320" cy="320" r="150" fill="{shade(colour, 0.35)}"/>'
        '<circle cx="322" cy="324" r="140" fill="#4a2f20"/>'
        '<path d="M230 260 Q300 200 400 240" stroke="#8a6246" stroke-width="14" fill="none" '
        'stroke-linecap="round" opacity="0.7"/>'
    )
    return svg_document(body)


def _notebook(colour: str) -> str:
    body = (
        f'<rect x="90" y="60" width="440" height="520" rx="18" fill="{colour}"/>'
        f'<rect x="90" y="60" width="52" height="520" fill="{shade(colour, 0.25)}"/>'
        f'<rect x="466" y="60" width="16" height="520" fill="{shade(colour, 0.5)}"/>'
    )
    return svg_document(body)


def _pen(colour: str) -> str:
    body = (
        '<path d="M60 330 L130 306 H560 Q580 306 580 320 V340 Q580 354 560 354 H130Z" '
        f'fill="{colour}"/><path d="M60 330 L130 306 V354Z" fill="#d9c39a"/>'
        f'<rect x="400" y="306" width="26" height="48" fill="{tint(colour, 0.6)}"/>'
        f'<rect x="130" y="312" width="430" height="9" fill="{tint(colour, 0.45)}" opacity="0.7"/>'
    )
    return svg_document(body)


def _leaf(colour: str) -> str:
    green = mix("#4e7350", colour, 0.25)
    body = (
        f'<path d="M80 560 C60 300 260 90 580 70 C590 360 380 560 80 560Z" fill="{green}"/>'
        f'<path d="M80 560 Q300 330 560 90" stroke="{tint(green, 0.35)}" stroke-width="10" '
        'fill="none"/>'
    )
    return svg_document(body)


_STANDING = (_mug, _plant, _books, _box, _bottle)
_LYING = (_mug_from_above, _notebook, _pen, _leaf)


def _drawn(markup: str, blur_px: float) -> Image.Image:
    image = render_svg(markup, PROP_PX)
    # Blurring premultiplied colours keeps the soft edge free of a dark rim.
    return image.convert("RGBa").filter(ImageFilter.GaussianBlur(blur_px)).convert("RGBA")


def _pick(rng: np.random.Generator) -> str:
    return COLOURS[int(rng.integers(len(COLOURS)))]


def props_behind(
    rng: np.random.Generator,
    frame_px: tuple[int, int],
    light: tuple[float, float],
    horizon: float,
    roll_degrees: float,
) -> list[Prop]:
    """Two to four things standing between the subject and the wall, furthest first.

    Args:
        rng: Chooses and places them.
        frame_px: Width and height of the frame.
        light: Where the light comes from, `(x, y)` in -1..1.
        horizon: Where the floor ends, as a share of the height from the top.
        roll_degrees: How far the camera was held askew, clockwise.
    """
    width, height = frame_px
    slope = math.tan(math.radians(roll_degrees))
    chosen = rng.permutation(len(_STANDING))[: int(rng.integers(2, 5))]
    slots = (np.arange(len(chosen)) + 0.5) / len(chosen)
    props = []
    for kind, slot in zip(chosen, rng.permutation(slots), strict=True):
        depth = float(rng.uniform(0.02, 0.1))
        size = float(rng.uniform(0.34, 0.46)) * min(width, height) * (1 + depth)
        x = width * float(slot + rng.uniform(-0.08, 0.08))
        y = height * (horizon + depth) + slope * (x - width / 2)
        pose = Pose(
            centre_px=(x, y),
            pivot=(0.5, 0.87),
            scale_px=size,
            roll_degrees=roll_degrees,
            mirrored=bool(rng.random() < 0.5),
        )
        props.append(
            (depth, Prop(_drawn(_STANDING[kind](_pick(rng)), 3.4), pose, light, flat=False))
        )
    return [prop for _, prop in sorted(props, key=lambda pair: pair[0])]


def props_beside(
    rng: np.random.Generator, frame_px: tuple[int, int], light: tuple[float, float]
) -> list[Prop]:
    """Two or three things that reach into the frame from its corners, seen from above.

    Args:
        rng: Chooses and places them.
        frame_px: Width and height of the frame.
        light: Where the light comes from, `(x, y)` in -1..1.
    """
    width, height = frame_px
    corners = ((0.02, 0.04), (0.98, 0.05), (0.98, 0.97), (0.03, 0.96))
    chosen = rng.permutation(len(corners))[: int(rng.integers(2, 4))]
    kinds = rng.permutation(len(_LYING))
    props = []
    for corner, kind in zip(chosen, kinds, strict=False):
        x, y = corners[corner]
        pose = Pose(
            centre_px=(width * x, height * y),
            pivot=(0.5, 0.5),
            scale_px=float(rng.uniform(0.34, 0.44)) * min(width, height),
            roll_degrees=float(rng.uniform(0, 360)),
        )
        props.append(Prop(_drawn(_LYING[kind](_pick(rng)), 1.6), pose, light, flat=True))
    return props

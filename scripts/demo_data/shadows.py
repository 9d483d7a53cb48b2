"""Shadows of cut-out subjects, drawn in the subject's own plane.

Shadows are made on the unit canvas, before the camera's homography, so that they lean and turn
with the thing that throws them.
"""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageFilter

from scripts.demo_data.geometry import Box

MARGIN = 0.25
"""How far the shadow picture reaches beyond the unit canvas on each side."""
SHADOW_PX = 144
"""Side of the shadow picture; shadows are soft, so few pixels do."""

_UNIT_PX = SHADOW_PX / (1 + 2 * MARGIN)


def _placed(alpha: Image.Image, box: Box) -> Image.Image:
    """The subject's silhouette on the shadow picture."""
    left, top, right, bottom = (round((value + MARGIN) * _UNIT_PX) for value in box)
    picture = Image.new("L", (SHADOW_PX, SHADOW_PX))
    size = (max(1, right - left), max(1, bottom - top))
    picture.paste(alpha.resize(size, Image.Resampling.BOX), (left, top))
    return picture


def _scaled(picture: Image.Image, factor: float) -> Image.Image:
    return picture.point([min(255, round(value * factor)) for value in range(256)])


def _united(pictures: list[Image.Image]) -> tuple[Image.Image, Box]:
    """Several shadows as one, cropped: each lets through a share of the light."""
    light = np.ones((SHADOW_PX, SHADOW_PX), dtype=np.float32)
    for picture in pictures:
        light *= 1 - np.asarray(picture, dtype=np.float32) / 255
    shadow = Image.fromarray((255 * (1 - light)).astype(np.uint8))
    bounds = shadow.getbbox() or (0, 0, SHADOW_PX, SHADOW_PX)
    left, top, right, bottom = (value / _UNIT_PX - MARGIN for value in bounds)
    return shadow.crop(bounds), (left, top, right, bottom)


def standing_shadow(
    alpha: Image.Image, box: Box, light_x: float, strength: float
) -> tuple[Image.Image, Box]:
    """Shadow of an upright thing on the floor it stands on.

    Args:
        alpha: Silhouette, mode L.
        box: The part of the unit canvas it covers; its lower edge is the floor line.
        light_x: Where the light comes from, -1 (left) to 1 (right).
        strength: Darkness of the soft shadow, 0..1.

    Returns:
        Mode L picture, 255 where no light arrives, and the part of the unit canvas it covers.
    """
    silhouette = _placed(alpha, box)
    floor_px = (box[3] + MARGIN) * _UNIT_PX

    # Only what is close to the floor darkens it where they meet: not the arch of a high heel.
    feet = silhouette.copy()
    feet.paste(0, (0, 0, SHADOW_PX, round(floor_px - 0.09 * _UNIT_PX)))

    def laid_down(
        figure: Image.Image, height: float, skew: float, rise: float, blur_px: float
    ) -> Image.Image:
        # Squash towards the floor line, and beyond it if `height` is negative; rows further up
        # are pushed away from the light. All of it is raised a little: a thing has depth, and
        # stands on more of the floor than its nearest edge.
        line = floor_px - rise * _UNIT_PX
        flat = figure.transform(
            figure.size,
            Image.Transform.AFFINE,
            (1.0, -skew / height, skew / height * line, 0.0, 1 / height, floor_px - line / height),
            Image.Resampling.BILINEAR,
        )
        return flat.filter(ImageFilter.GaussianBlur(blur_px))

    # Light from above and behind: the shadow falls towards the camera, where it can be seen.
    cast = _scaled(laid_down(silhouette, -0.18, 0.45 * light_x, 0.02, 4.2), strength * 0.85)
    around = _scaled(laid_down(feet, -0.3, 0.1 * light_x, 0.018, 1.7), strength * 1.3)
    contact = _scaled(laid_down(feet, -0.14, 0.0, 0.014, 0.7), min(1.0, strength * 2.2))
    return _united([cast, around, contact])


def lying_shadow(
    alpha: Image.Image, box: Box, light_x: float, light_y: float, strength: float
) -> tuple[Image.Image, Box]:
    """Shadow of a flat thing on the surface it lies on.

    Args:
        alpha: Silhouette, mode L.
        box: The part of the unit canvas it covers.
        light_x: Where the light comes from, -1 (left) to 1 (right).
        light_y: The same vertically, -1 (top) to 1 (bottom).
        strength: Darkness of the soft shadow, 0..1.

    Returns:
        Mode L picture, 255 where no light arrives, and the part of the unit canvas it covers.
    """
    silhouette = _placed(alpha, box)

    def moved(distance_px: float, blur_px: float) -> Image.Image:
        shifted = silhouette.transform(
            silhouette.size,
            Image.Transform.AFFINE,
            (1.0, 0.0, light_x * distance_px, 0.0, 1.0, light_y * distance_px),
            Image.Resampling.BILINEAR,
        )
        return shifted.filter(ImageFilter.GaussianBlur(blur_px))

    return _united([_scaled(moved(2.6, 2.6), strength * 0.8), _scaled(moved(0.7, 0.8), strength)])

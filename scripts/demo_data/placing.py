"""Puts cut-out subjects and their shadows into a scene."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from scripts.demo_data.geometry import (
    Box,
    Homography,
    Pose,
    canvas_to_frame,
    seen_window,
    warp,
)
from scripts.demo_data.look import Look
from scripts.demo_data.shadows import lying_shadow, standing_shadow

Pixels = NDArray[np.float32]


@dataclass(frozen=True)
class Subject:
    """The visible part of a drawing.

    Attributes:
        image: Premultiplied colours (mode RGBa), cropped to what is not transparent.
        box: Where that lies on the unit canvas.
    """

    image: Image.Image
    box: Box

    @classmethod
    def cut_out(cls, drawing: Image.Image) -> Subject:
        """Crop a square RGBA drawing.

        Raises:
            ValueError: It is fully transparent.
        """
        bounds = drawing.getchannel("A").getbbox()
        if bounds is None:
            raise ValueError("The drawing is empty: nothing to photograph.")
        side = float(drawing.width)
        left, top, right, bottom = (value / side for value in bounds)
        return cls(drawing.crop(bounds).convert("RGBa"), (left, top, right, bottom))

    @property
    def width(self) -> float:
        """Share of the canvas."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        """Share of the canvas."""
        return self.box[3] - self.box[1]

    def resized(self, scale_px: float) -> Image.Image:
        """Shrink if it is much larger than in the frame: warping alone would skip pixels.

        Args:
            scale_px: Side of the unit canvas in the frame.
        """
        if self.image.width < 1.5 * scale_px * self.width:
            return self.image
        sharp_px = 1.2 * scale_px
        size = (round(sharp_px * self.width), round(sharp_px * self.height))
        return self.image.resize((max(1, size[0]), max(1, size[1])), Image.Resampling.HAMMING)


def mostly_small(rng: np.random.Generator, limit: float) -> float:
    """A value within +-limit, more often near 0: photographers try to hold straight."""
    return float(np.clip(rng.normal(0, limit / 2), -limit, limit))


def choose_pose(
    subject: Subject,
    rng: np.random.Generator,
    look: Look,
    frame_px: tuple[int, int],
    ground_px: float | None,
) -> Pose:
    """Decide where a cut-out appears.

    Args:
        subject: The cut-out.
        rng: Decides within the limits of `look`.
        look: The limits.
        frame_px: Width and height of the frame.
        ground_px: Height at which it stands, from the top; None for a flat thing, which is
            centred.
    """
    width, height = frame_px
    room = height * 0.94 if ground_px is None else ground_px - 0.04 * height
    fill = float(rng.uniform(*look.fill_range))
    scale_px = min(fill * min(width, height) / max(subject.width, subject.height),
                   room / subject.height)  # fmt: skip
    left, top, right, bottom = subject.box
    spare = max(0.0, width - subject.width * scale_px) / 2
    centre_x = width / 2 + float(rng.uniform(-0.4, 0.4)) * spare
    if ground_px is None:
        spare = max(0.0, height - subject.height * scale_px) / 2
        pivot = ((left + right) / 2, (top + bottom) / 2)
        centre = (centre_x, height / 2 + float(rng.uniform(-0.4, 0.4)) * spare)
    else:
        pivot = ((left + right) / 2, bottom)
        centre = (centre_x, ground_px)
    return Pose(
        centre_px=centre,
        pivot=pivot,
        scale_px=scale_px,
        roll_degrees=mostly_small(rng, look.max_tilt_degrees),
        yaw_degrees=mostly_small(rng, look.max_yaw_degrees),
        pitch_degrees=mostly_small(rng, look.max_pitch_degrees),
        mirrored=look.may_flip and rng.random() < 0.5,
    )


def _seen(
    layer: Image.Image, box: Box, to_frame: Homography, frame_px: tuple[int, int]
) -> tuple[Pixels, tuple[slice, slice]] | None:
    """A warped layer and the part of the frame it falls on; None if it is out of sight."""
    window = seen_window(to_frame, box, frame_px)
    left, top, right, bottom = window
    if right <= left or bottom <= top:
        return None
    pixels = np.asarray(warp(layer, to_frame, window, box), dtype=np.float32)
    return pixels, (slice(top, bottom), slice(left, right))


def _throw_shadow(
    scene: Pixels, subject: Subject, pose: Pose, light: tuple[float, float], look: Look
) -> None:
    # The drawing may be mirrored; the light must not be.
    light_x = -light[0] if pose.mirrored else light[0]
    alpha = subject.image.getchannel("a")
    if look.flat:
        shadow, box = lying_shadow(alpha, subject.box, light_x, light[1], look.shadow_strength)
    else:
        shadow, box = standing_shadow(alpha, subject.box, light_x, look.shadow_strength)
    height, width = scene.shape[:2]
    to_frame = canvas_to_frame(pose)
    seen = _seen(shadow, box, to_frame, (width, height))
    if seen is not None:
        darkness, part = seen
        scene[part] *= (1 - darkness * (0.92 / 255))[..., None]


def place(
    scene: Pixels, subject: Subject, pose: Pose, light: tuple[float, float], look: Look
) -> None:
    """Draw a cut-out and its shadow into the scene.

    Args:
        scene: `(h, w, 3)` float32 array of 0..255 values, changed in place.
        subject: The cut-out.
        pose: Where and how it appears.
        light: Where the light comes from, `(x, y)` in -1..1.
        look: Kind and strength of its shadow, and how it takes the surface's texture.
    """
    if look.shadow_strength > 0:
        _throw_shadow(scene, subject, pose, light, look)
    height, width = scene.shape[:2]
    layer = subject.resized(pose.scale_px)
    to_frame = canvas_to_frame(pose)
    seen = _seen(layer, subject.box, to_frame, (width, height))
    if seen is None:
        return
    pixels, part = seen
    colour, cover = pixels[..., :3], pixels[..., 3:] / 255
    if look.ink > 0:
        printed = colour * scene[part] / max(1.0, float(scene.mean()) * 1.1)
        colour = colour + (printed - colour) * look.ink
    # Colours are premultiplied by their cover.
    scene[part] *= 1 - cover
    scene[part] += colour

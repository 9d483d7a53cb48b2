"""Photographs drawings: in the studio for a catalogue, or carelessly with a phone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from scripts.demo_data.backgrounds import floor_and_wall, seen_from_above
from scripts.demo_data.camera import PHONE_CAMERA, STUDIO_CAMERA, expose
from scripts.demo_data.clutter import Prop, props_behind, props_beside
from scripts.demo_data.geometry import Pose, canvas_to_frame, warp
from scripts.demo_data.look import Look
from scripts.demo_data.placing import Subject, choose_pose, mostly_small, place

__all__ = ["Look", "photograph", "photograph_by_phone"]

PHONE_LONG_PX = 1200

Pixels = NDArray[np.float32]


def _is_full_bleed(drawing: Image.Image) -> bool:
    lowest, _ = drawing.getchannel("A").getextrema()
    return bool(lowest == 255)


def _full_bleed(
    drawing: Image.Image, rng: np.random.Generator, look: Look, frame_px: tuple[int, int]
) -> Pixels:
    """A wall or floor covered with the drawing, which reaches beyond the frame on all sides."""
    width, height = frame_px
    zoom = float(rng.uniform(*look.fill_range))
    scale_px = float(np.hypot(width, height)) / zoom
    slack = 0.5 * (1 - zoom)
    pose = Pose(
        centre_px=(width / 2, height / 2),
        pivot=(0.5 + float(rng.uniform(-slack, slack)), 0.5 + float(rng.uniform(-slack, slack))),
        scale_px=scale_px,
        roll_degrees=mostly_small(rng, look.max_tilt_degrees),
        yaw_degrees=mostly_small(rng, look.max_yaw_degrees),
        pitch_degrees=mostly_small(rng, look.max_pitch_degrees),
        mirrored=look.may_flip and rng.random() < 0.5,
    )
    side = min(drawing.width, round(1.15 * scale_px))
    tile = drawing.convert("RGB").resize((side, side), Image.Resampling.HAMMING)
    # Laid out 3 x 3, so that no pose can look past the edge.
    sheet = Image.new("RGB", (3 * side, 3 * side))
    for row in range(3):
        for column in range(3):
            sheet.paste(tile, (column * side, row * side))
    window = (0, 0, width, height)
    seen = warp(sheet, canvas_to_frame(pose), window, box=(-1.0, -1.0, 2.0, 2.0))
    return np.asarray(seen).astype(np.float32)


def _place_props(scene: Pixels, props: list[Prop]) -> None:
    for prop in props:
        look = Look(backgrounds=(), flat=prop.flat, shadow_strength=0.55)
        place(scene, Subject.cut_out(prop.image), prop.pose, prop.light, look)


def _choose(rng: np.random.Generator, names: tuple[str, ...]) -> str:
    return names[int(rng.integers(len(names)))]


def _ground_px(subject: Subject, rng: np.random.Generator, look: Look, height_px: int) -> float:
    """Where the subject's foot stands, from the top: the taller it is, the lower."""
    share = min(1.0, subject.height / subject.width) * sum(look.fill_range) / 2
    return height_px * min(0.9, 0.5 + share / 2 + float(rng.uniform(-0.02, 0.07)))


def photograph(
    subject: Image.Image, rng: np.random.Generator, look: Look, size_px: int = 320
) -> Image.Image:
    """Take a catalogue picture.

    Args:
        subject: Square RGBA drawing. Opaque everywhere, it covers a wall or floor that fills the
            frame, so it must continue seamlessly at its edges; otherwise it is a thing with a
            silhouette.
        rng: Decides pose, place, light and lens; the same state gives the same pixels.
        look: Limits for those decisions.
        size_px: Side of the square picture.

    Returns:
        An RGB image of `size_px` x `size_px`.

    Raises:
        ValueError: `subject` is fully transparent.
    """
    frame_px = (size_px, size_px)
    if _is_full_bleed(subject):
        return expose(_full_bleed(subject, rng, look, frame_px), rng, STUDIO_CAMERA)
    cut_out = Subject.cut_out(subject)
    background = _choose(rng, look.backgrounds)
    light = (float(rng.uniform(-1, 1)), float(rng.uniform(-1, -0.3)))
    if look.flat:
        pose = choose_pose(cut_out, rng, look, frame_px, ground_px=None)
        scene = seen_from_above(rng, background, frame_px)
    else:
        ground_px = _ground_px(cut_out, rng, look, size_px)
        pose = choose_pose(cut_out, rng, look, frame_px, ground_px)
        horizon = ground_px / size_px - float(rng.uniform(0.1, 0.26))
        scene = floor_and_wall(rng, background, frame_px, horizon, pose.roll_degrees)
    place(scene, cut_out, pose, light, look)
    return expose(scene, rng, STUDIO_CAMERA)


def _unsteady(pose: Pose, rng: np.random.Generator, look: Look) -> Pose:
    """The same place, held noticeably askew and not quite in front."""

    def off(limit: float) -> float:
        return float(rng.choice([-1.0, 1.0]) * rng.uniform(0.4, 1.0) * limit)

    return replace(
        pose, roll_degrees=off(look.max_tilt_degrees), yaw_degrees=off(look.max_yaw_degrees)
    )


def photograph_by_phone(
    subject: Image.Image, rng: np.random.Generator, look: Look, long_px: int = PHONE_LONG_PX
) -> Image.Image:
    """Take a picture as a customer would: by hand, in a lived-in place, in poor light.

    Args:
        subject: As for `photograph`; draw it larger, the picture has 1200 x 900 pixels.
        rng: Decides everything; the same state gives the same pixels.
        look: Limits, which this photographer respects less.
        long_px: Longer side. Noise and blur are of the lens, so a smaller picture has more.

    Returns:
        An RGB image, 4:3 or 3:4, upright.

    Raises:
        ValueError: `subject` is fully transparent.
    """
    short_px = long_px * 3 // 4
    frame_px = (long_px, short_px)
    if rng.random() < 0.5:
        frame_px = (short_px, long_px)
    light = (float(rng.choice([-1.0, 1.0])), -0.6)
    careless = replace(
        look,
        backgrounds=tuple(name for name in look.backgrounds if name != "studio") or ("oak",),
        # People hold a thing the way they know it, so it is not mirrored.
        may_flip=False,
        max_tilt_degrees=look.max_tilt_degrees + 5,
        max_yaw_degrees=look.max_yaw_degrees + 8,
        max_pitch_degrees=look.max_pitch_degrees + 6,
    )
    if _is_full_bleed(subject):
        scene = _full_bleed(subject, rng, careless, frame_px)
        _place_props(scene, props_beside(rng, frame_px, light))
        return expose(scene, rng, PHONE_CAMERA)
    cut_out = Subject.cut_out(subject)
    background = _choose(rng, careless.backgrounds)
    if look.flat:
        pose = _unsteady(choose_pose(cut_out, rng, careless, frame_px, None), rng, careless)
        scene = seen_from_above(rng, background, frame_px)
        props = props_beside(rng, frame_px, light)
    else:
        ground_px = frame_px[1] * float(rng.uniform(0.72, 0.8))
        pose = _unsteady(choose_pose(cut_out, rng, careless, frame_px, ground_px), rng, careless)
        horizon = float(rng.uniform(0.42, 0.5))
        scene = floor_and_wall(rng, background, frame_px, horizon, pose.roll_degrees)
        props = props_behind(rng, frame_px, light, horizon, pose.roll_degrees)
    _place_props(scene, props)
    place(scene, cut_out, pose, light, look)
    return expose(scene, rng, PHONE_CAMERA)

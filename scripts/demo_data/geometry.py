"""Homographies: placing a flat drawing in front of a camera, and warping pixels accordingly.

All homographies are `(3, 3)` float64 arrays acting on column vectors `(x, y, 1)`. A drawing lives
on the *unit canvas*: (0, 0) is its top left corner, (1, 1) its bottom right one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Homography = NDArray[np.float64]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


@dataclass(frozen=True)
class Pose:
    """How a flat thing is held in front of the camera.

    Attributes:
        centre_px: Where the pivot appears in the frame, `(x, y)`.
        pivot: The point of the unit canvas that stays at `centre_px`.
        scale_px: Side of the unit canvas in the frame, seen straight on.
        roll_degrees: Rotation in the picture plane, clockwise.
        yaw_degrees: Rotation about the vertical axis (left or right edge comes nearer).
        pitch_degrees: Rotation about the horizontal axis (positive: the top leans away).
        mirrored: Whether left and right are swapped.
    """

    centre_px: tuple[float, float]
    pivot: tuple[float, float]
    scale_px: float
    roll_degrees: float = 0.0
    yaw_degrees: float = 0.0
    pitch_degrees: float = 0.0
    mirrored: bool = False


def _translation(x: float, y: float) -> Homography:
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y], [0.0, 0.0, 1.0]])


def _scaling(x: float, y: float) -> Homography:
    return np.diag([x, y, 1.0])


def canvas_to_frame(pose: Pose, camera_distance: float = 2.6) -> Homography:
    """Homography from the unit canvas to frame pixels.

    A pinhole camera looks at the pivot from `camera_distance` canvas sides away; the shorter the
    distance, the stronger the perspective.
    """
    roll, yaw, pitch = (
        math.radians(angle) for angle in (pose.roll_degrees, pose.yaw_degrees, pose.pitch_degrees)
    )
    rotate_yaw = np.array(
        [[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]]
    )
    rotate_pitch = np.array(
        [[1, 0, 0], [0, math.cos(pitch), math.sin(pitch)], [0, -math.sin(pitch), math.cos(pitch)]]
    )
    rotate_roll = np.array(
        [[math.cos(roll), -math.sin(roll), 0], [math.sin(roll), math.cos(roll), 0], [0, 0, 1]]
    )
    rotation = rotate_roll @ rotate_pitch @ rotate_yaw
    # The drawing is the plane z = 0, so the third column is replaced by the camera's translation.
    projection = np.column_stack((rotation[:, 0], rotation[:, 1], (0.0, 0.0, camera_distance)))
    to_pixels = _scaling(pose.scale_px * camera_distance, pose.scale_px * camera_distance)
    placed = (
        _translation(*pose.centre_px)
        @ to_pixels
        @ projection
        @ _scaling(-1.0 if pose.mirrored else 1.0, 1.0)
        @ _translation(-pose.pivot[0], -pose.pivot[1])
    )
    return np.asarray(placed, dtype=np.float64)


def quad_to_quad(
    source: NDArray[np.float64] | list[tuple[float, float]],
    target: NDArray[np.float64] | list[tuple[float, float]],
) -> Homography:
    """Homography that takes four points `(4, 2)` to four others, by the direct linear transform."""
    rows: list[list[float]] = []
    values: list[float] = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        values += [u, v]
    solution = np.linalg.solve(np.array(rows, dtype=np.float64), np.array(values))
    return np.append(solution, 1.0).reshape(3, 3)


def apply_to_points(homography: Homography, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map `(n, 2)` points to `(n, 2)` points."""
    mapped = np.column_stack((points, np.ones(len(points)))) @ homography.T
    return np.asarray(mapped[:, :2] / mapped[:, 2:])


def seen_window(
    canvas_to_frame: Homography, box: Box, frame_px: tuple[int, int]
) -> tuple[int, int, int, int]:
    """The smallest part of the frame that shows a box of the canvas.

    Args:
        canvas_to_frame: From canvas to frame pixels.
        box: Left, top, right, bottom on the canvas.
        frame_px: Width and height of the frame.

    Returns:
        Left, top, right, bottom in pixels; empty (right <= left or bottom <= top) if the box is
        out of sight.
    """
    left, top, right, bottom = box
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    seen = apply_to_points(canvas_to_frame, corners)
    low = np.floor(seen.min(axis=0)).astype(int) - 1
    high = np.ceil(seen.max(axis=0)).astype(int) + 1
    width, height = frame_px
    return (
        max(0, int(low[0])),
        max(0, int(low[1])),
        min(width, int(high[0])),
        min(height, int(high[1])),
    )


def warp(
    image: Image.Image,
    canvas_to_frame: Homography,
    window: tuple[int, int, int, int],
    box: Box = (0.0, 0.0, 1.0, 1.0),
) -> Image.Image:
    """Draw an image into a window of the frame through a homography.

    Args:
        image: Any mode; premultiplied (RGBa) keeps soft edges free of a dark rim.
        canvas_to_frame: From canvas to frame pixels.
        window: Left, top, right, bottom of the wanted part of the frame, in pixels.
        box: The part of the canvas that `image` covers.

    Returns:
        An image of the same mode and the window's size; zero (transparent, black) where it does
        not show `image`.
    """
    left, top, right, bottom = box
    box_to_image = _scaling(image.width / (right - left), image.height / (bottom - top))
    window_to_image = (
        box_to_image
        @ _translation(-left, -top)
        @ np.linalg.inv(canvas_to_frame)
        @ _translation(window[0], window[1])
    )
    coefficients = (window_to_image / window_to_image[2, 2]).ravel()[:8]
    return image.transform(
        (window[2] - window[0], window[3] - window[1]),
        Image.Transform.PERSPECTIVE,
        tuple(float(value) for value in coefficients),
        # Twice as fast as bicubic; lenses blur more than the difference.
        Image.Resampling.BILINEAR,
    )

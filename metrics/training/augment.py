"""Varying a picture at random, as a :class:`~metrics.training.policies.Policy` allows."""

from __future__ import annotations

import math
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from common.embedding.base import Preprocessing
from common.embedding.preprocess import fit
from metrics.training.policies import Policy

_LUMA = np.array([0.299, 0.587, 0.114])
_WARM = np.diag([1.0, 0.0, -1.0])
# Grey's axis stays, the two of colour turn (the YIQ of analogue television).
_TO_YIQ = np.array([[0.299, 0.587, 0.114], [0.5959, -0.2746, -0.3213], [0.2115, -0.5227, 0.3112]])
_FROM_YIQ = np.linalg.inv(_TO_YIQ)


def augmented(
    image: Image.Image, policy: Policy, preprocessing: Preprocessing, rng: np.random.Generator
) -> Image.Image:
    """Return a random variation of a picture, equal for an equal state of ``rng``.

    All geometry is one antialiased resize and one warp, all colour one matrix: each pixel is
    interpolated twice at most, whatever the policy.

    Args:
        image: upright RGB of any size.
        policy: how far it may be varied.
        preprocessing: gives the size, and the colour of what lies outside the picture.
        rng: changed.

    Returns:
        RGB, square, ``preprocessing.size_px``.
    """
    picture = _geometry(image, policy, preprocessing, rng)
    picture = _colours(picture, policy, rng)
    if rng.random() < policy.blur:
        radius = rng.uniform(0.25, 1.0) * policy.blur_radius * preprocessing.size_px
        picture = picture.filter(ImageFilter.GaussianBlur(radius))
    if rng.random() < policy.jpeg:
        picture = _compressed(picture, int(rng.integers(*policy.jpeg_quality, endpoint=True)))
    if rng.random() < policy.erasing:
        _erase(picture, policy, rng)
    return picture


def _geometry(
    image: Image.Image, policy: Policy, preprocessing: Preprocessing, rng: np.random.Generator
) -> Image.Image:
    whole = rng.random() < policy.whole
    flip, upside_down = rng.random() < policy.flip, rng.random() < policy.upside_down
    degrees = rng.uniform(-1, 1) * policy.rotation_degrees
    shifts = rng.uniform(-1, 1, (4, 2)) * policy.perspective
    if whole:
        window = _whole_window(image.size, preprocessing)
    else:
        window = _partial_window(image.size, policy, rng)
    turned = degrees != 0 or bool(shifts.any())
    if whole and not turned:
        picture = fit(image, preprocessing)
    else:
        corners = _corners(window, degrees, shifts)
        picture = _warped(image, window, corners, preprocessing)
    if flip:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if upside_down:
        picture = picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return picture


def _whole_window(
    size: tuple[int, int], preprocessing: Preprocessing
) -> tuple[float, float, float, float]:
    """Return centre, width and height of what serving sees of a picture."""
    width, height = size
    match preprocessing.resize:
        case "squash":
            return width / 2, height / 2, width, height
        case "crop":
            side = min(size)
        case "pad":
            side = max(size)
    return width / 2, height / 2, side, side


def _partial_window(
    size: tuple[int, int], policy: Policy, rng: np.random.Generator
) -> tuple[float, float, float, float]:
    """Choose centre, width and height of a part; it leaves the picture only if it is larger."""
    share = rng.uniform(*policy.part)
    stretch = math.exp(rng.uniform(-0.5, 0.5) * math.log(policy.stretch))
    side = math.sqrt(share * size[0] * size[1])
    sides = side * stretch, side / stretch
    centres = [
        rng.uniform(min(side / 2, full / 2), max(full - side / 2, full / 2))
        for side, full in zip(sides, size, strict=True)
    ]
    return centres[0], centres[1], *sides


def _corners(
    window: tuple[float, float, float, float], degrees: float, shifts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return where the four corners of the result lie in the source, clockwise from top left."""
    x, y, width, height = window
    square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]) / 2 + shifts
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    corners: NDArray[np.float64] = (square * (width, height)) @ turn + (x, y)
    return corners


def _warped(
    image: Image.Image,
    window: tuple[float, float, float, float],
    corners: NDArray[np.float64],
    preprocessing: Preprocessing,
) -> Image.Image:
    side_px = preprocessing.size_px
    scale = side_px / np.array(window[2:])
    # Only what the corners span is resized, and to the final scale, as a warp does not antialias.
    low = np.clip(np.floor(corners.min(axis=0)) - 2, 0, None)
    high = np.clip(np.ceil(corners.max(axis=0)) + 2, None, image.size)
    box = (*low.tolist(), *high.tolist())
    target = np.maximum(1, np.round((high - low) * scale)).astype(int)
    resized = image.resize(
        (int(target[0]), int(target[1])), Image.Resampling.BICUBIC, box, reducing_gap=2.0
    )
    coefficients = _perspective((corners - low) * (target / (high - low)), side_px)
    return resized.transform(
        (side_px, side_px),
        Image.Transform.PERSPECTIVE,
        coefficients,
        Image.Resampling.BICUBIC,
        fillcolor=preprocessing.pad_colour,
    )


def _perspective(corners: NDArray[np.float64], side_px: int) -> list[float]:
    """Solve for the eight numbers that take the square's corners to ``corners``."""
    square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], dtype=np.float64) * side_px
    rows, values = [], []
    for (u, v), (x, y) in zip(square, corners, strict=True):
        rows.append([u, v, 1, 0, 0, 0, -u * x, -v * x])
        rows.append([0, 0, 0, u, v, 1, -u * y, -v * y])
        values += [x, y]
    solution: list[float] = np.linalg.solve(np.array(rows), np.array(values)).tolist()
    return solution


def _colours(picture: Image.Image, policy: Policy, rng: np.random.Generator) -> Image.Image:
    brightness, contrast, saturation = (
        1 + rng.uniform(-1, 1) * strength
        for strength in (policy.brightness, policy.contrast, policy.saturation)
    )
    warmth = rng.uniform(-1, 1) * policy.temperature
    angle = math.radians(rng.uniform(-1, 1) * policy.hue_degrees)
    if rng.random() < policy.grey:
        saturation = 0.0
    cos, sin = math.cos(angle), math.sin(angle)
    hue = _FROM_YIQ @ np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]]) @ _TO_YIQ
    saturate = saturation * np.eye(3) + (1 - saturation) * np.tile(_LUMA, (3, 1))
    matrix = brightness * contrast * (np.eye(3) + warmth * _WARM) @ saturate @ hue
    if np.allclose(matrix, np.eye(3)):
        return picture
    offset = 127.5 * (1 - contrast) * brightness
    return picture.convert("RGB", np.column_stack([matrix, [offset] * 3]).ravel().tolist())


def _compressed(picture: Image.Image, quality: int) -> Image.Image:
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    with Image.open(stream, formats=["JPEG"]) as file:
        return file.convert("RGB")


def _erase(picture: Image.Image, policy: Policy, rng: np.random.Generator) -> None:
    """Cover a rectangle with one colour (Zhong et al., 2017, https://arxiv.org/abs/1708.04896)."""
    side_px = picture.width
    area = rng.uniform(*policy.erased) * side_px**2
    aspect = math.exp(rng.uniform(-1, 1) * math.log(3))
    width = min(side_px, max(1, round(math.sqrt(area * aspect))))
    height = min(side_px, max(1, round(math.sqrt(area / aspect))))
    left, top = rng.integers(side_px - width + 1), rng.integers(side_px - height + 1)
    red, green, blue = rng.integers(0, 256, 3).tolist()
    box = (int(left), int(top), int(left) + width, int(top) + height)
    picture.paste((red, green, blue), box)

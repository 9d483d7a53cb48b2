"""What a camera does to a scene: exposure, white balance, lens and sensor."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Pixels = NDArray[np.float32]

SHOULDER = 222.0
"""Where the tone curve starts to flatten, in 0..255 steps."""
GRAIN_PX = 512


@dataclass(frozen=True)
class Camera:
    """How far a picture may be from a perfect one.

    Attributes:
        bias: Brightness that is aimed for, relative to the scene as painted.
        exposure: Largest relative change of brightness.
        cast: Standard deviation of the white balance, relative, warm or cool.
        vignette: Largest darkening in the corners.
        side_light: Largest relative fall of light from one side of the frame to the other.
        noise: Range of the sensor noise, in 0..255 steps.
        defocus_px: Range of the blur radius.
        motion_px: Longest trace of a shaken camera.
    """

    bias: float
    exposure: float
    cast: float
    vignette: float
    side_light: float
    noise: tuple[float, float]
    defocus_px: tuple[float, float]
    motion_px: int = 0


STUDIO_CAMERA = Camera(
    bias=0.07,
    exposure=0.09,
    cast=0.03,
    vignette=0.14,
    side_light=0.2,
    noise=(0.5, 3.2),
    defocus_px=(0.0, 0.42),
)
PHONE_CAMERA = Camera(
    bias=0.0,
    exposure=0.13,
    cast=0.045,
    vignette=0.34,
    side_light=0.35,
    noise=(3.5, 7.0),
    defocus_px=(0.7, 1.5),
    motion_px=7,
)


def _light(rng: np.random.Generator, camera: Camera, height: int, width: int) -> Pixels:
    """Side light times vignette: factors `(height, width)`."""
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    angle = float(rng.uniform(0, 2 * np.pi))
    fall = float(rng.uniform(0, camera.side_light)) / 2
    side = 1 + fall * (np.cos(angle) * x + np.sin(angle) * y)
    corner = 1 - float(rng.uniform(0, camera.vignette)) * (x * x + y * y) / 2
    return np.asarray(side * corner, dtype=np.float32)


def _shaken(pixels: Pixels, rng: np.random.Generator, length_px: int) -> Pixels:
    """Average of the picture along a short straight line."""
    angle = float(rng.uniform(0, np.pi))
    total = np.zeros_like(pixels)
    offsets = np.linspace(-length_px / 2, length_px / 2, length_px)
    for offset in offsets:
        shift = (round(offset * np.sin(angle)), round(offset * np.cos(angle)))
        total += np.roll(pixels, shift, axis=(0, 1))
    return np.asarray(total / np.float32(len(offsets)), dtype=np.float32)


@functools.cache
def _grain_bank() -> NDArray[np.float32]:
    """Sensor noise of unit strength, `(GRAIN_PX, GRAIN_PX, 3)`: mostly grey, a little coloured.

    Drawn once per process from a fixed seed; pictures differ by the place they take it from.
    """
    rng = np.random.default_rng(4)
    grey = rng.standard_normal((GRAIN_PX, GRAIN_PX, 1), dtype=np.float32)
    coloured = rng.standard_normal((GRAIN_PX, GRAIN_PX, 3), dtype=np.float32)
    return grey + 0.5 * coloured


def _grain(rng: np.random.Generator, height: int, width: int) -> NDArray[np.float32]:
    bank = _grain_bank()
    if max(height, width) > GRAIN_PX:
        bank = np.tile(bank, (height // GRAIN_PX + 1, width // GRAIN_PX + 1, 1))
    top = int(rng.integers(bank.shape[0] - height + 1))
    left = int(rng.integers(bank.shape[1] - width + 1))
    return bank[top : top + height, left : left + width]


def expose(scene: Pixels, rng: np.random.Generator, camera: Camera) -> Image.Image:
    """Take the picture of a finished scene.

    Args:
        scene: `(h, w, 3)` float32 array of 0..255 values, used up.
        rng: Decides within the limits of `camera`.
        camera: The limits.

    Returns:
        An RGB image of the same size.
    """
    height, width = scene.shape[:2]
    warmth, green = rng.normal(0, camera.cast), rng.normal(0, camera.cast / 3)
    gain = np.array([1 + warmth, 1 + green, 1 - warmth], dtype=np.float32)
    gain *= 1 + camera.bias + float(rng.uniform(-camera.exposure, camera.exposure))
    scene *= gain
    scene *= _light(rng, camera, height, width)[..., None]
    # Highlights are rolled off, as sensors' tone curves do: a hard clip looks like a drawing.
    over = np.maximum(scene - SHOULDER, 0)
    scene -= over
    scene += (255 - SHOULDER) * over / (over + (255 - SHOULDER))

    if camera.motion_px and rng.random() < 0.7:
        scene = _shaken(scene, rng, int(rng.integers(2, camera.motion_px + 1)))
    defocus_px = float(rng.uniform(*camera.defocus_px))
    if defocus_px > 0.2:
        # Below a pixel the shape of the blur cannot be seen, and a box is three times as fast.
        lens = ImageFilter.BoxBlur if defocus_px < 1 else ImageFilter.GaussianBlur
        picture = Image.fromarray(scene.astype(np.uint8)).filter(lens(defocus_px))
        scene = np.asarray(picture).astype(np.float32)
    # Noise comes after the blur: it is made by the sensor, behind the lens.
    scene += _grain(rng, height, width) * np.float32(rng.uniform(*camera.noise))
    return Image.fromarray(np.clip(scene, 0, 255, out=scene).astype(np.uint8))

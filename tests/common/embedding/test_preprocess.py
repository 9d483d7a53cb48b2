"""Geometry and numbers of the one preprocessing, checked by a slow plain computation."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from common.embedding.base import Preprocessing
from common.embedding.preprocess import fit, padded_size, preprocess

ROUNDING = 1.6  # Pillow keeps 8 bits between its two passes
PLAIN = {"mean": (0.0, 0.0, 0.0), "std": (1.0, 1.0, 1.0)}
RESIZES = ("squash", "crop", "pad")


def noise(width: int, height: int, seed: int = 0) -> Image.Image:
    """Make noise weak enough that no filter overshoots black or white, where it would be cut."""
    pixels = np.random.default_rng(seed).integers(90, 166, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def kernel(interpolation: str, x: float) -> float:
    x = abs(x)
    if interpolation == "bilinear":
        return max(0.0, 1 - x)
    if interpolation == "bicubic":  # Keys, 1981, with a = -1/2
        if x < 1:
            return 1.5 * x**3 - 2.5 * x**2 + 1
        return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0
    if x < 1e-9:
        return 1.0
    return 3 * math.sin(math.pi * x) * math.sin(math.pi * x / 3) / (math.pi * x) ** 2 * (x < 3)


def resample_line(line: np.ndarray, size: int, interpolation: str) -> np.ndarray:
    """Shrink or stretch the first axis; the filter widens as the line shrinks (antialiasing)."""
    scale = len(line) / size
    width = max(scale, 1.0)
    result = []
    for target in range(size):
        centre = (target + 0.5) * scale
        weights = [kernel(interpolation, (i + 0.5 - centre) / width) for i in range(len(line))]
        result.append(np.tensordot(np.array(weights) / sum(weights), line, axes=1))
    return np.array(result)


def resample(pixels: np.ndarray, width: int, height: int, interpolation: str) -> np.ndarray:
    across = resample_line(pixels.transpose(1, 0, 2).astype(float), width, interpolation)
    return resample_line(across.transpose(1, 0, 2), height, interpolation)


@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic", "lanczos"])
@pytest.mark.parametrize("size", [(30, 20), (17, 40), (8, 8)])
def test_squashing_agrees_with_a_plain_computation(
    interpolation: str, size: tuple[int, int]
) -> None:
    spec = Preprocessing(size_px=16, resize="squash", interpolation=interpolation)  # type: ignore[arg-type]
    image = noise(*size)
    expected = resample(np.asarray(image), 16, 16, interpolation)
    assert np.abs(np.asarray(fit(image, spec)).astype(int) - expected).max() <= ROUNDING


def test_padding_agrees_with_a_plain_computation() -> None:
    image = noise(30, 20)
    expected = np.full((16, 16, 3), (10, 20, 30), dtype=float)
    expected[2:13] = resample(np.asarray(image), 16, 11, "bicubic")  # 20 * 16 / 30 = 10.67
    shown = np.asarray(fit(image, Preprocessing(16, "pad", pad_colour=(10, 20, 30)))).astype(int)
    assert np.abs(shown - expected).max() <= ROUNDING


def test_cropping_agrees_with_a_plain_computation() -> None:
    image = noise(30, 20)
    expected = resample(np.asarray(image), 24, 16, "bicubic")[:, 4:20]
    shown = np.asarray(fit(image, Preprocessing(16, "crop"))).astype(int)
    assert np.abs(shown - expected).max() <= ROUNDING


@pytest.mark.parametrize("resize", RESIZES)
def test_large_pictures_agree_with_filtering_every_pixel(resize: str) -> None:
    y, x = np.mgrid[0:480, 0:640]
    waves = np.stack([np.sin(x / 60), np.cos(y / 70), np.sin((x + y) / 80)], axis=-1)
    image = Image.fromarray(np.uint8(127 + 100 * waves))
    expected = {
        "squash": lambda: resample(np.asarray(image), 16, 16, "bilinear"),
        "crop": lambda: resample(np.asarray(image)[:, 80:560], 16, 16, "bilinear"),
        "pad": lambda: resample(np.asarray(image), 16, 12, "bilinear"),
    }[resize]()
    shown = np.asarray(fit(image, Preprocessing(16, resize, "bilinear"))).astype(int)  # type: ignore[arg-type]
    if resize == "pad":
        shown = shown[2:14]
    assert np.abs(shown - expected).mean() < 2


def test_numbers_are_scaled_shifted_and_in_channel_order() -> None:
    spec = Preprocessing(2, "squash", mean=(0.5, 0.25, 0.0), std=(0.5, 0.25, 2.0))
    shown = preprocess(Image.new("RGB", (2, 2), (255, 0, 51)), spec)
    assert shown.dtype == np.float32
    assert shown.shape == (3, 2, 2)
    assert shown.flags.c_contiguous
    assert np.allclose(shown[:, 0, 0], [1.0, -1.0, 0.1], atol=1e-6)


def test_the_default_numbers_are_imagenets() -> None:
    shown = preprocess(Image.new("RGB", (4, 4), (10, 128, 250)), Preprocessing(4))
    expected = [
        (10 / 255 - 0.485) / 0.229,
        (128 / 255 - 0.456) / 0.224,
        (250 / 255 - 0.406) / 0.225,
    ]
    assert np.allclose(shown.mean(axis=(1, 2)), expected, atol=1e-5)


def test_a_picture_of_the_right_size_passes_unchanged() -> None:
    image = noise(16, 16)
    for resize in RESIZES:
        spec = Preprocessing(16, resize, **PLAIN)  # type: ignore[arg-type]
        assert np.array_equal(
            np.rint(preprocess(image, spec).transpose(1, 2, 0) * 255), np.asarray(image)
        )


@given(width=st.integers(1, 3000), height=st.integers(1, 3000), side=st.integers(1, 300))
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_padding_keeps_the_aspect_within_half_a_pixel(width: int, height: int, side: int) -> None:
    wide, high = padded_size((width, height), side)
    assert max(wide, high) == side
    assert min(wide, high) >= 1
    short, exact = min(wide, high), side * min(width, height) / max(width, height)
    assert abs(short - exact) <= 0.5 or (short == 1 and exact < 1)


@given(
    size=st.tuples(st.integers(1, 400), st.integers(1, 400)),
    resize=st.sampled_from(RESIZES),
    interpolation=st.sampled_from(["bilinear", "bicubic", "lanczos"]),
    side=st.integers(1, 64),
)
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_one_colour_stays_that_colour_in_any_geometry(
    size: tuple[int, int], resize: str, interpolation: str, side: int
) -> None:
    spec = Preprocessing(side, resize, interpolation, pad_colour=(200, 100, 50))  # type: ignore[arg-type]
    shown = np.asarray(fit(Image.new("RGB", size, (200, 100, 50)), spec))
    assert shown.shape == (side, side, 3)
    assert (shown == (200, 100, 50)).all()


@pytest.mark.parametrize(
    ("size", "resize"), list(product([(1, 1), (10_000, 3), (3, 10_000), (1, 5000)], RESIZES))
)
def test_extreme_shapes_give_finite_numbers(size: tuple[int, int], resize: str) -> None:
    shown = preprocess(noise(*size), Preprocessing(224, resize))  # type: ignore[arg-type]
    assert shown.shape == (3, 224, 224)
    assert np.isfinite(shown).all()


@pytest.mark.parametrize(("size", "axis"), [((40, 20), 0), ((20, 40), 1)])
def test_padding_fills_both_sides_alike(size: tuple[int, int], axis: int) -> None:
    shown = np.asarray(fit(Image.new("RGB", size), Preprocessing(16, pad_colour=(9, 9, 9))))
    filled = (shown == 9).all(axis=2)
    lines = filled.all(axis=1 - axis)
    assert lines.tolist() == [True] * 4 + [False] * 8 + [True] * 4


def test_cropping_takes_the_middle() -> None:
    image = Image.new("RGB", (60, 20), "red")
    image.paste("lime", (20, 0, 40, 20))
    for turned in (image, image.transpose(Image.Transpose.ROTATE_90)):
        # The filter reaches one pixel of the result beyond the cut, as if it were cut afterwards.
        shown = np.asarray(fit(turned, Preprocessing(10, "crop", "bilinear")))[1:-1, 1:-1]
        assert (shown == (0, 255, 0)).all()


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK", "1"])
def test_anything_but_rgb_is_refused(mode: str) -> None:
    with pytest.raises(ValueError, match=mode):
        preprocess(Image.new(mode, (4, 4)), Preprocessing(4))

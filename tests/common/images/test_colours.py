"""Whatever a file stores, what comes out is 8-bit sRGB on white paper."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from common.errors import ImageFormatError
from common.images import ImageLimits, decode
from scripts.zoo import encoded, scene
from scripts.zoo.forgeries import png
from tests.common.images.profiles import DISPLAY_P3_COLUMNS, matrix_profile

LIMITS = ImageLimits()
WHITE = (255, 255, 255)


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(decode(data, LIMITS)).astype(int)


def first_pixel(data: bytes) -> tuple[int, ...]:
    return tuple(int(value) for value in pixels(data)[0, 0])


@pytest.mark.parametrize("form", ["PNG", "WEBP", "TIFF", "HEIC", "AVIF"])
def test_transparent_parts_become_white_whatever_colour_hides_there(form: str) -> None:
    picture = Image.new("RGBA", (64, 64), (200, 0, 0, 0))
    picture.paste((0, 0, 200, 255), (32, 0, 64, 64))
    options = {"lossless": True} if form == "WEBP" else {}
    shown = pixels(encoded(picture, form, **options))
    assert np.abs(shown[32, 8] - WHITE).max() <= 3
    assert np.abs(shown[32, 56] - (0, 0, 200)).max() <= 6


def test_half_transparent_parts_let_half_of_the_paper_through() -> None:
    assert first_pixel(encoded(Image.new("RGBA", (4, 4), (0, 0, 0, 128)), "PNG")) == (127,) * 3


def test_grey_with_alpha_palettes_and_key_colours_are_put_on_white_too() -> None:
    assert first_pixel(encoded(Image.new("LA", (4, 4), (9, 0)), "PNG")) == WHITE
    palette = Image.new("P", (4, 4), 1)
    palette.putpalette([0, 0, 0, 200, 10, 20])
    assert first_pixel(encoded(palette, "PNG", transparency=1)) == WHITE
    assert first_pixel(encoded(palette, "GIF", transparency=1)) == WHITE
    assert first_pixel(encoded(palette, "PNG")) == (200, 10, 20)
    assert first_pixel(encoded(Image.new("L", (4, 4), 7), "PNG", transparency=7)) == WHITE
    key = Image.new("RGB", (4, 4), (1, 2, 3))
    assert first_pixel(encoded(key, "PNG", transparency=(1, 2, 3))) == WHITE


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_sixteen_bit_greys_are_scaled_not_clipped(form: str) -> None:
    ramp = np.linspace(0, 65_535, 256).astype(np.uint16).reshape(16, 16)
    shown = pixels(encoded(Image.fromarray(ramp), form))
    assert np.abs(shown[..., 0].ravel() - np.arange(256)).max() <= 1


def test_sixteen_bit_colours_keep_their_upper_bits() -> None:
    row = b"\x00" + struct.pack(">3H", 0xFF00, 0x8000, 0x0100)
    assert first_pixel(png(1, 1, bits=16, pixels=row)) == (255, 128, 1)


def test_floats_within_one_are_taken_as_they_are() -> None:
    ramp = np.linspace(0, 0.5, 64, dtype=np.float32).reshape(8, 8)
    assert pixels(encoded(Image.fromarray(ramp), "TIFF")).max() == 128


@pytest.mark.parametrize(
    "values",
    [
        [-40.0, 10.0, 60.0],
        [0.0, 5e8, 1e9],
        [-3e38, 0.0, 3e38],
        [np.nan, 0.0, 7.0],
        [np.inf, 0.0, -np.inf],
        [3.0, 3.0, 3.0],
    ],
)
def test_measurements_are_stretched_and_nonsense_among_them_breaks_nothing(
    values: list[float],
) -> None:
    stored = np.array([values], dtype=np.float32)
    shown = pixels(encoded(Image.fromarray(stored), "TIFF"))
    assert shown.shape == (1, 3, 3)
    if np.isfinite(stored).all() and stored.min() < stored.max():
        assert (shown[0, 0, 0], shown[0, 2, 0]) == (0, 255)


def test_thirty_two_bit_integers_are_stretched() -> None:
    stored = np.array([[-1_000_000, 0, 1_000_000]], dtype=np.int32)
    shown = pixels(encoded(Image.fromarray(stored), "TIFF"))[0, :, 0]
    assert np.abs(shown - [0, 128, 255]).max() <= 1


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_cmyk_shows_the_colours_it_was_made_from(form: str) -> None:
    # Pillow writes CMYK JPEGs inverted with Adobe's marker, as Photoshop does.
    stored = encoded(scene().convert("CMYK"), form)
    assert (b"Adobe" in stored) == (form == "JPEG")
    assert np.abs(pixels(stored) - np.asarray(scene()).astype(int)).mean() < 3


def test_one_bit_pictures_are_black_and_white() -> None:
    assert set(np.unique(pixels(encoded(scene().convert("1"), "PNG")))) == {0, 255}


def test_lab_colours_are_refused_by_name() -> None:
    lab = ImageCms.applyTransform(
        scene(),
        ImageCms.buildTransform(
            ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
        ),
    )
    with pytest.raises(ImageFormatError, match="LAB"):
        decode(encoded(lab, "TIFF"), LIMITS)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "HEIC"])
def test_a_wide_gamut_photo_is_brought_to_srgb(form: str) -> None:
    profile = matrix_profile("Display P3", DISPLAY_P3_COLUMNS)
    picture = Image.new("RGB", (32, 32), (200, 100, 50))
    shown = first_pixel(encoded(picture, form, icc_profile=profile))
    # By hand: linearise, P3 to XYZ under D50, XYZ to linear sRGB, sRGB's curve.
    linear = (np.array([200, 100, 50]) / 255) ** 2.2
    xyz = np.array(DISPLAY_P3_COLUMNS).T @ linear
    to_srgb = np.array(
        [
            [3.1338561, -1.6168667, -0.4906146],
            [-0.9787684, 1.9161415, 0.0334540],
            [0.0719453, -0.2289914, 1.4052427],
        ]
    )
    rgb = (to_srgb @ xyz).clip(0, 1)
    expected = np.where(rgb <= 0.0031308, 12.92 * rgb, 1.055 * rgb ** (1 / 2.4) - 0.055) * 255
    assert np.abs(np.array(shown) - expected).max() <= 4
    assert shown[0] - 200 >= 10  # the same numbers mean a stronger red in P3


@pytest.mark.parametrize(
    "profile",
    [
        b"",
        b"no profile",
        bytes(500),
        matrix_profile("Display P3", DISPLAY_P3_COLUMNS)[:200],
        matrix_profile("Display P3", DISPLAY_P3_COLUMNS).replace(b"RGB ", b"GRAY"),
        matrix_profile("Flat", ((0.0, 0.0, 0.0),) * 3),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
    ],
    ids=["none", "text", "zeros", "truncated", "of greys", "singular", "of Lab"],
)
def test_a_useless_profile_is_ignored(profile: bytes) -> None:
    picture = encoded(Image.new("RGB", (8, 8), (10, 20, 30)), "PNG", icc_profile=profile)
    assert decode(picture, LIMITS).size == (8, 8)
    if profile[36:40] != b"acsp" or b"Flat" not in profile:
        assert first_pixel(picture) == (10, 20, 30)


def test_srgb_profiles_change_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert first_pixel(encoded(scene(), "PNG", icc_profile=profile)) == scene().getpixel((0, 0))


def test_a_palette_index_beyond_the_palette_is_no_error() -> None:
    stored = encoded(scene().quantize(4), "PNG")
    start = stored.index(b"PLTE")
    size = int.from_bytes(stored[start - 4 : start], "big")
    short = stored[start : start + 4] + stored[start + 4 : start + 10]
    chunk = struct.pack(">I", 6) + short + struct.pack(">I", zlib.crc32(short))
    cut = stored[: start - 4] + chunk + stored[start + 4 + size + 4 :]
    assert decode(cut, LIMITS).size == scene().size

"""What was up when the picture was taken is on top."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.images import ImageLimits, decode, describe, thumbnail
from common.images.orientation import parse_orientation
from scripts.zoo import encoded, oriented, scene
from scripts.zoo.forgeries import png_chunk
from scripts.zoo.pictures import orientation_exif

LIMITS = ImageLimits()


def differences(data: bytes) -> float:
    shown = np.asarray(decode(data, LIMITS)).astype(int)
    assert shown.shape == (64, 96, 3)
    return float(np.abs(shown - np.asarray(scene()).astype(int)).mean())


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIC"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_eight_orientations_of_a_picture_come_out_upright(form: str, orientation: int) -> None:
    data = oriented(scene(), form, orientation)
    assert differences(data) < 4
    info = describe(data, LIMITS)
    assert (info.width, info.height) == (96, 64)
    assert decode(thumbnail(data, LIMITS, 48), LIMITS).size == (48, 32)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_compressed_tiffs_are_turned_once(orientation: int) -> None:
    assert differences(oriented(scene(), "TIFF", orientation, compression="tiff_lzw")) < 4


def test_a_png_may_tell_its_orientation_behind_the_pixels() -> None:
    lying = encoded(scene().rotate(90, expand=True), "PNG")
    exif = png_chunk(b"eXIf", orientation_exif(6).removeprefix(b"Exif\x00\x00"))
    data = lying[:-12] + exif + lying[-12:]
    assert differences(data) == 0
    assert describe(data, LIMITS).width == 96


def test_the_word_exif_among_the_pixels_of_a_png_is_no_exif() -> None:
    data = encoded(scene(), "PNG")
    comment = png_chunk(b"tEXt", b"Comment\x00eXIf" + orientation_exif(6))
    assert differences(data[:33] + comment + data[33:]) == 0


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("kind", "letter"), [(1, "B3x"), (3, "H2x"), (4, "I")])
def test_both_byte_orders_and_all_integer_types_are_read(
    order: str, kind: int, letter: str
) -> None:
    entry = struct.pack(f"{order}HHI{letter}", 0x0112, kind, 1, 8)
    start = b"II*\x00" if order == "<" else b"MM\x00*"
    exif = start + struct.pack(f"{order}IH", 8, 1) + entry
    assert parse_orientation(exif) == 8
    assert parse_orientation(b"Exif\x00\x00" + exif) == 8
    assert parse_orientation(exif[:-5]) == 1


@pytest.mark.parametrize("value", [0, 9, 65_535])
def test_an_orientation_that_does_not_exist_is_ignored(value: int) -> None:
    assert parse_orientation(orientation_exif(value)) == 1


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_garbage_is_an_upright_picture(garbage: bytes) -> None:
    for start in (
        b"",
        b"II*\x00",
        b"MM\x00*\x00\x00\x00\x08",
        b"Exif\x00\x00II*\x00\x08\x00\x00\x00",
    ):
        assert 1 <= parse_orientation(start + garbage) <= 8

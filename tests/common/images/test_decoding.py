"""Bounded, reduced while decoding, free of metadata, and safe to do in many threads."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageFile

from common.errors import ImageCorrupt, ImageFormatError, ImageTooLarge
from common.images import ImageLimits, content_hash, decode, describe, sniff, thumbnail
from scripts.zoo import encoded, hostile_files, oriented, scene
from scripts.zoo.forgeries import jpeg_with_segment, png

LIMITS = ImageLimits()


def test_a_picture_at_the_limits_is_taken_and_one_beyond_is_not() -> None:
    data = encoded(scene(20, 10), "PNG")
    exact = ImageLimits(max_bytes=len(data), max_pixels=200)
    assert decode(data, exact).size == (20, 10)
    with pytest.raises(ImageTooLarge, match="MAX_IMAGE_MEGABYTES") as caught:
        decode(data, ImageLimits(max_bytes=len(data) - 1))
    assert caught.value.reason == "too many bytes"
    with pytest.raises(ImageTooLarge, match=r"20 x 10.*MAX_IMAGE_MEGAPIXELS") as caught:
        decode(data, ImageLimits(max_pixels=199))
    assert caught.value.reason == "too many pixels"


def test_bytes_are_checked_before_kind_and_kind_before_pixels() -> None:
    with pytest.raises(ImageTooLarge, match=r"0\.00001 MB"):
        decode(b"no picture at all", ImageLimits(max_bytes=10, max_pixels=1))
    with pytest.raises(ImageFormatError):
        decode(b"no picture at all", ImageLimits(max_pixels=1))


def test_too_many_pixels_are_refused_without_decoding_any(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(image: ImageFile.ImageFile) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr(ImageFile.ImageFile, "load", never)
    with pytest.raises(ImageTooLarge):
        decode(png(8_000, 8_000, pixels=b"x"), LIMITS)


def test_limits_beyond_pillows_own_are_ours_to_set() -> None:
    rows = (b"\x00" + bytes(1250)) * 10_000  # 100 million pixels; Pillow warns beyond 89 million
    data = png(10_000, 10_000, bits=1, colour_type=0, pixels=rows)
    assert describe(data, ImageLimits(max_pixels=100_000_000)).width == 10_000


def test_an_empty_file_says_so() -> None:
    with pytest.raises(ImageFormatError, match="empty") as caught:
        decode(b"", LIMITS)
    assert caught.value.reason == "empty file"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF", "HEIC"])
def test_the_kind_is_told_by_content(form: str) -> None:
    data = encoded(scene(), form)
    assert sniff(data) == form
    assert describe(data, LIMITS).format == form


@pytest.mark.parametrize(("brand", "kind"), [(b"avif", "AVIF"), (b"heic", "HEIC")])
def test_a_container_is_told_by_the_brands_it_is_compatible_with(brand: bytes, kind: str) -> None:
    assert sniff(b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1" + brand) == kind


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("drawing.svg", "SVG"),
        ("document.pdf", "PDF"),
        ("page.jpg", "web page"),
        ("text.jpg", "text"),
    ],
)
def test_what_is_no_picture_is_called_by_its_name(name: str, word: str) -> None:
    data = next(file.data for file in hostile_files() if file.name == name)
    with pytest.raises(ImageFormatError, match=word):
        decode(data, LIMITS)


def test_a_failing_decoder_is_the_cause_and_not_the_message() -> None:
    data = encoded(scene(300, 200), "JPEG")
    with pytest.raises(ImageCorrupt, match="JPEG picture is damaged or incomplete") as caught:
        decode(data[: len(data) // 2], LIMITS)
    assert isinstance(caught.value.__cause__, OSError)


def test_running_out_of_memory_is_a_picture_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(image: ImageFile.ImageFile) -> None:
        raise MemoryError

    monkeypatch.setattr(ImageFile.ImageFile, "load", fail)
    with pytest.raises(ImageTooLarge, match="memory"):
        decode(encoded(scene(), "JPEG"), LIMITS)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("size", "minimum", "expected"),
    [
        ((800, 640), 40, (100, 80)),
        ((800, 640), 41, (200, 160)),
        ((800, 640), 200, (800, 640)),
        ((800, 640), 4000, (800, 640)),
        ((801, 643), 40, (101, 81)),
        ((1000, 9), 224, (1000, 9)),
    ],
)
def test_large_pictures_are_reduced_as_long_as_the_short_side_stays_twice_the_minimum(
    form: str, size: tuple[int, int], minimum: int, expected: tuple[int, int]
) -> None:
    assert decode(encoded(scene(*size), form), LIMITS, minimum_side_px=minimum).size == expected


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_reduced_picture_looks_like_the_whole_one(form: str) -> None:
    data = encoded(scene(800, 640), form, quality=95)
    small = decode(data, LIMITS, minimum_side_px=40)
    whole = decode(data, LIMITS).resize(small.size, Image.Resampling.BOX)
    assert np.abs(np.asarray(small).astype(int) - np.asarray(whole).astype(int)).mean() < 2


def test_a_turned_picture_is_reduced_too() -> None:
    data = oriented(scene(800, 640), "JPEG", 6)
    assert decode(data, LIMITS, minimum_side_px=40).size == (100, 80)


def test_only_the_first_frame_of_an_animation_is_shown() -> None:
    red, blue = (Image.new("RGB", (16, 16), name) for name in ("red", "blue"))
    for form in ("GIF", "PNG", "WEBP", "TIFF"):
        data = encoded(red, form, save_all=True, append_images=[blue])
        assert decode(data, LIMITS).getpixel((8, 8))[0] > 200
        assert decode(data, LIMITS).getpixel((8, 8))[2] < 50


def test_no_metadata_survives_decoding_or_thumbnailing() -> None:
    exif = Image.Exif()
    exif[0x010E] = "the secret place"
    for form in ("JPEG", "PNG", "WEBP", "TIFF", "HEIC", "AVIF"):
        data = encoded(scene(), form, exif=exif.tobytes())
        assert b"the secret place" in data
        assert decode(data, LIMITS).info == {}
        assert type(decode(data, LIMITS)) is Image.Image
        assert b"the secret place" not in thumbnail(data, LIMITS, 32)


@pytest.mark.parametrize(
    ("size", "expected"), [((300, 200), (100, 67)), ((50, 20), (50, 20)), ((1000, 3), (100, 1))]
)
def test_thumbnails_keep_the_aspect_and_never_enlarge(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert decode(thumbnail(encoded(scene(*size), "PNG"), LIMITS, 100), LIMITS).size == expected


def test_equal_bytes_have_equal_hashes_and_others_do_not() -> None:
    assert content_hash(b"abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert content_hash(b"abd") != content_hash(b"abc")


def test_many_threads_decode_as_one_does() -> None:
    files = [file.data for file in hostile_files() if file.expected == "accepted"] * 2
    alone = [decode(data, LIMITS).tobytes() for data in files]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda data: decode(data, LIMITS).tobytes(), files))
    assert together == alone


def test_odd_metadata_raises_no_warning_even_where_warnings_are_errors() -> None:
    garbage = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff" + b"\xa5" * 400
    data = jpeg_with_segment(encoded(scene(), "JPEG"), 0xE1, garbage)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert decode(data, LIMITS).size == (96, 64)


def test_pillows_own_switches_are_left_as_they_are() -> None:
    before = (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, sorted(Image.OPEN))
    decode(encoded(scene(), "HEIC"), LIMITS)
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES, sorted(Image.OPEN))
    assert "HEIF" not in Image.OPEN

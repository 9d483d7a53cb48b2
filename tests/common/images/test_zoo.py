"""Every animal of the zoo is taken or refused as written on its cage, and no other way."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import ImageError
from common.images import ImageLimits, decode, describe, thumbnail
from scripts.zoo import HostileFile, encoded, hostile_files, oriented, scene

LIMITS = ImageLimits()
ZOO = hostile_files()
SLOW_SECONDS = 2.0  # a hundred times what the worst takes, for busy machines

MUTABLE = [
    *(encoded(scene(48, 32), form) for form in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "HEIC")),
    *(oriented(scene(48, 32), form, 6) for form in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF")),
    encoded(scene(48, 32), "JPEG", progressive=True),
    encoded(scene(48, 32), "TIFF", compression="tiff_lzw"),
    encoded(scene(48, 32).quantize(8), "PNG", transparency=1),
    encoded(scene(48, 32), "PNG", save_all=True, append_images=[scene(48, 32).rotate(90)]),
]


def by_name(file: HostileFile) -> str:
    return file.name.encode("ascii", "replace").decode()[:40]


def test_the_zoo_is_large_and_its_names_are_unique() -> None:
    assert len(ZOO) >= 100
    assert len({file.name for file in ZOO}) == len(ZOO)


@pytest.mark.parametrize("file", ZOO, ids=by_name)
def test_a_file_is_taken_or_refused_as_expected_and_soon(file: HostileFile) -> None:
    start = time.perf_counter()
    if file.expected == "accepted":
        picture = decode(file.data, LIMITS)
        assert picture.mode == "RGB"
        assert not picture.info
        info = describe(file.data, LIMITS)
        assert (info.width, info.height) == picture.size
    else:
        with pytest.raises(file.expected) as caught:
            decode(file.data, LIMITS)
        assert type(caught.value) is file.expected
        assert caught.value.cure
    assert time.perf_counter() - start < SLOW_SECONDS


@pytest.mark.parametrize("file", ZOO, ids=by_name)
def test_describing_and_thumbnailing_agree_with_decoding_on_what_is_taken(
    file: HostileFile,
) -> None:
    if file.expected == "accepted":
        small = thumbnail(file.data, LIMITS, 16)
        assert max(decode(small, LIMITS).size) <= 16
    else:
        with pytest.raises(file.expected):
            thumbnail(file.data, LIMITS, 16)


@given(data=st.data())
@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_damage_of_any_kind_gives_a_picture_or_an_image_error(data: st.DataObject) -> None:
    broken = bytearray(data.draw(st.sampled_from(MUTABLE)))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(broken) - 1))
        match data.draw(st.sampled_from(["set", "cut", "insert", "remove", "repeat"])):
            case "set":
                broken[at] = data.draw(st.integers(0, 255))
            case "cut":
                del broken[at + 1 :]
            case "insert":
                broken[at:at] = data.draw(st.binary(min_size=1, max_size=8))
            case "remove" if len(broken) > 16:
                del broken[at : at + 8]
            case _:
                broken[at:at] = broken[at : at + 64]
    limits = ImageLimits(max_pixels=1_000_000)
    start = time.perf_counter()
    for read in (describe, decode):
        with contextlib.suppress(ImageError):
            read(bytes(broken), limits)
    assert time.perf_counter() - start < SLOW_SECONDS


@given(data=st.binary(max_size=300))
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_bytes_of_any_kind_behind_a_signature_give_nothing_but_an_image_error(data: bytes) -> None:
    for start in (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"II*\x00", b"MM\x00*", b"BM"):
        with pytest.raises(ImageError):
            decode(start + data, ImageLimits(max_pixels=10_000))

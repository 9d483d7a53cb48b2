"""The files of the zoo, each with what must become of it."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias

import numpy as np
from PIL import Image

from common.errors import ImageCorrupt, ImageError, ImageFormatError, ImageTooLarge
from scripts.zoo import forgeries
from scripts.zoo.pictures import encoded, oriented, scene

Expected: TypeAlias = Literal["accepted"] | type[ImageError]

_TOO_MANY_BYTES: Final = 20_000_001


@dataclass(frozen=True, slots=True)
class HostileFile:
    """A file that someone may hand us.

    Attributes:
        name: as it came; no more to be believed than the content. Valid on common file systems.
        data: its content.
        expected: whether it is taken under the default limits, or how it is refused.
    """

    name: str
    data: bytes
    expected: Expected


@cache
def hostile_files() -> list[HostileFile]:
    """Return the zoo: the same files each time, with names that differ. Takes about a second."""
    groups = (_ordinary, _odd, _turned, _named, _broken, _foreign, _bombs)
    return [file for group in groups for file in group()]


def _ordinary() -> Iterator[HostileFile]:
    """Each format and mode that cameras, browsers and scanners write."""
    rgb = scene()
    clear = rgb.copy()
    clear.putalpha(Image.linear_gradient("L").resize(rgb.size))
    palette = rgb.quantize(16)
    grey = np.asarray(rgb.convert("L"))
    deep = grey.astype(np.uint16) * 257
    frames = [rgb.rotate(angle) for angle in (10, 20, 30)]
    files = {
        "baseline.jpg": encoded(rgb, "JPEG"),
        "progressive.jpg": encoded(rgb, "JPEG", progressive=True),
        "grey.jpg": encoded(rgb.convert("L"), "JPEG"),
        "cmyk.jpg": encoded(rgb.convert("CMYK"), "JPEG"),
        "rgb.png": encoded(rgb, "PNG"),
        "alpha.png": encoded(clear, "PNG"),
        "grey-alpha.png": encoded(clear.convert("LA"), "PNG"),
        "palette.png": encoded(palette, "PNG"),
        "palette-transparent.png": encoded(palette, "PNG", transparency=3),
        "grey-transparent.png": encoded(rgb.convert("L"), "PNG", transparency=0),
        "one-bit.png": encoded(rgb.convert("1"), "PNG"),
        "grey-16-bit.png": encoded(Image.fromarray(deep), "PNG"),
        "rgb-16-bit.png": forgeries.png(2, 1, bits=16, pixels=bytes(13)),
        "animated.png": encoded(rgb, "PNG", save_all=True, append_images=frames),
        "still.gif": encoded(palette, "GIF"),
        "transparent.gif": encoded(palette, "GIF", transparency=2),
        "lossy.webp": encoded(rgb, "WEBP"),
        "lossless-alpha.webp": encoded(clear, "WEBP", lossless=True),
        "animated.webp": encoded(rgb, "WEBP", save_all=True, append_images=frames),
        "grey-16-bit.tif": encoded(Image.fromarray(deep), "TIFF"),
        "float.tif": encoded(Image.fromarray(grey.astype(np.float32) / 255), "TIFF"),
        "cmyk.tif": encoded(rgb.convert("CMYK"), "TIFF"),
        "lzw.tif": encoded(rgb, "TIFF", compression="tiff_lzw"),
        "pages.tif": encoded(rgb, "TIFF", save_all=True, append_images=frames),
        "bitmap.bmp": encoded(rgb, "BMP"),
        "photo.avif": encoded(rgb, "AVIF"),
        "photo.heic": encoded(rgb, "HEIC"),
        "alpha.heic": encoded(clear, "HEIC"),
    }
    for name, data in files.items():
        yield HostileFile(name, data, "accepted")


def _odd() -> Iterator[HostileFile]:
    """Wrong in ways that do not touch the pixels."""
    jpeg = encoded(scene(), "JPEG")
    script = b"<?php system($_GET['c']); ?><script>alert(1)</script>"
    frames = [Image.new("L", (8, 8), shade % 256) for shade in range(500)]
    many = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    garbage_exif = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\xff" + b"\xa5" * 400
    files = {
        "a png in truth.jpg": encoded(scene(), "PNG"),
        "a webp in truth.png": encoded(scene(), "WEBP"),
        "script-behind-the-end.jpg": jpeg + script,
        "script-in-comment.jpg": forgeries.jpeg_with_segment(jpeg, 0xFE, script),
        "garbage-exif.jpg": forgeries.jpeg_with_segment(jpeg, 0xE1, garbage_exif),
        "garbage-profile.jpg": encoded(scene(), "JPEG", icc_profile=b"no profile at all" * 20),
        "garbage-profile.png": encoded(scene(), "PNG", icc_profile=b"\x00" * 128),
        "five-hundred-frames.gif": many,
        "one-pixel.png": encoded(Image.new("RGB", (1, 1), "red"), "PNG"),
        "a-long-thread.png": encoded(Image.new("L", (10_000, 3), 128), "PNG"),
    }
    for name, data in files.items():
        yield HostileFile(name, data, "accepted")


def _turned() -> Iterator[HostileFile]:
    """Each way to hold a camera."""
    for orientation in range(1, 9):
        turned = oriented(scene(), "JPEG", orientation)
        yield HostileFile(f"orientation-{orientation}.jpg", turned, "accepted")
    for form in ("PNG", "WEBP", "TIFF", "AVIF"):
        yield HostileFile(f"turned.{form.lower()}", oriented(scene(), form, 6), "accepted")


def _named() -> Iterator[HostileFile]:
    """Names that break programs which believe in names."""
    jpeg = encoded(scene(), "JPEG")
    for name in (
        "with some  spaces.jpg",
        "zdjęcie-ž-写真.jpg",
        "🦊🧦.jpg",
        "e\u0301-decomposed.jpg",
        "many.dots.in.it.tar.jpg",
        "no extension",
        "100% #1 & more?.jpg",
        "<img src=x onerror=alert(1)>.jpg",
        "'; DROP TABLE images; --.jpg",
        "**bold** [link](javascript:alert(1)) $x$ :smile:.jpg",
        "-rf.jpg",
        f"{'long' * 50}.jpg",
    ):
        yield HostileFile(name, jpeg, "accepted")


def _broken() -> Iterator[HostileFile]:
    """Begun well."""
    big = scene(320, 240)
    for form in ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIC"):
        whole = encoded(big, form)
        yield HostileFile(f"half.{form.lower()}", whole[: len(whole) // 2], ImageCorrupt)
    progressive = encoded(big, "JPEG", progressive=True)
    rows = (b"\x00" + bytes(96 * 3)) * 64
    flipped = bytearray(forgeries.png(96, 64, pixels=rows))
    flipped[20] ^= 1
    files = {
        "half-progressive.jpg": progressive[: len(progressive) // 2],
        "signature-only.jpg": b"\xff\xd8\xff",
        "signature-only.png": forgeries.PNG_SIGNATURE,
        "signature-only.gif": b"GIF89a",
        "signature-only.webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        "no-width.png": forgeries.png(0, 5),
        "no-height.jpg": forgeries.jpeg_claiming(encoded(big, "JPEG"), 5, 0),
        "no-pixels.png": forgeries.png(96, 64),
        "wrong-checksum.png": bytes(flipped),
        "no-frame.gif": b"GIF89a\x05\x00\x05\x00\x00\x00\x00;",
        "circular.tif": b"II*\x00\x08\x00\x00\x00" + struct.pack("<HI", 0, 8),
        "wrong-box.heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\xff" * 64,
    }
    for name, data in files.items():
        yield HostileFile(name, data, ImageCorrupt)


def _foreign() -> Iterator[HostileFile]:
    """No pictures, or none that are read here."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    files = {
        "empty.jpg": b"",
        "text.jpg": b"Dear sir, this is no picture.\n" * 40,
        "page.jpg": b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
        "drawing.svg": svg,
        "drawing-with-prologue.png": b'<?xml version="1.0" encoding="UTF-8"?>\n' + svg,
        "document.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
        "script.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (w) file",
        "layers.psd": b"8BPS\x00\x01" + bytes(40),
        "favicon.ico": encoded(scene(32, 32), "ICO"),
        "archive.jpg": b"PK\x03\x04" + bytes(40),
        "film.heic": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42" + bytes(40),
        "jpeg-2000.jpg": b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(40),
        "program.png": b"\x7fELF\x02\x01\x01" + bytes(40),
        "noise.jpg": np.random.default_rng(7).bytes(500),
        "nothing-but-zeros.bmp": bytes(500),
    }
    for name, data in files.items():
        yield HostileFile(name, data, ImageFormatError)


def _bombs() -> Iterator[HostileFile]:
    """Small files that ask for gigabytes or minutes."""
    jpeg = encoded(scene(), "JPEG")
    rows = (b"\x00" + bytes(1500)) * 12_000
    huge_tiff = [(256, 60_000), (257, 60_000), (258, 8), (259, 1), (262, 1), (273, 8), (279, 1)]
    tile = [(322, 65_520), (323, 65_520), (324, 8), (325, 1)]
    tiled_tiff = [(256, 16), (257, 16), (258, 8), (259, 8), (262, 1), *tile]
    too_large = {
        "claims-60000.png": forgeries.png(60_000, 60_000, pixels=bytes(100)),
        "real-12000.png": forgeries.png(12_000, 12_000, bits=1, colour_type=0, pixels=rows),
        "claims-65535.jpg": forgeries.jpeg_claiming(jpeg, 65_535, 65_535),
        "huge-screen.gif": forgeries.gif((65_535, 65_535)),
        "huge-frame.gif": forgeries.gif((1, 1), (12_000, 12_000)),
        "huge-canvas.webp": forgeries.webp_claiming(16_383, 16_383),
        "claims-60000.tif": forgeries.tiff(huge_tiff),
        "huge-tile.tif": forgeries.tiff(tiled_tiff, zlib.compress(bytes(256))),
        "claims-60000.bmp": forgeries.bmp_claiming(60_000, 60_000),
        "too-many-bytes.jpg": jpeg.ljust(_TOO_MANY_BYTES, b"\x00"),
    }
    for name, data in too_large.items():
        yield HostileFile(name, data, ImageTooLarge)
    progressive = encoded(scene(), "JPEG", progressive=True)
    text = forgeries.png_chunk(b"zTXt", b"k\x00\x00" + zlib.compress(bytes(80_000_000), 1))
    slow = {
        "thousand-scans.jpg": forgeries.jpeg_of_many_scans(progressive, 1000),
        "million-segments.jpg": jpeg[:2] + b"\xff\xfe\x00\x02" * 1_000_000 + jpeg[2:],
        "million-chunks.png": forgeries.png(1, 1, extra=forgeries.png_chunk(b"teXt") * 1_000_000),
        "million-blocks.gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00!\xfe" + b"\x01x" * 1_000_000,
        "eighty-megabytes-of-text.png": forgeries.png(1, 1, pixels=bytes(4), extra=text),
    }
    for name, data in slow.items():
        yield HostileFile(name, data, ImageCorrupt)

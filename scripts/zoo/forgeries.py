"""Files put together byte by byte, as no encoder would write them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Final

PNG_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def png_chunk(name: bytes, content: bytes = b"") -> bytes:
    """Return one chunk of a PNG, with its length and checksum."""
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def png(
    width: int,
    height: int,
    *,
    bits: int = 8,
    colour_type: int = 2,
    pixels: bytes = b"",
    extra: bytes = b"",
) -> bytes:
    """Return a PNG of any claims.

    Args:
        width: claimed, in pixels.
        height: claimed, in pixels.
        bits: per sample.
        colour_type: 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha.
        pixels: filtered scan lines, before compression.
        extra: chunks between the header and the pixels.
    """
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    return b"".join(
        [
            PNG_SIGNATURE,
            png_chunk(b"IHDR", header),
            extra,
            png_chunk(b"IDAT", zlib.compress(pixels, 1)),
            png_chunk(b"IEND"),
        ]
    )


def jpeg_claiming(jpeg: bytes, width: int, height: int) -> bytes:
    """Return ``jpeg`` with another size in its frame header."""
    at = next(jpeg.find(marker) for marker in (b"\xff\xc0", b"\xff\xc2") if marker in jpeg)
    return jpeg[: at + 5] + struct.pack(">HH", height, width) + jpeg[at + 9 :]


def jpeg_with_segment(jpeg: bytes, marker: int, content: bytes) -> bytes:
    """Return ``jpeg`` with one more segment behind its start."""
    segment = struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content
    return jpeg[:2] + segment + jpeg[2:]


def jpeg_of_many_scans(progressive: bytes, count: int) -> bytes:
    """Return ``progressive`` with its last scan repeated ``count`` times."""
    start = progressive.rfind(b"\xff\xda")
    return progressive[:start] + progressive[start:-2] * count + progressive[-2:]


def gif(screen: tuple[int, int], frame: tuple[int, int] = (1, 1)) -> bytes:
    """Return a GIF with one frame of any claimed size on a screen of any claimed size."""
    return b"".join(
        [
            b"GIF89a" + struct.pack("<HHBBB", *screen, 0x80, 0, 0),
            b"\x00\x00\x00\xff\xff\xff",
            b"!\xf9\x04\x08\x00\x00\x00\x00",  # disposal 2: the decoder allocates the frame
            b"," + struct.pack("<HHHHB", 0, 0, *frame, 0),
            b"\x02\x02\x44\x01\x00;",
        ]
    )


def webp_claiming(width: int, height: int) -> bytes:
    """Return the header of an extended WebP file that claims a canvas."""
    canvas = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\x00\x00\x00\x00" + canvas
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff(entries: Sequence[tuple[int, int]], pixels: bytes = b"\x00") -> bytes:
    """Return a little-endian TIFF of one directory with LONG entries, then ``pixels`` at offset 8.

    Args:
        entries: pairs of tag and value.
        pixels: what the tags 273 or 324 may point at with the value 8.
    """
    pixels += b"\x00" * (len(pixels) % 2)
    rows = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(entries))
    directory = struct.pack("<H", len(entries)) + rows + struct.pack("<I", 0)
    return b"II*\x00" + struct.pack("<I", 8 + len(pixels)) + pixels + directory


def bmp_claiming(width: int, height: int) -> bytes:
    """Return a 24-bit BMP header that claims a size, with one pixel behind it."""
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 58, 0, 0, 54) + info + b"\x00\x00\x00\x00"

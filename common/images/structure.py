"""What must be looked at before a decoder is: sizes it would allocate, parts it would crawl over.

Pillow reads the parts of a file one by one in Python, and its WebP and GIF readers allocate a
picture while still opening it. A file made for the purpose turns that into gigabytes or minutes. So
the skeleton of the file is walked here first, a few steps a part, nothing decoded. Whatever else is
wrong with the file is left for the decoder to say.
"""

from __future__ import annotations

from typing import Final

from common.errors import ImageCorrupt
from common.images.kinds import Kind
from common.images.limits import ImageLimits

MAX_PARTS: Final = 100_000
"""Segments, chunks or blocks. A picture at the byte limit has a few thousand."""

MAX_JUNK_BYTES: Final = 100_000
"""Bytes between the parts that belong to none."""

MAX_SCANS: Final = 200
"""Passes over a progressive JPEG, each as costly as a whole picture. Encoders write 3 to 15."""


def check_structure(kind: Kind, data: bytes, limits: ImageLimits) -> None:
    """Refuse a file that would cost too much to open.

    Raises:
        ImageTooLarge: its canvas has more pixels than ``limits`` allow.
        ImageCorrupt: it is cut into more parts than any picture needs.
    """
    if kind == "JPEG":
        _walk_jpeg(data)
    elif kind == "PNG":
        _walk_png(data)
    elif kind == "GIF":
        limits.check_pixels(*_gif_extent(data))
    elif kind == "WEBP":
        limits.check_pixels(*_webp_canvas(data))


def _walk_jpeg(data: bytes) -> None:
    """Step over the segments up to the first scan (ITU-T T.81, annex B), then count the scans."""
    progressive = False
    at, parts, junk = 2, 0, 0
    while 0 <= (marker := data.find(b"\xff", at)) < len(data) - 3:
        parts, junk = parts + 1, junk + marker - at
        _check("JPEG", parts, junk)
        code = data[marker + 1]
        if code == 0xDA:
            break
        progressive |= code in (0xC2, 0xC6, 0xCA, 0xCE)
        lone = code in (0x00, 0x01, 0xFF) or 0xD0 <= code <= 0xD9
        at = marker + (1 if code == 0xFF else 2)
        at += 0 if lone else max(2, int.from_bytes(data[marker + 2 : marker + 4], "big"))
    if progressive and data.count(b"\xff\xda") > MAX_SCANS:
        raise _too_many("JPEG")


def _walk_png(data: bytes) -> None:
    """Step over the chunks (PNG third edition, 5.3)."""
    at, parts = 8, 0
    while at < len(data):
        parts += 1
        _check("PNG", parts, 0)
        at += 12 + int.from_bytes(data[at : at + 4], "big")


def _gif_extent(data: bytes) -> tuple[int, int]:
    """Return the logical screen of a GIF, grown to hold its first frame (GIF89a, 18 to 20)."""
    flags = data[10] if len(data) > 10 else 0
    width, height = _number(data, 6, 2), _number(data, 8, 2)
    at, parts, junk = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0), 0, 0
    while at < len(data):
        if data[at] == 0x3B:  # trailer
            break
        if data[at] == 0x2C:  # frame
            left, top, wide, high = (_number(data, at + k, 2) for k in (1, 3, 5, 7))
            return max(width, left + wide), max(height, top + high)
        if data[at] == 0x21:  # extension: a label, then blocks led by their length
            at += 2
            while at < len(data) and data[at]:
                parts += 1
                _check("GIF", parts, junk)
                at += 1 + data[at]
        parts, junk, at = parts + 1, junk + 1, at + 1
        _check("GIF", parts, junk)
    return width, height


def _webp_canvas(data: bytes) -> tuple[int, int]:
    """Return the canvas of a WebP file (RFC 9649, 2.5 to 2.7), 0 x 0 if its header is cut short."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        return _number(data, 24, 3) + 1, _number(data, 27, 3) + 1
    if chunk == b"VP8L":
        bits = _number(data, 21, 4)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return _number(data, 26, 2) & 0x3FFF, _number(data, 28, 2) & 0x3FFF


def _number(data: bytes, at: int, width: int) -> int:
    """Read an unsigned little-endian integer; what lies behind the end counts as nothing."""
    return int.from_bytes(data[at : at + width], "little")


def _check(kind: Kind, parts: int, junk: int) -> None:
    if parts > MAX_PARTS or junk > MAX_JUNK_BYTES:
        raise _too_many(kind)


def _too_many(kind: Kind) -> ImageCorrupt:
    return ImageCorrupt(
        f"The {kind} file is cut into more parts than a picture needs",
        "Save it again with another program",
    )

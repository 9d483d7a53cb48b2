"""Which way up a picture is, by its EXIF data, and turning it so.

Pillow's own reader warns about, and sometimes fails on, garbage that has nothing to do with the
orientation. The one number needed here takes twenty lines.
"""

from __future__ import annotations

from typing import Final, Literal

from PIL import Image

from common.images.kinds import Kind

_TAG: Final = 0x0112
_WIDTH_OF_TYPE: Final = {1: 1, 3: 2, 4: 4}
"""Bytes of the integer types BYTE, SHORT and LONG; the standard says SHORT, writers vary."""

_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def orientation(kind: Kind, image: Image.Image, data: bytes) -> int:
    """Return the EXIF orientation that is still to be applied, 1 to 8.

    HEIC and TIFF are 1: their decoders hand out pixels that are turned already, and turning them
    again is the classic mistake.

    Args:
        kind: what ``data`` is.
        image: ``data`` opened by Pillow; need not be loaded.
        data: the file.
    """
    if kind in ("HEIC", "TIFF"):
        return 1
    # A PNG may carry its eXIf chunk behind the pixels, where a reader of the header never looks.
    exif = _png_exif(data) if kind == "PNG" else image.info.get("exif")
    return parse_orientation(exif) if isinstance(exif, bytes) else 1


def parse_orientation(exif: bytes) -> int:
    """Return the orientation in an EXIF block (EXIF 2.32, 4.6.4), 1 for none or nonsense."""
    tiff = exif.removeprefix(b"Exif\x00\x00")
    if tiff[:2] not in (b"II", b"MM"):
        return 1
    order: Literal["little", "big"] = "little" if tiff[:2] == b"II" else "big"

    def number(at: int, width: int) -> int:
        return int.from_bytes(tiff[at : at + width], order)

    first = number(4, 4)
    for entry in range(first + 2, first + 2 + 12 * number(first, 2), 12):
        if entry + 12 > len(tiff):
            return 1
        if number(entry, 2) == _TAG:
            value = number(entry + 8, _WIDTH_OF_TYPE.get(number(entry + 2, 2), 0))
            return value if value in _TURNS else 1
    return 1


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """Turn ``image`` so that what is up is on top. The same object when nothing is to be done."""
    turn = _TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def upright_size(size: tuple[int, int], orientation: int) -> tuple[int, int]:
    """Return the width and height that :func:`upright` would give."""
    width, height = size
    return (height, width) if orientation >= 5 else (width, height)


def _png_exif(data: bytes) -> bytes | None:
    """Return the content of a PNG's eXIf chunk, wherever it stands."""
    at = 8
    while at < len(data):
        end = at + 8 + int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] == b"eXIf":
            return data[at + 8 : end]
        at = end + 4
    return None

"""What a file is, by its first bytes. Its name is never asked."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from common.errors import ImageFormatError

Kind: TypeAlias = Literal["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "AVIF", "HEIC"]

_SIGNATURES: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
)
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_HEIC_BRANDS: Final = frozenset(
    {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
)
_CONTAINER_BRANDS: Final = frozenset({b"mif1", b"msf1", b"mif2", b"miaf"})
_BMP_HEADER_BYTES: Final = frozenset({12, 16, 40, 52, 56, 64, 108, 124})
_FOREIGN: Final[tuple[tuple[bytes, str], ...]] = (
    (b"%PDF-", "a PDF document"),
    (b"%!PS", "a PostScript drawing"),
    (b"\xc5\xd0\xd3\xc6", "a PostScript drawing"),
    (b"8BPS", "a Photoshop document"),
    (b"\x00\x00\x01\x00", "an icon (ICO)"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
)
_HEAD_BYTES: Final = 1024
_CURE: Final = "Save it as JPEG, PNG or WebP"


def sniff(data: bytes) -> Kind:
    """Return the kind of picture that ``data`` begins like.

    Raises:
        ImageFormatError: empty, or nothing that is read here.
    """
    if not data:
        raise ImageFormatError(
            "The file is empty", "Copy it again from its source", reason="empty file"
        )
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    # Two letters are too few to go by: the length of the header that follows must make sense too.
    if data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in _BMP_HEADER_BYTES:
        return "BMP"
    if data[4:8] == b"ftyp":
        return _sniff_box(data)
    foreign = _name_foreign(data[:_HEAD_BYTES])
    if foreign is None:
        raise ImageFormatError("The file is no picture of a kind that is read", _CURE)
    raise ImageFormatError(f"The file is {foreign}, which is not read", _CURE)


def _sniff_box(data: bytes) -> Kind:
    """Tell the ISO media files apart (ISO/IEC 14496-12): AVIF, HEIC, and films."""
    end = min(int.from_bytes(data[:4], "big"), _HEAD_BYTES)
    major = data[8:12]
    compatible = {data[at : at + 4] for at in range(16, end, 4)}
    brands = {major} | (compatible if major in _CONTAINER_BRANDS else set())
    if brands & _AVIF_BRANDS:
        return "AVIF"
    if brands & (_HEIC_BRANDS | _CONTAINER_BRANDS):
        return "HEIC"
    raise ImageFormatError("The file is a film or sound, which is not read", _CURE)


def _name_foreign(head: bytes) -> str | None:
    """Name what is not read, so that the reader understands; None for what is unknown."""
    for signature, name in _FOREIGN:
        if head.startswith(signature):
            return name
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith((b"<svg", b"<?xml", b"<!doctype svg", b"<!--")) and b"<svg" in text:
        return "an SVG drawing"
    if text.startswith((b"<!doctype html", b"<html", b"<head")):
        return "a web page"
    if b"\x00" not in head and head.isascii():
        return "text"
    return None

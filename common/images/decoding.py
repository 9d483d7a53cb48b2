"""From a file's bytes to what the rest of the program handles: pictures, sizes, thumbnails."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image

from common.images.colours import flatten, to_srgb
from common.images.kinds import Kind
from common.images.limits import ImageLimits
from common.images.opening import opened
from common.images.orientation import orientation, upright, upright_size

THUMBNAIL_MEDIA_TYPE: Final = "image/jpeg"
_THUMBNAIL_QUALITY: Final = 85
_REDUCTIONS: Final = (8, 4, 2)
"""Divisors at which a JPEG decodes faster, as it then needs fewer of each block's frequencies."""


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What a file says of itself.

    Attributes:
        format: the kind of file, by its content.
        width: in pixels, of the upright picture.
        height: in pixels, of the upright picture.
    """

    format: Kind
    width: int
    height: int


def decode(data: bytes, limits: ImageLimits, *, minimum_side_px: int | None = None) -> Image.Image:
    """Decode a file from anyone into an upright RGB picture in sRGB.

    Of an animation or a document of several pages it is the first one. Queries and galleries must
    be decoded with the same ``minimum_side_px``, so that equal files give equal vectors.

    Args:
        data: the file.
        limits: what is refused, before anything is decoded.
        minimum_side_px: the side that the picture will be scaled to. A picture that is much larger
            is reduced by 2, 4 or 8 as long as its shorter side stays at least twice this, a JPEG
            while it is decoded, which is faster. None leaves it at its own size.

    Returns:
        Mode RGB, without metadata.

    Raises:
        ImageTooLarge: more bytes or pixels than ``limits`` allow.
        ImageFormatError: not a picture, or of a kind that is not read.
        ImageCorrupt: it does not decode, or not to its end.
    """
    with opened(data, limits) as (kind, image):
        if minimum_side_px is not None and kind == "JPEG":
            image.draft(None, (2 * minimum_side_px, 2 * minimum_side_px))
        image.load()
        picture = flatten(image)
        if minimum_side_px is not None:
            picture = _reduced(picture, minimum_side_px)
        picture = to_srgb(picture, image.info.get("icc_profile"))
        picture = upright(picture, orientation(kind, image, data))
    # What the file said of itself ends here: a thumbnail must not repeat a colour profile that no
    # longer holds, nor the place where the picture was taken.
    picture.info.clear()
    return picture


def describe(data: bytes, limits: ImageLimits) -> ImageInfo:
    """Read a file's kind and upright size from its header, without decoding it.

    Raises:
        ImageTooLarge: more bytes or pixels than ``limits`` allow.
        ImageFormatError: not a picture, or of a kind that is not read.
        ImageCorrupt: its header makes no sense.
    """
    with opened(data, limits) as (kind, image):
        width, height = upright_size(image.size, orientation(kind, image, data))
    return ImageInfo(kind, width, height)


def thumbnail(data: bytes, limits: ImageLimits, side_px: int) -> bytes:
    """Make a small upright copy whose longer side is at most ``side_px``; never enlarged.

    Returns:
        A file of type :data:`THUMBNAIL_MEDIA_TYPE`, without metadata.

    Raises:
        ImageTooLarge: more bytes or pixels than ``limits`` allow.
        ImageFormatError: not a picture, or of a kind that is not read.
        ImageCorrupt: it does not decode.
    """
    picture = decode(data, limits, minimum_side_px=side_px)
    picture.thumbnail((side_px, side_px), Image.Resampling.BICUBIC, reducing_gap=2.0)
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=_THUMBNAIL_QUALITY)
    return stream.getvalue()


def content_hash(data: bytes) -> str:
    """Return the sha256 of ``data``, 64 hex digits: equal for copies of a file of any name."""
    return hashlib.sha256(data).hexdigest()


def _reduced(picture: Image.Image, minimum_side_px: int) -> Image.Image:
    """Reduce what its decoder could not, before the costlier steps."""
    spare = min(picture.size) // (2 * minimum_side_px)
    factor = next((divisor for divisor in _REDUCTIONS if spare >= divisor), 1)
    return picture if factor == 1 else picture.reduce(factor)

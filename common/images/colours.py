"""From any mode that a file may have to plain RGB: depth, alpha and colour profile."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from typing import Final

import numpy as np
from PIL import Image, ImageCms

from common.errors import ImageFormatError

_UNREAD_MODES: Final = ("LAB", "HSV")
_WHITE: Final = (255, 255, 255)
_MAX_PROFILE_BYTES: Final = 4_000_000
_MAX_MEASURE: Final = 1e30  # so that a difference of two stays within float32
_SPACES: Final = {"RGB": "RGB ", "CMYK": "CMYK"}
"""The colour space that a profile must be made for, by Pillow's mode."""


def flatten(image: Image.Image) -> Image.Image:
    """Return ``image`` with 8 bits a channel and nothing transparent, of mode RGB or CMYK.

    Transparent parts become white, the colour of paper, under which pictures with a cut-out
    background are usually seen. Numbers beyond 8 bits are scaled, never cut off.

    Args:
        image: of any mode, loaded or not.

    Raises:
        ImageFormatError: its colours are of a kind that is not read.
    """
    if image.mode in _UNREAD_MODES:
        raise ImageFormatError(
            f"The picture's colours are stored as {image.mode}, which is not read",
            "Save it in RGB colours",
        )
    if image.mode.startswith("I") or image.mode == "F":
        image = _scaled(image)
    if image.mode == "CMYK":
        return image
    if image.has_transparency_data:
        return _on_white(image.convert("RGBA"))
    return image.convert("RGB")


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return ``image`` in sRGB, the colours that screens and models expect.

    Args:
        image: of mode RGB or CMYK.
        profile: the ICC profile found in the file. One that is broken, or made for another colour
            space, is ignored.
    """
    transform = _transform(profile, image.mode) if isinstance(profile, bytes) else None
    if transform is None:
        return image.convert("RGB")
    converted = ImageCms.applyTransform(image, transform)
    return image.convert("RGB") if converted is None else converted


def _scaled(image: Image.Image) -> Image.Image:
    """Bring 16-bit, 32-bit and floating greys to 8 bits.

    Sixteen bits are taken at their full range and floats within [0, 1] as they are. Anything else,
    such as measurements, is stretched from its least to its greatest value.
    """
    values = np.nan_to_num(np.asarray(image).astype(np.float32), posinf=0.0, neginf=0.0)
    values = values.clip(-_MAX_MEASURE, _MAX_MEASURE)
    least, greatest = float(values.min()), float(values.max())
    if image.mode == "F" and least >= 0 and greatest <= 1:
        least, greatest = 0.0, 1.0
    elif image.mode != "F" and least >= 0 and greatest <= 65_535:
        least, greatest = 0.0, 65_535.0
    scale = 255 / (greatest - least) if greatest > least else 0.0
    return Image.fromarray(np.rint((values - least) * scale).astype(np.uint8))


def _on_white(image: Image.Image) -> Image.Image:
    alpha = image.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return image.convert("RGB")
    paper = Image.new("RGB", image.size, _WHITE)
    paper.paste(image, mask=alpha)
    return paper


@lru_cache(maxsize=16)
def _transform(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Build the way from ``profile`` to sRGB; None where there is none or none is needed.

    Kept for the next picture, as a collection mostly comes from a few cameras. LittleCMS allows a
    transform to be used by several threads at once.
    """
    if len(profile) > _MAX_PROFILE_BYTES:
        return None
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if source.profile.xcolor_space != _SPACES[mode]:
            return None
        if "sRGB" in (source.profile.profile_description or ""):
            return None
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (OSError, ValueError, TypeError, ImageCms.PyCMSError):
        return None

"""One picture without any symmetry, and ways to write it to a file."""

from __future__ import annotations

from io import BytesIO
from typing import Any, Final

import numpy as np
import pillow_heif
from PIL import Image

_ORIENTATION_TAG: Final = 0x0112
_UNTURN: Final = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def scene(width: int = 96, height: int = 64) -> Image.Image:
    """Paint the picture: mode RGB, smooth, with another colour in each corner and a dark disc.

    No turn or mirroring maps it to itself, so a test sees each of them.
    """
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / max(width - 1, 1), y / max(height - 1, 1)
    pixels = np.stack([255 * x, 255 * y, 200 * (1 - x) * (1 - y) + 40], axis=-1)
    disc = (x - 0.3) ** 2 + (y - 0.35) ** 2 < 0.03
    pixels[disc] = (30, 30, 60)
    return Image.fromarray(pixels.astype(np.uint8))


def encoded(picture: Image.Image, form: str, **options: Any) -> bytes:  # noqa: ANN401
    """Write ``picture`` in a format that Pillow knows by the name ``form``, or as ``HEIC``."""
    stream = BytesIO()
    if form == "HEIC":
        pillow_heif.from_pillow(picture).save(stream, **options)
    else:
        picture.save(stream, form, **options)
    return stream.getvalue()


def oriented(picture: Image.Image, form: str, orientation: int, **options: Any) -> bytes:  # noqa: ANN401
    """Write ``picture`` lying as ``orientation`` says, with the EXIF tag that sets it upright.

    Args:
        picture: as it is to be seen.
        form: see :func:`encoded`; one of JPEG, PNG, WEBP, TIFF, AVIF.
        orientation: 1 to 8.
        options: passed to the encoder.
    """
    turn = _UNTURN[orientation]
    lying = picture if turn is None else picture.transpose(turn)
    return encoded(lying, form, exif=orientation_exif(orientation), **options)


def orientation_exif(orientation: int) -> bytes:
    """Return an EXIF block that holds nothing but the orientation."""
    exif = Image.Exif()
    exif[_ORIENTATION_TAG] = orientation
    return exif.tobytes()

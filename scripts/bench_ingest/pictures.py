"""Photographs in any number: a few are drawn, each copy of one differs by a comment in the file."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from common.indexing import OnProgress

DRAWN: Final = 120
MEGAPIXELS: Final = (0.3, 2.0)
_ASPECTS: Final = (4 / 3, 3 / 4, 3 / 2, 1.0)
_SHAPES: Final = 60


def drawn_jpeg(number: int, megapixels: float) -> bytes:
    """Draw a picture with areas, edges and grain, so that it decodes like a photograph."""
    rng = np.random.default_rng(number)
    aspect = _ASPECTS[number % len(_ASPECTS)]
    width, height = (
        round((megapixels * 1e6 * aspect) ** 0.5),
        round((megapixels * 1e6 / aspect) ** 0.5),
    )
    image = Image.new("RGB", (width, height), tuple(rng.integers(0, 256, 3).tolist()))
    pen = ImageDraw.Draw(image)
    for _ in range(_SHAPES):
        x, y = np.sort(rng.integers(0, max(width, height), (2, 2)), axis=1).tolist()
        pen.ellipse((x[0], y[0], x[1], y[1]), fill=tuple(rng.integers(0, 256, 3).tolist()))
    grain = rng.normal(0, 6, (height, width, 1))
    pixels = np.clip(np.asarray(image, dtype=np.float32) + grain, 0, 255).astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=88)
    return stream.getvalue()


def write_pictures(directory: Path, count: int, on_progress: OnProgress) -> None:
    """Write JPEGs of 0.3 to 2 megapixels, no two of equal content, changed a minute ago.

    Args:
        directory: made if missing; gets ``00000.jpg`` and so on.
        count: how many.
        on_progress: told pictures written and their total.
    """
    directory.mkdir(parents=True, exist_ok=True)
    sizes = np.linspace(*MEGAPIXELS, num=min(DRAWN, count))
    originals = [drawn_jpeg(number, size) for number, size in enumerate(sizes)]
    moment = time.time() - 60  # a younger file's time is not trusted yet
    for number in range(count):
        path = directory / f"{number:05d}.jpg"
        path.write_bytes(_with_comment(originals[number % len(originals)], str(number)))
        os.utime(path, (moment, moment))
        on_progress(number + 1, count)


def _with_comment(jpeg: bytes, text: str) -> bytes:
    """Put a COM segment (ISO/IEC 10918-1, B.2.4.5) behind the marker that begins the file."""
    comment = text.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]

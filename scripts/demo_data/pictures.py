"""Takes the pictures of one design: the work that is shared out to processes."""

from __future__ import annotations

import re
import unicodedata
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from scripts.demo_data.designs import Design
from scripts.demo_data.look import Look
from scripts.demo_data.photography import photograph, photograph_by_phone
from scripts.demo_data.svg import render_svg

PHONE_DRAWING_PX = 1280
EXIF_ORIENTATION = 0x0112
ROTATED_BY_CAMERA = 6
"""EXIF value of a phone held upright: the viewer must turn the pixels a quarter clockwise."""


def slug(name: str) -> str:
    """`"Harbour Runner, coral"` to `"harbour-runner-coral"`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def stream(seed: int, *labels: str | int) -> np.random.Generator:
    """A random generator for one purpose, independent of all others and of their order."""
    words = [zlib.crc32(str(label).encode()) for label in labels]
    return np.random.default_rng(np.random.SeedSequence([seed, *words]))


def mounted(design: Design, drawing: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Put a drawing on what carries its design in the world, if it is not the thing itself."""
    return drawing if design.mount is None else design.mount(drawing, rng)


@dataclass(frozen=True)
class CatalogueTask:
    """All catalogue pictures of one design; small and picklable.

    Attributes:
        category: Its name; part of the random stream.
        design: What to photograph.
        look: How.
        seed: Decides everything.
        directory: Where to write `01.jpg` and so on; made by the task.
        count: Number of pictures.
    """

    category: str
    design: Design
    look: Look
    seed: int
    directory: Path
    count: int

    def __call__(self) -> int:
        """Take the pictures; returns their number."""
        self.directory.mkdir(parents=True)
        drawings = [render_svg(view, self.look.drawing_px) for view in self.design.views]
        for index in range(self.count):
            rng = stream(self.seed, self.category, self.design.name, index)
            drawing = drawings[int(rng.integers(len(drawings)))]
            picture = photograph(mounted(self.design, drawing, rng), rng, self.look)
            quality = int(rng.integers(70, 91))
            picture.save(self.directory / f"{index + 1:02d}.jpg", quality=quality)
        return self.count


@dataclass(frozen=True)
class ExampleTask:
    """One example query, taken by phone; small and picklable.

    Attributes:
        category: Its name; part of the random stream.
        design: What to photograph.
        look: How.
        seed: Decides everything.
        path: File to write.
        rotated: Store the pixels turned, with an EXIF note, as phones do.
    """

    category: str
    design: Design
    look: Look
    seed: int
    path: Path
    rotated: bool

    def __call__(self) -> int:
        """Take the picture; returns 1."""
        rng = stream(self.seed, self.category, self.design.name, "phone")
        drawing = render_svg(self.design.views[0], PHONE_DRAWING_PX)
        picture = photograph_by_phone(mounted(self.design, drawing, rng), rng, self.look)
        exif = Image.Exif()
        if self.rotated:
            picture = picture.transpose(Image.Transpose.ROTATE_90)
            exif[EXIF_ORIENTATION] = ROTATED_BY_CAMERA
        picture.save(self.path, quality=84, exif=exif)
        return 1


Task = CatalogueTask | ExampleTask


def perform(task: Task) -> int:
    """Run a task in whatever process this is; returns the number of pictures taken."""
    return task()

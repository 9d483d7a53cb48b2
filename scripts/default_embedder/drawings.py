"""Pictures of varied demo designs, taken for a catalogue and by phone.

No demo category shows any of them: each design is drawn as something else only (a tile in other
colours, a shoe of other materials, a mark under another name), and one third of the designs are
left out altogether, so that the figures for the demo can be told apart by whether
a design's shape was ever seen.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from common.indexing import OnProgress, no_callback
from metrics.comparing import held_out_classes
from scripts.default_embedder.variations import varied
from scripts.demo_data.__main__ import CATEGORIES
from scripts.demo_data.designs import DemoCategory, Design
from scripts.demo_data.generate import DESIGN_VERSION
from scripts.demo_data.look import Look
from scripts.demo_data.photography import photograph, photograph_by_phone
from scripts.demo_data.pictures import mounted, slug, stream
from scripts.demo_data.svg import render_svg

SEED: Final = 31
DESIGN_SEED: Final = 7
"""The demo's own, so that its designs are the ones varied."""
HELD_OUT_SHARE: Final = 3
"""Each third design is left out."""
SHORT_SIDE_PX: Final = 176
_PHONE_PX: Final = 600
"""Longer side of a phone's picture as it is drawn: a quarter of the work of a whole one."""
_PHONE_DRAWING_PX: Final = 640
_LEAST_CHANGE: Final = 35.0
"""How different two drawings must be to count as two classes, of 255, where they differ most."""
_COMPARED_PX: Final = 48


@dataclass(frozen=True, slots=True)
class DrawingPlan:
    """How many pictures are taken.

    Attributes:
        variations: of each design; those that hardly differ are left out.
        catalogue: pictures of each variation.
        phone: likewise.
        designs: at most so many of a category; None for all.
    """

    variations: int = 6
    catalogue: int = 3
    phone: int = 4
    designs: int | None = None


@dataclass(frozen=True, slots=True)
class _DrawTask:
    """All pictures of one design's variations; small and picklable."""

    category: DemoCategory
    design: Design
    plan: DrawingPlan
    directory: Path

    def __call__(self) -> None:
        look = self.category.look
        kept = [_thumbnail(self.design.views[0])]
        for number in range(self.plan.variations):
            rng = stream(SEED, self.category.name, self.design.name, number)
            design = varied(
                self.category.name, self.design, rng, number=number, count=self.plan.variations
            )
            small = _thumbnail(design.views[0])
            if min(_difference(small, other) for other in kept) < _LEAST_CHANGE:
                continue
            kept.append(small)
            directory = self.directory / f"{slug(self.design.name)}--{number}"
            directory.mkdir(parents=True)
            for kind, count, take, drawing_px in (
                ("catalogue", self.plan.catalogue, photograph, look.drawing_px),
                ("phone", self.plan.phone, _by_phone, _PHONE_DRAWING_PX),
            ):
                drawings = [render_svg(view, drawing_px) for view in design.views]
                for index in range(count):
                    drawing = drawings[int(rng.integers(len(drawings)))]
                    picture = take(mounted(design, drawing, rng), rng, look)
                    _save(picture, directory / f"{kind}-{index}.jpg")


def training_designs(category: DemoCategory) -> list[Design]:
    """Return the designs that are drawn for training: all but each third, chosen by name."""
    designs = category.designs(stream(DESIGN_SEED, category.name, "designs"))
    left_out = held_out_designs(category)
    return [design for design in designs if design.name not in left_out]


def held_out_designs(category: DemoCategory) -> tuple[str, ...]:
    """Return the names of the designs that training never shows in any variation."""
    designs = category.designs(stream(DESIGN_SEED, category.name, "designs"))
    names = [design.name for design in designs]
    return held_out_classes(names, count=len(names) // HELD_OUT_SHARE)


def draw(
    out: Path, plan: DrawingPlan, *, executor: Executor, on_progress: OnProgress = no_callback
) -> list[tuple[Path, str]]:
    """Draw everything, unless it is there already.

    Args:
        out: holds ``<category>/<design>--<variation>/*.jpg`` afterwards; made if missing.
        plan: how many.
        executor: shares the work.
        on_progress: told designs done and designs in all.

    Returns:
        Every file and its class, ``<category>/<design>--<variation>``, in a fixed order.
    """
    stamp = out / "plan.json"
    wanted = json.dumps({"version": DESIGN_VERSION, "seed": SEED, **asdict(plan)})
    if not stamp.is_file() or stamp.read_text() != wanted:
        for name in CATEGORIES:  # whatever another plan, or one that was killed, left here
            shutil.rmtree(out / name, ignore_errors=True)
        tasks = [
            _DrawTask(category, design, plan, out / category.name)
            for category in CATEGORIES.values()
            for design in training_designs(category)[: plan.designs]
        ]
        _perform(tasks, executor, on_progress)
        stamp.write_text(wanted)
    files = sorted(out.glob("*/*/*.jpg"))
    return [(file, f"{file.parent.parent.name}/{file.parent.name}") for file in files]


def _perform(tasks: Sequence[_DrawTask], executor: Executor, on_progress: OnProgress) -> None:
    for done, _ in enumerate(executor.map(_call, tasks), start=1):
        on_progress(done, len(tasks))


def _call(task: _DrawTask) -> None:
    task()


def _by_phone(subject: Image.Image, rng: np.random.Generator, look: Look) -> Image.Image:
    return photograph_by_phone(subject, rng, look, _PHONE_PX)


def _thumbnail(svg: str) -> np.ndarray:
    drawing = render_svg(svg, _COMPARED_PX)
    white = Image.new("RGBA", drawing.size, "white")
    return np.asarray(Image.alpha_composite(white, drawing).convert("RGB"), dtype=np.float32)


def _difference(one: np.ndarray, other: np.ndarray) -> float:
    """Return the mean over the tenth of the pixels that differ most: much may be background."""
    pixels = np.sort(np.abs(one - other).mean(axis=2), axis=None)
    return float(pixels[-(pixels.size // 10) :].mean())


def _save(picture: Image.Image, path: Path) -> None:
    scale = SHORT_SIDE_PX / min(picture.size)
    size = (round(picture.width * scale), round(picture.height * scale))
    picture.resize(size, Image.Resampling.LANCZOS).save(path, quality=92)

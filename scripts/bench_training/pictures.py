"""Demo designs as labelled pictures: half of them to fit to, the other half to ask about."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np

from common.categories import CategoryCatalog
from common.errors import MetadataError
from common.images import ImageLimits
from common.planning import plan_index
from common.storage.folder import FolderStore
from metrics.training.images import ImageFiles
from scripts.demo_data.designs import DemoCategory
from scripts.demo_data.generate import Plan, generate_category
from scripts.demo_data.workers import worker_processes
from scripts.terminal import progress_bar


@dataclass(frozen=True, slots=True)
class Designs:
    """Pictures of drawn designs.

    Attributes:
        files: by design; each shows that one.
        limits: on image files.
    """

    files: Sequence[Sequence[Path]]
    limits: ImageLimits

    def at_most(self, pictures: int) -> Designs:
        """Return whole designs from the first on, with no more pictures than that in all.

        Two designs stay in any case.
        """
        ends = np.cumsum([len(files) for files in self.files])
        kept = max(2, int(np.searchsorted(ends, pictures, side="right")))
        return Designs(self.files[:kept], self.limits)

    def images(self, side_px: int) -> ImageFiles:
        """Return the pictures for a network that takes images of a side; labels count designs."""
        labels = np.repeat(np.arange(len(self.files)), [len(files) for files in self.files])
        files = [file for files in self.files for file in files]
        return ImageFiles(files, labels, self.limits, side_px=side_px)


def demo_halves(
    categories: Iterable[DemoCategory], out: Path, plan: Plan, limits: ImageLimits
) -> tuple[Designs, Designs]:
    """Draw demo categories, unless they are there already, and deal out the designs of each.

    The halves are those of the alphabet: a thing's variants in several colours, which begin with
    the same name, are all but once on one side.

    Args:
        categories: what to draw.
        out: holds categories drawn before; made if missing.
        plan: of each category.
        limits: on image files.

    Returns:
        The designs to fit to, and those to ask about; the categories follow each other by turns.

    Raises:
        CategoryExists: ``out`` holds another category of that name.
        MetadataError: a category has fewer than four designs.
    """
    fitting, asking = [], []
    for category in categories:
        designs = _designs(category, out, plan)
        if len(designs) < 4:
            raise MetadataError(
                f"The {len(designs)} designs of '{category.name}' cannot be shared between fitting "
                "and asking",
                "Draw at least 4",
            )
        middle = len(designs) // 2
        fitting.append(designs[:middle])
        asking.append(designs[middle:])
    return Designs(_by_turns(fitting), limits), Designs(_by_turns(asking), limits)


def _by_turns(categories: Sequence[Sequence[Sequence[Path]]]) -> list[Sequence[Path]]:
    turns = zip_longest(*categories)
    return [design for turn in turns for design in turn if design is not None]


def _designs(category: DemoCategory, out: Path, plan: Plan) -> list[list[Path]]:
    with (
        worker_processes(os.cpu_count() or 1) as executor,
        progress_bar(f"Drawing {category.name}", "pictures") as on_progress,
    ):
        generate_category(category, out, plan, executor=executor, on_progress=on_progress)
    drawn = CategoryCatalog(out).get(category.name)
    payloads = plan_index(drawn, FolderStore(drawn.images_dir)).payloads
    by_class: dict[str, list[Path]] = {}
    for file in sorted(payloads):
        by_class.setdefault(str(payloads[file]["class"]), []).append(drawn.images_dir / file)
    return list(by_class.values())

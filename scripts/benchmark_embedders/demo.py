"""Demo categories, asked with phone-like pictures that are drawn for it and never indexed.

The category itself ships three examples, too few to tell anything. Here every design is taken by
phone once, with another seed than any picture that is shipped.
"""

from __future__ import annotations

import shutil
from concurrent.futures import Executor
from pathlib import Path
from typing import Final

from common.categories import CategoryCatalog
from common.indexing import OnProgress, no_callback
from common.planning import plan_index
from common.storage.folder import FolderStore
from metrics.comparing import LabelledPictures, Trial
from scripts.demo_data.designs import DemoCategory
from scripts.demo_data.generate import DESIGN_VERSION, Plan, generate_category
from scripts.demo_data.pictures import ExampleTask, perform, stream

PHONE_SEED: Final = 1_000_003
"""Decides the phone-like queries; no catalogue picture or example is drawn from it."""

_TURNED_EVERY: Final = 3
"""Each third picture is stored turned, with a note how to hold it, as many phones do."""


def demo_trial(
    category: DemoCategory,
    out: Path,
    plan: Plan,
    *,
    executor: Executor | None = None,
    limit: int | None = None,
    on_progress: OnProgress = no_callback,
) -> Trial:
    """Draw a demo category and its phone-like queries, unless they are there already.

    Args:
        category: what to draw.
        out: holds categories drawn before; made if missing.
        plan: of the category.
        executor: worker processes to share the drawing.
        limit: at most so many catalogue pictures of a class; None for all.
        on_progress: told pictures done and pictures in all, of the catalogue, then of the queries.

    Raises:
        CategoryExists: ``out`` holds another category of that name.
    """
    generate_category(category, out, plan, executor=executor, on_progress=on_progress)
    drawn = CategoryCatalog(out).get(category.name)
    store = FolderStore(drawn.images_dir)
    payloads = plan_index(drawn, store).payloads
    gallery = LabelledPictures(
        store, {file: str(payload["class"]) for file, payload in payloads.items()}
    )
    queries = phone_queries(category, out, plan, executor=executor, on_progress=on_progress)
    return Trial(
        f"{category.name}, phone-like queries",
        gallery if limit is None else gallery.at_most(limit),
        queries,
    )


def phone_queries(
    category: DemoCategory,
    out: Path,
    plan: Plan,
    *,
    executor: Executor | None = None,
    on_progress: OnProgress = no_callback,
) -> LabelledPictures:
    """Take every design of a category by phone, once; the label is the design's name.

    The same arguments give the same bytes. Pictures drawn before by the same version of the
    drawing are kept.

    Args:
        category: whose designs are taken.
        out: where the pictures are kept, in a hidden directory; made if missing.
        plan: of the category: its seed decides the designs.
        executor: worker processes to share the work; None works in this one.
        on_progress: told pictures done and pictures in all.
    """
    designs = category.designs(stream(plan.seed, category.name, "designs"))[: plan.max_classes]
    final = out / f".{category.name}-by-phone-{DESIGN_VERSION}-{plan.seed}-{len(designs)}"
    labels = {f"{number:03d}.jpg": design.name for number, design in enumerate(designs)}
    if not final.exists():
        partial = final.with_name(f"{final.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        tasks = [
            ExampleTask(
                category=category.name,
                design=design,
                look=category.look,
                seed=PHONE_SEED,
                path=partial / file,
                rotated=number % _TURNED_EVERY == 0,
            )
            for number, (file, design) in enumerate(zip(labels, designs, strict=True))
        ]
        pictures = map(perform, tasks) if executor is None else executor.map(perform, tasks)
        for done, _ in enumerate(pictures, start=1):
            on_progress(done, len(tasks))
        partial.rename(final)
    return LabelledPictures(FolderStore(final), labels)

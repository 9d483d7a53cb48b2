"""Draws a category into a directory, whole or not at all."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, as_completed, wait
from dataclasses import dataclass
from pathlib import Path

from common.errors import CategoryExists
from scripts.demo_data.designs import DemoCategory, Design
from scripts.demo_data.manifest import read_stamp, write_manifest, write_metadata, write_stamp
from scripts.demo_data.pictures import CatalogueTask, ExampleTask, Task, perform, slug, stream

DESIGN_VERSION = 1
"""Raised whenever the same seed would draw other pictures, so that old ones are replaced."""

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True)
class Plan:
    """What to generate.

    Attributes:
        seed: Decides everything; the same seed gives byte-identical files.
        pictures_per_class: Pictures of each design.
        examples: Example queries per category.
        max_classes: Only the first so many designs, for quick trials; None for all.
    """

    seed: int = 7
    pictures_per_class: int = 12
    examples: int = 3
    max_classes: int | None = None


@dataclass(frozen=True)
class Report:
    """What `generate_category` did.

    Attributes:
        category: Its name.
        directory: Where it lies.
        classes: Number of designs.
        pictures: Number of pictures, without example queries.
        size_bytes: Everything in the directory.
        seconds: Wall time; 0 if skipped.
        skipped: An identical category was there already.
    """

    category: str
    directory: Path
    classes: int
    pictures: int
    size_bytes: int
    seconds: float
    skipped: bool


def _checked_designs(category: DemoCategory, plan: Plan) -> list[Design]:
    """The designs to draw; a mistake in a drawing module is found before any work is done."""
    designs = category.designs(stream(plan.seed, category.name, "designs"))[: plan.max_classes]
    if len({slug(design.name) for design in designs}) != len(designs):
        raise ValueError(f"Category {category.name!r} has two designs of the same name.")
    for design in designs:
        if set(design.attributes) != set(category.fields):
            raise ValueError(f"Design {design.name!r} lacks fields, or has others than declared.")
    return designs


def _catalogue_tasks(
    category: DemoCategory, designs: Sequence[Design], directory: Path, plan: Plan
) -> list[CatalogueTask]:
    return [
        CatalogueTask(
            category=category.name,
            design=design,
            look=category.look,
            seed=plan.seed,
            directory=directory / slug(design.name),
            count=plan.pictures_per_class,
        )
        for design in designs
    ]


def _example_tasks(
    category: DemoCategory, designs: Sequence[Design], directory: Path, plan: Plan
) -> list[ExampleTask]:
    """Phone pictures of a few designs; the first is stored turned, as many phones do."""
    order = stream(plan.seed, category.name, "examples").permutation(len(designs))
    return [
        ExampleTask(
            category=category.name,
            design=designs[int(index)],
            look=category.look,
            seed=plan.seed,
            path=directory / f"{number:02d}.jpg",
            rotated=number == 1,
        )
        for number, index in enumerate(order[: plan.examples], start=1)
    ]


def _run(
    tasks: Sequence[Task], executor: Executor | None, on_picture: Callable[[int], None]
) -> None:
    """Perform tasks in other processes, or one after the other in this one."""
    if executor is None:
        for task in tasks:
            on_picture(perform(task))
        return
    futures = [executor.submit(perform, task) for task in tasks]
    try:
        for future in as_completed(futures):
            on_picture(future.result())
    finally:
        for future in futures:
            future.cancel()
        # Whoever tidies up after an error must not meet a process that still writes.
        wait(futures)


def _write_category(
    category: DemoCategory,
    designs: Sequence[Design],
    directory: Path,
    plan: Plan,
    executor: Executor | None,
    on_progress: OnProgress | None,
) -> None:
    (directory / "examples").mkdir(parents=True)
    examples = _example_tasks(category, designs, directory / "examples", plan)
    catalogue = _catalogue_tasks(category, designs, directory / "images", plan)
    total = len(examples) + sum(task.count for task in catalogue)
    done = 0

    def on_picture(count: int) -> None:
        nonlocal done
        done += count
        if on_progress is not None:
            on_progress(done, total)

    # Examples take longest, so they are not left for the end, when other processes would wait.
    _run([*examples, *catalogue], executor, on_picture)
    write_metadata(directory / "meta.csv", designs, plan.pictures_per_class)
    titles = {f"examples/{task.path.name}": f"{task.design.name}, by phone" for task in examples}
    write_manifest(directory / "category.yaml", category, titles)


def _size_bytes(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.rglob("*") if path.is_file())


def _publish(partial: Path, final: Path, replaced: Path) -> None:
    """Put a finished directory in its place, keeping the old one until that has worked."""
    if not final.exists():
        partial.rename(final)
        return
    final.rename(replaced)
    try:
        partial.rename(final)
    except OSError:
        replaced.rename(final)
        raise
    shutil.rmtree(replaced)


def generate_category(
    category: DemoCategory,
    out: Path,
    plan: Plan,
    *,
    executor: Executor | None = None,
    force: bool = False,
    on_progress: OnProgress | None = None,
) -> Report:
    """Draw a category into `out/<name>`.

    Everything is written to a hidden sibling directory which is renamed at the end, so that an
    interrupted run leaves nothing that looks like a category.

    Args:
        category: What to draw.
        out: Directory of all categories; made if missing.
        plan: Seed and amounts.
        executor: Worker processes to share the work; None works in this process. The files do
            not depend on it.
        force: Draw again even if an identical category, or somebody else's, is there.
        on_progress: Told pictures done and pictures in all.

    Raises:
        CategoryExists: `out/<name>` exists without this program's stamp.
        ValueError: The category's designs contradict each other or its fields.
    """
    started = time.perf_counter()
    final = out / category.name
    designs = _checked_designs(category, plan)
    pictures = len(designs) * plan.pictures_per_class
    stamp = {
        "seed": plan.seed,
        "version": DESIGN_VERSION,
        "classes": len(designs),
        "pictures_per_class": plan.pictures_per_class,
        "examples": plan.examples,
    }
    if final.exists() and not force:
        found = read_stamp(final)
        if found is None:
            raise CategoryExists(
                f"{final} exists and was not drawn by this program",
                "Move it away, choose another --out, or replace it with --force",
            )
        if found == stamp:
            size = _size_bytes(final)
            return Report(category.name, final, len(designs), pictures, size, 0.0, skipped=True)

    partial = out / f".{category.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    try:
        _write_category(category, designs, partial, plan, executor, on_progress)
        write_stamp(partial, stamp)
        _publish(partial, final, replaced=out / f".{category.name}.replaced")
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    seconds = time.perf_counter() - started
    size = _size_bytes(final)
    return Report(category.name, final, len(designs), pictures, size, seconds, skipped=False)

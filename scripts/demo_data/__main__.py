"""Draw the demo categories: ``make demo-data``, or ``python -m scripts.demo_data``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from common.settings import load_settings
from scripts.demo_data import logos, shoes, tiles
from scripts.demo_data.generate import Plan, Report, generate_category
from scripts.demo_data.workers import worker_processes
from scripts.terminal import exit_status, progress_bar

CATEGORIES = {module.CATEGORY.name: module.CATEGORY for module in (shoes, logos, tiles)}


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.demo_data", description=__doc__)
    parser.add_argument(
        "--out", type=Path, help="directory of all categories; default: the one that is served"
    )
    parser.add_argument(
        "--only", action="append", choices=list(CATEGORIES), help="draw this one; repeatable"
    )
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--pictures", type=int, default=Plan.pictures_per_class, help="per class")
    parser.add_argument("--classes", type=int, help="at most, for a quick trial")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--force", action="store_true", help="replace what is there")
    return parser.parse_args(argv)


def _summary(report: Report) -> str:
    how = "was there already" if report.skipped else f"drawn in {report.seconds:.1f} s"
    return (
        f"{report.category}: {report.pictures} pictures of {report.classes} classes, "
        f"{report.size_bytes / 1e6:.1f} MB, {how}: {report.directory}"
    )


def draw(arguments: argparse.Namespace) -> None:
    """Draw the chosen categories and say what was drawn.

    Raises:
        CategoryExists: A category of that name is there and was not drawn by this program.
    """
    out = arguments.out or load_settings().data_dir / "metric_datasets"
    plan = Plan(arguments.seed, arguments.pictures, max_classes=arguments.classes)
    with worker_processes(arguments.workers) as executor:
        for name in arguments.only or CATEGORIES:
            with progress_bar(f"Drawing {name}", "pictures") as on_progress:
                report = generate_category(
                    CATEGORIES[name],
                    out,
                    plan,
                    executor=executor,
                    force=arguments.force,
                    on_progress=on_progress,
                )
            print(_summary(report))


def main(argv: Sequence[str] | None = None) -> int:
    """Run with command line arguments; returns the exit status."""
    arguments = _arguments(argv)
    return exit_status(lambda: draw(arguments))


if __name__ == "__main__":
    sys.exit(main())

"""Print what training and export cost, and what they bring.

    python -m scripts.bench_training head
    python -m scripts.bench_training int8 [models/NAME ...]
    python -m scripts.bench_training pipeline
    python -m scripts.bench_training negatives
    python -m scripts.bench_training speed models/NAME [...] --sizes 96,160

- ``head``: minutes and peak memory of a head trained on cached features;
- ``int8``: a trunk and bundles in int8 against float32, accuracy and speed;
- ``pipeline``: files to vectors, one image at a time in torch against the pipeline that serves;
- ``negatives``: hard negatives chosen in two ways against random ones;
- ``speed``: inference of bundles alone, float32 and int8.

Demo pictures are drawn where they are not there yet.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from common.assembly import assemble
from common.embedding.base import Preprocessing
from common.errors import TrainingError
from common.settings import load_settings
from scripts.bench_training.head import HeadPlan, measure_head
from scripts.bench_training.head import report as head_report
from scripts.bench_training.options import parsed
from scripts.bench_training.pictures import Designs, demo_halves
from scripts.bench_training.tables import measured_on
from scripts.demo_data.__main__ import CATEGORIES
from scripts.demo_data.generate import Plan
from scripts.terminal import exit_status, progress_bar

_RATE_FROM_WEIGHTS: Final = 1e-4
_RATE_FROM_RANDOM: Final = 1e-3


def main(argv: Sequence[str] | None = None) -> int:
    """Run with command line arguments; returns the exit status."""
    options = parsed(argv, __doc__)
    return exit_status(lambda: _run(options))


def _run(options: argparse.Namespace) -> None:
    try:
        BENCHMARKS[options.benchmark](options)
    except ModuleNotFoundError as error:
        raise TrainingError(
            f"This benchmark needs the package '{error.name}', which is not installed",
            "Install it: poetry install --with metrics",
        ) from error
    print(measured_on(options.threads))


def head(options: argparse.Namespace) -> None:
    """Print the figures of :mod:`scripts.bench_training.head`."""
    plan = HeadPlan(
        rows=options.rows,
        width=options.width,
        classes=options.classes,
        dim=options.dim,
        epochs=options.epochs,
        batch_size=options.batch_size,
        threads=options.threads,
        seed=options.seed,
    )
    print(head_report(plan, measure_head(plan)))


def int8(options: argparse.Namespace) -> None:
    """Print the figures of :mod:`scripts.bench_training.int8`."""
    import torch

    from metrics.export.trial import ExportOptions
    from metrics.export.trunk_export import TrunkChoice
    from scripts.bench_training.int8 import bundle_pair, measure_int8, report, trunk_pair
    from scripts.bench_training.trunks import weights_source

    torch.set_num_threads(options.threads)
    fitting, asking = _halves(options)
    exporting = ExportOptions(threads=options.threads, latency_rounds=options.rounds)
    found = []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        pairs = [bundle_pair(bundle, fitting, Path(folder)) for bundle in options.bundles]
        if options.trunk != "none":
            choice = TrunkChoice(
                options.trunk, weights_source(options.weights), Preprocessing(options.size)
            )
            pairs.append(trunk_pair(choice, options.whitened_dim, fitting, Path(folder)))
        for pair, weights in pairs:
            with progress_bar(f"Embedding with {pair.name}", "pictures") as on_progress:
                found.append(measure_int8(pair, weights, asking, exporting, on_progress))
    if not found:
        raise TrainingError("There is nothing to measure", "Name a bundle or a trunk")
    print(report(found))


def pipeline(options: argparse.Namespace) -> None:
    """Print the figures of :mod:`scripts.bench_training.pipeline`."""
    import torch

    from metrics.export.trunk_export import TrunkChoice
    from scripts.bench_training.pipeline import measure, report
    from scripts.bench_training.trunks import weights_source

    torch.set_num_threads(options.threads)
    fitting, asking = (half.at_most(options.images) for half in _halves(options))
    # Squashed and filtered as torchvision's Resize does it, for both sides alike.
    spec = Preprocessing(options.size, resize="squash", interpolation="bilinear")
    choice = TrunkChoice(options.trunk, weights_source(options.weights), spec)
    with (
        tempfile.TemporaryDirectory(prefix="benchmark-") as folder,
        progress_bar("Embedding", "pictures") as on_progress,
    ):
        found, weights = measure(
            choice,
            options.whitened_dim,
            fitting,
            asking,
            Path(folder),
            threads=options.threads,
            root=_demo_dir(options),
            on_progress=on_progress,
        )
    print(report(found, f"{options.trunk} at {options.size} px", weights))


def negatives(options: argparse.Namespace) -> None:
    """Print the figures of :mod:`scripts.bench_training.negatives`."""
    import torch

    from scripts.bench_training.negatives import (
        NegativesPlan,
        in_memory,
        measure_negatives,
        report,
    )

    torch.set_num_threads(options.threads)
    training, unseen = (half.at_most(options.images) for half in _halves(options))
    default_rate = _RATE_FROM_RANDOM if options.weights is None else _RATE_FROM_WEIGHTS
    plan = NegativesPlan(
        side_px=options.size,
        dim=options.dim,
        negatives=options.negatives,
        epochs=options.epochs,
        seeds=tuple(range(options.seeds)),
        weights=options.weights,
        trunk_rate=options.trunk_rate or default_rate,
        threads=options.threads,
    )
    with progress_bar("Training", "trainings") as on_progress:
        before, found = measure_negatives(
            in_memory(training.images(plan.side_px), plan.side_px),
            in_memory(unseen.images(plan.side_px), plan.side_px),
            plan,
            on_progress,
        )
    title = f"{len(training.files)} designs of {', '.join(options.categories)}"
    print(report(before, found, plan, title))


def speed(options: argparse.Namespace) -> None:
    """Print the figures of :mod:`scripts.bench_training.speed`."""
    from scripts.bench_training.speed import SpeedPlan, measure_speed, report

    plan = SpeedPlan(rounds=options.rounds, threads=options.threads)
    found, refused = [], []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        for bundle in options.bundles:
            figures, sentences = measure_speed(bundle, options.sizes, plan, Path(folder))
            found += figures
            refused += sentences
    print(report(found, refused))


BENCHMARKS: Final[Mapping[str, Callable[[argparse.Namespace], None]]] = {
    "head": head,
    "int8": int8,
    "pipeline": pipeline,
    "negatives": negatives,
    "speed": speed,
}


def _demo_dir(options: argparse.Namespace) -> Path:
    folder: Path = options.demo_dir or load_settings().data_dir / "benchmarks"
    return folder


def _halves(options: argparse.Namespace) -> tuple[Designs, Designs]:
    plan = Plan(pictures_per_class=options.pictures, max_classes=options.classes)
    chosen = [CATEGORIES[name] for name in options.categories]
    return demo_halves(chosen, _demo_dir(options), plan, assemble(load_settings()).limits)


if __name__ == "__main__":
    sys.exit(main())

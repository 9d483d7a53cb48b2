"""Train the embedder that is shipped: ``make default-embedder SHARED_DATA=folder``.

Draws pictures, trains both stages of the recipe, prints how good the network is at several sizes
of input, and writes the bundle below ``models/``. Each step is kept below ``data/runs/`` and found
there again: killed at any moment, the same command goes on.

    python -m scripts.default_embedder --data-dir FOLDER [--runs FOLDER] [--models FOLDER] [--quick]
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from common.assembly import SHIPPED_MODELS
from common.errors import SettingsError
from common.settings import load_settings
from metrics.nets.network import EmbeddingNetwork
from metrics.training.images import Labels
from scripts.default_embedder.drawings import DrawingPlan, draw
from scripts.default_embedder.photographs import read_photographs, read_reported
from scripts.default_embedder.pictures import Pictures, gather, scores_by_kind, validation_score
from scripts.default_embedder.recipe import NETWORK, SERVED, STAGES, Stage, shortened
from scripts.default_embedder.serving import export, fit_head, try_sizes
from scripts.default_embedder.stages import run_stage
from scripts.demo_data.workers import worker_processes
from scripts.terminal import exit_status, progress_bar

_QUICK_DRAWINGS = DrawingPlan(variations=2, catalogue=2, phone=2, designs=16)
_WEIGHTS_SEED = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run with command line arguments; returns the exit status."""
    arguments = _arguments(argv)
    return exit_status(lambda: train(arguments))


def train(arguments: argparse.Namespace) -> None:
    """Do all steps that are not done yet.

    Raises:
        VisualSearchError: it cannot be done.
    """
    if arguments.data_dir is None:
        raise SettingsError(
            "No folder of data sets is named", "Name the one of tiny-imagenet-*.parquet: --data-dir"
        )
    runs = arguments.runs or load_settings().data_dir / "runs" / "default-embedder"
    runs.mkdir(parents=True, exist_ok=True)
    pictures = _pictures(arguments, runs)
    torch.manual_seed(_WEIGHTS_SEED)
    network = EmbeddingNetwork(NETWORK)
    for stage in STAGES:
        _train_stage(shortened(stage) if arguments.quick else stage, network, pictures, runs)
    print(fit_head(network, pictures, SERVED))
    for trial in try_sizes(network, pictures, SERVED):
        print(trial)
    card = export(network, SERVED, read_reported(arguments.data_dir), arguments.models)
    print(f"{card.name}: {card.dim} dimensions, serves {card.serve}")
    for name, value in card.quality.items():
        print(f"  {name} {100 * value:.2f} % on the held-out classes")


def _pictures(arguments: argparse.Namespace, runs: Path) -> Pictures:
    photographs = read_photographs(
        arguments.data_dir,
        training_images_per_class=50 if arguments.quick else None,
        validation_images_per_class=60,
    )
    plan = _QUICK_DRAWINGS if arguments.quick else DrawingPlan()
    with (
        worker_processes(os.cpu_count() or 1) as executor,
        progress_bar("Drawing", "designs") as on_progress,
    ):
        drawn = draw(runs / "drawings", plan, executor=executor, on_progress=on_progress)
    return gather(photographs, drawn)


def _train_stage(stage: Stage, network: EmbeddingNetwork, pictures: Pictures, runs: Path) -> None:
    started = time.monotonic()

    def evaluate(embeddings: NDArray[np.float32], labels: Labels) -> float:
        scores = scores_by_kind(embeddings, labels)
        shown = ", ".join(f"{kind} {100 * score:.2f} %" for kind, score in scores.items())
        print(f"{stage.name}, {time.monotonic() - started:.0f} s: MAP@R of validation: {shown}")
        return validation_score(embeddings, labels)

    with progress_bar(f"Stage '{stage.name}'", "batches") as on_progress:
        outcome = run_stage(stage, network, pictures, evaluate, runs, on_progress=on_progress)
    print(f"{stage.name}: best after epoch {outcome.best_epoch} of {outcome.epochs}")


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.default_embedder",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    shared = os.environ.get("SHARED_DATA")
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=Path(shared) if shared else None,
        help="folder of tiny-imagenet-*.parquet; default: SHARED_DATA",
    )
    parser.add_argument("--runs", type=Path, help="keeps what was done; default: below DATA_DIR")
    parser.add_argument(
        "--models", type=Path, default=SHIPPED_MODELS, help="where the bundle is written"
    )
    parser.add_argument(
        "--quick", action="store_true", help="a tiny share of everything, to try the command"
    )
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())

"""Export a trunk as a model that serves: ``make export TRUNK=resnet50 NAME=model``.

Without pictures it serves in float32. With --images (a folder for each label) half of the labels
calibrate int8 and fit the whitening, the other half decides whether int8 is good enough; labels
that share near-duplicates are in the same half. The options in capitals are read from the
environment too.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from common.assembly import assemble
from common.embedding.base import Preprocessing
from common.embedding.card import BundleCard
from common.errors import TrainingError
from common.images import ImageLimits
from common.settings import load_settings
from metrics.data import draw_split
from scripts.terminal import exit_status, progress_bar

if TYPE_CHECKING:
    from metrics.training.images import LabelledImages

_RESIZE = ("squash", "crop", "pad")


def main(arguments: Sequence[str] | None = None) -> int:
    """Export what the command line asks for; return the exit status."""
    options = _parser().parse_args(arguments)
    return exit_status(lambda: _export(options))


def _export(options: argparse.Namespace) -> None:
    try:
        from metrics.export.trial import ExportOptions
        from metrics.export.trunk_export import TrunkChoice, export_trunk
        from metrics.runs.first_weights import weights_named
    except ModuleNotFoundError as error:
        raise TrainingError(
            f"Exporting needs the package '{error.name}', which is not installed",
            "Install it: poetry install --with metrics",
        ) from error
    for option, value in {"TRUNK": options.trunk, "NAME": options.name}.items():
        if not value:
            raise TrainingError(f"{option} is not given", "Add TRUNK=resnet50 NAME=model")
    if options.seed < 0:
        raise TrainingError(f"{options.seed} is no seed", "Give 0 or more")
    settings = load_settings()
    choice = TrunkChoice(
        trunk=options.trunk,
        weights=weights_named(options.weights),
        preprocessing=Preprocessing(size_px=options.size, resize=options.resize),
        pooling=options.pooling,
        whitened_dim=options.whitened_dim,
        licence=options.licence,
    )
    fitting = evaluation = None
    if options.images is not None:
        limits = assemble(settings).limits
        fitting, evaluation = _halves(options.images, limits, options.size, options.seed)
    with progress_bar(f"Exporting {options.name}", "images") as on_progress:
        card = export_trunk(
            choice,
            options.name,
            options.models or settings.data_dir / "models",
            fitting=fitting,
            evaluation=evaluation,
            options=ExportOptions(
                int8=not options.no_int8, replace=options.replace, seed=options.seed
            ),
            on_progress=on_progress,
        )
    _print(card)


def _halves(
    folder: Path, limits: ImageLimits, size_px: int, seed: int
) -> tuple[LabelledImages, LabelledImages]:
    """Read a folder of pictures and deal its labels into two halves that share no copies."""
    from metrics.runs.data import open_data, read_labels

    with progress_bar("Opening pictures", "images") as on_progress:
        data = open_data(
            folder, read_labels(folder, None), limits, side_px=size_px, on_progress=on_progress
        )
    split = draw_split(data.table, seed=seed, clusters=data.clusters, train_share=0.5)
    fitting = split.rows(data.table, "train")
    evaluation = np.setdiff1d(np.arange(len(data.table)), fitting)
    if not len(evaluation):
        raise TrainingError(
            f"The {len(data.table.label_map)} labels in {folder} cannot be halved",
            "Give at least 4 labels that have two pictures each and share no copies",
        )
    return data.images_of(fitting), data.images_of(evaluation)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    images = os.environ.get("IMAGES")
    parser.add_argument(
        "--trunk",
        default=os.environ.get("TRUNK"),
        help="such as compact, resnet18, resnet50; TRUNK",
    )
    parser.add_argument(
        "--name",
        default=os.environ.get("NAME"),
        help="of the model, and of its directory; NAME",
    )
    parser.add_argument(
        "--weights",
        default=os.environ.get("WEIGHTS") or "pretrained",
        help="pretrained, none, or a safetensors file; WEIGHTS",
    )
    parser.add_argument("--size", type=int, default=224, help="side of the input in pixels")
    parser.add_argument("--resize", choices=_RESIZE, default="pad", help="how images become square")
    parser.add_argument("--pooling", choices=("gem", "average"), help="default: what suits")
    parser.add_argument(
        "--images",
        type=Path,
        default=Path(images) if images else None,
        help="pictures, a folder for each label; IMAGES",
    )
    parser.add_argument("--whitened-dim", type=int, help="PCA-whiten to so many dimensions")
    parser.add_argument("--no-int8", action="store_true", help="do not try int8")
    parser.add_argument("--licence", help="SPDX identifier of the weights")
    parser.add_argument("--models", type=Path, help="where models lie; default: data/models")
    parser.add_argument("--replace", action="store_true", help="replace a model of that name")
    parser.add_argument("--seed", type=int, default=0, help="of the choice of pictures")
    return parser


def _print(card: BundleCard) -> None:
    print(f"{card.name}: {card.dim} dimensions, serves {card.serve}")
    print(f"  {card.extra['int8']['reason']}")
    for name, value in card.quality.items():
        print(f"  {name} {100 * value:.1f} % on labels that nothing was fitted to")


if __name__ == "__main__":
    sys.exit(main())

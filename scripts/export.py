"""Export a trunk as a model that serves: ``python -m scripts.export --trunk resnet50 --name …``.

Without pictures it serves in float32. With --images (a folder for each label) half of the labels
calibrate int8 and fit the whitening, the other half decides whether int8 is good enough.
"""

from __future__ import annotations

import argparse
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
from common.storage.folder import FolderStore
from metrics.data.reading import read_training_folder
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
        from metrics.nets.weights import PRETRAINED
    except ModuleNotFoundError as error:
        raise TrainingError(
            f"Exporting needs the package '{error.name}', which is not installed",
            "Install it: poetry install --with metrics",
        ) from error
    settings = load_settings()
    sources = {"none": None, "pretrained": PRETRAINED}
    choice = TrunkChoice(
        trunk=options.trunk,
        weights=sources.get(options.weights, options.weights),
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
    """Read a folder of pictures and deal its labels into two halves."""
    from metrics.training.images import ImageFiles

    table = read_training_folder(FolderStore(folder), str(folder))
    labels = np.random.default_rng(seed).permutation(len(table.label_map))
    first = np.isin(table.labels, labels[: len(labels) // 2])
    fitting, evaluation = (
        ImageFiles(
            [folder / table.files[row] for row in rows],
            table.labels[rows],
            limits,
            side_px=size_px,
        )
        for rows in (np.flatnonzero(first), np.flatnonzero(~first))
    )
    return fitting, evaluation


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--trunk", required=True, help="such as compact, resnet18, resnet50")
    parser.add_argument("--name", required=True, help="of the model, and of its directory")
    parser.add_argument(
        "--weights", default="pretrained", help="pretrained, none, or a safetensors file"
    )
    parser.add_argument("--size", type=int, default=224, help="side of the input in pixels")
    parser.add_argument("--resize", choices=_RESIZE, default="pad", help="how images become square")
    parser.add_argument("--pooling", choices=("gem", "average"), help="default: what suits")
    parser.add_argument("--images", type=Path, help="pictures, a folder for each label")
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

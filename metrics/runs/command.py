"""S1's command line: train on a folder and a table, and write a report. It switches nothing."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from tqdm import tqdm

from common.errors import TrainingError, VisualSearchError
from common.images import ImageLimits
from metrics.runs.data import open_data, read_labels
from metrics.runs.directory import RunDirectory
from metrics.runs.first_weights import weights_named
from metrics.runs.plan import RunPlan
from metrics.runs.presets import PRESETS, preset
from metrics.runs.report import write_report
from metrics.runs.result import RunResult
from metrics.runs.running import run
from metrics.training.losses import LOSSES, MINERS, LossConfig

USAGE_ERROR: Final = 2
_INTERRUPTED: Final = 130
_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train what the command line asks for; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        _train(options)
    except VisualSearchError as error:
        sys.stderr.write(f"Error: {error}\n")
        return USAGE_ERROR
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted. Go on from the last epoch with --resume.\n")
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001  # the last resort before a traceback
        _log.debug("unexpected error", exc_info=error)
        sys.stderr.write(
            f"Error: something unexpected went wrong ({type(error).__name__}: {error}).\n"
        )
        return 1
    return 0


def plan_of(options: argparse.Namespace) -> RunPlan:
    """Return the preset's plan with what the options say otherwise.

    Raises:
        TrainingError: they make no plan.
    """
    plan = preset(options.preset, name=options.name)
    if options.way is not None:
        plan = plan.with_way(options.way)
    if options.trunk_model is not None:
        plan = replace(plan, network=replace(plan.network, trunk=options.trunk_model, pooling=None))
    if options.loss is not None or options.miner is not None:
        loss = LossConfig(options.loss or plan.loss.name, miner=options.miner)
        training, head = replace(plan.training, loss=loss), replace(plan.head, loss=loss)
        plan = replace(plan, training=training, head=head)
    if options.negatives is not None:
        plan = replace(plan, negatives=options.negatives)
    if options.embedder_layers is not None:
        network = plan.network.with_embedder_layers(options.embedder_layers)
        plan = replace(plan, network=network)
    if options.input_size is not None:
        plan = plan.with_side(options.input_size)
    if options.epochs is not None:
        plan = plan.with_epochs(options.epochs)
    plan = plan.with_rates(rate=options.lr, weight_decay=options.weight_decay)
    if options.batch_size is not None:
        head = replace(plan.head, batch_size=options.batch_size)
        plan = replace(plan, batch_size=options.batch_size, head=head)
    if options.sampler_m is not None:
        plan = replace(plan, images_per_class=options.sampler_m)
    if options.split is not None:
        plan = replace(plan, train_share=options.split)
    if options.weights is not None:
        plan = replace(plan, weights=weights_named(options.weights))
    return plan if options.seed is None else plan.with_seed(options.seed)


def _train(options: argparse.Namespace) -> None:
    plan = plan_of(options)
    if options.threads < 1:
        raise TrainingError(f"{options.threads} threads prepare nothing", "Give at least 1")
    directory = RunDirectory.create(
        options.out or Path("data", "runs", plan.name), plan, resume=options.resume
    )
    with _Bar() as bar:
        bar.begin("opening pictures")
        data = open_data(
            options.data_dir,
            read_labels(options.data_dir, options.meta),
            ImageLimits(),
            side_px=plan.preprocessing.size_px,
            threads=options.threads,
            on_progress=bar.move,
        )
        result = run(
            plan,
            data.table,
            data.images_of,
            directory,
            clusters=data.clusters,
            pictures_sha256=data.sha256,
            threads=options.threads,
            device=options.device,
            on_stage=bar.begin,
            on_progress=bar.move,
        )
    report = write_report(directory, result, data.table, data.images_of)
    sys.stdout.write(f"{_summary(result)}\nReport: {report}\n")


def _summary(result: RunResult) -> str:
    lines = [f"{result.plan.name}: {result.outcome.epochs} epochs, {result.seconds:.0f} s"]
    if result.trained is not None and result.baseline is not None:
        lines += [f"  trained   {result.trained}", f"  baseline  {result.baseline}"]
    lines.append(f"  verdict   {result.comparison or result.verdict}")
    return "\n".join(lines)


class _Bar:
    """A progress bar that is named after what goes on."""

    def __enter__(self) -> _Bar:
        self._bar = tqdm(disable=None, leave=False)
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def begin(self, stage: str) -> None:
        self._bar.reset()
        self._bar.set_description(stage)

    def move(self, done: int, total: int) -> None:
        self._bar.total = total
        self._bar.update(done - self._bar.n)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="metrics/train.py",
        description="Train an embedder on labelled pictures and write a report. Whole labels are "
        "kept aside to choose and to judge it by. What is not given is the preset's.",
    )
    add = parser.add_argument
    add("--data_dir", type=Path, required=True, help="the folder of the pictures")
    add(
        "--meta",
        type=Path,
        help="table with the columns file and label (or class); without it, sub-folders are labels",
    )
    add("--name", required=True, help="of the run")
    add("--preset", default="s1", help=f"{', '.join(PRESETS)}; default: s1")
    add("--way", help="whitening, head or full: how much is trained")
    add("--trunk_model", help="such as resnet50, resnet18, mobilenet_v3_large")
    add(
        "--embedder_layers",
        type=int,
        nargs="+",
        metavar="WIDTH",
        help="widths of the layers after the trunk, as 1024 512 128; the last is the dimension",
    )
    add(
        "--split",
        type=float,
        metavar="SHARE",
        help="of the labels to train on, as 0.7; a column split of the table goes before it",
    )
    add("--batch_size", type=int, help="pictures in a batch")
    add("--epochs", type=int, help="how long")
    add("--lr", type=float, help="learning rate of trunk and head")
    add("--weight_decay", type=float, help="of weights, not of biases and norms")
    add("--loss", help=f"{', '.join(LOSSES)}; with its usual margins")
    add("--miner", help=f"of pairs: {', '.join(MINERS)}; margins are the usual ones then too")
    add("--negatives", help="hard ones in each batch: none, mined or ssim")
    add("--sampler_m", type=int, help="pictures of each class in a batch")
    add("--input_size", type=int, metavar="PX", help="side of the input in pixels")
    add("--weights", help="pretrained, none, or a safetensors file")
    add("--out", type=Path, help="the run's directory; default: data/runs/<name>")
    add("--resume", action="store_true", help="go on with the run in that directory")
    add("--seed", type=int, help="of everything random")
    add("--threads", type=int, default=2, help="that prepare pictures; default: 2")
    add("--device", default="cpu", help="cpu or cuda; default: cpu")
    return parser

"""Accuracy and speed of quantised models against their float32, on designs never calibrated on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from metrics.evaluation.comparison import compare_scores
from metrics.export.calibration import CALIBRATION_IMAGES
from metrics.export.int8 import quantise
from metrics.export.onnx_export import export_onnx
from metrics.export.trial import ExportOptions, Trial, judge_int8
from metrics.export.trunk_export import TrunkChoice
from metrics.training.embedding import OnProgress
from scripts.bench_training.bundles import ModelPair, calibration, pair_of_bundle
from scripts.bench_training.pictures import Designs
from scripts.bench_training.tables import points, table
from scripts.bench_training.trunks import whitened_trunk

METRICS: Final = ("R@1", "MAP@R")


@dataclass(frozen=True, slots=True)
class Int8Figures:
    """What was measured of one model.

    Attributes:
        pair: the two models.
        weights: where their weights come from, in words.
        trial: how they compare.
    """

    pair: ModelPair
    weights: str
    trial: Trial


def trunk_pair(
    choice: TrunkChoice, dim: int, fitting: Designs, scratch: Path, count: int = CALIBRATION_IMAGES
) -> tuple[ModelPair, str]:
    """Whiten, export and quantise a trunk.

    Args:
        choice: which trunk.
        dim: principal components to keep.
        fitting: what whitening is fitted to, and int8 calibrated on.
        scratch: a directory to write into.
        count: pictures to calibrate on, at most.

    Returns:
        The models, and where their weights come from, in words.

    Raises:
        TrainingError: there is no such trunk, or too few pictures.
        WeightsUnavailable: the weights cannot be had, or do not fit.
        ModelBundleError: the trunk cannot be exported or quantised.
    """
    spec = choice.preprocessing
    images = fitting.images(spec.size_px)
    trunk = whitened_trunk(choice, dim, images)
    model, int8 = scratch / f"{choice.trunk}.onnx", scratch / f"{choice.trunk}.int8.onnx"
    export_onnx(trunk.network, spec.size_px, model)
    counted = quantise(model, int8, calibration(images, spec, count))
    pair = ModelPair(choice.trunk, spec, model, int8, counted, int8_of_bundle=False)
    return pair, trunk.weights


def bundle_pair(
    bundle: Path, fitting: Designs, scratch: Path, count: int = CALIBRATION_IMAGES
) -> tuple[ModelPair, str]:
    """Take the models of a bundle, see :func:`~scripts.bench_training.bundles.pair_of_bundle`."""
    pair = pair_of_bundle(
        bundle,
        scratch,
        lambda card: calibration(
            fitting.images(card.preprocessing.size_px), card.preprocessing, count
        ),
    )
    return pair, f"the bundle's, int8 {pair.int8_origin}"


def measure_int8(
    pair: ModelPair,
    weights: str,
    asking: Designs,
    options: ExportOptions,
    on_progress: OnProgress | None = None,
) -> Int8Figures:
    """Let every picture of the designs ask among the others, with both models."""
    trial = judge_int8(
        pair.float32,
        pair.int8,
        pair.audit,
        pair.preprocessing,
        asking.images(pair.preprocessing.size_px),
        options,
        on_progress=on_progress,
    )
    return Int8Figures(pair, weights, trial)


def report(found: Sequence[Int8Figures]) -> str:
    """Return the figures as text, a column for each model."""
    rows: list[list[str]] = []

    def line(title: str, cell: Callable[[Int8Figures], str]) -> None:
        rows.append([title, *map(cell, found)])

    line("input, px", lambda one: str(one.pair.preprocessing.size_px))
    for metric in METRICS:
        for model in ("float32", "int8"):
            line(f"{metric} {model}, %", partial(_percent, model=model, metric=metric))
        line(f"{metric} difference, pp", partial(_difference, metric=metric))
    line("ms float32, batch 1", lambda one: f"{_median(one.trial, 'float32'):.1f}")
    line("ms int8, batch 1", lambda one: f"{_median(one.trial, 'int8'):.1f}")
    line("times as fast", lambda one: f"{speed_ratio(one.trial):.2f}")
    line("convolutions in int8", lambda one: f"{one.pair.audit.fused} of {_convolutions(one)}")
    line("int8 may serve", lambda one: "yes" if one.trial.decision.kept else "no")
    first = found[0].trial.evaluations["float32"]
    labels = len(np.unique(first.rows.labels))
    return "\n".join(
        [
            f"int8 against float32: every picture asks among all others, {first.counts.scored} "
            f"queries of {labels} designs that nothing was fitted to",
            "",
            table(["", *(one.pair.name for one in found)], rows),
            "",
            "In brackets: 95% bootstrap intervals over whole designs, paired by query.",
            *(f"{one.pair.name}: {one.weights}." for one in found),
            *(f"{one.pair.name}: {one.trial.decision.reason}." for one in found),
        ]
    )


def speed_ratio(trial: Trial) -> float:
    """Return how many times as fast int8 is: medians of one image at a time, by turns."""
    return _median(trial, "float32") / _median(trial, "int8")


def _median(trial: Trial, name: str) -> float:
    return float(trial.measured["latency"][name]["median_ms"])


def _percent(one: Int8Figures, *, model: str, metric: str) -> str:
    return f"{100 * one.trial.evaluations[model].micro[metric]:.2f}"


def _difference(one: Int8Figures, *, metric: str) -> str:
    float32, int8 = (one.trial.evaluations[name].rows for name in ("float32", "int8"))
    return points(compare_scores(float32.scores[metric], int8.scores[metric], float32.labels))


def _convolutions(one: Int8Figures) -> int:
    return one.pair.audit.convolutions

"""Milliseconds and images per second of bundles, float32 and int8 by turns, at several sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnx

from common.embedding.card import BundleCard
from common.errors import ModelBundleError
from metrics.export.calibration import CalibrationImages
from metrics.export.latency import measure
from metrics.export.runtime import INPUT, Model
from scripts.bench_training.bundles import ModelPair, pair_of_bundle
from scripts.bench_training.tables import table

BATCH: Final = 16
_CALIBRATION_IMAGES: Final = 8


@dataclass(frozen=True, slots=True)
class SpeedPlan:
    """How much is measured.

    Attributes:
        rounds: of one image at a time that count.
        batch_rounds: of :data:`BATCH` images at a time that count.
        warm_up: rounds before them, that do not.
        threads: that an inference may use.
    """

    rounds: int = 100
    batch_rounds: int = 10
    warm_up: int = 3
    threads: int = 2


@dataclass(frozen=True, slots=True)
class SpeedFigures:
    """How fast a model is at one size, by turns.

    Attributes:
        name: of the model.
        side_px: of the square input.
        float32_ms: one image, median.
        int8_ms: likewise.
        float32_rate: images per second, :data:`BATCH` at a time, median.
        int8_rate: likewise.
        int8_origin: where the int8 model comes from, in words.
    """

    name: str
    side_px: int
    float32_ms: float
    int8_ms: float
    float32_rate: float
    int8_rate: float
    int8_origin: str


def measure_speed(
    bundle: Path, sides_px: Sequence[int], plan: SpeedPlan, scratch: Path
) -> tuple[list[SpeedFigures], list[str]]:
    """Measure a bundle at the size of its card and at others.

    Where the bundle has no int8 model, one is made for the purpose: quantised on noise, which
    makes it of no use but no slower.

    Args:
        bundle: its directory.
        sides_px: other sizes; the card's own counts once.
        plan: how much is measured.
        scratch: a directory to write into.

    Returns:
        Figures by size, and a sentence for each size that the model does not take.

    Raises:
        ModelBundleError: it is no bundle, has no float32 model, or that cannot be quantised.
    """
    pair = pair_of_bundle(bundle, scratch, _noise)
    found: list[SpeedFigures] = []
    refused: list[str] = []
    for side_px in dict.fromkeys((pair.preprocessing.size_px, *sides_px)):
        try:
            found.append(_at_side(pair, side_px, plan, scratch))
        except ModelBundleError as error:
            refused.append(str(error))
    return found, refused


def at_side(source: Path, side_px: int, target: Path) -> None:
    """Write a model so that it takes square images of another side.

    That works where nothing in it depends on the number of places: convolutions and pooling.

    Args:
        source: an exported model.
        side_px: the new side.
        target: the file to write.
    """
    model = onnx.load(source)
    shape = next(one for one in model.graph.input if one.name == INPUT).type.tensor_type.shape
    for axis in (2, 3):
        shape.dim[axis].dim_value = side_px
    del model.graph.value_info[:]  # the shapes in between were those of the old side
    onnx.save(model, target)


def report(found: Sequence[SpeedFigures], refused: Sequence[str]) -> str:
    """Return the figures as text, a row for each model and size."""
    headings = (
        "model",
        "px",
        "ms float32",
        "ms int8",
        "ratio",
        f"img/s float32, batch {BATCH}",
        f"img/s int8, batch {BATCH}",
        "ratio",
        "int8",
    )
    rows = [
        (
            one.name,
            str(one.side_px),
            f"{one.float32_ms:.2f}",
            f"{one.int8_ms:.2f}",
            f"{one.float32_ms / one.int8_ms:.2f}",
            f"{one.float32_rate:.0f}",
            f"{one.int8_rate:.0f}",
            f"{one.int8_rate / one.float32_rate:.2f}",
            one.int8_origin,
        )
        for one in found
    ]
    return "\n".join(
        [
            "Inference alone in ONNX Runtime, one image and a batch: medians, by turns",
            "",
            table(headings, rows),
            *(f"Not measured: {sentence}" for sentence in refused),
        ]
    )


def _at_side(pair: ModelPair, side_px: int, plan: SpeedPlan, scratch: Path) -> SpeedFigures:
    models = {}
    for name, source in (("float32", pair.float32), ("int8", pair.int8)):
        resized = scratch / f"{pair.name}.{name}.{side_px}.onnx"
        at_side(source, side_px, resized)
        models[name] = Model(resized, plan.threads)
    noise = np.random.default_rng(0).standard_normal((BATCH, 3, side_px, side_px), np.float32)
    try:
        one = measure(models, noise[:1], rounds=plan.rounds, warm_up=plan.warm_up)
        many = measure(models, noise, rounds=plan.batch_rounds, warm_up=1)
    except Exception as error:  # ONNX Runtime's errors share no base class but this
        raise ModelBundleError(
            f"The model {pair.name} does not run on images of {side_px} x {side_px} pixels",
            "Leave this size out",
        ) from error
    return SpeedFigures(
        pair.name,
        side_px,
        one["float32"].median_ms,
        one["int8"].median_ms,
        BATCH / many["float32"].median_ms * 1e3,
        BATCH / many["int8"].median_ms * 1e3,
        pair.int8_origin,
    )


def _noise(card: BundleCard) -> CalibrationImages:
    shape = (3, card.preprocessing.size_px, card.preprocessing.size_px)
    return CalibrationImages(
        lambda row: np.random.default_rng(row).standard_normal(shape, np.float32),
        range(_CALIBRATION_IMAGES),
    )

"""Trying int8: quantise, run both models over the same pictures, decide by the gates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from common.embedding.base import Preprocessing
from common.errors import ModelBundleError
from common.records import Vector
from metrics.evaluation.protocols import unseen_at_unseen
from metrics.evaluation.results import Evaluation
from metrics.evaluation.samples import Samples
from metrics.export.calibration import CALIBRATION_IMAGES, CalibrationImages, stratified
from metrics.export.gates import (
    Decision,
    accuracy_gate,
    cosine_gate,
    fusion_gate,
    not_tried,
    overlap_gate,
    speed_gate,
)
from metrics.export.int8 import FusionAudit, quantise
from metrics.export.latency import ROUNDS, measure
from metrics.export.runtime import Model
from metrics.training.embedding import OnProgress
from metrics.training.images import LabelledImages
from metrics.training.loading import ForEvaluation, in_order, load_batches

_BATCH: Final = 16


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How much is done.

    Attributes:
        int8: try int8, and serve it if it passes its gates.
        calibration_images: that int8 is calibrated on, at most.
        latency_rounds: see :func:`~metrics.export.latency.measure`.
        threads: that prepare images, and that an inference uses where its speed is measured.
        replace: take the place of a bundle of that name.
        seed: of the choice of calibration images.
    """

    int8: bool = True
    calibration_images: int = CALIBRATION_IMAGES
    latency_rounds: int = ROUNDS
    threads: int = 2
    replace: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying int8.

    Attributes:
        decision: whether it serves, and why.
        evaluations: ``float32`` and ``int8``, as far as they were measured.
        measured: speed and audit, JSON-compatible.
    """

    decision: Decision
    evaluations: Mapping[str, Evaluation]
    measured: Mapping[str, Any]

    @property
    def served(self) -> Evaluation | None:
        """The evaluation of the model that serves; None where nothing was measured."""
        return self.evaluations.get("int8" if self.decision.kept else "float32")

    def as_metrics(self) -> dict[str, Any]:
        """Return what goes into ``metrics.json``."""
        return {
            "int8": {
                "kept": self.decision.kept,
                "reason": self.decision.reason,
                "gates": [asdict(gate) for gate in self.decision.gates],
                **self.measured,
            },
            "evaluation": {
                name: {"protocol": each.protocol, **asdict(each.counts), **each.micro}
                for name, each in self.evaluations.items()
            },
        }


def try_int8(
    model: Path,
    int8: Path,
    preprocessing: Preprocessing,
    calibration: LabelledImages | None,
    evaluation: LabelledImages | None,
    options: ExportOptions,
    on_progress: OnProgress | None = None,
) -> Trial:
    """Quantise a model and measure it against what it was; or that alone, where pictures lack.

    Args:
        model: the float32 model.
        int8: where the quantised one is written.
        preprocessing: the model's.
        calibration: see :func:`~metrics.export.exporting.export_bundle`.
        evaluation: likewise.
        options: likewise.
        on_progress: called with done and total, of the pictures that are embedded.

    Raises:
        TrainingError: a picture cannot be read.
        QueryError: no label of ``evaluation`` has two pictures.
    """
    if evaluation is None:
        return Trial(not_tried("there were no pictures to measure it with"), {}, {})
    audit = _quantise(model, int8, preprocessing, calibration, options)
    if isinstance(audit, FusionAudit):
        return judge_int8(
            model, int8, audit, preprocessing, evaluation, options, on_progress=on_progress
        )
    models = {"float32": Model(model, options.threads)}
    rows = _embed(models, evaluation, preprocessing, options.threads, on_progress)
    return Trial(not_tried(audit), _evaluate(rows, evaluation), {})


def judge_int8(
    model: Path,
    int8: Path,
    audit: FusionAudit,
    preprocessing: Preprocessing,
    evaluation: LabelledImages,
    options: ExportOptions,
    *,
    on_progress: OnProgress | None = None,
) -> Trial:
    """Measure a quantised model against what it was, on the same pictures.

    Args:
        model: the float32 model.
        int8: the quantised one.
        audit: what of it runs in int8.
        preprocessing: of both.
        evaluation: see :func:`~metrics.export.exporting.export_bundle`.
        options: likewise.
        on_progress: called with done and total, of the pictures that are embedded.

    Raises:
        TrainingError: a picture cannot be read.
        QueryError: no label of ``evaluation`` has two pictures.
        ModelBundleError: a model cannot be loaded.
    """
    models = {"float32": Model(model, options.threads), "int8": Model(int8, options.threads)}
    rows = _embed(models, evaluation, preprocessing, options.threads, on_progress)
    evaluations = _evaluate(rows, evaluation)
    one = ForEvaluation(evaluation, preprocessing)(0, 0)[None]
    latency = measure(models, one, rounds=options.latency_rounds)
    decision = Decision(
        (
            fusion_gate(audit),
            cosine_gate(rows["float32"], rows["int8"]),
            overlap_gate(rows["float32"], rows["int8"]),
            accuracy_gate(evaluations["float32"], evaluations["int8"]),
            speed_gate(latency["float32"], latency["int8"]),
        )
    )
    measured = {
        "threads": options.threads,
        "latency": {name: asdict(each) for name, each in latency.items()},
        "audit": asdict(audit),
    }
    return Trial(decision, evaluations, measured)


def _quantise(
    model: Path,
    int8: Path,
    preprocessing: Preprocessing,
    calibration: LabelledImages | None,
    options: ExportOptions,
) -> FusionAudit | str:
    """Quantise a model; return what runs in int8, or why that was not done."""
    if not options.int8:
        return "it was not asked for"
    if calibration is None:
        return "there were no pictures to calibrate it with"
    prepare = ForEvaluation(calibration, preprocessing)
    chosen = stratified(calibration.labels, options.calibration_images, seed=options.seed)
    try:
        return quantise(model, int8, CalibrationImages(lambda row: prepare(row, 0), chosen))
    except ModelBundleError:  # float32 serves as well; the card says why
        return "ONNX Runtime cannot quantise this network"


def _embed(
    models: Mapping[str, Model],
    images: LabelledImages,
    preprocessing: Preprocessing,
    threads: int,
    on_progress: OnProgress | None,
) -> dict[str, Vector]:
    """Embed all pictures with every model, preparing each picture once."""
    count = len(images.labels)
    parts: dict[str, list[Vector]] = {name: [] for name in models}
    done = 0
    for batch in load_batches(
        in_order(count, _BATCH), ForEvaluation(images, preprocessing), threads
    ):
        for name, model in models.items():
            parts[name].append(model(batch.numpy()))
        done += len(batch)
        if on_progress:
            on_progress(done, count)
    return {name: np.concatenate(rows) for name, rows in parts.items()}


def _evaluate(rows: Mapping[str, Vector], images: LabelledImages) -> dict[str, Evaluation]:
    ids = np.arange(len(images.labels))
    return {
        name: unseen_at_unseen(Samples(vectors, ids, images.labels))
        for name, vectors in rows.items()
    }

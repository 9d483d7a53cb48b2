"""The whole way from a network to a bundle: ONNX, parity, int8, gates, files."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from common.embedding.base import Preprocessing
from common.embedding.card import BundleCard
from common.embedding.preprocess import preprocess
from metrics.evaluation.results import Evaluation
from metrics.export.bundle import BundleFacts, check_destination, write_bundle
from metrics.export.onnx_export import PARITY_BATCHES, check_parity, export_onnx
from metrics.export.runtime import Model
from metrics.export.served import ServedNetwork
from metrics.export.trial import ExportOptions, try_int8
from metrics.training.embedding import OnProgress
from metrics.training.images import LabelledImages

QUALITY: Final = ("R@1", "R@10", "MAP@R")
"""The figures that a card shows."""


def export_bundle(
    network: ServedNetwork,
    facts: BundleFacts,
    root: Path,
    *,
    calibration: LabelledImages | None = None,
    evaluation: LabelledImages | None = None,
    options: ExportOptions | None = None,
    on_progress: OnProgress | None = None,
) -> BundleCard:
    """Export a network as the bundle ``<root>/<facts.name>/``.

    Args:
        network: what serves.
        facts: for the card. Figures measured here replace those of the same name.
        root: where bundles lie.
        calibration: pictures of training or validation. Without them there is no int8.
        evaluation: pictures whose labels were neither trained nor calibrated on: each asks among
            the others. Without them there is no int8, and nothing is measured.
        options: how much is done.
        on_progress: called with done and total, of the pictures that are embedded.

    Returns:
        The card as written.

    Raises:
        ModelBundleError: the destination is refused or cannot be written, torch cannot export the
            network, or ONNX Runtime answers otherwise than torch.
        TrainingError: a picture cannot be read.
        QueryError: no label of ``evaluation`` has two pictures.
    """
    options = options or ExportOptions()
    check_destination(root, facts.name, replace=options.replace)
    with TemporaryDirectory(prefix="export.") as scratch:
        model, int8 = Path(scratch, "model.onnx"), Path(scratch, "model.int8.onnx")
        export_onnx(network, facts.preprocessing.size_px, model)
        probes = _probes(evaluation or calibration, facts.preprocessing)
        parity = check_parity(network, model, probes)
        dim = Model(model)(probes[:1]).shape[1]
        trial = try_int8(
            model, int8, facts.preprocessing, calibration, evaluation, options, on_progress
        )
        facts = replace(
            facts,
            quality={**facts.quality, **_quality(trial.served)},
            metrics={**facts.metrics, "parity": asdict(parity), **trial.as_metrics()},
        )
        kept = int8 if trial.decision.kept else None
        return write_bundle(root, facts, dim, model, kept, trial.decision, replace=options.replace)


def _quality(evaluation: Evaluation | None) -> dict[str, float]:
    if evaluation is None:
        return {}
    return {name: evaluation.micro[name] for name in QUALITY if name in evaluation.micro}


def _probes(images: LabelledImages | None, preprocessing: Preprocessing) -> NDArray[np.float32]:
    """Prepare the pictures that parity is checked on: real ones where there are enough."""
    count = max(PARITY_BATCHES)
    if images is not None and len(images.labels) >= count:
        pictures = [images.image(row) for row in range(count)]
    else:
        pictures = [_drawn(seed) for seed in range(count)]
    return np.stack([preprocess(picture, preprocessing) for picture in pictures])


def _drawn(seed: int) -> Image.Image:
    """Draw a picture with shades, edges and grain."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8))
    pixels = np.asarray(coarse.resize((320, 240), Image.Resampling.BICUBIC), dtype=np.float64)
    pixels[60:180, 80:240] = rng.uniform(0, 255, 3)
    grain = rng.normal(0, 8, pixels.shape)
    return Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8))

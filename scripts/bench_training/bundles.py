"""The model files of a bundle, the int8 one made on the spot where it did not serve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import onnx

from common.embedding.base import Preprocessing
from common.embedding.card import BundleCard, read_card
from common.errors import ModelBundleError
from metrics.export.calibration import CalibrationImages, stratified
from metrics.export.int8 import FusionAudit, audit, quantise
from metrics.training.images import LabelledImages
from metrics.training.loading import ForEvaluation


@dataclass(frozen=True, slots=True)
class ModelPair:
    """A model in float32 and in int8.

    Attributes:
        name: of the model.
        preprocessing: of both.
        float32: file.
        int8: file.
        audit: what of it runs in int8.
        int8_of_bundle: the int8 file was in the bundle; else it was made for this benchmark.
    """

    name: str
    preprocessing: Preprocessing
    float32: Path
    int8: Path
    audit: FusionAudit
    int8_of_bundle: bool

    @property
    def int8_origin(self) -> str:
        """Where the int8 model comes from, in words."""
        return "of the bundle" if self.int8_of_bundle else "made here"


def pair_of_bundle(
    bundle: Path, scratch: Path, calibrating: Callable[[BundleCard], CalibrationImages]
) -> ModelPair:
    """Find the two models of a bundle, quantising the first where there is no second.

    Args:
        bundle: its directory.
        scratch: a directory to write into.
        calibrating: gives the pictures to quantise with, for what the card says.

    Raises:
        ModelBundleError: it is no bundle, has no float32 model, or that cannot be quantised.
    """
    card = read_card(bundle)
    model, int8 = bundle / "model.onnx", bundle / "model.int8.onnx"
    if not model.is_file():
        raise ModelBundleError(
            f"The bundle {bundle} has no float32 model to compare with", "Export the model again"
        )
    if int8.is_file():
        counted = audit(onnx.load(model).graph, int8, scratch)
        return ModelPair(card.name, card.preprocessing, model, int8, counted, int8_of_bundle=True)
    made = scratch / f"{card.name}.int8.onnx"
    counted = quantise(model, made, calibrating(card))
    return ModelPair(card.name, card.preprocessing, model, made, counted, int8_of_bundle=False)


def calibration(
    images: LabelledImages, preprocessing: Preprocessing, count: int
) -> CalibrationImages:
    """Return pictures to quantise with, as exporting chooses and prepares them."""
    prepare = ForEvaluation(images, preprocessing)
    return CalibrationImages(lambda row: prepare(row, 0), stratified(images.labels, count))

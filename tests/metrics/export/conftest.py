from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Exported:
    """A network, its ONNX file, its int8 file and what was counted in that."""

    network: object
    model: Path
    int8: Path
    audit: object


@pytest.fixture(scope="session", params=["compact", "resnet18"])
def exported(request, tmp_path_factory) -> Exported:
    """A network of each convolutional kind, exported and quantised once for all tests."""
    pytest.importorskip("torch", reason="needs the metrics group (torch)")
    from metrics.export.calibration import CalibrationImages
    from metrics.export.int8 import quantise
    from metrics.export.onnx_export import export_onnx
    from tests.metrics.export.networks import SIDE, prepared, served

    folder = tmp_path_factory.mktemp(request.param)
    network = served(request.param)
    model, int8 = folder / "model.onnx", folder / "model.int8.onnx"
    export_onnx(network, SIDE, model)
    images = prepared(range(0, 72, 4))
    audit = quantise(model, int8, CalibrationImages(lambda row: images[row], range(len(images))))
    return Exported(network, model, int8, audit)

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

from metrics.export.trial import ExportOptions, try_int8
from tests.metrics.export.networks import PICTURES, PREPROCESSING

FEW = ExportOptions(calibration_images=8, latency_rounds=2)


def refuse(*_: object, **__: object) -> None:
    raise ValueError("an operator that it does not know")


@pytest.mark.parametrize(
    ("calibration", "options", "why"),
    [
        (PICTURES, ExportOptions(int8=False), "it was not asked for"),
        (None, FEW, "there were no pictures to calibrate it with"),
        (PICTURES, FEW, "ONNX Runtime cannot quantise this network"),
    ],
)
def test_where_int8_cannot_be_tried_float32_is_measured_and_serves(
    exported, tmp_path, monkeypatch, calibration, options, why
):
    monkeypatch.setattr("metrics.export.int8.quantize_static", refuse)

    trial = try_int8(
        exported.model, tmp_path / "int8", PREPROCESSING, calibration, PICTURES, options
    )

    assert not trial.decision.kept
    assert trial.decision.reason == f"float32 serves: int8 was not tried, as {why}"
    assert list(trial.evaluations) == ["float32"]
    assert trial.served is trial.evaluations["float32"]


def test_nothing_is_measured_without_pictures(exported, tmp_path):
    trial = try_int8(exported.model, tmp_path / "int8", PREPROCESSING, PICTURES, None, FEW)

    assert trial.served is None
    assert trial.as_metrics()["evaluation"] == {}
    assert "no pictures to measure it with" in trial.decision.reason

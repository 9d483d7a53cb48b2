from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from common.embedding.base import embed
from common.embedding.onnx import OnnxEmbedder
from common.embedding.registry import EmbedderRegistry
from common.errors import ModelBundleError, VisualSearchError
from metrics.export import bundle
from metrics.export.bundle import write_bundle
from metrics.export.exporting import export_bundle
from metrics.export.gates import Decision, Gate, not_tried
from metrics.export.trial import ExportOptions
from tests.metrics.export.networks import PICTURES, facts, served
from tests.metrics.training.worlds import blossoms

KEPT = Decision((Gate("speed", True, "twice as fast"),))
REFUSED = not_tried("this is a test")
PHOTOS = [PICTURES.image(row).resize((300, 200)) for row in range(0, 72, 6)]


def in_torch(network, pictures) -> np.ndarray:
    from common.embedding.preprocess import preprocess
    from tests.metrics.export.networks import PREPROCESSING

    batch = np.stack([preprocess(picture, PREPROCESSING) for picture in pictures])
    with torch.inference_mode():
        return network(torch.from_numpy(batch)).numpy()


def cosines(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.einsum("nd,nd->n", first, second)


def test_a_bundle_embeds_pictures_as_the_network_does(exported, tmp_path):
    card = write_bundle(tmp_path, facts("flowers"), 32, exported.model, None, REFUSED)

    embedder = OnnxEmbedder.load(tmp_path / "flowers")

    assert embedder.card == card
    assert (card.serve, card.dim) == ("model.onnx", 32)
    assert cosines(embed(embedder, PHOTOS), in_torch(exported.network, PHOTOS)).min() >= 0.9999


def test_a_bundle_with_int8_serves_that_and_keeps_float32(exported, tmp_path):
    card = write_bundle(tmp_path, facts("f"), 32, exported.model, exported.int8, KEPT)

    assert card.serve == "model.int8.onnx"
    assert set(card.files) == {"model.onnx", "model.int8.onnx"}
    assert card.extra["int8"] == {"kept": True, "reason": "int8 serves: twice as fast"}
    embedder = EmbedderRegistry([tmp_path]).get("f")
    assert cosines(embed(embedder, PHOTOS), in_torch(exported.network, PHOTOS)).min() > 0.95


def test_the_card_says_where_the_model_comes_from_and_when(exported, tmp_path):
    told = replace(
        facts("f"), quality={"R@1": 0.5}, metrics={"loss": 0.1}, extra={"limits": "flowers only"}
    )
    card = write_bundle(tmp_path, told, 32, exported.model, None, REFUSED)

    assert (card.licence, card.source, card.quality) == ("MIT", "drawn", {"R@1": 0.5})
    assert card.extra["data"] == "drawn flowers"
    assert card.extra["limits"] == "flowers only"
    assert len(card.extra["date"]) == len("2026-01-31")
    assert json.loads((tmp_path / "f" / "metrics.json").read_text()) == {"loss": 0.1}


@pytest.mark.parametrize("file", ["model.onnx", "card.json"])
def test_an_altered_bundle_is_refused(exported, tmp_path, file):
    write_bundle(tmp_path, facts("f"), 32, exported.model, None, REFUSED)
    path = tmp_path / "f" / file
    altered = path.read_bytes().replace(b'"size_px": 64', b'"size_px": 96')
    path.write_bytes(altered if file == "card.json" else altered + b"\0")

    with pytest.raises(ModelBundleError, match=r"sha256 differs|fingerprint of .* is not the one"):
        OnnxEmbedder.load(tmp_path / "f")


@pytest.mark.parametrize("name", ["", "histogram", "../up", ".hidden", "a/b", "x" * 101])
def test_a_name_that_the_registry_would_not_find_is_refused(exported, tmp_path, name):
    with pytest.raises(ModelBundleError, match="No model can be named"):
        write_bundle(tmp_path, facts(name), 32, exported.model, None, REFUSED)
    assert list(tmp_path.iterdir()) == []


def test_a_bundle_is_replaced_only_where_that_is_allowed(exported, tmp_path):
    first = write_bundle(tmp_path, facts("f"), 32, exported.model, None, REFUSED)

    with pytest.raises(ModelBundleError, match=r"already\. Take another name, or allow replacing"):
        write_bundle(tmp_path, facts("f"), 32, exported.int8, None, REFUSED)
    second = write_bundle(tmp_path, facts("f"), 32, exported.int8, None, REFUSED, replace=True)

    assert first.fingerprint != second.fingerprint
    assert EmbedderRegistry([tmp_path]).get("f").card == second
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_what_does_not_load_is_never_published(exported, tmp_path):
    before = write_bundle(tmp_path, facts("f"), 32, exported.model, None, REFUSED)

    with pytest.raises(ModelBundleError, match="returns float32 of shape"):
        write_bundle(tmp_path, facts("f"), 33, exported.model, None, REFUSED, replace=True)

    assert EmbedderRegistry([tmp_path]).get("f").card == before
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_the_old_bundle_comes_back_if_the_new_one_cannot_take_its_place(
    exported, tmp_path, monkeypatch
):
    before = write_bundle(tmp_path, facts("f"), 32, exported.model, None, REFUSED)
    rename = bundle.Path.rename

    def failing(path, target):
        if path.parent.name == "new":
            raise OSError(28, "No space left on device")
        return rename(path, target)

    monkeypatch.setattr(bundle.Path, "rename", failing)
    with pytest.raises(ModelBundleError, match=r"cannot be written \(No space left"):
        write_bundle(tmp_path, facts("f"), 32, exported.int8, None, REFUSED, replace=True)

    assert EmbedderRegistry([tmp_path]).get("f").card == before


def test_exporting_measures_both_models_and_tells_why_one_serves(tmp_path):
    evaluation = blossoms(range(12, 24), each=6, side=80, seed=1)
    told: list[tuple[int, int]] = []

    card = export_bundle(
        served("compact"),
        facts("whole"),
        tmp_path,
        calibration=PICTURES,
        evaluation=evaluation,
        options=ExportOptions(calibration_images=12, latency_rounds=3),
        on_progress=lambda done, total: told.append((done, total)),
    )

    assert card.serve == "model.onnx"
    assert "72 queries of 12 labels are too few" in card.extra["int8"]["reason"]
    assert set(card.quality) == {"R@1", "R@10", "MAP@R"}
    assert told[-1] == (72, 72)
    metrics = json.loads((tmp_path / "whole" / "metrics.json").read_text())
    assert metrics["parity"]["max_difference"] <= 1e-4
    assert metrics["int8"]["audit"]["fused"] == metrics["int8"]["audit"]["convolutions"] == 36
    assert {gate["name"] for gate in metrics["int8"]["gates"]} == {
        "fusion", "cosine", "overlap", "accuracy", "speed",
    }  # fmt: skip
    assert metrics["evaluation"]["float32"]["MAP@R"] == pytest.approx(card.quality["MAP@R"])
    assert metrics["evaluation"]["int8"]["scored"] == 72


def test_a_taken_name_is_refused_before_any_work(tmp_path):
    (tmp_path / "taken").mkdir()

    with pytest.raises(VisualSearchError, match="already"):
        export_bundle(None, facts("taken"), tmp_path)  # type: ignore[arg-type]

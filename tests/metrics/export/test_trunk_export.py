from __future__ import annotations

import urllib.request
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from common.embedding.base import Preprocessing, embed
from common.embedding.registry import EmbedderRegistry
from common.errors import ModelBundleError, TrainingError, WeightsUnavailable
from metrics.export.trunk_export import TrunkChoice, export_trunk, trunk_network
from metrics.nets.weights import save_weights
from metrics.training.embedding import extract_features
from tests.metrics.export.networks import PICTURES, PREPROCESSING

SMALL = TrunkChoice("compact", weights=None, preprocessing=PREPROCESSING)
FEW = [PICTURES.image(row) for row in range(0, 72, 9)]


def test_a_trunk_serves_its_pooled_features_at_unit_length(tmp_path):
    card = export_trunk(SMALL, "plain", tmp_path)

    assert (card.dim, card.licence, card.extra["trunk"]) == (512, "MIT", "compact")
    assert "no pictures to measure it with" in card.extra["int8"]["reason"]
    features = extract_features(trunk_network(SMALL), PICTURES, PREPROCESSING)
    expected = features[::9] / np.linalg.norm(features[::9], axis=1, keepdims=True)
    rows = embed(EmbedderRegistry([tmp_path]).get("plain"), FEW)
    np.testing.assert_allclose(rows, expected, atol=1e-4)


def test_weights_of_a_file_are_served_whitened(tmp_path):
    with torch.random.fork_rng():
        torch.manual_seed(5)
        trunk = trunk_network(SMALL).trunk
        torch.nn.init.normal_(trunk.stem[0].weight)
    save_weights(trunk, tmp_path / "trunk.safetensors")
    choice = replace(
        SMALL, weights=tmp_path / "trunk.safetensors", whitened_dim=16, licence="CC0-1.0"
    )

    card = export_trunk(choice, "white", tmp_path / "models", fitting=PICTURES)

    assert (card.dim, card.licence) == (16, "CC0-1.0")
    assert "trunk.safetensors" in card.source
    assert "PCA-whitening" in card.description
    rows = embed(
        EmbedderRegistry([tmp_path / "models"]).get("white"), [PICTURES.image(i) for i in range(72)]
    )
    assert np.abs(rows.mean(axis=0)).max() < 0.15  # whitened: centred
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    ("choice", "error", "sentence"),
    [
        (
            replace(SMALL, trunk="resnet51"),
            TrainingError,
            "There is no trunk called 'resnet51'. Did you mean resnet5?",
        ),
        (
            replace(SMALL, weights="no/such.safetensors"),
            WeightsUnavailable,
            "There is no file of weights at no/such.safetensors. Give the path",
        ),
        (
            TrunkChoice("compact"),
            WeightsUnavailable,
            "torchvision has no weights for the trunk 'compact'. Give the path",
        ),
        (
            replace(SMALL, preprocessing=Preprocessing(size_px=16)),
            TrainingError,
            "Images of 16 px are too small for the trunk 'compact'. Give",
        ),
        (
            replace(SMALL, whitened_dim=8),
            TrainingError,
            "Whitening is fitted to pictures, and none were given. Give a folder",
        ),
    ],
)
def test_what_cannot_be_exported_is_told_in_one_sentence(tmp_path, choice, error, sentence):
    with pytest.raises(error) as caught:
        export_trunk(choice, "x", tmp_path)

    assert str(caught.value).startswith(sentence.removesuffix("?"))
    assert list(tmp_path.iterdir()) == []


def test_weights_that_are_neither_cached_nor_reachable_are_one_sentence(tmp_path, monkeypatch):
    def unreachable(*_: object, **__: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(urllib.request, "urlopen", unreachable)
    monkeypatch.setattr(torch.hub, "urlopen", unreachable)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "cache"))

    with pytest.raises(WeightsUnavailable, match=r"are neither in .*resnet18.* nor to be had from"):
        export_trunk(replace(SMALL, trunk="resnet18", weights="imagenet"), "x", tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_an_existing_model_is_refused_before_the_weights_are_fetched(tmp_path):
    (tmp_path / "mine").mkdir()

    with pytest.raises(ModelBundleError, match=r"There is a model in .*mine already"):
        export_trunk(replace(SMALL, weights="no/such.safetensors"), "mine", tmp_path)


def test_random_weights_are_the_same_every_time():
    before = torch.random.get_rng_state()
    first, second = (trunk_network(SMALL).trunk.state_dict() for _ in range(2))

    assert all(torch.equal(first[name], second[name]) for name in first)
    assert torch.equal(before, torch.random.get_rng_state())

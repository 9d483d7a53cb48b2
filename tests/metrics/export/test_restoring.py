from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from common.errors import ModelBundleError
from metrics.export.exporting import export_bundle
from metrics.export.restoring import network_facts, restore_network
from metrics.export.served import ServedNetwork
from metrics.export.trial import ExportOptions
from metrics.nets.network import EmbeddingNetwork, NetworkConfig
from tests.metrics.export.networks import facts, network_of, prepared

NO_INT8 = ExportOptions(int8=False)


def exported_to(root, network: EmbeddingNetwork, extra) -> None:
    export_bundle(
        ServedNetwork.of(network), replace(facts("a"), extra=extra), root, options=NO_INT8
    )


@pytest.mark.parametrize("trunk", ["compact", "resnet18"])
def test_a_network_is_restored_from_its_bundle(tmp_path, trunk):
    network = network_of(trunk)
    exported_to(tmp_path, network, network_facts(network.config))

    restored = restore_network(tmp_path / "a")

    images = torch.from_numpy(prepared(range(6)))
    with torch.inference_mode():
        np.testing.assert_allclose(restored(images), network(images), atol=1e-4)
        np.testing.assert_allclose(
            restored.features(images), network.features(images), rtol=1e-3, atol=1e-4
        )


def test_a_head_of_several_layers_is_restored(tmp_path):
    torch.manual_seed(3)
    config = NetworkConfig("compact", side_px=64, dropout=0.1).with_embedder_layers([48, 40, 24])
    network = EmbeddingNetwork(config).eval()
    exported_to(tmp_path, network, network_facts(config))

    images = torch.from_numpy(prepared(range(4)))
    with torch.inference_mode():
        np.testing.assert_allclose(
            restore_network(tmp_path / "a")(images), network(images), atol=1e-4
        )


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        ({}, "its card tells no network"),
        ({"network": {"trunk": "compact", "dim": "many"}}, "its card tells no network"),
        (network_facts(NetworkConfig("resnet18", dim=32)), "not those of a trunk 'resnet18'"),
        (network_facts(NetworkConfig("compact", dim=31)), "not those of a trunk 'compact'"),
        (network_facts(NetworkConfig("convnext_tiny", dim=32)), "trunk 'convnext_tiny'"),
    ],
)
def test_a_bundle_of_anything_else_is_refused_in_one_sentence(tmp_path, extra, sentence):
    exported_to(tmp_path, network_of("compact"), extra)

    with pytest.raises(ModelBundleError, match=sentence):
        restore_network(tmp_path / "a")

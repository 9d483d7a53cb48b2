"""First weights: from torchvision's cache, a safetensors file, or a sentence why not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch
import torchvision
from safetensors.torch import save_file

from common.errors import WeightsUnavailable
from metrics.nets.network import EmbeddingNetwork, NetworkConfig
from metrics.nets.weights import load_weights, save_weights, weights_fingerprint


def network(trunk: str = "compact", dim: int = 8) -> EmbeddingNetwork:
    return EmbeddingNetwork(NetworkConfig(trunk, dim=dim, side_px=32))


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """torchvision's cache, empty, on a machine without network."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(torch.hub, "urlopen", refuse)
    return tmp_path


def test_torchvisions_weights_come_from_its_cache_without_network(
    hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = torchvision.models.mobilenet_v3_small(weights=None)
    file = hub / "checkpoints" / "mobilenet_v3_small-047dcff4.pth"
    file.parent.mkdir()
    torch.save(model.state_dict(), file)
    net = network("mobilenet_v3_small")
    load_weights(net, "imagenet")
    for name, value in net.trunk.state_dict().items():
        assert torch.equal(value, model.state_dict()[name])


def test_a_cached_file_that_would_run_code_is_not_loaded(hub: Path) -> None:
    file = hub / "checkpoints" / "mobilenet_v3_small-047dcff4.pth"
    file.parent.mkdir()
    torch.save({"state": Path("/")}, file)  # an object, which only full pickle would revive
    with pytest.raises(WeightsUnavailable, match=r"047dcff4\.pth are damaged\. Delete"):
        load_weights(network("mobilenet_v3_small"), "imagenet")


def test_neither_cache_nor_network_is_one_sentence_with_the_cure(hub: Path) -> None:
    with pytest.raises(WeightsUnavailable, match=r"neither in .*resnet18.* Put the file there"):
        load_weights(network("resnet18"), "imagenet")


@pytest.mark.parametrize(
    ("trunk", "source", "words"),
    [
        ("compact", "imagenet", "no weights for the trunk 'compact'"),
        ("resnet18", "IMAGENET1K_V7", "Choose from IMAGENET1K_V1"),
        ("resnet18", "/no/such.safetensors", "no file of weights"),
    ],
)
def test_weights_that_do_not_exist_are_refused(trunk: str, source: str, words: str) -> None:
    with pytest.raises(WeightsUnavailable, match=words):
        load_weights(network(trunk), source)


def test_no_source_leaves_the_weights_alone() -> None:
    net = network()
    before = weights_fingerprint(net)
    load_weights(net, None)
    assert weights_fingerprint(net) == before


def test_a_network_comes_back_from_its_own_file(tmp_path: Path) -> None:
    one, other = network(), network()
    assert weights_fingerprint(one) != weights_fingerprint(other)
    save_weights(one, tmp_path / "net.safetensors")
    load_weights(other, tmp_path / "net.safetensors")
    assert weights_fingerprint(one) == weights_fingerprint(other)


def test_a_trunk_loads_from_a_file_under_torchvisions_names(tmp_path: Path) -> None:
    model = torchvision.models.resnet18(weights=None)
    save_file(model.state_dict(), tmp_path / "trunk.safetensors")
    net = network("resnet18")
    load_weights(net, tmp_path / "trunk.safetensors")
    assert torch.equal(net.trunk.state_dict()["conv1.weight"], model.conv1.weight)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    save_weights(network(dim=9), tmp_path / "net.safetensors")
    with pytest.raises(WeightsUnavailable, match=r"do not fit.*head\.linear\.weight"):
        load_weights(network(dim=8), tmp_path / "net.safetensors")


def test_pickles_and_damaged_files_are_refused(tmp_path: Path) -> None:
    torch.save({"a": torch.zeros(1)}, tmp_path / "net.pth")
    (tmp_path / "half.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}")
    for name in ("net.pth", "half.safetensors"):
        with pytest.raises(WeightsUnavailable, match="cannot be read as safetensors"):
            load_weights(network(), tmp_path / name)


def test_a_fingerprint_is_of_the_weights() -> None:
    net = torch.nn.Linear(2, 1)
    before = weights_fingerprint(net)
    assert hashlib.sha256().digest_size * 2 == len(before)
    with torch.no_grad():
        net.weight[0, 0] += 1
    assert weights_fingerprint(net) != before

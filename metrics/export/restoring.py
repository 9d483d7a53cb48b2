"""From a bundle back to a network, so that what serves can be trained on.

A bundle holds no checkpoint; its ONNX file has every weight, under its name in torch, with each
BatchNorm folded into the convolution before it. A BatchNorm that does nothing but add the folded
bias stands for it in the restored network. Its statistics are no longer those of any data, so it
must stay frozen in training.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from pydantic import TypeAdapter, ValidationError
from torch import nn

from common.embedding.card import BundleCard, read_card
from common.errors import ModelBundleError
from metrics.export.onnx_export import check_parity
from metrics.export.served import ServedNetwork
from metrics.nets.network import EmbeddingNetwork, NetworkConfig
from metrics.training.whitening import head_of

NETWORK_KEY: Final = "network"
"""Where in a card's ``extra`` the network's config is."""

_PROBES: Final = 8
_MODEL: Final = "model.onnx"


def network_facts(config: NetworkConfig) -> dict[str, Any]:
    """Return what a card's ``extra`` must hold for :func:`restore_network`."""
    return {"trunk": config.trunk, NETWORK_KEY: asdict(config)}


def restore_network(directory: Path) -> EmbeddingNetwork:
    """Rebuild the network of a bundle that was exported with :func:`network_facts`.

    It is in evaluation mode and answers as the bundle's float32 model does, which is checked.

    Args:
        directory: the bundle.

    Raises:
        ModelBundleError: the bundle is not of a network of this module, or lacks its float32 model,
            or the two answer differently.
    """
    card = read_card(directory)
    network = EmbeddingNetwork(_config(card, directory)).eval()
    path = directory / _MODEL
    try:
        graph = onnx.load(path).graph
    except (OSError, ValueError) as error:
        raise ModelBundleError(
            f"The float32 model {path} cannot be read", "Export the model again"
        ) from error
    try:
        _fill(network, _Weights(graph))
    except (KeyError, RuntimeError, ValueError) as error:
        raise ModelBundleError(
            f"The weights of {path} are not those of a trunk '{network.config.trunk}'",
            "Train from a trunk instead",
        ) from error
    probes = np.random.default_rng(0).standard_normal(
        (_PROBES, 3, card.preprocessing.size_px, card.preprocessing.size_px), dtype=np.float32
    )
    check_parity(ServedNetwork.of(network), path, probes)
    return network


class _Weights:
    """What a graph's nodes are made of, by the name that a parameter had in torch."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._values = {value.name: value for value in graph.initializer}
        self._bias_of = {
            node.input[1]: node.input[2]
            for node in graph.node
            if node.op_type in ("Conv", "Gemm") and len(node.input) > 2
        }

    def of(self, name: str) -> torch.Tensor:
        return torch.from_numpy(self._array(name))

    def bias_of(self, weight: str, length: int) -> torch.Tensor:
        """Return the bias that goes with a weight; one of zeros is left out of a graph."""
        name = self._bias_of.get(weight)
        return torch.zeros(length) if name is None else self.of(name)

    def _array(self, name: str) -> NDArray[Any]:
        return np.array(numpy_helper.to_array(self._values[name]))  # a copy that may be written to


def _config(card: BundleCard, directory: Path) -> NetworkConfig:
    try:
        stored = card.extra[NETWORK_KEY]
        return TypeAdapter(NetworkConfig).validate_python({**stored})
    except (KeyError, TypeError, ValidationError) as error:
        raise ModelBundleError(
            f"The model in {directory} was not trained here: its card tells no network",
            "Train from a trunk instead",
        ) from error


def _fill(network: EmbeddingNetwork, weights: _Weights) -> None:
    with torch.no_grad():
        for name, convolution, norm in _folded_pairs(network.trunk):
            weight = f"trunk.{name}.weight"
            convolution.weight.copy_(weights.of(weight))
            _add_only(norm, weights.bias_of(weight, convolution.out_channels))
        for name, parameter in network.pooling.named_parameters():
            parameter.copy_(weights.of(f"head.0.{name}"))
        for name, layer in network.head.hidden.named_children():
            if isinstance(layer, nn.Linear):
                weight = f"head.1.{name}.weight"
                layer.weight.copy_(weights.of(weight))
                layer.bias.copy_(weights.bias_of(weight, layer.out_features))
        # Dropout does not serve, but it has a place in the numbering.
        last = f"head.1.{len(network.head.hidden)}.weight"
        linear = nn.Linear(network.head.linear.in_features, network.config.dim)
        linear.weight.copy_(weights.of(last))
        linear.bias.copy_(weights.bias_of(last, network.config.dim))
    restored = head_of(linear)
    network.head.linear, network.head.norm = restored.linear, restored.norm


def _folded_pairs(trunk: nn.Module) -> Iterator[tuple[str, nn.Conv2d, nn.BatchNorm2d]]:
    """Yield each convolution with the BatchNorm that follows it.

    Raises:
        ValueError: the trunk has other layers with weights, which this does not restore.
    """
    waiting: tuple[str, nn.Conv2d] | None = None
    for name, module in trunk.named_modules():
        if isinstance(module, nn.Conv2d) and waiting is None:
            waiting = name, module
        elif isinstance(module, nn.BatchNorm2d) and waiting is not None:
            yield *waiting, module
            waiting = None
        elif any(True for _ in module.parameters(recurse=False)):
            raise ValueError(f"{name} is not a convolution followed by BatchNorm")
    if waiting is not None:
        raise ValueError(f"{waiting[0]} has no BatchNorm")


def _add_only(norm: nn.BatchNorm2d, bias: torch.Tensor) -> None:
    """Make a BatchNorm add a bias in evaluation mode, and nothing else."""
    assert norm.running_mean is not None  # noqa: S101 - narrows the type
    assert norm.running_var is not None  # noqa: S101
    norm.running_mean.zero_()
    norm.running_var.fill_(1 - norm.eps)
    norm.weight.fill_(1)
    norm.bias.copy_(bias)

"""Keeping part of a network as it is while the rest learns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias, get_args

from torch import nn

from metrics.nets.network import EmbeddingNetwork
from metrics.nets.trunks import unknown

Frozen: TypeAlias = Literal["all", "all-but-last-block", "none"]
"""How much of the trunk stays as it is. The head always learns."""


def freeze(network: EmbeddingNetwork, frozen: Frozen, *, batchnorm: bool = False) -> None:
    """Freeze part of the trunk, and set free what was frozen before and is no longer.

    A frozen part keeps its parameters and its BatchNorm statistics to the bit: it rests in
    evaluation mode, also after ``network.train()``, and its parameters take no gradient. The
    pooling's exponent counts as trunk.

    Args:
        network: changed in place.
        frozen: which part.
        batchnorm: the statistics of every BatchNorm in the trunk rest, also in parts that learn:
            right for batches below 64 images, whose statistics are noise.

    Raises:
        TrainingError: ``frozen`` is no such word.
    """
    if frozen not in get_args(Frozen):
        raise unknown("way of freezing", frozen, list(get_args(Frozen)))
    network.requires_grad_(True)
    resting: list[nn.Module] = []
    if frozen == "all":
        resting = [network.trunk, network.pooling]
    elif frozen == "all-but-last-block":
        resting = list(_all_but_last_block(network))
    for module in resting:
        module.requires_grad_(False)
        for parameter in module.parameters():
            parameter.grad = None  # or the next step would still move it
    if frozen == "all-but-last-block":
        _freeze_loose_parameters(network)
    if batchnorm:
        resting += [m for m in network.trunk.modules() if isinstance(m, _BATCHNORMS)]
    network.resting = tuple(resting)
    network.train(network.training)


_BATCHNORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


def _all_but_last_block(network: EmbeddingNetwork) -> Iterator[nn.Module]:
    """Yield the largest submodules of the trunk that hold nothing of its last block."""
    last = network.spec.last_block

    def outside(module: nn.Module, prefix: str) -> Iterator[nn.Module]:
        for name, child in module.named_children():
            path = f"{prefix}{name}"
            if path in last:
                continue
            if any(learning.startswith(f"{path}.") for learning in last):
                yield from outside(child, f"{path}.")
            else:
                yield child

    yield from outside(network.trunk, "")


def _freeze_loose_parameters(network: EmbeddingNetwork) -> None:
    """Freeze parameters that belong to no submodule (a transformer's class token, positions)."""
    last = tuple(f"{name}." for name in network.spec.last_block)
    for name, parameter in network.trunk.named_parameters():
        if not name.startswith(last):
            parameter.requires_grad_(False)
            parameter.grad = None

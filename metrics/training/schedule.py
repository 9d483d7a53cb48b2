"""What learns how fast, and when."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from common.errors import TrainingError

_PLAIN_NAMES = ("class_token", "pos_embedding")


@dataclass(frozen=True, slots=True)
class OptimiserConfig:
    """AdamW's settings.

    Attributes:
        trunk_lr: largest learning rate of trunk and pooling. 1e-5 suits pretrained transformers,
            5e-5 to 1e-4 pretrained convolutions, 1e-3 a random start.
        head_lr: of the head.
        proxy_lr: of a loss's proxies, which move far and see few gradients each.
        weight_decay: none on biases, norms and proxies.
        warm_up: share of a phase in which the rates rise from zero.
        floor: what the rates fall to, as a share of the largest.
    """

    trunk_lr: float = 1e-4
    head_lr: float = 1e-3
    proxy_lr: float = 1e-2
    weight_decay: float = 1e-4
    warm_up: float = 0.04
    floor: float = 0.01

    def __post_init__(self) -> None:
        for name in ("trunk_lr", "head_lr", "proxy_lr", "weight_decay"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise TrainingError(f"A {name} of {value} cannot be used", "Give 0 or more")
        if not (0 <= self.warm_up < 1 and 0 <= self.floor <= 1):
            raise TrainingError(
                f"A warm_up of {self.warm_up} with a floor of {self.floor} cannot be used",
                "Give shares of 1",
            )


def parameter_groups(
    loss: nn.Module, config: OptimiserConfig, **parts: nn.Module
) -> list[dict[str, Any]]:
    """Sort parameters into AdamW's groups: each part with and without decay, and the proxies.

    Frozen parameters are included, as they may be set free later; they take no gradient, so they
    do not move.

    Args:
        loss: its parameters are proxies.
        config: rates.
        parts: modules by name. ``head`` learns at the head's rate, all others at the trunk's.

    Returns:
        Groups with ``name``, ``params``, ``lr``, ``weight_decay`` and ``full_lr``, the rate that
        :func:`set_rates` takes shares of. Empty groups are left out.
    """
    groups = []
    for part, module in parts.items():
        rate = config.head_lr if part == "head" else config.trunk_lr
        named = list(module.named_parameters())
        decaying = [p for name, p in named if _decays(name, p)]
        plain = [p for name, p in named if not _decays(name, p)]
        groups.append(_group(f"{part} weights", decaying, rate, config.weight_decay))
        groups.append(_group(f"{part} biases and norms", plain, rate, 0.0))
    groups.append(_group("proxies", list(loss.parameters()), config.proxy_lr, 0.0))
    return [group for group in groups if group["params"]]


def rate_factor(progress: float, config: OptimiserConfig) -> float:
    """Return the share of the full rate: a linear rise, then half a cosine down to the floor.

    Source: Loshchilov and Hutter, 2016, https://arxiv.org/abs/1608.03983, with warm-up.

    Args:
        progress: from 0, the start of a phase, to 1, its end.
        config: how long the rise is, and the floor.
    """
    if progress < config.warm_up:
        return progress / config.warm_up
    fall = (progress - config.warm_up) / (1 - config.warm_up)
    return config.floor + (1 - config.floor) * 0.5 * (1 + math.cos(math.pi * min(fall, 1.0)))


def set_rates(optimiser: torch.optim.Optimizer, factor: float) -> None:
    """Set every group's learning rate to a share of its full one."""
    for group in optimiser.param_groups:
        group["lr"] = factor * group["full_lr"]


def _decays(name: str, parameter: nn.Parameter) -> bool:
    return parameter.ndim > 1 and not name.endswith(_PLAIN_NAMES)


def _group(name: str, params: list[nn.Parameter], rate: float, decay: float) -> dict[str, Any]:
    return {"name": name, "params": params, "lr": rate, "full_lr": rate, "weight_decay": decay}

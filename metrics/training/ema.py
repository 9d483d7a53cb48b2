"""A running mean of the weights, which is steadier than the last step's."""

from __future__ import annotations

import copy
from typing import Any, Generic, TypeVar

import torch
from torch import nn

Module = TypeVar("Module", bound=nn.Module)


class MovingAverage(Generic[Module]):
    """An exponential moving average of a network's parameters and buffers.

    The decay starts low and rises to its full value, so that the random start is soon forgotten.

    Args:
        network: averaged from its present state on.
        decay: how much of the average each update keeps. 0.999 suits up to 10,000 steps; a
            larger one never catches up with them.

    Attributes:
        network: a copy with the averaged weights, in evaluation mode and without gradients.
    """

    def __init__(self, network: Module, decay: float = 0.999) -> None:
        self.network = copy.deepcopy(network).eval().requires_grad_(False)
        self._decay = decay
        self._updates = 0

    @torch.no_grad()
    def update(self, network: Module) -> None:
        """Take in the present weights, after a step of the optimiser."""
        self._updates += 1
        decay = min(self._decay, (1 + self._updates) / (10 + self._updates))
        averages = self.network.state_dict()
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                averages[name].lerp_(value, 1 - decay)
            else:
                averages[name].copy_(value)

    def state_dict(self) -> dict[str, Any]:
        """Return all that :meth:`load_state_dict` needs to go on exactly."""
        return {"network": self.network.state_dict(), "updates": self._updates}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up where :meth:`state_dict` left off."""
        self.network.load_state_dict(state["network"])
        self._updates = state["updates"]

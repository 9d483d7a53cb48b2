"""From a map of features to one vector."""

from __future__ import annotations

from typing import Final

import torch
from torch import nn

from metrics.nets.trunks import PoolingName

_SMALLEST: Final = 1e-6


class AveragePooling(nn.Module):
    """The mean over all places."""

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Map ``(n, channels, h, w)`` to ``(n, channels)``."""
        return features.mean(dim=(-2, -1))


class GeneralisedMean(nn.Module):
    """GeM: between the mean (p = 1) and the maximum (p -> infinity), with p learnt.

    Source: Radenović, Tolias, Chum, 2018, https://arxiv.org/abs/1711.02512, equation 3.

    Args:
        p: what it starts from.

    Attributes:
        p: the exponent, one for all channels.
    """

    def __init__(self, p: float = 3.0) -> None:
        super().__init__()
        self.p = nn.Parameter(torch.tensor([p]))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Map ``(n, channels, h, w)`` to ``(n, channels)``, float32; negatives count as zero."""
        raised = features.float().clamp(min=_SMALLEST).pow(self.p)
        return raised.mean(dim=(-2, -1)).pow(1 / self.p)


def build_pooling(name: PoolingName) -> nn.Module:
    """Build the pooling of that name."""
    return GeneralisedMean() if name == "gem" else AveragePooling()

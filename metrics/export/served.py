"""What of a network serves: trunk, pooling, linear layers, unit length."""

from __future__ import annotations

import copy
from typing import Final

import torch
from torch import nn

from metrics.nets.network import EmbeddingNetwork, Head

_SMALLEST: Final = 1e-18
"""Of float32, squares of smaller numbers vanish. A deep trunk with random weights gets near it."""


class UnitLength(nn.Module):
    """Divides each row by its length.

    As ``nn.functional.normalize``, in operators of which every shape can be inferred: that one
    exports an ``Expand`` on which ONNX Runtime's shape inference fails.
    """

    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        """Map ``(n, dim)`` to unit rows ``(n, dim)``; a row of zeros stays so."""
        lengths: torch.Tensor = torch.linalg.vector_norm(rows, dim=1, keepdim=True)
        return rows / lengths.clamp(min=_SMALLEST)


class ServedNetwork(nn.Module):
    """A network as it serves, in evaluation mode, on the CPU.

    Args:
        trunk: images to feature maps.
        pooling: maps to vectors.
        projection: vectors to rows of any length; None serves the pooled features.

    Attributes:
        trunk: as given.
        head: the rest, ending in unit rows. Stays in float32 when the trunk is quantised.
    """

    def __init__(
        self, trunk: nn.Module, pooling: nn.Module, projection: nn.Module | None = None
    ) -> None:
        super().__init__()
        layers = [pooling, *([projection] if projection is not None else []), UnitLength()]
        # A copy: exporting must not switch the mode of a network that goes on learning.
        self.trunk = copy.deepcopy(trunk)
        self.head = copy.deepcopy(nn.Sequential(*layers))
        self.requires_grad_(False).float().cpu().eval()

    @classmethod
    def of(cls, network: EmbeddingNetwork) -> ServedNetwork:
        """Take from a trained network what serves, its last BatchNorm folded away."""
        return cls(network.trunk, network.pooling, folded(network.head))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Map prepared images, float32 ``(n, 3, side, side)``, to unit rows ``(n, dim)``."""
        rows: torch.Tensor = self.head(self.trunk(images))
        return rows


def folded(head: Head) -> nn.Sequential:
    """Return what a head computes in evaluation mode, its BatchNorm folded into the projection.

    ``gamma (W x - mean) / sqrt(var + eps) + beta`` is a linear layer with weights
    ``gamma / sqrt(var + eps) W`` and a bias. Computed in double precision.
    """
    norm = head.norm
    assert norm.running_mean is not None  # noqa: S101 - narrows the type
    assert norm.running_var is not None  # noqa: S101
    scale = norm.weight.double() / (norm.running_var.double() + norm.eps).sqrt()
    linear = nn.Linear(head.linear.in_features, head.linear.out_features)
    with torch.no_grad():
        linear.weight.copy_(scale[:, None] * head.linear.weight.double())
        linear.bias.copy_(norm.bias.double() - scale * norm.running_mean.double())
    return nn.Sequential(*head.hidden, linear)

"""The one network: trunk -> pooling -> linear head -> BatchNorm -> unit length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import torch
from torch import nn

from common.errors import TrainingError
from metrics.nets.pooling import build_pooling
from metrics.nets.trunks import PoolingName, build_trunk, trunk_spec

_SHORTEST: Final = 1e-12
"""What a projection's length is divided by at least, so that zero stays zero."""


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """What a network is built from.

    Attributes:
        trunk: a name of :data:`metrics.nets.trunks.TRUNKS`.
        dim: length of an embedding.
        side_px: side of the square input; only transformers are bound to it.
        pooling: None takes what suits the trunk.
        hidden: widths of layers between trunk and projection, each followed by ReLU. None is best
            in most cases; see :meth:`with_embedder_layers`.
        dropout: share of the pooled features dropped in training.
    """

    trunk: str = "compact"
    dim: int = 256
    side_px: int = 128
    pooling: PoolingName | None = None
    hidden: tuple[int, ...] = ()
    dropout: float = 0.0

    def with_embedder_layers(self, layers: Sequence[int]) -> NetworkConfig:
        """Return the same with a head of several layers; the last one's width is the new dim.

        Raises:
            TrainingError: there is no layer.
        """
        if not layers:
            raise TrainingError("An embedder without layers has no dim", "Name at least one width")
        return replace(self, hidden=tuple(layers[:-1]), dim=layers[-1])


class Head(nn.Module):
    """Projects pooled features and centres them: no bias is learnt.

    BatchNorm before normalising is what makes softmax losses converge, and a learnt bias would let
    all embeddings drift to one side of the sphere (Luo et al., 2019,
    https://arxiv.org/abs/1903.07071). Projection and BatchNorm fold into one linear layer for
    serving.

    Args:
        dim_in: length of the pooled features.
        dim: length of an embedding.
        hidden: widths of layers before the projection, each followed by ReLU.
        dropout: share of the features dropped in training.
    """

    def __init__(
        self, dim_in: int, dim: int, hidden: Sequence[int] = (), dropout: float = 0.0
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = [nn.Dropout(dropout)] if dropout else []
        for width in hidden:
            layers += [nn.Linear(dim_in, width), nn.ReLU(inplace=True)]
            dim_in = width
        self.hidden = nn.Sequential(*layers)
        self.linear = nn.Linear(dim_in, dim, bias=False)
        self.norm = nn.BatchNorm1d(dim)
        # Part of the state, as whitening puts its offset here, but no parameter.
        del self.norm.bias
        self.norm.register_buffer("bias", torch.zeros(dim))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Map float32 ``(n, dim_in)`` to ``(n, dim)``, not of unit length."""
        projected: torch.Tensor = self.norm(self.linear(self.hidden(features)))
        return projected

    def embed(self, features: torch.Tensor) -> torch.Tensor:
        """Map float32 ``(n, dim_in)`` to unit rows ``(n, dim)``."""
        projected: torch.Tensor = self(features)
        # As functional.normalize, but exported without its Expand.
        lengths: torch.Tensor = torch.linalg.vector_norm(projected, dim=1, keepdim=True)
        return projected / lengths.clamp_min(_SHORTEST)


class EmbeddingNetwork(nn.Module):
    """Turns prepared images into embeddings; what training ends in and the exporter takes.

    Args:
        config: what it is built from. Weights are random, from torch's global generator.

    Attributes:
        config: as given.
        spec: the trunk's.
        trunk: images to feature maps.
        pooling: maps to vectors.
        head: vectors to projections.
        resting: modules that stay in evaluation mode whatever :meth:`train` is called with,
            see :func:`metrics.nets.freezing.freeze`.

    Raises:
        TrainingError: the config names something unknown or impossible.
    """

    def __init__(self, config: NetworkConfig) -> None:
        super().__init__()
        spec = trunk_spec(config.trunk)
        _check(config, maps=spec.maps)
        self.config = config
        self.spec = spec
        self.trunk = build_trunk(spec, config.side_px)
        self.pooling = build_pooling(config.pooling or spec.pooling)
        self.head = Head(spec.dim, config.dim, config.hidden, config.dropout)
        self.resting: tuple[nn.Module, ...] = ()

    def features(self, images: torch.Tensor) -> torch.Tensor:
        """Map prepared images ``(n, 3, side, side)`` to pooled features ``(n, spec.dim)``."""
        pooled: torch.Tensor = self.pooling(self.trunk(images))
        return pooled

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Map prepared images, float32 ``(n, 3, side, side)``, to unit rows ``(n, config.dim)``."""
        return self.head.embed(self.features(images))

    def train(self, mode: bool = True) -> EmbeddingNetwork:
        """Switch between training and evaluation; what rests stays in evaluation."""
        super().train(mode)
        for module in self.resting:
            module.eval()
        return self


def _check(config: NetworkConfig, *, maps: bool) -> None:
    if config.dim < 1 or any(width < 1 for width in config.hidden):
        raise TrainingError(
            f"A head of {(*config.hidden, config.dim)} cannot be built", "Give widths of at least 1"
        )
    if not 0 <= config.dropout < 1:
        raise TrainingError(
            f"A dropout of {config.dropout} is no share", "Give one from 0 to below 1"
        )
    if config.pooling not in (None, "gem", "average"):
        raise TrainingError(
            f"There is no pooling called '{config.pooling}'", "Choose from gem, average"
        )
    if config.pooling == "gem" and not maps:
        raise TrainingError(
            f"The trunk '{config.trunk}' gives one vector with negative values, which GeM would "
            "cut off",
            "Use average pooling",
        )

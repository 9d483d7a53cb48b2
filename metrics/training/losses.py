"""The losses and miners by name, from pytorch-metric-learning, always with keywords."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import torch
from pytorch_metric_learning import (  # type: ignore[import-untyped]
    distances,
    losses,
    miners,
)
from torch import nn

from common.errors import TrainingError
from metrics.nets.trunks import unknown


@dataclass(frozen=True, slots=True)
class LossSpec:
    """What is known about a loss before it is built.

    Attributes:
        build: makes it from its options; proxies also take ``num_classes``, ``embedding_size``.
        defaults: its options, near the values tuned in "A Metric Learning Reality Check"
            (Musgrave et al., 2020, https://arxiv.org/abs/2003.08505).
        miner: what suits it.
        proxies: whether it learns a vector for each class, and needs no pairs.
        parked_at: from the options, its value once all embeddings are one point; None where that
            is no fixed number.
    """

    build: Callable[..., nn.Module]
    defaults: Mapping[str, float]
    miner: str = "none"
    proxies: bool = False
    parked_at: Callable[[Mapping[str, float]], float] | None = None


def _contrastive(*, pos_margin: float, neg_margin: float) -> nn.Module:
    loss: nn.Module = losses.ContrastiveLoss(
        pos_margin=pos_margin, neg_margin=neg_margin, distance=distances.CosineSimilarity()
    )
    return loss


LOSSES: Final[dict[str, LossSpec]] = {
    "triplet": LossSpec(
        losses.TripletMarginLoss,
        {"margin": 0.1},
        miner="semihard",
        parked_at=lambda options: options["margin"],
    ),
    "contrastive": LossSpec(
        _contrastive,
        {"pos_margin": 1.0, "neg_margin": 0.5},
        parked_at=lambda options: 1 - options["neg_margin"],
    ),
    "multi-similarity": LossSpec(
        losses.MultiSimilarityLoss,
        {"alpha": 10.0, "beta": 60.0, "base": 0.7},
        miner="multi-similarity",
    ),
    "circle": LossSpec(losses.CircleLoss, {"m": 0.4, "gamma": 80.0}, miner="multi-similarity"),
    "arcface": LossSpec(losses.ArcFaceLoss, {"margin": 20.0, "scale": 64.0}, proxies=True),
    "subcenter-arcface": LossSpec(
        losses.SubCenterArcFaceLoss,
        {"margin": 20.0, "scale": 64.0, "sub_centers": 3},
        proxies=True,
    ),
    "proxy-anchor": LossSpec(losses.ProxyAnchorLoss, {"margin": 0.1, "alpha": 32.0}, proxies=True),
    "ntxent": LossSpec(losses.NTXentLoss, {"temperature": 0.04}),
}
MINERS: Final[dict[str, Callable[..., nn.Module | None]]] = {
    "none": lambda **_: None,
    "semihard": lambda *, margin, **_: miners.TripletMarginMiner(
        margin=margin, type_of_triplets="semihard"
    ),
    "hard": lambda *, margin, **_: miners.TripletMarginMiner(
        margin=margin, type_of_triplets="hard"
    ),
    "multi-similarity": lambda *, epsilon, **_: miners.MultiSimilarityMiner(epsilon=epsilon),
}
_MINER_DEFAULTS: Final = {"margin": 0.1, "epsilon": 0.1}


@dataclass(frozen=True, slots=True)
class LossConfig:
    """Which loss, and how it chooses its pairs.

    Attributes:
        name: one of :data:`LOSSES`.
        options: what differs from the loss's defaults; angles in degrees.
        miner: one of :data:`MINERS`; None takes what suits the loss.
        miner_options: ``margin`` (semihard, hard) or ``epsilon`` (multi-similarity).
        memory: how many embeddings of past batches are compared with too; 0 for none (Wang et al.,
            2019, https://arxiv.org/abs/1912.06798). Helps where a batch is small.
        memory_after: iterations before the memory is used, since early embeddings drift fast.
    """

    name: str = "subcenter-arcface"
    options: Mapping[str, float] = field(default_factory=dict)
    miner: str | None = None
    miner_options: Mapping[str, float] = field(default_factory=dict)
    memory: int = 0
    memory_after: int = 1000


class EmbeddingLoss(nn.Module):
    """A loss on embeddings, in float32 whatever the trunk ran in.

    Its parameters are the proxies, if it has any; they must be given to the optimiser, see
    :func:`metrics.training.schedule.parameter_groups`. Its state holds all that a resumed training
    needs, the memory's position included.

    Args:
        config: which.
        classes: how many there are; labels are below it.
        dim: length of an embedding.

    Attributes:
        spec: what is known about the loss.
        parked_at: its value once all embeddings are one point, or None.

    Raises:
        TrainingError: the config names something unknown or impossible.
    """

    def __init__(self, config: LossConfig, *, classes: int, dim: int) -> None:
        super().__init__()
        self.spec = loss_spec(config.name)
        options = _merged(config.options, self.spec.defaults, f"loss '{config.name}'")
        sizes = {"num_classes": classes, "embedding_size": dim} if self.spec.proxies else {}
        self.loss = self.spec.build(**options, **sizes)
        with torch.no_grad():
            for proxies in self.loss.parameters():
                # About unit length, so that a learning rate turns them alike in any dim; as they
                # come, their coordinates are of size 1, and they would turn 16 times slower.
                proxies.mul_(dim**-0.5)
        self.miner = _build_miner(config, self.spec)
        parked_at = self.spec.parked_at
        self.parked_at = None if parked_at is None else parked_at(options)
        self.memory = _build_memory(config, self.spec, self.loss, self.miner, dim)
        self._memory_after = config.memory_after
        self._iterations = 0

    def forward(self, embeddings: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Compare a batch with itself, with proxies, or with what is remembered.

        Args:
            embeddings: unit rows ``(n, dim)`` of any float type.
            labels: int64 ``(n,)``, below ``classes``.

        Returns:
            A float32 scalar; 0 where the miner finds nothing to learn from.

        Raises:
            TrainingError: the batch is larger than the memory.
        """
        with torch.autocast(embeddings.device.type, enabled=False):
            return self._compute(embeddings.float(), labels)

    def _compute(self, embeddings: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        self._iterations += 1
        value: torch.Tensor
        if self.memory is not None and self._iterations > self._memory_after:
            if len(embeddings) > self.memory.memory_size:
                raise TrainingError(
                    f"A memory of {self.memory.memory_size} embeddings does not hold a batch of "
                    f"{len(embeddings)}",
                    "Make the memory several batches large",
                )
            value = self.memory(embeddings, labels)
        else:
            pairs = None if self.miner is None else self.miner(embeddings, labels)
            value = self.loss(embeddings, labels, indices_tuple=pairs)
        return value

    def get_extra_state(self) -> torch.Tensor:
        """Return what pytorch-metric-learning leaves out of a memory's state."""
        memory = self.memory
        position = [0, 0] if memory is None else [memory.queue_idx, int(memory.has_been_filled)]
        return torch.tensor([self._iterations, *position])

    def set_extra_state(self, state: torch.Tensor) -> None:
        """Take up where :meth:`get_extra_state` left off."""
        self._iterations, position, filled = state.tolist()
        if self.memory is not None:
            self.memory.queue_idx = position
            self.memory.has_been_filled = bool(filled)


def loss_spec(name: str) -> LossSpec:
    """Look a loss up by name.

    Raises:
        TrainingError: there is none of that name.
    """
    if name in LOSSES:
        return LOSSES[name]
    raise unknown("loss", name, list(LOSSES))


def _build_miner(config: LossConfig, spec: LossSpec) -> nn.Module | None:
    name = spec.miner if config.miner is None else config.miner
    if name not in MINERS:
        raise unknown("miner", name, list(MINERS))
    return MINERS[name](**_merged(config.miner_options, _MINER_DEFAULTS, f"miner '{name}'"))


def _build_memory(
    config: LossConfig, spec: LossSpec, loss: nn.Module, miner: nn.Module | None, dim: int
) -> Any:  # noqa: ANN401 - the library has no types
    if config.memory < 1:
        return None
    if spec.proxies:
        raise TrainingError(
            f"The loss '{config.name}' compares with proxies, not with remembered embeddings",
            "Leave the memory out, or take a loss of pairs such as contrastive",
        )
    return losses.CrossBatchMemory(
        loss=loss, embedding_size=dim, memory_size=config.memory, miner=miner
    )


def _merged(
    options: Mapping[str, float], defaults: Mapping[str, float], owner: str
) -> dict[str, float]:
    for name in options:
        if name not in defaults:
            raise unknown(f"option of the {owner}", name, list(defaults))
    return {**defaults, **options}

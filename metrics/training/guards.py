"""Noticing early that a training has gone wrong, and saying how."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final

import torch

from common.errors import TrainingDiverged

_SMALLER_STEPS: Final = "Lower the learning rates, lengthen the warm-up, or train in float32"
_EASIER_PAIRS: Final = (
    "Use a semihard or multi-similarity miner, a lower learning rate, or a loss with proxies"
)


@dataclass(frozen=True, slots=True)
class GuardConfig:
    """When to give up.

    Attributes:
        most_alike: mean cosine of the pairs of a batch above which embeddings are one cluster.
        alike_for: for how many iterations in a row.
        near_parking: how close, as a share, the loss is to its value at collapse.
        parked_for: for how many iterations in a row.
    """

    most_alike: float = 0.9
    alike_for: int = 50
    near_parking: float = 0.02
    parked_for: int = 200


@dataclass(slots=True)
class Guards:
    """Watches each iteration.

    Attributes:
        config: when to give up.
        parked_at: the loss's value once all embeddings are one point; None if it has none.
        counts: iterations in a row, by what is wrong. Part of a checkpoint.
    """

    config: GuardConfig
    parked_at: float | None = None
    counts: dict[str, int] = field(default_factory=lambda: {"alike": 0, "parked": 0})

    def watch(self, loss: float, likeness: float, gradient_norm: float) -> None:
        """Take in one iteration.

        Args:
            loss: its value.
            likeness: see :func:`mean_pairwise_cosine`.
            gradient_norm: before clipping.

        Raises:
            TrainingDiverged: a number is not finite, the embeddings have collapsed, or the loss is
                parked.
        """
        for name, value in (("loss", loss), ("gradient", gradient_norm), ("embedding", likeness)):
            if not math.isfinite(value):
                raise TrainingDiverged(f"The {name} became {value}", _SMALLER_STEPS)
        config = self.config
        if self._lasts("alike", likeness > config.most_alike, config.alike_for):
            raise TrainingDiverged(
                f"All embeddings have become alike: the mean cosine of a batch's pairs was above "
                f"{config.most_alike:g} for {config.alike_for} iterations",
                _EASIER_PAIRS,
            )
        if self.parked_at is None:
            return
        parked = abs(loss - self.parked_at) <= config.near_parking * self.parked_at
        if self._lasts("parked", parked, config.parked_for):
            raise TrainingDiverged(
                f"The loss has stood at {self.parked_at:g} for {config.parked_for} iterations, its "
                "value when all embeddings are the same",
                _EASIER_PAIRS,
            )

    def _lasts(self, name: str, wrong: bool, patience: int) -> bool:
        self.counts[name] = self.counts[name] + 1 if wrong else 0
        return self.counts[name] >= patience

    def state_dict(self) -> dict[str, Any]:
        """Return all that :meth:`load_state_dict` needs to go on exactly."""
        return dict(self.counts)

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up where :meth:`state_dict` left off."""
        self.counts = dict(state)


def mean_pairwise_cosine(embeddings: torch.Tensor) -> torch.Tensor:
    """Return the mean cosine over all pairs of different rows, in time linear in their number.

    Args:
        embeddings: unit rows ``(n, dim)``.

    Returns:
        A scalar from -1 to 1; 0 for fewer than two rows.
    """
    count = len(embeddings)
    if count < 2:
        return embeddings.new_zeros(())
    total = embeddings.sum(dim=0)
    return (total @ total - count) / (count * (count - 1))

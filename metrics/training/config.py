"""What a training run is asked to do: plain data, stored with the run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from common.errors import TrainingError
from metrics.nets.freezing import Frozen
from metrics.training.guards import GuardConfig
from metrics.training.losses import LossConfig
from metrics.training.policies import Policy
from metrics.training.schedule import OptimiserConfig


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of training with its own warm-up and cosine.

    Attributes:
        epochs: how long.
        frozen: what of the trunk rests, see :func:`metrics.nets.freezing.freeze`.
    """

    epochs: int
    frozen: Frozen = "none"

    def __post_init__(self) -> None:
        if self.epochs < 1:
            raise TrainingError(
                f"A phase of {self.epochs} epochs trains nothing", "Give at least 1"
            )


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """How to train.

    Attributes:
        phases: one after the other. Head first keeps a pretrained trunk from being torn by a
            random head (Kumar et al., 2022, https://arxiv.org/abs/2202.10054).
        loss: what is minimised.
        optimiser: how fast.
        policy: how pictures are varied.
        accumulate: batches whose gradients are added up for one step. It does not enlarge the
            batch that pairs are chosen from.
        clip_norm: longest gradient; 10 suits convolutions, 1 transformers.
        precision: of the trunk. ``auto`` takes bfloat16 where the device computes in it.
        ema: decay of the averaged weights, which are what is evaluated and returned; 0 for none.
        patience: evaluations without a better score before training stops.
        min_gain: how much better is better.
        evaluate_every: epochs between evaluations.
        freeze_batchnorm: the trunk keeps its BatchNorm statistics; right for small batches.
        guards: when to give up.
        seed: of everything random.
    """

    phases: tuple[Phase, ...] = (Phase(2, "all"), Phase(20, "none"))
    loss: LossConfig = field(default_factory=LossConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    policy: Policy = field(default_factory=Policy)
    accumulate: int = 1
    clip_norm: float = 10.0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    ema: float = 0.999
    patience: int = 5
    min_gain: float = 0.0
    evaluate_every: int = 1
    freeze_batchnorm: bool = False
    guards: GuardConfig = field(default_factory=GuardConfig)
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.phases:
            raise TrainingError("A training without phases trains nothing", "Give at least one")
        for name in ("accumulate", "patience", "evaluate_every"):
            if getattr(self, name) < 1:
                raise TrainingError(
                    f"The training cannot have {name} = {getattr(self, name)}", "Give at least 1"
                )
        if not 0 <= self.ema < 1:
            raise TrainingError(
                f"An average that keeps {self.ema} of itself is none", "Give from 0 to below 1"
            )
        if not self.clip_norm > 0:
            raise TrainingError(
                f"Gradients cannot be clipped to {self.clip_norm}", "Give more than 0"
            )
        if self.seed < 0:
            raise TrainingError(f"{self.seed} cannot be a seed", "Give 0 or more")

    @property
    def epochs(self) -> int:
        """How many there are in all phases."""
        return sum(phase.epochs for phase in self.phases)

    def phase_of(self, epoch: int) -> tuple[Phase, int]:
        """Return the phase of an epoch counted from 0, and how many epochs of it are over."""
        for phase in self.phases:
            if epoch < phase.epochs:
                return phase, epoch
            epoch -= phase.epochs
        raise IndexError(f"there is no epoch {epoch} after the last")

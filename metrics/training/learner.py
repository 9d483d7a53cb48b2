"""One step of learning, and which weights were best: what every way of training shares."""

from __future__ import annotations

import math
from typing import Any, Generic, TypeVar

import torch
from torch import nn

from metrics.training.ema import MovingAverage
from metrics.training.guards import GuardConfig, Guards, mean_pairwise_cosine
from metrics.training.losses import EmbeddingLoss
from metrics.training.schedule import set_rates

Module = TypeVar("Module", bound=nn.Module)
LogValues = dict[str, float]


class Learner(Generic[Module]):
    """A module, its loss, its optimiser, its averaged weights, and a guard over all of them.

    Args:
        module: learns, in place.
        loss: learns too, if it has proxies.
        groups: see :func:`metrics.training.schedule.parameter_groups`.
        clip_norm: longest gradient.
        ema: decay of the averaged weights; 0 for none.
        guards: when to give up.

    Attributes:
        module: as given.
        steps: how many were made.
    """

    def __init__(
        self,
        module: Module,
        loss: EmbeddingLoss,
        groups: list[dict[str, Any]],
        *,
        clip_norm: float,
        ema: float,
        guards: GuardConfig,
    ) -> None:
        self.module = module
        self.steps = 0
        self._loss = loss
        self._optimiser = torch.optim.AdamW(groups)
        self._clip_norm = clip_norm
        self._average = MovingAverage(module, ema) if ema else None
        self._guards = Guards(guards, loss.parked_at)
        self._last: tuple[torch.Tensor, torch.Tensor] | None = None

    @property
    def settled(self) -> Module:
        """The module to evaluate: with averaged weights where they are kept."""
        return self.module if self._average is None else self._average.network

    def backward(self, embeddings: torch.Tensor, labels: torch.Tensor, share: float = 1.0) -> None:
        """Add a batch's gradient to those that the next step takes.

        Args:
            embeddings: unit rows ``(n, dim)`` computed by the module.
            labels: int64 ``(n,)``.
            share: of the batch in the step, where batches are accumulated.
        """
        loss = self._loss(embeddings, labels)
        (loss * share).backward()
        self._last = loss.detach(), mean_pairwise_cosine(embeddings.detach().float())

    def step(self, factor: float) -> LogValues:
        """Move what is not frozen.

        Args:
            factor: share of the full learning rates.

        Returns:
            Values to log: the last batch's loss and mean cosine, the gradient's norm, the rates.

        Raises:
            TrainingDiverged: see :class:`metrics.training.guards.Guards`; nothing was moved.
        """
        assert self._last is not None, "backward comes first"  # noqa: S101
        moving = [p for group in self._optimiser.param_groups for p in group["params"]]
        norm = nn.utils.clip_grad_norm_(moving, self._clip_norm)
        # One transfer for all three, as each makes a GPU wait.
        loss, likeness, length = torch.stack([*self._last, norm]).tolist()
        self._guards.watch(loss, likeness, length)
        set_rates(self._optimiser, factor)
        self._optimiser.step()
        self._optimiser.zero_grad()
        self.steps += 1
        if self._average is not None:
            self._average.update(self.module)
        rates = {f"rate/{group['name']}": group["lr"] for group in self._optimiser.param_groups}
        return {"loss": loss, "mean cosine": likeness, "gradient norm": length, **rates}

    def state_dict(self) -> dict[str, Any]:
        """Return all that :meth:`load_state_dict` needs to go on exactly."""
        return {
            "module": self.module.state_dict(),
            "loss": self._loss.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "average": None if self._average is None else self._average.state_dict(),
            "guards": self._guards.state_dict(),
            "steps": self.steps,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up where :meth:`state_dict` left off."""
        self.module.load_state_dict(state["module"])
        self._loss.load_state_dict(state["loss"])
        self._optimiser.load_state_dict(state["optimiser"])
        if self._average is not None:
            self._average.load_state_dict(state["average"])
        self._guards.load_state_dict(state["guards"])
        self.steps = state["steps"]


class BestSoFar:
    """Remembers the weights with the best score, and notices when no better ones come.

    Args:
        patience: scores in a row without a gain before it is time to stop.
        min_gain: how much better is better.

    Attributes:
        score: the best; None before the first.
        epoch: after how many epochs it was reached.
        stale: scores in a row without a gain.
    """

    def __init__(self, patience: int, min_gain: float = 0.0) -> None:
        self.score: float | None = None
        self.epoch = 0
        self.stale = 0
        self._patience = patience
        self._min_gain = min_gain
        self._weights: dict[str, torch.Tensor] = {}

    @property
    def exhausted(self) -> bool:
        """Whether it is time to stop."""
        return self.stale >= self._patience

    def offer(self, score: float, module: nn.Module, epoch: int) -> None:
        """Take in a score; one that is no number counts as no gain."""
        least = -math.inf if self.score is None else self.score + self._min_gain
        if not score > least:
            self.stale += 1
            return
        self.score, self.epoch, self.stale = score, epoch, 0
        self._weights = {
            name: value.detach().cpu().clone() for name, value in module.state_dict().items()
        }

    def restore(self, module: nn.Module, otherwise: nn.Module) -> None:
        """Give a module the best weights, or those of another if there was no score."""
        module.load_state_dict(self._weights or otherwise.state_dict())

    def state_dict(self) -> dict[str, Any]:
        """Return all that :meth:`load_state_dict` needs to go on exactly."""
        return {
            "score": self.score,
            "epoch": self.epoch,
            "stale": self.stale,
            "weights": self._weights,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up where :meth:`state_dict` left off."""
        self.score, self.epoch = state["score"], state["epoch"]
        self.stale, self._weights = state["stale"], state["weights"]

"""Training a head on features that were computed once: minutes on a CPU."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from common.errors import TrainingError
from metrics.nets.network import Head
from metrics.training.embedding import OnProgress
from metrics.training.guards import GuardConfig
from metrics.training.images import Labels, class_codes
from metrics.training.learner import BestSoFar, Learner
from metrics.training.loop import Batches, Evaluate, OnLog, Outcome
from metrics.training.losses import EmbeddingLoss, LossConfig, loss_spec
from metrics.training.randomness import seed_everything
from metrics.training.schedule import OptimiserConfig, parameter_groups, rate_factor

Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class HeadTrainingConfig:
    """How to train a head on fixed features.

    Attributes:
        epochs: how long, at most.
        batch_size: large, as a step costs little; the last, smaller batch of an epoch is left out.
        loss: what is minimised.
        optimiser: how fast.
        ema: decay of the averaged weights, which are evaluated and returned; 0 for none.
        patience: evaluations without a better score before training stops.
        evaluate_every: epochs between evaluations; the last epoch is always evaluated.
        clip_norm: longest gradient.
        guards: when to give up.
        seed: of everything random.
    """

    epochs: int = 40
    batch_size: int = 1024
    loss: LossConfig = field(default_factory=lambda: LossConfig("arcface"))
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    ema: float = 0.99
    patience: int = 10
    evaluate_every: int = 2
    clip_norm: float = 10.0
    guards: GuardConfig = field(default_factory=GuardConfig)
    seed: int = 0

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch_size < 2 or self.evaluate_every < 1:
            raise TrainingError(
                f"A head cannot be trained for {self.epochs} epochs in batches of "
                f"{self.batch_size}, evaluated every {self.evaluate_every}",
                "Give at least 1 epoch, batches of 2, and 1",
            )


def train_head(
    head: Head,
    features: Features,
    labels: Labels,
    config: HeadTrainingConfig,
    *,
    batches: Batches | None = None,
    validation: tuple[Features, Labels] | None = None,
    evaluate: Evaluate | None = None,
    on_progress: OnProgress | None = None,
    on_log: OnLog | None = None,
) -> Outcome:
    """Train a head in place; it is left in evaluation mode with its best weights.

    It seeds the global generators, so that equal arguments give equal weights on a CPU.

    Args:
        head: on the device that computes.
        features: shape ``(n, dim_in)``, float32, see :class:`metrics.training.features`.
        labels: shape ``(n,)``, any integers.
        config: how.
        batches: which rows meet; None shuffles them, which suits losses with proxies.
        validation: features and labels of classes that are not trained on.
        evaluate: scores their embeddings.
        on_progress: called with epochs done and total.
        on_log: called after each epoch and evaluation.

    Raises:
        TrainingError: there is nothing to learn from.
        TrainingDiverged: it went wrong.
    """
    codes, classes = class_codes(labels, pairs=not loss_spec(config.loss.name).proxies)
    seed_everything(config.seed)
    device = head.linear.weight.device
    inputs, targets = torch.from_numpy(features), torch.from_numpy(codes)
    loss = EmbeddingLoss(config.loss, classes=classes, dim=head.linear.out_features).to(device)
    learner: Learner[Head] = Learner(
        head,
        loss,
        parameter_groups(loss, config.optimiser, head=head),
        clip_norm=config.clip_norm,
        ema=config.ema,
        guards=config.guards,
    )
    best = BestSoFar(config.patience)
    rng = np.random.default_rng(config.seed)
    epoch = 0
    while epoch < config.epochs and not best.exhausted:
        head.train()
        plan = _shuffled(len(codes), config.batch_size, rng) if batches is None else list(batches)
        values = {}
        for number, rows in enumerate(plan):
            chosen = torch.as_tensor(rows)
            embeddings = head.embed(inputs[chosen].to(device))
            learner.backward(embeddings, targets[chosen].to(device))
            progress = (epoch + (number + 1) / len(plan)) / config.epochs
            values = learner.step(rate_factor(progress, config.optimiser))
        epoch += 1
        due = epoch % config.evaluate_every == 0 or epoch == config.epochs
        if validation is not None and evaluate is not None and due:
            score = evaluate(apply_head(learner.settled, validation[0]), validation[1])
            best.offer(score, learner.settled, epoch)
            values["score"] = score
        if on_log is not None:
            on_log(learner.steps, {**values, "epoch": epoch})
        if on_progress is not None:
            on_progress(epoch, config.epochs)
    best.restore(head, otherwise=learner.settled)
    head.eval()
    return Outcome(best.score, best.epoch, epoch, stopped_early=epoch < config.epochs)


def apply_head(head: Head, features: Features, batch_size: int = 4096) -> Features:
    """Embed features in evaluation mode.

    Returns:
        Unit rows ``(n, dim)``, float32.
    """
    device = head.linear.weight.device
    training = head.training
    head.eval()
    try:
        with torch.no_grad():
            parts = [
                head.embed(torch.from_numpy(features[i : i + batch_size]).to(device)).cpu().numpy()
                for i in range(0, len(features), batch_size)
            ]
    finally:
        head.train(training)
    if not parts:
        return np.empty((0, head.linear.out_features), dtype=np.float32)
    return np.concatenate(parts)


def _shuffled(count: int, batch_size: int, rng: np.random.Generator) -> Sequence[Sequence[int]]:
    """Cut a random order into full batches; one smaller batch where there is no full one."""
    order = rng.permutation(count)
    whole = max(1, count // batch_size)
    return [order[i * batch_size : (i + 1) * batch_size].tolist() for i in range(whole)]

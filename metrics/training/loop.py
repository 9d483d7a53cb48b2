"""The training loop: pictures in, a better network out, resumable to the bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray

from common.embedding.base import Preprocessing
from common.errors import TrainingError
from metrics.nets.freezing import freeze
from metrics.nets.network import EmbeddingNetwork
from metrics.training import randomness
from metrics.training.checkpoint import Checkpoint
from metrics.training.config import TrainingConfig
from metrics.training.embedding import OnProgress, embed_images
from metrics.training.images import LabelledImages, Labels, class_codes
from metrics.training.learner import BestSoFar, Learner, LogValues
from metrics.training.loading import ForTraining, load_batches
from metrics.training.losses import EmbeddingLoss, loss_spec
from metrics.training.schedule import parameter_groups, rate_factor

Evaluate: TypeAlias = Callable[[NDArray[np.float32], Labels], float]
"""Scores unit rows and their labels; higher is better. MAP@R of unseen classes is meant."""
OnLog: TypeAlias = Callable[[int, LogValues], None]
"""Takes the number of steps made and the values after it."""


class Batches(Protocol):
    """Draws an epoch's batches each time it is iterated over."""

    def __iter__(self) -> Iterator[Sequence[int]]:
        """Yield indices of training pictures, batch after batch, for one epoch."""
        ...

    def state_dict(self) -> dict[str, Any]:
        """Return what :func:`metrics.training.state_tree.pack` takes: the state between epochs."""
        ...

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up where :meth:`state_dict` left off."""
        ...


@runtime_checkable
class MinedBatches(Batches, Protocol):
    """Batches that depend on what the network finds alike now."""

    def remine(self, embeddings: NDArray[np.float32]) -> None:
        """Take in the embeddings of all training pictures, before each epoch."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a training ended.

    Attributes:
        score: the best evaluation; None if there was none.
        best_epoch: after how many epochs it was reached; 0 is before the first.
        epochs: how many were trained.
        stopped_early: whether no better score came for too long.
    """

    score: float | None
    best_epoch: int
    epochs: int
    stopped_early: bool


class Trainer:
    """Trains a network. Built anew with the same arguments, it goes on from its checkpoint.

    It seeds the global generators, so that equal arguments give equal weights on a CPU.

    Args:
        network: trained in place, on the device where it is.
        images: to train on.
        batches: which of them meet in a batch.
        config: how.
        preprocessing: the model's.
        validation: pictures of classes that are not trained on.
        evaluate: scores their embeddings.
        checkpoint: written after each epoch; None for none.
        threads: that prepare pictures.
        on_progress: called with the number of batches done and to do.
        on_log: called after each step and each evaluation.

    Raises:
        TrainingError: there is nothing to learn from the images.
    """

    def __init__(
        self,
        network: EmbeddingNetwork,
        images: LabelledImages,
        batches: Batches,
        config: TrainingConfig,
        preprocessing: Preprocessing,
        *,
        validation: LabelledImages | None = None,
        evaluate: Evaluate | None = None,
        checkpoint: Checkpoint | None = None,
        threads: int = 2,
        on_progress: OnProgress | None = None,
        on_log: OnLog | None = None,
    ) -> None:
        codes, classes = class_codes(images.labels, pairs=not loss_spec(config.loss.name).proxies)
        randomness.seed_everything(config.seed)
        self._device = next(network.parameters()).device
        self._network = network.to(memory_format=torch.channels_last)
        self._images = images
        self._codes = torch.from_numpy(codes)
        self._batches = batches
        self._config = config
        self._preprocessing = preprocessing
        self._validation = validation
        self._evaluate = evaluate
        self._checkpoint = checkpoint
        self._threads = threads
        self._on_progress = on_progress or _ignore
        self._on_log = on_log or _ignore
        loss = EmbeddingLoss(config.loss, classes=classes, dim=network.config.dim)
        loss.to(self._device)
        groups = parameter_groups(
            loss,
            config.optimiser,
            trunk=network.trunk,
            pooling=network.pooling,
            head=network.head,
        )
        self._learner: Learner[EmbeddingNetwork] = Learner(
            network,
            loss,
            groups,
            clip_norm=config.clip_norm,
            ema=config.ema,
            guards=config.guards,
        )
        self._best = BestSoFar(config.patience, config.min_gain)
        self._epoch = 0

    def run(self) -> Outcome:
        """Train to the end, or until no better score comes.

        The network is left in evaluation mode with the best weights, or with the last where nothing
        was evaluated.

        Raises:
            TrainingError: a picture cannot be read, or a batch cannot be trained on.
            TrainingDiverged: it went wrong; the checkpoint is of the last good epoch.
            CheckpointError: the checkpoint is damaged, of another run, or cannot be written.
        """
        if not self._resume():
            self._score()
        while self._epoch < self._config.epochs and not self._best.exhausted:
            self._train_epoch()
            self._epoch += 1
            last = self._epoch == self._config.epochs
            if last or self._epoch % self._config.evaluate_every == 0:
                self._score()
            self._save()
        self._best.restore(self._network, otherwise=self._learner.settled)
        self._network.eval()
        return Outcome(
            score=self._best.score,
            best_epoch=self._best.epoch,
            epochs=self._epoch,
            stopped_early=self._epoch < self._config.epochs,
        )

    def _train_epoch(self) -> None:
        config = self._config
        phase, behind = config.phase_of(self._epoch)
        plan = self._plan()
        prepare = ForTraining(
            self._images,
            self._preprocessing,
            config.policy,
            seed=config.seed,
            epoch=self._epoch,
        )
        freeze(self._network, phase.frozen, batchnorm=config.freeze_batchnorm)
        self._network.train()
        with closing(load_batches(plan, prepare, self._threads)) as loaded:
            for number, (indices, pixels) in enumerate(zip(plan, loaded, strict=True)):
                first = number - number % config.accumulate
                together = min(config.accumulate, len(plan) - first)
                self._learner.backward(
                    self._embed(pixels), self._codes[indices].to(self._device), 1 / together
                )
                if number + 1 == first + together:
                    progress = (behind + (number + 1) / len(plan)) / phase.epochs
                    values = self._learner.step(rate_factor(progress, config.optimiser))
                    self._on_log(self._learner.steps, {**values, "epoch": self._epoch + 1})
                self._on_progress(self._epoch * len(plan) + number + 1, config.epochs * len(plan))

    def _plan(self) -> list[list[int]]:
        """Draw the epoch's batches, all at once so that the sampler's state is between epochs."""
        if isinstance(self._batches, MinedBatches):
            self._batches.remine(self._embed_all(self._learner.settled, self._images))
        plan = [[int(index) for index in batch] for batch in self._batches]
        if not plan:
            raise TrainingError(
                f"The {len(self._codes)} training images do not fill one batch",
                "Make the batches smaller, or add images",
            )
        if min(map(len, plan)) < 2:
            raise TrainingError(
                "A batch of one image cannot be trained on", "Make the batches larger"
            )
        return plan

    def _embed(self, pixels: torch.Tensor) -> torch.Tensor:
        device = self._device.type
        moved = pixels.to(self._device, memory_format=torch.channels_last, non_blocking=True)
        with torch.autocast(device, torch.bfloat16, enabled=_in_bfloat16(self._config, device)):
            features = self._network.features(moved)
        # Head, similarities and losses in float32: bfloat16 has three digits.
        return self._network.head.embed(features.float())

    def _embed_all(self, network: EmbeddingNetwork, images: LabelledImages) -> NDArray[np.float32]:
        return embed_images(network, images, self._preprocessing, threads=self._threads)

    def _score(self) -> None:
        """Evaluate what would be returned now."""
        if self._validation is None or self._evaluate is None:
            return
        settled = self._learner.settled
        score = self._evaluate(self._embed_all(settled, self._validation), self._validation.labels)
        self._best.offer(score, settled, self._epoch)
        self._on_log(self._learner.steps, {"score": score, "epoch": self._epoch})

    def _save(self) -> None:
        if self._checkpoint is not None:
            self._checkpoint.save(
                {
                    "epoch": self._epoch,
                    "learner": self._learner.state_dict(),
                    "batches": self._batches.state_dict(),
                    "best": self._best.state_dict(),
                    "randomness": randomness.capture(),
                }
            )

    def _resume(self) -> bool:
        state = None if self._checkpoint is None else self._checkpoint.load()
        if state is None:
            return False
        self._learner.load_state_dict(state["learner"])
        self._batches.load_state_dict(state["batches"])
        self._best.load_state_dict(state["best"])
        self._epoch = state["epoch"]
        randomness.restore(state["randomness"])
        return True


def _ignore(*_: object) -> None:
    """Nobody listens."""


def _in_bfloat16(config: TrainingConfig, device: str) -> bool:
    if config.precision == "auto":
        return device == "cuda" and torch.cuda.is_bf16_supported()
    return config.precision == "bfloat16"

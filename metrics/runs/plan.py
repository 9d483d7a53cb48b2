"""What a run is asked to do: plain data, stored with the run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from pydantic import TypeAdapter

from common.embedding.base import Preprocessing
from common.embedding.card import BUNDLE_NAME
from common.errors import TrainingError
from metrics.data.sealed import seal_of
from metrics.nets.network import NetworkConfig
from metrics.nets.trunks import trunk_spec, unknown
from metrics.nets.weights import PRETRAINED
from metrics.training.config import Phase, TrainingConfig
from metrics.training.head import HeadTrainingConfig
from metrics.training.losses import LossConfig, loss_spec

Way: TypeAlias = Literal["whitening", "head", "full"]
"""Frozen trunk with PCA-whitening; frozen trunk with a trained head; trunk and head trained."""
Negatives: TypeAlias = Literal["none", "mined", "ssim"]
"""Whether batches are built around hard negatives: found by the network, or by structure."""
Start: TypeAlias = Literal["whitening", "random"]


@dataclass(frozen=True, slots=True)
class RunPlan:
    """One run. Equal plans on equal data give equal networks on a CPU.

    Attributes:
        name: of the run.
        way: how much is trained.
        network: what is trained. Its dim is what is asked for; whitening may find fewer.
        weights: where they come from, see :func:`metrics.nets.weights.load_weights`.
        preprocessing: of training, evaluation and serving alike; its side is the network's.
        batch_size: pictures in a batch; the head's own batches are in ``head``.
        images_per_class: of each class in a batch; of a class with fewer, all.
        categories_per_batch: at most so many super-categories in a batch; None for no limit.
        negatives: hard ones, for the way ``full``.
        negatives_per_anchor: how many.
        start: of a new head. ``whitening`` makes the frozen baseline the first network, so that
            training starts where it stands (needs a head without hidden layers).
        whitening_strengths: see :func:`metrics.training.whitening.fit_whitening`; validation
            chooses.
        reduce_to: after training, PCA-whitening of the embeddings becomes part of the head, to so
            many dimensions or what the data allows, at the middle one of the strengths; None leaves
            the head as it is.
        training: of the way ``full``.
        head: of the way ``head``.
        train_share: of the labels; of the rest, a third validates and two thirds test.
        seed: of the split, the batches and new weights.
        licence: SPDX identifier of the result; empty where unknown.

    Raises:
        TrainingError: something in it is unknown or impossible.
    """

    name: str
    way: Way = "head"
    network: NetworkConfig = field(default_factory=NetworkConfig)
    weights: str | Path | None = PRETRAINED
    preprocessing: Preprocessing = field(default_factory=lambda: Preprocessing(128))
    batch_size: int = 64
    images_per_class: int = 4
    categories_per_batch: int | None = None
    negatives: Negatives = "none"
    negatives_per_anchor: int = 5
    start: Start = "whitening"
    whitening_strengths: tuple[float, ...] = (0.0, 0.5, 1.0)
    reduce_to: int | None = None
    training: TrainingConfig = field(default_factory=TrainingConfig)
    head: HeadTrainingConfig = field(default_factory=HeadTrainingConfig)
    train_share: float = 0.7
    seed: int = 0
    licence: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.weights, Path):
            object.__setattr__(self, "weights", str(self.weights))
        if not BUNDLE_NAME.fullmatch(self.name):
            raise TrainingError(
                f"No run can be named {self.name!r}",
                "Take up to 100 letters, digits, dots, dashes and underscores, beginning with a "
                "letter or digit",
            )
        choices = {"way": Way, "negatives": Negatives, "start": Start}
        for name, known in choices.items():
            if getattr(self, name) not in get_args(known):
                raise unknown(name, str(getattr(self, name)), list(get_args(known)))
        trunk_spec(self.network.trunk)
        loss_spec(self.loss.name)
        self._check_numbers()

    def _check_numbers(self) -> None:
        if self.network.side_px != self.preprocessing.size_px:
            raise TrainingError(
                f"The network takes {self.network.side_px} px and pictures are prepared for "
                f"{self.preprocessing.size_px} px",
                "Give both the same side",
            )
        if not 0 < self.train_share < 1:
            raise TrainingError(
                f"{self.train_share} of the labels cannot be trained on",
                "Give a share above 0 and below 1, such as 0.7",
            )
        least = {"batch_size": 2, "images_per_class": 1, "negatives_per_anchor": 1, "seed": 0}
        for name, smallest in least.items():
            if getattr(self, name) < smallest:
                raise TrainingError(
                    f"A run cannot have {name} = {getattr(self, name)}",
                    f"Give at least {smallest}",
                )
        if self._has_no_pairs():
            raise TrainingError(
                "Batches with one picture of each label hold no two alike, and the loss "
                f"'{self.loss.name}' learns from such pairs",
                "Give 2 pictures of each label or more (images_per_class, --sampler_m), or take a "
                "loss with proxies such as arcface",
            )
        if self.reduce_to is not None and self.reduce_to < 1:
            raise TrainingError(
                f"Embeddings cannot be reduced to {self.reduce_to} dimensions", "Give at least 1"
            )
        if not self.whitening_strengths or not all(0 <= s <= 1 for s in self.whitening_strengths):
            raise TrainingError(
                f"Whitening cannot have the strengths {self.whitening_strengths}",
                "Give one or more from 0 to 1",
            )

    def _has_no_pairs(self) -> bool:
        learns = self.way == "head" or (self.way == "full" and self.negatives == "none")
        compares = not (loss_spec(self.loss.name).proxies or self.loss.memory)
        return learns and compares and self.images_per_class < 2

    @property
    def loss(self) -> LossConfig:
        """What is minimised."""
        return self.head.loss if self.way == "head" else self.training.loss

    @property
    def sha256(self) -> str:
        """Equal for equal plans, whether made here or read from a file."""
        return seal_of(plan_content(plan_from(plan_content(self))))

    def with_side(self, side_px: int) -> RunPlan:
        """Return the same for pictures of another side."""
        return replace(
            self,
            network=replace(self.network, side_px=side_px),
            preprocessing=replace(self.preprocessing, size_px=side_px),
        )

    def with_way(self, way: Way) -> RunPlan:
        """Return the same going another way; a head takes over loss and rates of a full training.

        Raises:
            TrainingError: there is no such way.
        """
        if (self.way, way) != ("full", "head"):
            return replace(self, way=way)
        training = self.training
        head = replace(self.head, loss=training.loss, optimiser=training.optimiser)
        return replace(self, way=way, head=head)

    def with_epochs(self, epochs: int) -> RunPlan:
        """Return the same with another length; phases keep their shares, each at least one epoch.

        Where there are fewer epochs than phases, the first phases are left out.
        """
        if epochs < 1:
            raise TrainingError(f"{epochs} epochs train nothing", "Give at least 1")
        phases = self.training.phases[-epochs:]
        total = sum(phase.epochs for phase in phases)
        lengths = [max(1, round(epochs * phase.epochs / total)) for phase in phases]
        # What rounding left over or took too much of comes from the longest.
        lengths[lengths.index(max(lengths))] += epochs - sum(lengths)
        stretched = tuple(
            Phase(length, phase.frozen) for length, phase in zip(lengths, phases, strict=True)
        )
        return replace(
            self,
            training=replace(self.training, phases=stretched),
            head=replace(self.head, epochs=epochs),
        )

    def with_rates(
        self, *, rate: float | None = None, weight_decay: float | None = None
    ) -> RunPlan:
        """Return the same with one learning rate for trunk and head, or another decay."""
        changes: dict[str, float] = {}
        if rate is not None:
            changes |= {"trunk_lr": rate, "head_lr": rate}
        if weight_decay is not None:
            changes["weight_decay"] = weight_decay
        training, head = self.training, self.head
        return replace(
            self,
            training=replace(training, optimiser=replace(training.optimiser, **changes)),
            head=replace(head, optimiser=replace(head.optimiser, **changes)),
        )

    def with_seed(self, seed: int) -> RunPlan:
        """Return the same with everything random seeded otherwise."""
        return replace(
            self,
            seed=seed,
            training=replace(self.training, seed=seed),
            head=replace(self.head, seed=seed),
        )


def plan_content(plan: RunPlan) -> dict[str, Any]:
    """Return the plan as JSON holds it."""
    content: dict[str, Any] = _adapter().dump_python(plan, mode="json")
    return content


def plan_from(content: dict[str, Any]) -> RunPlan:
    """Undo :func:`plan_content`.

    Raises:
        pydantic.ValidationError: the content is no plan.
        TrainingError: it is one that cannot be.
    """
    return _adapter().validate_python(content, strict=False)


@cache
def _adapter() -> TypeAdapter[RunPlan]:
    return TypeAdapter(RunPlan)

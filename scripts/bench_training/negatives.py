"""Random, structural and re-mined negatives: same network, loss, seeds and number of pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from common.embedding.base import Preprocessing
from common.embedding.preprocess import fit
from metrics.evaluation.comparison import compare_scores
from metrics.evaluation.protocols import unseen_at_unseen
from metrics.evaluation.samples import Column, Samples
from metrics.nets.network import EmbeddingNetwork, NetworkConfig
from metrics.nets.weights import load_weights
from metrics.training.config import Phase, TrainingConfig
from metrics.training.embedding import OnProgress, embed_images
from metrics.training.images import ImageArrays, LabelledImages
from metrics.training.loop import Trainer
from metrics.training.losses import LossConfig
from metrics.training.policies import POLICIES
from metrics.training.schedule import OptimiserConfig
from scripts.bench_training.choosing import RANDOM, ways_to_choose
from scripts.bench_training.tables import points, table

METRIC: Final = "MAP@R"
_MARGIN: Final = 1.25
"""Pictures are held at so many times the network's side, for crops to be cut from."""


@dataclass(frozen=True, slots=True)
class NegativesPlan:
    """What is trained, and how: the same for all ways of choosing negatives.

    Attributes:
        side_px: of the network's input.
        dim: length of an embedding.
        negatives: for each anchor.
        anchors_per_batch: see :class:`~metrics.training.negatives.TupleBatches`.
        epochs: in each of which every picture is the anchor once.
        seeds: of as many trainings.
        weights: safetensors of the trunk, or of a network with this dim; None starts at random.
        trunk_rate: largest learning rate of the trunk.
        margin: of the triplet loss.
        threads: that prepare pictures.
    """

    side_px: int = 64
    dim: int = 64
    negatives: int = 3
    anchors_per_batch: int = 12
    epochs: int = 5
    seeds: tuple[int, ...] = (0, 1, 2)
    weights: Path | None = None
    trunk_rate: float = 1e-3
    margin: float = 0.1
    threads: int = 2

    @property
    def preprocessing(self) -> Preprocessing:
        """Of pictures that are square already."""
        return Preprocessing(self.side_px, resize="squash")


@dataclass(frozen=True, slots=True)
class NegativesFigures:
    """What was measured of one way.

    Attributes:
        by_seed: mean :data:`METRIC` of each training.
        scores: of each query, the mean over the trainings, shape ``(q,)``.
        labels: of the queries, shape ``(q,)``.
    """

    by_seed: tuple[float, ...]
    scores: NDArray[np.float64]
    labels: Column


def measure_negatives(
    training: LabelledImages,
    unseen: LabelledImages,
    plan: NegativesPlan,
    on_progress: OnProgress | None = None,
) -> tuple[NegativesFigures, dict[str, NegativesFigures]]:
    """Train a network for each way and seed, and let the unseen pictures ask among each other.

    Args:
        training: pictures to train on.
        unseen: pictures of other labels.
        plan: how.
        on_progress: called with trainings done and trainings in all.

    Returns:
        Figures of the untrained networks, and by way.

    Raises:
        WeightsUnavailable: they cannot be had, or do not fit.
        TrainingError: there is nothing to learn from, or a training went wrong.
    """
    before = _figures([_scores(_network(plan, seed), unseen, plan) for seed in plan.seeds])
    ways = ways_to_choose(
        training, negatives=plan.negatives, anchors_per_batch=plan.anchors_per_batch
    )
    samples: dict[str, list[tuple[NDArray[np.float64], Column]]] = {name: [] for name in ways}
    done = 0
    for seed in plan.seeds:
        for name, batches in ways.items():
            network = _network(plan, seed)
            Trainer(
                network,
                training,
                batches(seed),
                _config(plan, seed),
                plan.preprocessing,
                threads=plan.threads,
            ).run()
            samples[name].append(_scores(network, unseen, plan))
            done += 1
            if on_progress is not None:
                on_progress(done, len(ways) * len(plan.seeds))
    return before, {name: _figures(of_seeds) for name, of_seeds in samples.items()}


def in_memory(images: LabelledImages, side_px: int) -> ImageArrays:
    """Return the pictures decoded, padded to squares somewhat larger than a network's side."""
    spec = Preprocessing(round(_MARGIN * side_px))
    pixels = [np.asarray(fit(images.image(row), spec)) for row in range(len(images.labels))]
    return ImageArrays(pixels, images.labels)


def report(
    before: NegativesFigures, found: Mapping[str, NegativesFigures], plan: NegativesPlan, title: str
) -> str:
    """Return the figures as text, a row for each way."""
    baseline = found[RANDOM]
    rows = [("(untrained)", _percent(before.scores), _seeds(before), "")]
    rows += [
        (
            name,
            _percent(one.scores),
            _seeds(one),
            ""
            if one is baseline
            else points(compare_scores(baseline.scores, one.scores, one.labels)),
        )
        for name, one in found.items()
    ]
    start = "random weights" if plan.weights is None else f"the weights of {plan.weights.name}"
    return "\n".join(
        [
            f"Negatives, {title}: the compact trunk at {plan.side_px} px from {start}, triplet "
            f"loss, {plan.epochs} epochs, {plan.negatives} negatives for each anchor",
            "",
            table(("negatives", f"{METRIC} %", "by seed", "against random, pp"), rows),
            "",
            f"{METRIC} of {len(baseline.scores)} queries of {len(np.unique(baseline.labels))} "
            f"unseen designs, averaged over the seeds ({len(plan.seeds)}).",
            "In brackets: 95% bootstrap intervals over whole designs, paired by query.",
        ]
    )


def _network(plan: NegativesPlan, seed: int) -> EmbeddingNetwork:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = EmbeddingNetwork(NetworkConfig("compact", plan.dim, plan.side_px))
    load_weights(network, plan.weights)
    return network


def _config(plan: NegativesPlan, seed: int) -> TrainingConfig:
    return TrainingConfig(
        phases=(Phase(plan.epochs, "none"),),
        # No mining within a batch: which negatives are in it is what differs.
        loss=LossConfig("triplet", {"margin": plan.margin}, miner="none"),
        optimiser=OptimiserConfig(trunk_lr=plan.trunk_rate),
        policy=POLICIES["products"],
        ema=0.0,
        seed=seed,
    )


def _scores(
    network: EmbeddingNetwork, unseen: LabelledImages, plan: NegativesPlan
) -> tuple[NDArray[np.float64], Column]:
    vectors = embed_images(network, unseen, plan.preprocessing, threads=plan.threads)
    rows = unseen_at_unseen(Samples(vectors, np.arange(len(vectors)), unseen.labels)).rows
    return rows.scores[METRIC], rows.labels


def _figures(of_seeds: list[tuple[NDArray[np.float64], Column]]) -> NegativesFigures:
    scores = np.stack([scores for scores, _ in of_seeds])
    by_seed = tuple(float(value) for value in scores.mean(axis=1))
    return NegativesFigures(by_seed, scores.mean(axis=0), of_seeds[0][1])


def _percent(scores: NDArray[np.float64]) -> str:
    return f"{100 * scores.mean():.2f}"


def _seeds(figures: NegativesFigures) -> str:
    return ", ".join(f"{100 * value:.1f}" for value in figures.by_seed)

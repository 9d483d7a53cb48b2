"""Plans by name: ours for a CPU and for a GPU, and the recipes of three older projects."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, Final

from common.embedding.base import Preprocessing
from common.errors import TrainingError
from metrics.nets.network import NetworkConfig
from metrics.nets.trunks import unknown
from metrics.runs.plan import RunPlan
from metrics.training.config import Phase, TrainingConfig
from metrics.training.head import HeadTrainingConfig
from metrics.training.losses import LossConfig
from metrics.training.policies import policy
from metrics.training.schedule import OptimiserConfig


def whitening() -> RunPlan:
    """Frozen ResNet-18, PCA-whitening: seconds after the features are computed."""
    return RunPlan(
        "whitening",
        way="whitening",
        network=NetworkConfig("resnet18", dim=256, side_px=224),
        preprocessing=Preprocessing(224),
    )


def quick() -> RunPlan:
    """Frozen ResNet-18, features computed once, a linear head trained on them: for a CPU.

    The head starts as PCA-whitening, so that it begins where the frozen baseline stands.
    """
    return replace(whitening(), name="quick", way="head", head=HeadTrainingConfig(epochs=60))


def full() -> RunPlan:
    """ResNet-50, head first, then the last block, then all of it: for a GPU.

    Head first keeps the pretrained trunk from being torn by the gradients of a new head (Kumar et
    al., 2022, https://arxiv.org/abs/2202.10054).
    """
    return RunPlan(
        "full",
        way="full",
        network=NetworkConfig("resnet50", dim=256, side_px=224),
        preprocessing=Preprocessing(224),
        batch_size=64,
        training=TrainingConfig(
            phases=(Phase(2, "all"), Phase(4, "all-but-last-block"), Phase(20, "none")),
            loss=LossConfig("subcenter-arcface"),
            freeze_batchnorm=True,
        ),
    )


def s1() -> RunPlan:
    """S1: ResNet-50 at 300 px squashed, three layers of 1024, Circle loss.

    Kept: trunk, average pooling, side and squashing, the embedder of 1024, 1024, 1024 with ReLU
    between, Circle loss (m 0.4, gamma 80) on the pairs of the multi-similarity miner (epsilon 0.1),
    two images of a class in batches of 8, 10 epochs at the constant rate of 1e-5 for trunk and
    embedder, decay 1e-4, the best weights by MAP@R.

    Put right: labels are split, not rows, so that new things are asked for; everything is seeded;
    augmentation, which S1 defined and never applied, is applied, without turning shoes upside
    down; no picture is twice in a batch; BatchNorm statistics rest, as 8 images give none; training
    stops when validation no longer improves; one file of weights that says how to prepare pictures.
    """
    rates = OptimiserConfig(trunk_lr=1e-5, head_lr=1e-5, weight_decay=1e-4, warm_up=0.0, floor=1.0)
    layers = (1024, 1024, 1024)
    return RunPlan(
        "s1",
        way="full",
        network=NetworkConfig("resnet50", side_px=300, pooling="average").with_embedder_layers(
            layers
        ),
        preprocessing=Preprocessing(300, resize="squash", interpolation="bilinear"),
        batch_size=8,
        images_per_class=2,
        start="random",
        training=TrainingConfig(
            phases=(Phase(10, "none"),),
            loss=LossConfig(
                "circle",
                {"m": 0.4, "gamma": 80.0},
                miner="multi-similarity",
                miner_options={"epsilon": 0.1},
            ),
            optimiser=rates,
            policy=replace(policy("generic"), part=(0.16, 1.0)),
            freeze_batchnorm=True,
        ),
    )


def s2() -> RunPlan:
    """S2: ResNet-18 to 128 dimensions, triplet loss with margin 0.8, the last block trained.

    Kept: trunk, dim, margin, Adam's rate of 1e-3 for the head, the last block set free.

    Put right: triplets are mined in the batch instead of drawn at random, semihard ones, since a
    hinge on the hardest collapses; the pretrained block learns at a tenth of the head's rate, the
    head alone first; there is validation, which chooses the weights and ends the training, where S2
    kept those after a fixed number of epochs.
    """
    return RunPlan(
        "s2",
        way="full",
        network=NetworkConfig("resnet18", dim=128, side_px=224, pooling="average"),
        preprocessing=Preprocessing(224, resize="squash"),
        batch_size=32,
        images_per_class=4,
        training=TrainingConfig(
            phases=(Phase(2, "all"), Phase(18, "all-but-last-block")),
            loss=LossConfig(
                "triplet", {"margin": 0.8}, miner="semihard", miner_options={"margin": 0.8}
            ),
            optimiser=OptimiserConfig(trunk_lr=1e-4, head_lr=1e-3),
            policy=policy("documents"),
            freeze_batchnorm=True,
        ),
    )


def s5() -> RunPlan:
    """S5: ResNet-50, triplet loss on negatives of like structure (SSIM), then PCA.

    Kept: trunk, triplets of an anchor, a positive and negatives chosen by SSIM before training,
    gradients accumulated over batches, a cosine schedule, PCA to 4096 dimensions, or as many as
    the data allows (of 2048 features never more than 2048, nor more than training pictures less
    one).

    Put right: pictures keep their numbers, whatever their shape, so that a negative is the picture
    that was meant; copies of the anchor and all but equal pictures are no negatives; embeddings are
    normalised each for itself, not across the batch; PCA is fitted once on the training pictures
    and serves queries and gallery alike, where S5 fitted one to every picture; train and validation
    share no label; validation ranks all pictures, not the mined negatives.
    """
    return RunPlan(
        "s5",
        way="full",
        network=NetworkConfig("resnet50", dim=2048, side_px=224),
        preprocessing=Preprocessing(224, resize="crop"),
        batch_size=35,
        negatives="ssim",
        negatives_per_anchor=5,
        whitening_strengths=(0.0,),
        reduce_to=4096,
        training=TrainingConfig(
            phases=(Phase(2, "all"), Phase(18, "none")),
            loss=LossConfig("triplet", {"margin": 0.1}, miner="semihard"),
            optimiser=OptimiserConfig(trunk_lr=5e-5, head_lr=5e-4),
            accumulate=2,
            freeze_batchnorm=True,
        ),
    )


PRESETS: Final[Mapping[str, Callable[[], RunPlan]]] = {
    "quick": quick,
    "whitening": whitening,
    "full": full,
    "s1": s1,
    "s2": s2,
    "s5": s5,
}


def preset(name: str, /, **changes: Any) -> RunPlan:  # noqa: ANN401 - the plan checks them
    """Return a preset's plan.

    Args:
        name: one of :data:`PRESETS`.
        changes: fields of :class:`RunPlan` to be other than the preset's.

    Raises:
        TrainingError: there is no such preset or field, or the changes make no plan.
    """
    if name not in PRESETS:
        raise unknown("preset", name, list(PRESETS))
    known = [field.name for field in fields(RunPlan)]
    for field in changes:
        if field not in known:
            close = difflib.get_close_matches(field, known, n=1)
            raise TrainingError(
                f"A run has no '{field}'",
                f"Did you mean {close[0]}" if close else f"Choose from {', '.join(known)}",
            )
    return replace(PRESETS[name](), **changes)

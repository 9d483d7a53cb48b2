"""The recipe: what is trained on what, at which size, for how long. Plain data.

It is made for two CPU cores: most pictures are seen small, which is cheap, and the details of
drawings are learnt last and at a larger size.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from common.embedding.base import Preprocessing
from metrics.nets.network import NetworkConfig
from metrics.training.config import Phase, TrainingConfig
from metrics.training.losses import LossConfig
from metrics.training.policies import Policy
from metrics.training.schedule import OptimiserConfig

RESIZE: Final = "crop"
NETWORK: Final = NetworkConfig(trunk="compact", dim=256, side_px=128)

# Blur and compression are rare here, as the photographs are small and compressed already.
PHOTOGRAPHS: Final = Policy(
    whole=0.1,
    part=(0.25, 1.0),
    stretch=1.35,
    rotation_degrees=8.0,
    perspective=0.05,
    brightness=0.3,
    contrast=0.3,
    hue_degrees=4.0,
    blur=0.08,
    jpeg=0.12,
    erasing=0.1,
)

# Mirrored letters are another logo, so nothing is mirrored; catalogue pictures of shoes are drawn
# facing either way.
DRAWINGS: Final = Policy(
    whole=0.35,
    part=(0.45, 1.0),
    stretch=1.35,
    flip=0.0,
    rotation_degrees=12.0,
    perspective=0.08,
    brightness=0.25,
    contrast=0.25,
    hue_degrees=4.0,
    temperature=0.12,
    blur=0.2,
    blur_radius=0.012,
    jpeg=0.3,
    erasing=0.15,
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A training with one size of pictures.

    Attributes:
        name: of its checkpoint.
        side_px: of the square input.
        photographs: how many of them in a batch, each of another class.
        drawings: how many of them in a batch.
        drawings_per_design: how many of one design in a batch.
        batches_per_epoch: an epoch is what lies between two evaluations.
        training: all else.
    """

    name: str
    side_px: int
    photographs: int
    drawings: int
    drawings_per_design: int
    batches_per_epoch: int
    training: TrainingConfig

    @property
    def preprocessing(self) -> Preprocessing:
        """How pictures are prepared in training; serving may take another size."""
        return Preprocessing(self.side_px, RESIZE)


PHOTOGRAPHS_SMALL: Final = Stage(
    name="photographs",
    side_px=64,
    photographs=128,
    drawings=0,
    drawings_per_design=0,
    batches_per_epoch=600,
    training=TrainingConfig(
        phases=(Phase(10),),
        # Cosine softmax with a small margin: with more, 144 classes of small, noisy photographs
        # are not fitted at all.
        loss=LossConfig("arcface", {"margin": 5.0, "scale": 24.0}),
        optimiser=OptimiserConfig(
            trunk_lr=2e-3, head_lr=2e-3, proxy_lr=1e-2, weight_decay=0.05, warm_up=0.05
        ),
        policy=PHOTOGRAPHS,
        precision="bfloat16",
        patience=10,
        seed=1,
    ),
)

MIXED_LARGER: Final = Stage(
    name="mixed",
    side_px=96,
    photographs=64,
    drawings=64,
    drawings_per_design=4,
    batches_per_epoch=400,
    training=TrainingConfig(
        phases=(Phase(5),),
        loss=LossConfig("arcface", {"margin": 8.0, "scale": 28.0}),
        optimiser=OptimiserConfig(
            trunk_lr=1e-3, head_lr=1e-3, proxy_lr=1e-2, weight_decay=0.05, warm_up=0.06
        ),
        policy=DRAWINGS,
        precision="bfloat16",
        patience=5,
        seed=2,
    ),
)
MIXED_LONGER: Final = Stage(
    name="longer",
    side_px=96,
    photographs=64,
    drawings=64,
    drawings_per_design=4,
    batches_per_epoch=450,
    training=TrainingConfig(
        phases=(Phase(10),),
        loss=LossConfig("arcface", {"margin": 8.0, "scale": 28.0}),
        optimiser=OptimiserConfig(
            trunk_lr=1e-3, head_lr=1e-3, proxy_lr=1e-2, weight_decay=0.05, warm_up=0.04
        ),
        # A phone's picture shows the thing small and not in the middle.
        policy=replace(DRAWINGS, part=(0.35, 1.0)),
        precision="bfloat16",
        patience=10,
        seed=3,
    ),
)
SERVED: Final = Preprocessing(128, RESIZE)
"""Chosen from the sizes that the command prints."""
STAGES: Final = (PHOTOGRAPHS_SMALL, MIXED_LARGER, MIXED_LONGER)


def shortened(stage: Stage) -> Stage:
    """Return a stage of one short epoch that runs through everything and teaches nothing much."""
    training = replace(stage.training, phases=(Phase(1),))
    return replace(stage, name=f"{stage.name}-quick", batches_per_epoch=5, training=training)

"""A miniature data set and plans that train on it in a second."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from common.embedding.base import Preprocessing
from metrics.data import TrainingTable
from metrics.nets.network import NetworkConfig
from metrics.runs.plan import RunPlan
from metrics.runs.presets import preset
from metrics.training.config import Phase, TrainingConfig
from metrics.training.head import HeadTrainingConfig
from metrics.training.images import ImageArrays
from metrics.training.losses import LossConfig
from tests.metrics.data.tables import table_of
from tests.metrics.training.worlds import blossoms

SIDE = 32


class Garden:
    """Flowers of some classes, as a table and as pictures."""

    def __init__(self, classes: int = 12, each: int = 4) -> None:
        flowers = blossoms(range(classes), each, side=SIDE)
        self.pixels = flowers.pixels
        self.table: TrainingTable = table_of([f"flower{label}" for label in flowers.labels])

    def images_of(self, rows: np.ndarray) -> ImageArrays:
        return ImageArrays([self.pixels[row] for row in rows], self.table.labels[rows])

    def plant(self, folder: Path) -> Path:
        """Write the pictures and a table in S1's form; return the table's path."""
        lines = [",file,class,label"]
        for row, pixels in enumerate(self.pixels):
            Image.fromarray(pixels).save(folder / f"{row}.png")
            label = self.table.labels[row]
            lines.append(f"{row},{row}.png,{self.table.label_map.names[label]},{label}")
        meta = folder / "meta.csv"
        meta.write_text("\n".join(lines))
        return meta


def small_plan(way: str, **changes: Any) -> RunPlan:
    """Return a plan for random weights, a dim of 8 and pictures of 32 px."""
    plan = RunPlan(
        "small",
        way=way,
        network=NetworkConfig("compact", dim=8, side_px=SIDE),
        weights=None,
        preprocessing=Preprocessing(SIDE, resize="squash"),
        batch_size=8,
        images_per_class=2,
        training=TrainingConfig(
            phases=(Phase(1, "all"), Phase(2, "none")), loss=LossConfig("multi-similarity")
        ),
        head=HeadTrainingConfig(epochs=4, batch_size=16),
    )
    return replace(plan, **changes)


def small_preset(name: str) -> RunPlan:
    """Return a preset for pictures of 32 px, random weights and two epochs.

    One epoch for ResNet-50, whose checkpoints are large.
    """
    plan = preset(name, weights=None).with_side(SIDE)
    plan = plan.with_epochs(1 if plan.network.trunk == "resnet50" else 2)
    return replace(plan, batch_size=plan.batch_size if name == "s1" else 28)

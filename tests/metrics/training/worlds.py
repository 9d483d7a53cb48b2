"""Small made-up training material: flowers told apart by hue and petals."""

from __future__ import annotations

from typing import Any

import numpy as np

from common.embedding.base import Preprocessing
from metrics.nets.network import EmbeddingNetwork, NetworkConfig
from metrics.training.images import ImageArrays

PREPROCESSING = Preprocessing(size_px=32, resize="squash")


def blossoms(classes: range, each: int, *, side: int = 32, seed: int = 0) -> ImageArrays:
    """Draw flowers: a class has a hue and a number of petals; place, turn and ground vary."""
    pixels, labels = [], []
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[:side, :side] / side - 0.5
    for label in classes:
        petals, hue = (1, 2, 3, 5)[label % 4], label * 0.618034 % 1
        colour = 127 + 120 * np.cos(2 * np.pi * (hue + np.array([0, 1 / 3, 2 / 3])))
        for _ in range(each):
            y, x = rows - rng.uniform(-0.05, 0.05), columns - rng.uniform(-0.05, 0.05)
            edge = 1 + 0.7 * np.cos(petals * (np.arctan2(y, x) + rng.uniform(0, 7)))
            inside = (np.hypot(x, y) < 0.27 * edge)[..., None]
            picture = np.where(
                inside,
                colour * rng.uniform(0.8, 1.2),
                rng.uniform(0, 255) + rng.uniform(-50, 50, 3),
            )
            picture = picture + rng.normal(0, 10, picture.shape)
            pixels.append(picture.clip(0, 255).astype(np.uint8))
            labels.append(label)
    return ImageArrays(pixels, np.array(labels))


def recall_at_1(embeddings: np.ndarray, labels: np.ndarray) -> float:
    likeness = embeddings @ embeddings.T
    np.fill_diagonal(likeness, -np.inf)
    return float((labels[likeness.argmax(axis=1)] == labels).mean())


class ShuffledBatches:
    """Plain batches of ``each`` pictures of ``classes`` classes, as a sampler would give them."""

    def __init__(self, labels: np.ndarray, classes: int = 5, each: int = 4, seed: int = 0) -> None:
        self.labels, self.classes, self.each = labels, classes, each
        self.rng = np.random.default_rng(seed)
        self.drawn: list[list[int]] = []

    def __iter__(self):
        per_class = {c: self.rng.permutation(np.flatnonzero(self.labels == c)) for c in self.labels}
        order = self.rng.permutation(sorted({int(c) for c in self.labels}))
        rounds = min(len(rows) for rows in per_class.values()) // self.each
        for turn in range(rounds):
            for first in range(0, len(order), self.classes):
                batch = [
                    int(row)
                    for c in order[first : first + self.classes]
                    for row in per_class[int(c)][turn * self.each : (turn + 1) * self.each]
                ]
                self.drawn.append(batch)
                yield batch

    def state_dict(self) -> dict[str, Any]:
        return {"rng": self.rng.bit_generator.state}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        self.rng.bit_generator.state = state["rng"]


def small_network(**changes: Any) -> EmbeddingNetwork:
    import torch

    torch.manual_seed(0)
    return EmbeddingNetwork(NetworkConfig(**{"side_px": 32, "dim": 16, **changes}))

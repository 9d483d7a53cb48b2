"""Ways to choose negatives that differ in nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

import numpy as np

from metrics.training.images import LabelledImages, Labels
from metrics.training.loop import Batches
from metrics.training.negatives import MinedTupleBatches, TupleBatches, random_negatives
from metrics.training.structure import Structure, grey_pictures, structural_negatives

RANDOM: Final = "random, each epoch anew"
STRUCTURE: Final = "alike in structure (SSIM)"
MINED: Final = "alike to the network, each epoch anew"

MakeBatches: TypeAlias = Callable[[int], Batches]
"""Takes a seed."""


class RedrawnTupleBatches(TupleBatches):
    """Batches with negatives drawn by lot, anew for each epoch.

    Args:
        labels: shape ``(n,)``, of the training pictures; each is an anchor.
        anchors_per_batch: see :class:`~metrics.training.negatives.TupleBatches`.
        negatives: how many for each anchor.
        seed: of everything random.

    Raises:
        TrainingError: no class has two pictures.
    """

    def __init__(
        self, labels: Labels, *, anchors_per_batch: int, negatives: int, seed: int = 0
    ) -> None:
        everybody = np.arange(len(labels))
        nothing = np.empty((len(labels), 0), dtype=np.int64)
        super().__init__(labels, everybody, nothing, anchors_per_batch=anchors_per_batch, seed=seed)
        self._everybody = everybody
        self._count = negatives

    def __iter__(self) -> Iterator[list[int]]:
        """Draw negatives and yield one epoch's batches."""
        everybody = self._everybody
        drawn = random_negatives(
            self._labels, everybody, everybody, count=self._count, rng=self._rng
        )
        self._use(everybody, drawn)
        return super().__iter__()


def ways_to_choose(
    images: LabelledImages, *, negatives: int, anchors_per_batch: int
) -> dict[str, MakeBatches]:
    """Return the ways by name, :data:`RANDOM` first.

    None passes over what is all but alike: drawn labels are never wrong.

    Args:
        images: the training pictures, each of which is an anchor once an epoch.
        negatives: how many for each anchor.
        anchors_per_batch: see :class:`~metrics.training.negatives.TupleBatches`.

    Raises:
        TrainingError: a picture cannot be read.
    """
    everybody = np.arange(len(images.labels))
    structural = structural_negatives(
        Structure(grey_pictures(images)),
        images.labels,
        everybody,
        everybody,
        count=negatives,
        most_alike=np.inf,
    )

    def by_lot(seed: int) -> Batches:
        return RedrawnTupleBatches(
            images.labels, anchors_per_batch=anchors_per_batch, negatives=negatives, seed=seed
        )

    def by_structure(seed: int) -> Batches:
        return TupleBatches(
            images.labels, everybody, structural, anchors_per_batch=anchors_per_batch, seed=seed
        )

    def by_embedding(seed: int) -> Batches:
        return MinedTupleBatches(
            images.labels,
            anchors_per_batch=anchors_per_batch,
            negatives=negatives,
            queries=len(everybody),
            most_alike=np.inf,
            seed=seed,
        )

    return {RANDOM: by_lot, STRUCTURE: by_structure, MINED: by_embedding}

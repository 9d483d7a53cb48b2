"""Choosing hard negatives: pictures of other classes that look alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from common.errors import TrainingError
from metrics.training.images import Labels

Indices = NDArray[np.int64]
NOBODY = -1
"""Stands where there are fewer negatives than asked for."""


def hardest_negatives(
    likeness: NDArray[np.float32],
    labels: Labels,
    queries: Indices,
    pool: Indices,
    *,
    count: int,
    most_alike: float = np.inf,
    groups: Labels | None = None,
) -> Indices:
    """Choose for each query the likest pictures of other classes, at most one of each class.

    One of each, so that a single confusable class does not fill the batch; and none that is all
    but equal, as it is probably the same thing under another label (both as in Radenović, Tolias,
    Chum, 2018, https://arxiv.org/abs/1711.02512, section 3.3).

    Args:
        likeness: shape ``(len(queries), len(pool))``, higher is more alike. Not changed.
        labels: shape ``(n,)``, of all pictures.
        queries: which picture each row is.
        pool: which picture each column is.
        count: how many to choose.
        most_alike: what is more alike than this is passed over.
        groups: shape ``(n,)``; pictures of one group (near-duplicates, one product) are never each
            other's negatives.

    Returns:
        Shape ``(len(queries), count)``: pictures, likest first, ties by the lowest number;
        :data:`NOBODY` where there are no more.
    """
    # Columns by class, so that a class is one run of them.
    order = np.lexsort((pool, labels[pool]))
    pool = pool[order]
    scores = likeness[:, order].astype(np.float64)
    scores[labels[queries][:, None] == labels[pool]] = -np.inf
    scores[scores > most_alike] = -np.inf
    if groups is not None:
        scores[groups[queries][:, None] == groups[pool]] = -np.inf
    starts = np.flatnonzero(np.r_[True, np.diff(labels[pool]) != 0])
    ends = np.r_[starts[1:], len(pool)]
    best = np.maximum.reduceat(scores, starts, axis=1)
    chosen = np.full((len(queries), count), NOBODY, dtype=np.int64)
    for row in range(len(queries)):
        classes = np.argsort(-best[row], kind="stable")[:count]
        for rank, code in enumerate(classes):
            if best[row, code] == -np.inf:
                break
            run = slice(starts[code], ends[code])
            chosen[row, rank] = pool[run][scores[row, run].argmax()]
    return chosen


def random_negatives(
    labels: Labels, queries: Indices, pool: Indices, *, count: int, rng: np.random.Generator
) -> Indices:
    """Choose negatives by lot, for comparison; see :func:`hardest_negatives` for the result."""
    lots = rng.random((len(queries), len(pool)), dtype=np.float32)
    return hardest_negatives(lots, labels, queries, pool, count=count)


class TupleBatches:
    """Batches of anchors, each with a picture of its class and with its negatives.

    Args:
        labels: shape ``(n,)``, of the training pictures.
        anchors: the pictures that are anchors once in each epoch.
        negatives: shape ``(len(anchors), count)``, see :func:`hardest_negatives`.
        anchors_per_batch: a batch has up to ``2 + count`` pictures for each, repeats left out.
        seed: of the order and of the positives.

    Raises:
        TrainingError: no anchor has another picture of its class.
    """

    def __init__(
        self,
        labels: Labels,
        anchors: Indices,
        negatives: Indices,
        *,
        anchors_per_batch: int,
        seed: int = 0,
    ) -> None:
        self._labels = labels
        self._anchors_per_batch = anchors_per_batch
        self._rng = np.random.default_rng(seed)
        by_class = np.argsort(labels, kind="stable")
        classes, starts = np.unique(labels[by_class], return_index=True)
        runs = np.split(by_class, starts[1:])
        self._members = dict(zip(classes.tolist(), runs, strict=True))
        self._use(anchors, negatives)

    def _use(self, anchors: Indices, negatives: Indices) -> None:
        paired = np.array([len(self._members[int(self._labels[a])]) > 1 for a in anchors], bool)
        if not paired.any():
            raise TrainingError(
                "No class has two training images, so that no anchor has a positive",
                "Add images, or take a loss with proxies such as arcface",
            )
        self._anchors, self._negatives = anchors[paired], negatives[paired]

    def __iter__(self) -> Iterator[list[int]]:
        """Yield one epoch's batches."""
        order = self._rng.permutation(len(self._anchors))
        for first in range(0, len(order), self._anchors_per_batch):
            yield self._batch(order[first : first + self._anchors_per_batch])

    def _batch(self, rows: Indices) -> list[int]:
        batch: list[int] = []
        for row in rows:
            anchor = int(self._anchors[row])
            members = self._members[int(self._labels[anchor])]
            others = members[members != anchor]
            negatives = self._negatives[row]
            batch += [anchor, int(self._rng.choice(others))]
            batch += negatives[negatives != NOBODY].tolist()
        return list(dict.fromkeys(batch))

    def state_dict(self) -> dict[str, Any]:
        """Return the generator's state; negatives come from whoever made this."""
        return {"rng": self._rng.bit_generator.state}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up where :meth:`state_dict` left off."""
        self._rng.bit_generator.state = state["rng"]


class MinedTupleBatches(TupleBatches):
    """The same, with negatives chosen anew for each epoch by what the network finds alike.

    Args:
        labels: shape ``(n,)``, of the training pictures.
        anchors_per_batch: see :class:`TupleBatches`.
        negatives: how many for each anchor.
        queries: most anchors in an epoch.
        pool: most pictures that negatives are chosen from in an epoch.
        most_alike: cosine above which a picture of another class is taken for a false negative.
        groups: see :func:`hardest_negatives`.
        seed: of everything random.

    Raises:
        TrainingError: no class has two pictures.
    """

    def __init__(
        self,
        labels: Labels,
        *,
        anchors_per_batch: int,
        negatives: int = 5,
        queries: int = 2000,
        pool: int = 20_000,
        most_alike: float = 0.95,
        groups: Labels | None = None,
        seed: int = 0,
    ) -> None:
        everybody = np.arange(len(labels))
        nothing = np.empty((len(labels), 0), dtype=np.int64)
        super().__init__(labels, everybody, nothing, anchors_per_batch=anchors_per_batch, seed=seed)
        self._paired = self._anchors
        self._count = negatives
        self._limits = queries, pool
        self._most_alike = most_alike
        self._groups = groups

    def remine(self, embeddings: NDArray[np.float32]) -> None:
        """Draw anchors and choose their negatives.

        Args:
            embeddings: unit rows of all training pictures.
        """
        queries = self._drawn(self._paired, self._limits[0])
        pool = self._drawn(np.arange(len(self._labels)), self._limits[1])
        likeness = embeddings[queries] @ embeddings[pool].T
        negatives = hardest_negatives(
            likeness,
            self._labels,
            queries,
            pool,
            count=self._count,
            most_alike=self._most_alike,
            groups=self._groups,
        )
        self._use(queries, negatives)

    def _drawn(self, among: Indices, most: int) -> Indices:
        if len(among) <= most:
            return among
        return np.sort(self._rng.choice(among, most, replace=False))

"""Sharing labels out to train, val and test: what is connected together, categories evenly."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from metrics.data.contract import PARTS, Part, TrainingTable
from metrics.data.disjoint_sets import DisjointSets

LEAST_LABELS: Final = 2
"""Labels that a part needs to say anything: with one alone every ranking is perfect."""
TRAIN_SHARE: Final = 0.7
"""Of the labels with two images or more. Of the rest, a third is for val, two for test."""


def share_out(
    table: TrainingTable,
    seed: int,
    clusters: NDArray[np.int64] | None,
    train_share: float = TRAIN_SHARE,
    trained: Collection[str] = (),
) -> dict[Part, list[int]]:
    """Return the labels of each part, see :func:`~metrics.data.splits.draw_split`.

    Source of the rule: smooth weighted round robin, as load balancers use it. Every part gains
    credit by its share and pays for what it takes, so that any run of the sequence, such as one
    super-category, is shared out alike.
    """
    units = _connected_labels(table, clusters)
    counts = table.label_counts
    sizes = [int((counts[unit] > 1).sum()) for unit in units]
    names, before = table.label_map.names, frozenset(trained)
    bound = [
        bool((counts[unit] == 1).any() or any(names[label] in before for label in unit))
        for unit in units
    ]
    shares = _shares(sum(sizes), train_share)
    parts: dict[Part, list[int]] = {part: [] for part in PARTS}
    credit = dict.fromkeys(PARTS, 0)
    for number in _order(table, units, sizes, bound, seed):
        fitting = [part for part in PARTS if _fits(sizes[number], part, parts, shares)]
        part = "train" if bound[number] else max(fitting, key=lambda p: credit[p] + shares[p])
        for each in PARTS:
            credit[each] += sizes[number] * shares[each]
        credit[part] -= sizes[number] * sum(sizes)
        parts[part] += units[number]
    return parts


def _connected_labels(table: TrainingTable, clusters: NDArray[np.int64] | None) -> list[list[int]]:
    """Return the labels of the table in sets that must stay together, each in order."""
    images = DisjointSets(len(table))
    images.union_equal(table.labels)
    images.union_equal(table.group_ids)
    if clusters is not None:
        images.union_equal(clusters)
    labels, firsts = np.unique(table.labels, return_index=True)
    roots = images.roots()[firsts]
    order = np.argsort(roots, kind="stable")
    starts = np.flatnonzero(np.diff(roots[order])) + 1
    return [unit.tolist() for unit in np.split(labels[order], starts)]


def _shares(labels: int, train_share: float) -> dict[Part, int]:
    """Return how many of so many labels each part should get: its share, or two."""
    # Exact, so that halves are rounded alike on every machine.
    third = (1 - Fraction(train_share).limit_denominator(1000)) / 3
    half = Fraction(1, 2)
    test = max(int(2 * third * labels + half), LEAST_LABELS) if labels >= 2 * LEAST_LABELS else 0
    val = max(int(third * labels + half), LEAST_LABELS) if labels >= 3 * LEAST_LABELS else 0
    return {"train": labels - val - test, "val": val, "test": test}


def _fits(
    size: int, part: Part, parts: Mapping[Part, Sequence[int]], shares: Mapping[Part, int]
) -> bool:
    """Say whether a part can take so many more labels at once, and leave train enough."""
    asked = size + sum(len(parts[other]) for other in PARTS if other != "train")
    within = 2 * (len(parts[part]) + size) <= 3 * shares[part]
    return part == "train" or (within and asked <= sum(shares.values()) - LEAST_LABELS)


def _order(
    table: TrainingTable,
    units: Sequence[Sequence[int]],
    sizes: Sequence[int],
    bound: Sequence[bool],
    seed: int,
) -> list[int]:
    """Return the order of drawing.

    First what is bound to train, then large sets, which the small ones can even out; among equals
    one super-category after another.
    """

    def shuffled(text: str) -> str:
        return hashlib.sha256(f"{seed}\0{text}".encode()).hexdigest()

    def key(number: int) -> tuple[bool, int, str, str]:
        labels = units[number]
        categories = Counter(table.classes[label] for label in labels)
        category = min(categories, key=lambda name: (-categories[name], name))
        first = table.label_map.names[labels[0]]
        return not bound[number], -sizes[number], shuffled(category), shuffled(first)

    return sorted(range(len(units)), key=key)

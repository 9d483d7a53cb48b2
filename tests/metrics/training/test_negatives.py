"""Hard negatives are the right pictures, by slow plain loops."""

from __future__ import annotations

import json

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

from common.errors import TrainingError
from metrics.training.images import ImageArrays
from metrics.training.negatives import (
    NOBODY,
    MinedTupleBatches,
    TupleBatches,
    hardest_negatives,
    random_negatives,
)
from metrics.training.structure import (
    STRIDE_PX,
    WINDOW_PX,
    Structure,
    grey_pictures,
    structural_negatives,
)

EVERYBODY = np.arange(40)
LABELS = np.random.default_rng(3).integers(0, 7, 40) * 10


def likeness(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-1, 1, (40, 40)).astype(np.float32)


def plain_choice(scores, labels, query, pool, count, most_alike, groups) -> list[int]:
    chosen: list[int] = []
    for candidate in sorted(pool, key=lambda p: (-scores[query, p], labels[p])):
        if labels[candidate] == labels[query] or scores[query, candidate] > most_alike:
            continue
        if groups is not None and groups[candidate] == groups[query]:
            continue
        if labels[candidate] not in {labels[c] for c in chosen}:
            chosen.append(int(candidate))
    chosen = chosen[:count]
    return chosen + [NOBODY] * (count - len(chosen))


@pytest.mark.parametrize("most_alike", [np.inf, 0.5])
@pytest.mark.parametrize("grouped", [False, True])
def test_negatives_are_the_likest_of_other_classes_one_of_each(
    most_alike: float, grouped: bool
) -> None:
    scores = likeness()
    groups = np.random.default_rng(4).integers(0, 4, 40) if grouped else None
    queries, pool = EVERYBODY[::3], np.random.default_rng(5).permutation(EVERYBODY)[:25]
    chosen = hardest_negatives(
        scores[queries][:, pool],
        LABELS,
        queries,
        pool,
        count=5,
        most_alike=most_alike,
        groups=groups,
    )
    for row, query in zip(chosen, queries, strict=True):
        expected = plain_choice(scores, LABELS, query, pool, 5, most_alike, groups)
        assert row.tolist() == expected


def test_random_negatives_are_of_other_classes_and_vary() -> None:
    rng = np.random.default_rng(0)
    first, second = (
        random_negatives(LABELS, EVERYBODY, EVERYBODY, count=3, rng=rng) for _ in range(2)
    )
    assert not np.array_equal(first, second)
    for query, row in enumerate(first):
        assert len({LABELS[n] for n in row} | {LABELS[query]}) == 4


def plain_ssim(one: np.ndarray, other: np.ndarray) -> float:
    """Wang et al., 2004, window by window."""
    values = []
    for y in range(0, one.shape[0] - WINDOW_PX + 1, STRIDE_PX):
        for x in range(0, one.shape[1] - WINDOW_PX + 1, STRIDE_PX):
            a = one[y : y + WINDOW_PX, x : x + WINDOW_PX].astype(float)
            b = other[y : y + WINDOW_PX, x : x + WINDOW_PX].astype(float)
            covariance = ((a - a.mean()) * (b - b.mean())).mean()
            values.append(
                (2 * a.mean() * b.mean() + 1e-4)
                * (2 * covariance + 9e-4)
                / (a.mean() ** 2 + b.mean() ** 2 + 1e-4)
                / (a.var() + b.var() + 9e-4)
            )
    return float(np.mean(values))


def shaped_pictures() -> ImageArrays:
    """Pictures of many shapes, some far too small: none may be skipped or shift the others."""
    rng = np.random.default_rng(0)
    pixels = []
    for _ in range(24):
        low = rng.integers(0, 256, (3, 3, 3)).astype(np.uint8)
        height, width = rng.integers(1, 5, 2)
        pixels.append(np.kron(low, np.ones((height * 6, width * 6, 1), np.uint8)))
    pixels[7] = np.zeros((1, 1, 3), np.uint8)
    pixels[8] = np.zeros((1, 90, 3), np.uint8)
    return ImageArrays(pixels, np.arange(24) % 6)


def test_the_file_chosen_by_ssim_is_the_argmax() -> None:
    images = shaped_pictures()
    grey = grey_pictures(images)
    everybody = np.arange(24)
    chosen = structural_negatives(
        Structure(grey), images.labels, everybody, everybody, count=1, most_alike=np.inf
    )
    for query in everybody:
        scores = {
            other: plain_ssim(grey[query], grey[other])
            for other in everybody
            if images.labels[other] != images.labels[query]
        }
        best = chosen[query, 0]
        assert images.labels[best] != images.labels[query]
        assert scores[best] == pytest.approx(max(scores.values()), abs=1e-5)
        if sum(score > max(scores.values()) - 1e-4 for score in scores.values()) == 1:
            assert best == max(scores, key=scores.__getitem__)


def test_ssim_agrees_with_a_plain_loop_and_is_one_for_equal_pictures() -> None:
    grey = grey_pictures(shaped_pictures())
    found = Structure(grey).likeness(np.arange(5), np.arange(24))
    expected = [[plain_ssim(grey[i], grey[j]) for j in range(24)] for i in range(5)]
    assert found == pytest.approx(np.array(expected), abs=1e-4)
    assert found[range(5), range(5)] == pytest.approx(np.ones(5), abs=1e-5)


def test_a_near_copy_under_another_label_is_passed_over() -> None:
    images = shaped_pictures()
    images.pixels[1] = images.pixels[0]  # labels 0 and 1
    structure = Structure(grey_pictures(images))
    query, everybody = np.array([0]), np.arange(24)
    assert structural_negatives(
        structure, images.labels, query, everybody, count=1, most_alike=np.inf
    ) == [[1]]
    assert structural_negatives(structure, images.labels, query, everybody, count=1) != [[1]]


def test_tuple_batches_hold_anchor_positive_and_negatives_once_each() -> None:
    negatives = hardest_negatives(likeness(), LABELS, EVERYBODY, EVERYBODY, count=2)
    batches = TupleBatches(LABELS, EVERYBODY, negatives, anchors_per_batch=3, seed=1)
    anchors_seen: set[int] = set()
    for batch in batches:
        assert len(batch) == len(set(batch)) <= 12
        for row in batch:
            if set(negatives[row].tolist()) <= set(batch):
                anchors_seen.add(row)
    paired = {int(i) for i in EVERYBODY if (LABELS[i] == LABELS).sum() > 1}
    assert anchors_seen >= paired


def test_tuple_batches_go_on_exactly_from_their_state() -> None:
    def mined() -> MinedTupleBatches:
        return MinedTupleBatches(LABELS, anchors_per_batch=4, queries=12, pool=20, seed=2)

    rows = np.random.default_rng(0).normal(size=(40, 5)).astype(np.float32)
    one, other = mined(), mined()
    one.remine(rows)
    list(one)
    other.load_state_dict(json.loads(json.dumps(one.state_dict())))
    one.remine(rows)
    other.remine(rows)
    assert list(one) == list(other)


def test_mined_negatives_leave_out_false_ones() -> None:
    rows = np.eye(6, dtype=np.float32)
    rows[3] = rows[0]  # another label, the same picture
    rows[4] = [0.8, 0.6, 0, 0, 0, 0]
    labels = np.array([0, 0, 1, 2, 3, 1])
    batches = MinedTupleBatches(labels, anchors_per_batch=1, negatives=1, seed=0)
    batches.remine(rows)
    first = [batch for batch in batches if batch[0] == 0]
    assert first == [[0, 1, 4]]


def test_anchors_without_positives_are_refused() -> None:
    with pytest.raises(TrainingError, match="No class has two training images"):
        MinedTupleBatches(np.arange(5), anchors_per_batch=2)

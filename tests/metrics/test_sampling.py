"""Batches: exact, without repeats, every class in time, and the same after an interruption."""

from __future__ import annotations

import json
import math
from collections import Counter
from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import MetadataError, SettingsError
from metrics.sampling import ClassBalancedBatches

long_tails = st.lists(
    st.one_of(st.just(1), st.integers(1, 4), st.integers(1, 30)), min_size=2, max_size=25
)
sizes = st.tuples(st.integers(1, 5), st.integers(2, 6))  # images a class, classes a batch


def labels_of(counts: list[int]) -> list[int]:
    """Return labels of these counts, mixed, with values that are no small numbers."""
    labels = [7 * label - 3 for label, count in enumerate(counts) for _ in range(count)]
    return np.random.default_rng(0).permutation(labels).tolist()


def batches_of(counts: list[int], size: tuple[int, int], **more: Any) -> ClassBalancedBatches:
    images, classes = size
    return ClassBalancedBatches(
        labels_of(counts), batch_size=images * classes, images_per_class=images, **more
    )


@given(long_tails, sizes, st.integers(0, 3))
def test_a_batch_has_exactly_so_many_images_of_a_class_and_none_twice(
    counts: list[int], size: tuple[int, int], seed: int
) -> None:
    labels = labels_of(counts)
    total = Counter(labels)
    for batch in batches_of(counts, size, seed=seed):
        assert len(set(batch)) == len(batch)
        found = Counter(labels[image] for image in batch)
        assert all(count == min(size[0], total[label]) for label, count in found.items())
        assert len(found) >= 2
        assert len(batch) <= size[0] * size[1]


@given(long_tails, sizes, st.integers(0, 3))
def test_every_class_appears_within_one_pass_of_batches(
    counts: list[int], size: tuple[int, int], seed: int
) -> None:
    labels = labels_of(counts)
    batches = batches_of(counts, size, seed=seed)
    bound = math.ceil(len(counts) / size[1])
    assert len(batches) >= bound or len(batches) >= math.ceil(len(labels) / (size[0] * size[1]))
    for _ in range(3):
        seen = {labels[image] for batch in islice(batches, bound) for image in batch}
        assert seen == set(labels)


@given(st.lists(st.integers(5, 30), min_size=2, max_size=25), sizes)
def test_batches_are_full_where_classes_are_large_enough(
    counts: list[int], size: tuple[int, int]
) -> None:
    images, classes = size
    expected = images * min(classes, len(counts))
    batches = batches_of(counts, size)
    assert [len(batch) for batch in batches] == [expected] * len(batches)
    assert len(batches) == max(
        math.ceil(sum(counts) / (images * classes)),
        math.ceil(len(counts) / min(classes, len(counts))),
    )


def test_small_classes_share_slots_instead_of_repeating_images() -> None:
    # The case of pytorch-metric-learning, where 30 of 64 images of a batch were repeats.
    labels = labels_of([1] * 200 + [10] * 100)
    batches = ClassBalancedBatches(labels, batch_size=64, images_per_class=4)
    assert all(len(set(batch)) == len(batch) == 64 for batch in batches)
    one_pass = [image for batch in islice(batches, 10) for image in batch]
    assert {labels[image] for image in one_pass} == set(labels)


def test_all_images_come_before_one_comes_again_over_epochs_too() -> None:
    counts = [30, 3, 7, 2, 12]
    labels = labels_of(counts)
    batches = batches_of(counts, (3, 2), batches_per_epoch=5)
    seen: Counter[int] = Counter()
    for _ in range(30):
        for batch in batches:
            seen.update(batch)
        for label in set(labels):
            of_class = [seen[image] for image, other in enumerate(labels) if other == label]
            assert max(of_class) - min(of_class) <= 1
    assert len(seen) == len(labels)


def test_an_epoch_reaches_all_images_of_balanced_classes() -> None:
    batches = ClassBalancedBatches(labels_of([10] * 300), batch_size=60, images_per_class=5)
    assert len(batches) == 50
    assert {image for batch in batches for image in batch} == set(range(3000))


@st.composite
def categories_of(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    counts = draw(long_tails)
    return counts, draw(st.lists(st.integers(0, 4), min_size=len(counts), max_size=len(counts)))


@given(categories_of(), sizes, st.integers(1, 3))
def test_with_categories_a_batch_keeps_to_a_few_and_still_all_classes_come(
    case: tuple[list[int], list[int]], size: tuple[int, int], limit: int
) -> None:
    counts, category_of = case
    labels = labels_of(counts)
    whole = {c for c, n in Counter(category_of).items() if n >= 2}
    categories = [category_of[(label + 3) // 7] for label in labels]
    batches = batches_of(counts, size, categories=categories, categories_per_batch=limit)
    seen: set[int] = set()
    alone = len(set(category_of)) - len(whole)
    for batch in batches:
        seen.update(labels[image] for image in batch)
        assert len(set(batch)) == len(batch) <= size[0] * size[1]
        assert len({labels[image] for image in batch}) >= 2
        found = {categories[image] for image in batch}
        # Categories of one class count as one; a single such joins another category.
        assert len(found & whole) + bool(found - whole) <= limit + (alone == 1)
    assert seen == set(labels)


def test_negatives_are_of_the_same_category() -> None:
    counts = [6] * 40
    labels = labels_of(counts)
    categories = [(label + 3) // 7 % 4 for label in labels]
    batches = batches_of(counts, (4, 8), categories=categories, categories_per_batch=1)
    for batch in batches:
        assert len(batch) == 32
        assert len({categories[image] for image in batch}) == 1
    pairs = batches_of(counts, (4, 8), categories=categories, categories_per_batch=2)
    assert {len({categories[image] for image in batch}) for batch in pairs} <= {1, 2}


def test_categories_that_only_name_the_classes_limit_nothing() -> None:
    labels = labels_of([4] * 10)
    batches = ClassBalancedBatches(
        labels, batch_size=16, images_per_class=4, categories=labels, categories_per_batch=1
    )
    assert all(len({labels[image] for image in batch}) == 4 for batch in batches)


@given(long_tails, sizes, st.integers(0, 60), st.booleans())
def test_resumed_batches_equal_uninterrupted_ones(
    counts: list[int], size: tuple[int, int], stop: int, read_ahead: bool
) -> None:
    straight = batches_of(counts, size, seed=4)
    expected = [batch for _ in range(4) for batch in straight]
    stop = min(stop, 3 * len(straight))
    interrupted = batches_of(counts, size, seed=4)
    taken: list[list[int]] = []
    state = interrupted.state_dict()
    while len(taken) < stop:
        done = 0
        epoch = iter(interrupted)
        while len(taken) < stop and (batch := next(epoch, None)) is not None:
            taken.append(batch)
            done += 1
        if read_ahead:
            list(islice(epoch, 3))
        state = interrupted.state_dict(done)
    resumed = batches_of(counts, size, seed=99)
    resumed.load_state_dict(json.loads(json.dumps(state)))
    assert resumed.state_dict() == state
    while len(taken) < len(expected):
        taken += list(resumed)
    assert taken == expected


def test_the_seed_decides_and_the_global_generators_do_not() -> None:
    counts = [5] * 12
    assert list(batches_of(counts, (2, 4), seed=1)) == list(batches_of(counts, (2, 4), seed=1))
    assert list(batches_of(counts, (2, 4), seed=1)) != list(batches_of(counts, (2, 4), seed=2))
    batches = batches_of(counts, (2, 4))
    assert list(batches) != list(batches)


def test_a_state_of_other_data_or_sizes_is_refused() -> None:
    state = batches_of([5, 5, 5], (2, 2)).state_dict()
    for other in (batches_of([5, 5, 4], (2, 2)), batches_of([5, 5, 5], (1, 4))):
        with pytest.raises(SettingsError, match="of other data or other batch sizes") as caught:
            other.load_state_dict(state)
        assert caught.value.cure


@pytest.mark.parametrize(
    ("batch_size", "images", "cure"), [(50, 4, "48"), (4, 4, "8"), (0, 4, "8"), (-8, 4, "8")]
)
def test_sizes_that_do_not_fit_are_refused_with_one_that_does(
    batch_size: int, images: int, cure: str
) -> None:
    with pytest.raises(SettingsError, match=f"such as {cure}"):
        ClassBalancedBatches([0, 1], batch_size=batch_size, images_per_class=images)


@pytest.mark.parametrize("wrong", [{"images_per_class": 0}, {"batches_per_epoch": 0}])
def test_counts_below_one_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(SettingsError, match="are 1 or more"):
        ClassBalancedBatches([0, 1], **{"batch_size": 8, "images_per_class": 2, **wrong})


@pytest.mark.parametrize("labels", [[], [3], [3, 3, 3]])
def test_fewer_than_two_classes_are_refused(labels: list[int]) -> None:
    with pytest.raises(MetadataError, match=f"and there are {len(set(labels))}"):
        ClassBalancedBatches(labels, batch_size=8, images_per_class=2)

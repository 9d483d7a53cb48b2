"""Protocols: who asks among what, what is ignored, what is dropped, and what is counted."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings

from common.errors import QueryError
from metrics.evaluation.protocols import (
    catalogue,
    one_per_label,
    seen_at_seen,
    unseen_at_all,
    unseen_at_unseen,
)
from metrics.evaluation.results import Evaluation, write_csv
from metrics.evaluation.samples import Samples, joined
from tests.metrics.evaluation import plain
from tests.metrics.evaluation.pictures import Picture, clustered, gain, pictures, ranked, samples

CUTOFFS = (1, 3, 10)


def expected_scores(queries: list[Picture], gallery: list[Picture]) -> dict[int, dict[str, float]]:
    """By query id; queries without a right answer are missing."""
    gains = {query.id: [gain(query, o) for o in ranked(query, gallery)] for query in queries}
    return {id_: plain.scores(row, CUTOFFS) for id_, row in gains.items() if 2 in row}


def check_scores(found: Evaluation, expected: dict[int, dict[str, float]]) -> None:
    assert found.rows.ids.tolist() == list(expected)
    for row, scores in enumerate(expected.values()):
        of_row = {name: values[row] for name, values in found.rows.scores.items()}
        assert of_row == pytest.approx(scores)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(pictures())
def test_leave_one_out_equals_plain_loops(listed: list[Picture]) -> None:
    expected = expected_scores(listed, listed)
    if not expected:
        with pytest.raises(QueryError, match="None of the"):
            unseen_at_unseen(samples(listed), cutoffs=CUTOFFS)
        return
    found = unseen_at_unseen(samples(listed), cutoffs=CUTOFFS)
    check_scores(found, expected)
    assert found.counts.asked == found.counts.gallery == len(listed)
    assert found.counts.dropped == len(listed) - len(expected)
    for name, mean in found.micro.items():
        assert mean == pytest.approx(np.mean([scores[name] for scores in expected.values()]))
    first = [ranked(query, listed)[0].id for query in listed if query.id in expected]
    assert found.rows.top_ids[:, 0].tolist() == first


@settings(max_examples=60, deadline=None, derandomize=True)
@given(pictures(), pictures(first_id=100))
def test_queries_against_a_gallery_equal_plain_loops(
    asking: list[Picture], gallery: list[Picture]
) -> None:
    expected = expected_scores(asking, gallery)
    if expected:
        found = catalogue(samples(asking), samples(gallery), collapse=False, cutoffs=CUTOFFS)
        check_scores(found, expected)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(pictures(), pictures(first_id=100))
def test_products_take_one_place_each_that_of_their_best_photo(
    asking: list[Picture], gallery: list[Picture]
) -> None:
    expected = {}
    for query in asking:
        products: dict[int, Picture] = {}
        for photo in ranked(query, gallery):
            products.setdefault(photo.label, photo)
        lowest = {p.label: min(o.id for o in gallery if o.label == p.label) for p in gallery}
        ranking = sorted(
            products.values(),
            key=lambda p: (-plain.cosine(query.vector, p.vector), lowest[p.label]),
        )
        gains = [gain(query, product) for product in ranking]
        if 2 in gains:
            expected[query.id] = plain.scores(gains, CUTOFFS)
    if expected:
        found = catalogue(samples(asking), samples(gallery), cutoffs=CUTOFFS)
        check_scores(found, expected)
        assert found.counts.gallery == len({photo.label for photo in gallery})
        assert set(found.rows.relevant) == {1}


def test_a_product_bears_the_lowest_id_of_its_photos() -> None:
    photos = clustered(30, 40, seed=10, noise=0.1)
    queries = Samples(photos.vectors[::40], np.arange(30), photos.labels[::40])
    found = catalogue(queries, photos)
    assert found.micro["R@1"] == 1.0
    lowest = [photos.ids[photos.labels == label].min() for label in range(30)]
    assert found.rows.top_ids[:, 0].tolist() == lowest


def test_distractors_never_help() -> None:
    unseen = clustered(15, 6, seed=1, noise=2.0)
    seen = clustered(40, 6, seed=2, noise=2.0, first_label=100)
    alone, among_all = unseen_at_unseen(unseen), unseen_at_all(unseen, seen)
    assert np.array_equal(alone.rows.ids, among_all.rows.ids)
    assert among_all.counts.gallery == len(unseen) + len(seen)
    for name, values in alone.rows.scores.items():
        assert np.all(among_all.rows.scores[name] <= values), name
    assert among_all.micro["R@1"] < alone.micro["R@1"]


def test_singletons_are_counted_as_dropped_and_never_inflate() -> None:
    pairs = clustered(12, 2, seed=3, noise=1.5)
    lone = clustered(98, 1, seed=4, first_label=500)
    without, with_lone = unseen_at_unseen(pairs), unseen_at_unseen(joined(pairs, lone))
    assert (with_lone.counts.asked, with_lone.counts.scored, with_lone.counts.dropped) == (
        122,
        24,
        98,
    )
    assert "98 dropped" in str(with_lone)
    assert "gallery of 122" in str(with_lone)
    for name, mean in without.micro.items():
        assert with_lone.micro[name] <= mean, name


def test_a_query_finds_neither_itself_nor_its_copies() -> None:
    vectors = np.array([[1.0, 0.0], [1.0, 0.0], [0.9, 0.1], [0.0, 1.0]])
    ids, labels, copies = [0, 1, 2, 3], [0, 0, 0, 1], [0, 0, 2, 3]
    found = unseen_at_unseen(Samples(vectors, ids, labels, duplicates=copies))
    assert found.rows.top_ids[0].tolist() == [2, 3, -1, -1]
    assert found.rows.relevant.tolist() == [1, 1, 2]
    assert found.counts.ignored == 4 + 2
    assert found.counts.mean_relevant == pytest.approx(4 / 3)


@pytest.mark.parametrize("first", [0, 2**24, 2**53, 2**62])
def test_large_labels_stay_distinct(first: int) -> None:
    vectors = np.array([[1.0, 0.0], [1.0, 0.01], [0.0, 1.0], [0.01, 1.0]])
    crossed = np.array([first, first + 1, first, first + 1])
    found = unseen_at_unseen(Samples(vectors, np.arange(4), crossed))
    assert found.micro["R@1"] == 0.0
    assert found.micro["mAP"] == pytest.approx((1 / 2 + 1 / 3 + 1 / 3 + 1 / 2) / 4)


def test_labels_may_be_texts_or_numbers_without_sign() -> None:
    numbers = clustered(6, 4, seed=5, noise=2.0)
    texts = Samples(numbers.vectors, numbers.ids, np.array([f"L{n}" for n in numbers.labels]))
    unsigned = Samples(numbers.vectors, numbers.ids, numbers.labels.astype(np.uint64))
    expected = unseen_at_unseen(numbers)
    for other in (texts, unsigned):
        assert unseen_at_unseen(other).micro == expected.micro
    assert unseen_at_unseen(texts).by_class.names.tolist() == [f"L{n}" for n in range(6)]


def test_ties_go_to_the_lower_id_in_whatever_order_pictures_are_given() -> None:
    random = np.random.default_rng(6)
    vectors = np.ones((8, 3))
    ids = np.array([f"picture-{n}" for n in range(8)])
    labels = random.integers(2, size=8)
    expected = unseen_at_unseen(Samples(vectors, ids, labels))
    assert expected.rows.top_ids[0].tolist() == [*ids[1:], ""]
    for _ in range(3):
        order = random.permutation(8)
        shuffled = unseen_at_unseen(Samples(vectors, ids, labels).take(order))
        assert shuffled.micro == pytest.approx(expected.micro)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_the_size_of_the_blocks_changes_no_result(size: int) -> None:
    unseen = clustered(20, 5, seed=7, noise=2.0)
    expected, found = unseen_at_unseen(unseen), unseen_at_unseen(unseen, block_queries=size)
    assert found.micro == expected.micro
    assert found.counts == expected.counts
    assert np.array_equal(found.rows.top_ids, expected.rows.top_ids)


def test_macro_averages_weigh_labels_alike_and_the_table_is_by_class() -> None:
    # Label 0: three pictures that find each other. Label 1: two that do not.
    vectors = np.array([[1, 0, 0], [1, 0.1, 0], [1, 0, 0.1], [0, 1, 0], [0.9, 0, 0.2]])
    found = unseen_at_unseen(
        Samples(vectors, np.arange(5), [0, 0, 0, 1, 1], np.array(["shoe"] * 3 + ["hat"] * 2))
    )
    assert found.micro["R@1"] == pytest.approx(3 / 5)
    assert found.macro["R@1"] == pytest.approx(1 / 2)
    assert found.by_class.names.tolist() == ["hat", "shoe"]
    assert found.by_class.queries.tolist() == [2, 3]
    assert found.by_class.scores["R@1"].tolist() == [0.0, 1.0]
    assert found.worst_classes == 0.0
    assert found.by_class.worst("R@1", share=1.0) == pytest.approx(1 / 2)


def test_held_out_pictures_ask_among_those_trained_on() -> None:
    everything = clustered(10, 4, seed=8, noise=0.1)
    held_out = one_per_label(everything.labels, seed=0)
    rest = np.setdiff1d(np.arange(len(everything)), held_out)
    found = seen_at_seen(everything.take(held_out), everything.take(rest))
    assert (found.counts.asked, found.counts.gallery) == (10, 30)
    assert found.micro["R@1"] == 1.0


def test_one_of_each_label_is_held_out_the_same_for_one_seed_and_never_the_last() -> None:
    labels = np.array([3, 3, 3, 1, 1, 7, 5, 5, 5, 5])
    chosen = one_per_label(labels, seed=4)
    assert labels[chosen].tolist() == sorted([3, 1, 5], key=labels.tolist().index)
    assert np.array_equal(chosen, one_per_label(labels, seed=4))
    assert len({tuple(one_per_label(labels, seed=seed)) for seed in range(20)}) > 5


def test_labels_that_are_seen_and_unseen_are_refused() -> None:
    with pytest.raises(QueryError, match="5 labels are both seen and unseen"):
        unseen_at_all(clustered(5, 2, seed=1), clustered(9, 2, seed=2))


def test_empty_sides_are_refused() -> None:
    some = clustered(2, 2, seed=1)
    none = some.take(np.empty(0, dtype=np.intp))
    for queries, gallery in ((none, some), (some, none), (none, none)):
        with pytest.raises(QueryError, match="Nothing to evaluate"):
            catalogue(queries, gallery)


def test_an_id_cannot_be_both_seen_and_unseen() -> None:
    with pytest.raises(ValueError, match="twice"):
        unseen_at_all(clustered(2, 2, seed=1), clustered(2, 2, seed=1, first_label=9))


def test_progress_is_told_in_queries() -> None:
    told: list[tuple[int, int]] = []
    unseen_at_unseen(
        clustered(5, 2, seed=1),
        block_queries=4,
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(4, 10), (8, 10), (10, 10)]


def test_rows_per_query_are_written_as_csv() -> None:
    found = unseen_at_unseen(clustered(3, 3, seed=9), cutoffs=(1,))
    stream = io.StringIO(newline="")
    write_csv(found.rows, stream)
    lines = list(csv.DictReader(io.StringIO(stream.getvalue())))
    assert [int(line["query"]) for line in lines] == found.rows.ids.tolist()
    assert [float(line["R@1"]) for line in lines] == found.rows.scores["R@1"].tolist()
    assert list(lines[0])[:6] == [
        "query",
        "label",
        "class",
        "relevant",
        "top_id",
        "top_similarity",
    ]
    assert float(lines[0]["top_similarity"]) == pytest.approx(
        found.rows.top_similarity[0, 0], abs=1e-6
    )
    assert {line["class"] for line in lines} == {""}

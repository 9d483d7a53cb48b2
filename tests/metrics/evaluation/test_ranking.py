"""Ranking: exact, one order among equals, whatever the blocks, in bounded memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings

from common.errors import EmbedderError
from metrics.evaluation.protocols import unseen_at_unseen
from metrics.evaluation.ranking import ranked_blocks
from metrics.evaluation.samples import Samples
from metrics.evaluation.truth import LabelTruth, ListedTruth
from tests.metrics.evaluation.pictures import Picture, clustered, gain, pictures, ranked, samples


def rank_all(queries: Samples, gallery: Samples, **options: int) -> list[tuple[list[int], ...]]:
    """Per query the gallery rows, the grades and the similarities, best first."""
    truth = LabelTruth(queries, gallery)
    blocks = ranked_blocks(
        queries.vectors, gallery.vectors, truth, **{"depth": len(gallery)} | options
    )
    return [
        (top.tolist(), grades.tolist(), similarity.tolist())
        for block in blocks
        for top, grades, similarity in zip(block.top, block.grades, block.similarity, strict=True)
    ]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(pictures())
def test_rankings_equal_plain_sorting_with_ties_by_id(listed: list[Picture]) -> None:
    gallery = sorted(listed, key=lambda picture: picture.id)
    ranking = rank_all(samples(listed), samples(gallery))
    for query, (top, grades, _) in zip(listed, ranking, strict=True):
        expected = ranked(query, gallery)
        n = len(expected)
        assert [gallery[row].id for row in top[:n]] == [other.id for other in expected]
        assert grades[:n] == [gain(query, other) for other in expected]
        assert top[n:] == grades[n:] == [-1] * (len(gallery) - n)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(pictures())
def test_the_size_of_the_blocks_changes_nothing(listed: list[Picture]) -> None:
    whole, singly, thrice = (
        rank_all(samples(listed), samples(listed), block_queries=size) for size in (99, 1, 3)
    )
    assert repr(whole) == repr(singly) == repr(thrice)  # repr: NaN is not equal to itself


def test_equal_vectors_tie_wherever_they_lie_in_memory() -> None:
    # A matrix product may sum the last columns of a block in another order than the first.
    random = np.random.default_rng(0)
    gallery = np.repeat(random.standard_normal((1, 300)), 1001, axis=0).astype(np.float32)
    queries = random.standard_normal((7, 300)).astype(np.float32)
    nothing = [np.empty(0, dtype=np.intp)] * 7
    truth = ListedTruth(nothing, nothing, 1001)
    (block,) = ranked_blocks(queries, gallery, truth, depth=1001)
    assert np.array_equal(block.top, np.tile(np.arange(1001), (7, 1)))
    assert np.array_equal(block.similarity, np.tile(block.similarity[:, :1], (1, 1001)))


def test_equal_directions_tie_whatever_their_length() -> None:
    # The cosine is 1/2 but for rounding, which differs with the length.
    lengths = np.random.default_rng(1).uniform(0.001, 1000, 500)
    gallery = lengths[:, np.newaxis] * np.array([[3.0, 1.0, 5.0, 1.0]])
    truth = ListedTruth([np.empty(0, dtype=np.intp)], [np.empty(0, dtype=np.intp)], 500)
    (block,) = ranked_blocks(np.array([[1.0, 0.0, 0.0, 0.0]]), gallery, truth, depth=500)
    assert np.array_equal(block.top, [np.arange(500)])
    assert set(block.similarity[0]) == {0.5}


def test_similarities_are_cosines_of_vectors_of_any_length() -> None:
    queries = Samples(np.array([[3.0, 4.0]]), [9], [0])
    gallery = Samples(np.array([[-6.0, -8.0], [30.0, 0.0], [0.3, 0.4]]), [0, 1, 2], [0, 0, 0])
    ((top, _, similarity),) = rank_all(queries, gallery)
    assert top == [2, 1, 0]
    assert similarity == pytest.approx([1.0, 0.6, -1.0], abs=1e-9)


def test_the_top_is_cut_to_the_gallery() -> None:
    one = Samples(np.ones((1, 2)), [5], [0])
    ((top, grades, similarity),) = rank_all(one, one, depth=10)
    assert (top, grades) == ([-1], [-1])
    assert np.isnan(similarity).all()


def test_groups_are_ranked_by_their_best_member_that_counts() -> None:
    gallery = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [-1.0, 0.0]])
    truth = ListedTruth([np.array([1])], [np.array([0, 3])], 4)
    (block,) = ranked_blocks(
        np.array([[1.0, 0.1]]), gallery, truth, groups=np.array([0, 2, 3]), depth=3
    )
    # Rows 0 and 1 are a group whose nearer member is ignored; row 3 is one of nothing else.
    assert block.top.tolist() == [[1, 0, -1]]
    assert block.grades.tolist() == [[0, 2, -1]]


def test_no_full_matrix_is_ever_held() -> None:
    n = 4000
    pictures_ = clustered(400, 10, seed=1, dim=32)
    tracemalloc.start()
    try:
        unseen_at_unseen(pictures_, block_queries=50)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20e6  # one byte per pair would be 16 MB, one double 128 MB
    assert n * n * 8 > 6 * peak


@pytest.mark.parametrize(
    ("queries", "gallery", "options"),
    [
        (np.ones((1, 2)), np.ones((1, 3)), {}),
        (np.ones((1, 2)), np.ones((0, 2)), {}),
        (np.ones((1, 2)), np.ones((1, 2)), {"depth": 0}),
        (np.ones((1, 2)), np.ones((1, 2)), {"block_queries": 0}),
    ],
)
def test_what_cannot_be_ranked_is_refused(
    queries: np.ndarray, gallery: np.ndarray, options: dict[str, int]
) -> None:
    truth = ListedTruth([np.empty(0, np.intp)], [np.empty(0, np.intp)], len(gallery))
    with pytest.raises(ValueError, match=r"dimensions|at least 1"):
        list(ranked_blocks(queries, gallery, truth, **options))


@pytest.mark.parametrize("bad", [np.nan, np.inf, 0.0])
def test_an_embedding_that_has_no_direction_is_named(bad: float) -> None:
    vectors = np.ones((5, 3), dtype=np.float32)
    vectors[3] = bad
    with pytest.raises(EmbedderError, match=r"1 of 5 embeddings .* row 3"):
        Samples(vectors, np.arange(5), np.zeros(5, dtype=int))


@pytest.mark.parametrize(
    ("ids", "labels", "words"),
    [
        ([0, 0], [1, 1], "twice"),
        ([0, 1, 2], [1, 1], "shape"),
        ([0, 1], [1.0, 2.0], "whole numbers"),
        ([0, 1], [2**64 - 1, 0], "64 bits"),
    ],
)
def test_columns_that_cannot_be_told_apart_are_refused(
    ids: list[int], labels: list[float], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        Samples(np.ones((2, 3)), np.array(ids), np.array(labels))


def test_texts_are_not_compared_with_numbers() -> None:
    numbers = Samples(np.ones((1, 2)), [0], [7])
    texts = Samples(np.ones((1, 2)), [1], ["7"])
    with pytest.raises(ValueError, match="labels: texts on one side"):
        LabelTruth(numbers, texts)


@pytest.mark.parametrize("row", [-1, 3])
def test_a_listed_row_outside_the_gallery_is_refused(row: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        ListedTruth([np.array([row])], [np.array([0])], 3)

"""What searching a generation means, whichever backend keeps it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import DimensionMismatch
from common.records import AnyOf, Filter
from common.vectors.base import VectorIndex, VectorStore
from tests.contracts.conftest import APPROXIMATE, BACKENDS
from tests.contracts.vector_samples import (
    DIM,
    exact_rows,
    found,
    id_of,
    one_point,
    points_of,
    published,
    random_rows,
    ranking,
)

pytestmark = pytest.mark.parametrize(
    "vectors", [*BACKENDS, APPROXIMATE], indirect=True, scope="module"
)

TIED = points_of(
    np.repeat(exact_rows(np.random.default_rng(5), 30), 10, axis=0),
    [{"brand": "ab"[i % 2]} for i in range(300)],
)


@pytest.fixture(scope="module")
def tied(vectors: VectorStore) -> Iterator[VectorIndex]:
    """300 points of 30 directions, ten in each: most of them tie with others."""
    yield published(vectors, "test-tied", TIED)
    vectors.remove("test-tied")


def test_finds_what_an_exact_search_by_hand_finds(vectors: VectorStore, category: str) -> None:
    rng = np.random.default_rng(1)
    points = points_of(random_rows(rng, 200))
    index = published(vectors, category, points)
    for query in random_rows(rng, 10):
        hits = index.search(query, 20)
        expected = ranking(points, query)[:20]
        assert [hit.id for hit in hits] == [id_ for id_, _ in expected]
        assert [hit.similarity for hit in hits] == pytest.approx(
            [similarity for _, similarity in expected], abs=1e-6
        )
        assert hits[0].payload == next(p.payload for p in points if p.id == hits[0].id)


@given(seed=st.integers(0, 1000), k=st.integers(1, 70), offset=st.integers(0, 320))
@settings(max_examples=30, deadline=None, derandomize=True)
def test_returns_best_first_and_ties_by_id(
    tied: VectorIndex, seed: int, k: int, offset: int
) -> None:
    query = exact_rows(np.random.default_rng(seed), 1)[0]
    assert found(tied.search(query, k, offset=offset)) == ranking(TIED, query)[offset : offset + k]


@given(seed=st.integers(0, 1000), k=st.sampled_from([7, 23, 64, 100, 299, 300, 1000]))
@settings(max_examples=10, deadline=None, derandomize=True)
def test_consecutive_pages_neither_repeat_nor_miss_a_point(
    tied: VectorIndex, seed: int, k: int
) -> None:
    query = exact_rows(np.random.default_rng(seed), 1)[0]
    pages = [found(tied.search(query, k, offset=offset)) for offset in range(0, 300 + k, k)]
    assert pages[-1] == []
    assert [pair for page in pages for pair in page] == ranking(TIED, query)


@given(
    seed=st.integers(0, 1000),
    minimum=st.sampled_from([-1.0, -0.5, 0.0, 0.125, 0.24, 0.25, 0.26, 0.9, 1.0]),
)
@settings(max_examples=20, deadline=None, derandomize=True)
def test_returns_nothing_below_the_minimum_similarity(
    tied: VectorIndex, seed: int, minimum: float
) -> None:
    query = exact_rows(np.random.default_rng(seed), 1)[0]
    expected = [pair for pair in ranking(TIED, query) if pair[1] >= minimum]
    assert found(tied.search(query, 300, minimum_similarity=minimum)) == expected


def test_pages_of_a_filtered_search_neither_repeat_nor_miss_a_point(tied: VectorIndex) -> None:
    only_b = Filter(must=(AnyOf("brand", ("b",)),))
    query = TIED[77].vector
    pages = [found(tied.search(query, 32, offset=o, filter=only_b)) for o in range(0, 160, 32)]
    expected = ranking([p for p in TIED if p.payload["brand"] == "b"], query)
    assert [pair for page in pages for pair in page] == expected


def test_leaves_out_excluded_ids_and_ignores_unknown_ones(tied: VectorIndex) -> None:
    query = TIED[0].vector
    excluded = [TIED[0].id, TIED[3].id, id_of(12345), "no id at all"]
    expected = ranking([p for p in TIED if p.id not in excluded], query)
    assert found(tied.search(query, 300, exclude=excluded)) == expected


def test_similarity_lies_between_minus_one_and_one(vectors: VectorStore, category: str) -> None:
    rows = random_rows(np.random.default_rng(9), 50)
    index = published(vectors, category, points_of(np.concatenate([rows, -rows])))
    for row in rows:
        similarities = [hit.similarity for hit in index.search(row, 100)]
        assert max(similarities) == pytest.approx(1, abs=1e-6)
        assert min(similarities) == pytest.approx(-1, abs=1e-6)
        assert -1 <= min(similarities) <= max(similarities) <= 1


def test_returns_all_points_when_asked_for_more(tied: VectorIndex) -> None:
    assert len(tied.search(TIED[0].vector, 5000)) == 300


def test_finds_nothing_in_an_empty_generation(vectors: VectorStore, category: str) -> None:
    index = published(vectors, category, [])
    assert index.search(one_point().vector, 10) == []
    assert index.count() == 0
    assert index.scroll().points == []
    assert index.scroll().next is None
    assert index.facet("brand") == []


def test_refuses_a_query_of_another_dimension(tied: VectorIndex) -> None:
    with pytest.raises(DimensionMismatch, match=f"dimension {DIM}"):
        tied.search(np.ones(DIM - 1, dtype=np.float32), 1)


@pytest.mark.parametrize(("k", "offset"), [(0, 0), (-1, 0), (1, -1)])
def test_refuses_an_impossible_page(tied: VectorIndex, k: int, offset: int) -> None:
    with pytest.raises(ValueError, match="a page of"):
        tied.search(TIED[0].vector, k, offset=offset)

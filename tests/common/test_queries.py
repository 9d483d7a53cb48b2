"""Queries of several examples: one direction, like the positive and unlike the negative ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.assembly import Services
from common.errors import DimensionMismatch, FingerprintMismatch, QueryError, RecordNotFound
from common.queries import (
    ExampleQuery,
    PictureExample,
    RecordExample,
    SearchOptions,
    VectorExample,
    combine,
    unit,
)
from tests.samples import picture


def axis(number: int) -> np.ndarray:
    return np.eye(3, dtype=np.float32)[number]


def test_weights_decide_how_much_each_example_counts() -> None:
    found = combine([axis(0), axis(1), axis(2)], [3, 4, -12])
    assert found.dtype == np.float32
    assert found == pytest.approx([3 / 13, 4 / 13, -12 / 13], abs=1e-6)


def test_one_positive_example_is_itself_whatever_its_weight_and_a_negative_one_its_opposite() -> (
    None
):
    vector = unit(np.asarray([1, 2, 3], dtype=np.float32))
    assert combine([vector], [0.25]) is vector
    assert combine([vector], [-7]) == pytest.approx(-vector, abs=1e-6)


@given(
    st.lists(st.floats(-100, 100).filter(bool), min_size=2, max_size=6),
    st.floats(0.001, 1000),
    st.integers(0, 2**32 - 1),
)
def test_only_the_proportion_of_weights_counts(
    weights: list[float], factor: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    vectors = [unit(rng.normal(size=64).astype(np.float32)) for _ in weights]
    found = combine(vectors, weights)
    assert float(np.linalg.norm(found)) == pytest.approx(1, abs=1e-5)
    again = combine(vectors, [weight * factor for weight in weights])
    assert again == pytest.approx(found, abs=1e-5)


def test_examples_that_cancel_each_other_out_are_refused() -> None:
    with pytest.raises(QueryError, match="cancel"):
        combine([axis(0), axis(0)], [2, -2])


@pytest.mark.parametrize("numbers", [[0, 0], [np.nan, 1], [np.inf, 1]])
def test_a_vector_without_a_direction_is_refused(numbers: list[float]) -> None:
    with pytest.raises(QueryError, match="finite"):
        unit(np.asarray(numbers, dtype=np.float32))


@pytest.mark.parametrize("weight", [0, 101, -101, float("nan"), float("inf")])
def test_weights_out_of_range_are_refused(weight: float) -> None:
    with pytest.raises(QueryError, match="weight of example 2"):
        ExampleQuery([RecordExample("a"), RecordExample("b", weight)])


@pytest.mark.parametrize("count", [0, 33])
def test_too_few_and_too_many_examples_are_refused(count: int) -> None:
    with pytest.raises(QueryError, match="1 to 32"):
        ExampleQuery([RecordExample("a")] * count)


def test_a_query_of_several_equals_an_exact_numpy_search(live: Services) -> None:
    points = live.store.open("shapes").scroll(limit=100, with_vectors=True).points
    like, unlike, free = points[0], points[5], points[7]
    options = SearchOptions(k=50)
    query = ExampleQuery(
        [
            RecordExample(like.id, 2),
            RecordExample(unlike.id, -0.5),
            VectorExample(5 * free.vector, 1),
        ],
        options,
    )
    (answer,) = live.search.by_examples("shapes", [query])
    direction = 2 * like.vector - 0.5 * unlike.vector + free.vector
    direction = direction / np.linalg.norm(direction)
    expected = {
        point.id: float(point.vector @ direction)
        for point in points
        if point.id not in {like.id, unlike.id}
    }
    found = {hit.id: hit.similarity for hit in answer.hits}
    assert found == pytest.approx(expected, abs=1e-5)
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_pictures_and_records_can_be_mixed_and_several_queries_share_a_generation(
    live: Services,
) -> None:
    data = picture("teal", 50)
    first = live.search.by_image("shapes", data).hits[0].id
    mixed = ExampleQuery([PictureExample(data), RecordExample(first, 0.5)])
    one, two = live.search.by_examples("shapes", [mixed, ExampleQuery([PictureExample(data)])])
    assert first not in {hit.id for hit in one.hits}
    assert two.hits == live.search.by_image("shapes", data).hits
    assert one.generation == two.generation


def test_what_does_not_fit_the_index_is_refused(live: Services) -> None:
    dim = live.search.manifest("shapes").spec.dim
    for example, error in (
        (RecordExample("nothing"), RecordNotFound),
        (VectorExample(np.ones(3, dtype=np.float32)), DimensionMismatch),
        (VectorExample(np.ones(dim, dtype=np.float32), 1, "0" * 64), FingerprintMismatch),
    ):
        with pytest.raises(error):
            live.search.by_examples("shapes", [ExampleQuery([example])])

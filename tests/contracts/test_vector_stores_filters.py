"""What filters, counts, facets and scrolling mean, whichever backend keeps the points."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import FilterError, RecordNotFound
from common.records import AnyOf, Between, FacetValue, Filter, Payload
from common.vectors.base import VectorIndex, VectorStore
from tests.contracts.vector_samples import (
    FIELDS,
    WIDE_SPEC,
    exact_rows,
    found,
    id_of,
    lets_pass,
    one_point,
    points_of,
    published,
    ranking,
    scroll_all,
)

TEXTS = ["Ada", "ada", "", " ", "żółw 🐢", "12", "\\true", "\\", '"', "a,b", "%22"]


def random_payload(rng: random.Random) -> Payload:
    texts = [*TEXTS, True, False, None]
    whole = [*range(-2, 4), None]
    payload: Payload = {
        "brand": rng.choice(texts),
        "size": rng.choice(whole),
        "price (EUR)": rng.choice([-1.5, 0.0, 2, 2.0, 2.5, 1e9, None]),
        "tags": rng.choices(TEXTS, k=rng.randrange(4)),
        "first.sold": rng.choice(["2021-05-01", "2021-05-02", None]),
        "page": rng.choice(["https://x.test/?a=1#b", "https://y.test/ä", None]),
        'say "x" 50%': rng.choice(texts),
        "bare[0]": rng.choice(whole),
        "żółć 😀": rng.choices(TEXTS, k=rng.randrange(3)) or None,
        "note": "in no index",
    }
    return {name: payload[name] for name in payload if rng.random() < 0.9}


_rng = random.Random(3)
POINTS = points_of(
    exact_rows(np.random.default_rng(3), 150), [random_payload(_rng) for _ in range(150)]
)

bounds = st.sampled_from([None, -2, -1.5, 0, 0.5, 1.9, 2, 2.5, 1e9, math.inf, -math.inf])
wanted = st.sampled_from([*TEXTS, "absent", True, False, -2, 0, 1, 2, 99])
conditions = st.one_of(
    st.builds(AnyOf, st.sampled_from(list(FIELDS)), st.lists(wanted, max_size=4).map(tuple)),
    st.builds(Between, st.sampled_from(["size", "price (EUR)", "bare[0]"]), bounds, bounds),
)
filters = st.builds(
    Filter,
    st.lists(conditions, max_size=2).map(tuple),
    st.lists(conditions, max_size=2).map(tuple),
)


@pytest.fixture(scope="module")
def index(vectors: VectorStore) -> Iterator[VectorIndex]:
    """150 points with payloads of every type, fields missing here and there."""
    yield published(vectors, "test-filtered", POINTS, WIDE_SPEC)
    vectors.remove("test-filtered")


@given(filter=filters)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_filter_lets_pass_what_a_plain_loop_does(index: VectorIndex, filter: Filter) -> None:
    passing = [point for point in POINTS if lets_pass(filter, point.payload)]
    query = POINTS[0].vector
    assert found(index.search(query, 150, filter=filter)) == ranking(passing, query)
    assert index.count(filter) == len(passing)
    assert [p.id for p in scroll_all(index, 40, filter)] == sorted(p.id for p in passing)


@given(
    field=st.sampled_from([name for name, type_ in FIELDS.items() if type_ != "number"]),
    filter=filters,
    limit=st.sampled_from([1, 2, 3, 5, 100]),
)
@settings(max_examples=80, deadline=None, derandomize=True)
def test_facets_count_what_a_plain_loop_counts(
    index: VectorIndex, field: str, filter: Filter, limit: int
) -> None:
    counts: Counter[tuple[bool, str | int | bool]] = Counter()
    for point in POINTS:
        value = point.payload.get(field)
        if value is not None and lets_pass(filter, point.payload):
            values = value if isinstance(value, list) else [value]
            counts.update({(isinstance(v, str), v) for v in values})
    expected = sorted(counts, key=lambda key: (-counts[key], key))
    assert index.facet(field, filter=filter, limit=limit) == [
        FacetValue(key[1], counts[key]) for key in expected[:limit]
    ]


def test_a_range_of_whole_numbers_respects_broken_bounds(index: VectorIndex) -> None:
    inside = index.count(Filter(must=(Between("size", 0.5, 1.9),)))
    assert inside == sum(p.payload.get("size") == 1 for p in POINTS) > 0


def test_a_range_with_both_sides_open_asks_for_any_number(index: VectorIndex) -> None:
    any_price = Filter(must=(Between("price (EUR)"),))
    assert index.count(any_price) == sum(p.payload.get("price (EUR)") is not None for p in POINTS)


def test_a_bound_that_is_no_number_lets_nothing_pass(index: VectorIndex) -> None:
    assert index.count(Filter(must=(Between("size", math.nan, None),))) == 0


def test_a_value_of_another_type_than_its_field_counts_as_missing(
    vectors: VectorStore, category: str
) -> None:
    wrong: Payload = {"brand": 3, "size": "3", "price (EUR)": "3", "tags": None}
    index = published(vectors, category, [one_point(0, wrong)], WIDE_SPEC)
    for field, value in (("brand", 3), ("brand", "3"), ("size", 3), ("size", "3")):
        assert index.count(Filter(must=(AnyOf(field, (value,)),))) == 0
    assert index.count(Filter(must=(Between("price (EUR)", 0, 9),))) == 0
    assert index.get([id_of(0)])[0].payload == wrong


def test_a_value_of_another_type_than_its_field_is_not_counted(
    vectors: VectorStore, category: str, request: pytest.FixtureRequest
) -> None:
    if "client-" in request.node.callspec.id:
        pytest.skip("qdrant-client's local mode counts payloads, where a server counts an index")
    index = published(vectors, category, [one_point(0, {"brand": 3, "size": "3", "tags": "x"})])
    assert index.facet("brand") == index.facet("size") == []
    assert index.facet("tags") == [FacetValue("x", 1)]


def test_a_field_outside_the_index_is_refused_by_name(index: VectorIndex) -> None:
    unknown = Filter(must=(AnyOf("note", ("x",)),))
    for ask in (
        lambda: index.search(POINTS[0].vector, 1, filter=unknown),
        lambda: index.count(unknown),
        lambda: index.scroll(filter=Filter(must_not=(Between("note", 1, 2),))),
        lambda: index.facet("note"),
        lambda: index.facet("brand", filter=unknown),
    ):
        with pytest.raises(FilterError, match=r"'note'.*'brand', 'size'"):
            ask()


@pytest.mark.parametrize("field", ["brand", "tags", "first.sold", "page"])
def test_a_range_of_a_field_that_is_no_number_is_refused(index: VectorIndex, field: str) -> None:
    with pytest.raises(FilterError, match=f"'{field}' is of type {FIELDS[field]}"):
        index.count(Filter(must=(Between(field, 1, 2),)))


def test_a_facet_of_a_number_field_is_refused(index: VectorIndex) -> None:
    with pytest.raises(FilterError, match="type number"):
        index.facet("price (EUR)")


@pytest.mark.parametrize("limit", [3, 7, 150, 1000])
def test_scrolling_returns_every_point_once_in_id_order(index: VectorIndex, limit: int) -> None:
    assert [p.id for p in scroll_all(index, limit)] == sorted(p.id for p in POINTS)


def test_scrolling_may_start_at_an_id_that_no_point_has(index: VectorIndex) -> None:
    ids = sorted(point.id for point in POINTS)
    between = ids[70][:-1] + ("0" if ids[70][-1] != "0" else "1")
    page = index.scroll(start=max(between, ids[69]), limit=3)
    assert {page.points[0].id} <= {ids[69], ids[70], ids[71]}
    assert index.scroll(start="f" * 8 + "-ffff-ffff-ffff-" + "f" * 12).points == []


def test_scrolling_from_what_is_no_id_is_refused(index: VectorIndex) -> None:
    with pytest.raises(RecordNotFound, match="'7; drop'"):
        index.scroll(start="7; drop")


def test_scrolling_brings_vectors_only_when_asked(index: VectorIndex) -> None:
    by_id = {point.id: point for point in POINTS}
    for point in index.scroll(limit=5, with_vectors=True).points:
        np.testing.assert_allclose(point.vector, by_id[point.id].vector, atol=1e-6)
        assert point.vector.dtype == np.float32
        assert point.payload == by_id[point.id].payload
    assert all(point.vector.shape == (0,) for point in index.scroll(limit=5).points)

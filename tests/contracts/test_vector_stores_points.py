"""What is written is what is read, whichever backend keeps it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from common.errors import DimensionMismatch
from common.records import AnyOf, FieldType, Filter, Payload, Point
from common.vectors.base import GenerationSpec, VectorStore
from tests.contracts.vector_samples import (
    DIM,
    SPEC,
    exact_rows,
    id_of,
    one_point,
    points_of,
    publish,
    published,
    random_rows,
)

PAYLOADS: list[Payload] = [
    {},
    {"none": None, "empty": "", "list": [], "zero": 0, "no": False, "yes": True},
    {"unicode": "zażółć gęślą jaźń 🐢 ‮ \u0000 \n", "日本": ["語", ""]},
    {"long": "x" * 200_000, "brand": "y" * 70_000},
    {"big": 2**62, "small": -(2**62), "float": 0.1, "tiny": 5e-324, "huge": 1.7e308},
    {"": "no name", " ": 1, "a.b": 2, "a": "3", "a[0]": 4, '"': 5, '\\"%22': 6, "%": 7, "\n": 8},
    {"\\true": "\\true", "texts": ["\\false", "\\\\", "true"], "boolean": True},
]


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_any_payload_comes_back_as_it_was(
    vectors: VectorStore, category: str, payload: Payload
) -> None:
    index = published(vectors, category, [one_point(0, payload)])
    for read in (
        index.get([id_of(0)])[0].payload,
        index.scroll().points[0].payload,
        index.search(one_point(0).vector, 1)[0].payload,
    ):
        assert read == payload
        assert {name: type(value) for name, value in read.items()} == {
            name: type(value) for name, value in payload.items()
        }


@pytest.mark.parametrize(
    "field",
    ["price (EUR)", "a.b", 'say "x"', "a[0]", "a[]", "żółć 🐢", "50%", "%22", "\\", " ", ""],
)
def test_any_field_name_can_be_filtered_and_counted(
    vectors: VectorStore, category: str, field: str
) -> None:
    fields: dict[str, FieldType] = {field: "keyword", "other": "keyword"}
    index = published(
        vectors,
        category,
        [one_point(0, {field: "here"}), one_point(1, {"other": "here"}), one_point(2)],
        GenerationSpec(DIM, "f", "tests", fields),
    )
    assert list(index.manifest.spec.fields) == [field, "other"]
    assert [p.id for p in index.scroll(filter=Filter((AnyOf(field, ("here",)),))).points] == [
        id_of(0)
    ]
    assert [(facet.value, facet.count) for facet in index.facet(field)] == [("here", 1)]


def test_vectors_come_back_as_they_were(vectors: VectorStore, category: str) -> None:
    points = points_of(random_rows(np.random.default_rng(2), 20))
    index = published(vectors, category, points)
    for read, written in zip(index.get([p.id for p in points]), points, strict=True):
        assert read.vector.dtype == np.float32
        np.testing.assert_allclose(read.vector, written.vector, atol=1e-6)


def test_points_come_in_the_order_asked_without_unknown_and_with_repeated_ones(
    vectors: VectorStore, category: str
) -> None:
    index = published(vectors, category, [one_point(n) for n in range(4)])
    asked = [id_of(3), id_of(99), id_of(0), id_of(3), "no id", "", id_of(1).upper(), id_of(2)]
    assert [p.id for p in index.get(asked)] == [id_of(3), id_of(0), id_of(3), id_of(2)]
    assert index.get([]) == []


def test_a_later_point_of_the_same_id_replaces_the_earlier_whole(
    vectors: VectorStore, category: str
) -> None:
    first, second, third = random_rows(np.random.default_rng(4), 3)
    builder = vectors.build(category, SPEC)
    builder.upsert([Point(id_of(0), first, {"brand": "a", "old": 1})])
    builder.upsert([])
    builder.upsert([Point(id_of(0), second, {"brand": "b"}), Point(id_of(0), third, {"size": 1})])
    assert builder.publish().count == 1
    index = vectors.open(category)
    assert index.get([id_of(0)])[0].payload == {"size": 1}
    assert index.search(third, 1)[0].similarity == pytest.approx(1, abs=1e-6)
    assert index.facet("brand") == []


def test_deleted_points_are_gone_and_unknown_ones_ignored(
    vectors: VectorStore, category: str
) -> None:
    builder = vectors.build(category, SPEC)
    builder.upsert([one_point(n, {"brand": "a"}) for n in range(5)])
    builder.delete([id_of(1), id_of(3), id_of(77), "no id"])
    builder.delete([])
    assert builder.publish().count == 3
    index = vectors.open(category)
    assert index.count() == 3
    assert {hit.id for hit in index.search(one_point(1).vector, 10)} == {
        id_of(0),
        id_of(2),
        id_of(4),
    }
    assert [facet.count for facet in index.facet("brand")] == [3]


def test_a_vector_of_another_dimension_is_refused_and_harms_nothing(
    vectors: VectorStore, category: str
) -> None:
    builder = vectors.build(category, SPEC)
    with pytest.raises(DimensionMismatch, match=f"dimension {DIM}"):
        builder.upsert([one_point(0), Point(id_of(1), np.ones(DIM + 1, dtype=np.float32), {})])
    builder.upsert([one_point(2)])
    builder.publish()
    assert [p.id for p in vectors.open(category).scroll().points] == [id_of(2)]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_vector_that_is_not_finite_is_refused(
    vectors: VectorStore, category: str, bad: float
) -> None:
    row = exact_rows(np.random.default_rng(0), 1)[0]
    row[3] = bad
    builder = vectors.build(category, SPEC)
    with pytest.raises(ValueError, match="not finite"):
        builder.upsert([Point(id_of(0), row, {})])
    builder.abandon()


def test_an_id_that_is_no_uuid_is_refused(vectors: VectorStore, category: str) -> None:
    builder = vectors.build(category, SPEC)
    with pytest.raises(ValueError, match="'7' is no canonical UUID"):
        builder.upsert([Point("7", one_point().vector, {})])
    builder.abandon()


def test_what_a_caller_does_to_its_points_later_changes_nothing(
    vectors: VectorStore, category: str
) -> None:
    point = Point(id_of(0), one_point().vector.copy(), {"tags": ["a"]})
    builder = vectors.build(category, SPEC)
    builder.upsert([point])
    point.vector[:] = 0
    point.payload["tags"].append("b")  # type: ignore[union-attr]
    builder.publish()
    read = vectors.open(category).get([id_of(0)])[0]
    assert read.payload == {"tags": ["a"]}
    np.testing.assert_allclose(read.vector, one_point().vector, atol=1e-6)


def test_many_points_at_once_are_all_stored(vectors: VectorStore, category: str) -> None:
    manifest = publish(vectors, category, points_of(exact_rows(np.random.default_rng(0), 700)))
    assert manifest.count == vectors.open(category).count() == 700

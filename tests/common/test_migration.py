"""Moving an index between engines: nothing lost, nothing embedded again, taken back if wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import QdrantClient

from common.errors import GenerationNotFound, IndexDiffers, StoreUnavailable, VectorStoreError
from common.migration import migrate
from common.records import Point
from common.syncing.workplace import Workplace
from common.vectors.base import GenerationBuilder, GenerationSpec, VectorStore
from common.vectors.edge.store import EdgeStore
from common.vectors.memory import MemoryStore
from common.vectors.scrolling import all_points
from common.vectors.server.store import ServerStore
from tests.contracts.conftest import LOCAL_MODE_SPEAKS
from tests.contracts.vector_samples import (
    WIDE_SPEC,
    found,
    points_of,
    publish,
    random_rows,
    ranking,
)

pytestmark = LOCAL_MODE_SPEAKS
PAYLOADS = [
    {
        "brand": "ab"[i % 2],
        "size": i,
        "price (EUR)": i / 4,
        "tags": ["x", f"t{i % 3}"],
        'say "x" 50%': "\\true",
        "żółć 😀": [],
        "sold": i % 2 == 0,
        "note": None,
    }
    for i in range(603)
]
POINTS = points_of(random_rows(np.random.default_rng(7), len(PAYLOADS)), PAYLOADS)


@pytest.fixture
def workplace(tmp_path: Path) -> Workplace:
    return Workplace(tmp_path / "cache", "shoes")


@pytest.fixture(params=["embedded to server", "server to embedded"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[VectorStore, VectorStore]:
    embedded = EdgeStore(tmp_path / "edge")
    server = ServerStore(QdrantClient(":memory:"))
    return (embedded, server) if request.param == "embedded to server" else (server, embedded)


def moving(workplace: Workplace, source: VectorStore, target: VectorStore, **options: bool):
    steps: list[tuple[int, int]] = []
    report = migrate(
        "shoes",
        source,
        target,
        workplace,
        on_progress=lambda done, total: steps.append((done, total)),
        **options,
    )
    assert steps[0] == (0, len(POINTS))
    assert steps[-1] == (len(POINTS), len(POINTS))
    return report


def test_every_vector_and_payload_comes_over_and_answers_are_the_same(
    pair: tuple[VectorStore, VectorStore], workplace: Workplace
) -> None:
    source, target = pair
    original = publish(source, "shoes", POINTS, WIDE_SPEC)
    report = moving(workplace, source, target)
    assert (report.source, report.target.count, report.queries) == (original, 603, 100)
    assert report.target.spec == WIDE_SPEC
    assert list(report.target.spec.fields) == list(WIDE_SPEC.fields)
    assert report.target.engine != original.engine
    moved = target.open("shoes")
    assert moved.manifest == report.target
    copies = {point.id: point for points in all_points(moved) for point in points}
    assert copies.keys() == {point.id for point in POINTS}
    for point in POINTS:
        assert dict(copies[point.id].payload) == point.payload
        np.testing.assert_allclose(copies[point.id].vector, point.vector, atol=1e-6)
    for query in random_rows(np.random.default_rng(8), 20):
        hits = found(moved.search(query, 10))
        expected = ranking(POINTS, query)[:10]
        assert [id_ for id_, _ in hits] == [id_ for id_, _ in expected]
        assert [s for _, s in hits] == pytest.approx([s for _, s in expected], abs=1e-6)
    assert [f.count for f in moved.facet("brand")] == [302, 301]


def test_there_and_back_again_changes_nothing(
    pair: tuple[VectorStore, VectorStore], workplace: Workplace
) -> None:
    source, target = pair
    publish(source, "shoes", POINTS, WIDE_SPEC)
    before = {p.id: p.payload for points in all_points(source.open("shoes")) for p in points}
    moving(workplace, source, target, remove_source=True)
    assert source.current("shoes") is None
    moving(workplace, target, source)
    after = {p.id: p.payload for points in all_points(source.open("shoes")) for p in points}
    assert after == before


def test_the_source_stays_unless_it_is_to_be_removed(
    pair: tuple[VectorStore, VectorStore], workplace: Workplace
) -> None:
    source, target = pair
    generations = [publish(source, "shoes", POINTS, WIDE_SPEC) for _ in range(2)]
    assert not moving(workplace, source, target).removed
    assert source.generations("shoes") == generations
    assert moving(workplace, source, target, replace=True, remove_source=True).removed
    assert source.generations("shoes") == []
    assert target.current("shoes") is not None


def test_an_index_at_the_target_is_replaced_only_where_that_is_asked_for(
    pair: tuple[VectorStore, VectorStore], workplace: Workplace
) -> None:
    source, target = pair
    publish(source, "shoes", POINTS, WIDE_SPEC)
    newer = publish(target, "shoes", POINTS[:5], WIDE_SPEC)
    with pytest.raises(VectorStoreError, match=f"{newer.generation}.*FORCE=1"):
        moving(workplace, source, target, remove_source=True)
    assert target.generations("shoes") == [newer]
    assert source.current("shoes") is not None
    report = moving(workplace, source, target, replace=True)
    assert target.current("shoes") == report.target.generation
    assert target.generations("shoes") == [newer, report.target]


def test_a_category_without_an_index_cannot_be_moved(workplace: Workplace) -> None:
    with pytest.raises(GenerationNotFound, match="shoes"):
        moving(workplace, MemoryStore(), MemoryStore())


class Unfaithful(MemoryStore):
    """A store that changes what it is given, as ``spoil`` does."""

    def __init__(self, spoil: Callable[[list[Point]], list[Point]]) -> None:
        super().__init__()
        self.spoil = spoil

    def build(
        self, category: str, spec: GenerationSpec, *, from_current: bool = False
    ) -> GenerationBuilder:
        builder = super().build(category, spec, from_current=from_current)
        upsert = builder.upsert
        builder.upsert = lambda points: upsert(self.spoil(list(points)))  # type: ignore[method-assign]
        return builder


def lose_one(points: list[Point]) -> list[Point]:
    return points[1:]


def mix_vectors(points: list[Point]) -> list[Point]:
    vectors = [point.vector for point in points]
    return [
        Point(point.id, vector, point.payload)
        for point, vector in zip(points, vectors[1:] + vectors[:1], strict=True)
    ]


def forget_a_field(points: list[Point]) -> list[Point]:
    return [
        Point(p.id, p.vector, {k: v for k, v in p.payload.items() if k != "note"}) for p in points
    ]


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lose_one, r"holds 601 records where the original holds 603"),
        (mix_vectors, "finds other records"),
        (forget_a_field, "did not come over whole"),
    ],
)
@pytest.mark.parametrize("used_before", [True, False])
def test_a_copy_that_differs_is_taken_back_and_nothing_is_removed(
    workplace: Workplace,
    spoil: Callable[[list[Point]], list[Point]],
    message: str,
    used_before: bool,
) -> None:
    source, target = MemoryStore(), Unfaithful(spoil)
    original = publish(source, "shoes", POINTS, WIDE_SPEC)
    earlier = publish(target, "shoes", POINTS[:5], WIDE_SPEC).generation if used_before else None
    with pytest.raises(IndexDiffers, match=message):
        moving(workplace, source, target, replace=True, remove_source=True)
    assert source.generations("shoes") == [original]
    assert target.current("shoes") == earlier
    assert [m.generation for m in target.generations("shoes")] == ([earlier] if earlier else [])


def test_a_target_that_fails_half_way_is_left_as_it_was(workplace: Workplace) -> None:
    def fail(points: list[Point]) -> list[Point]:
        if points[0].id > "8":
            raise StoreUnavailable("The disk is full")
        return points

    source, target = MemoryStore(), Unfaithful(fail)
    publish(source, "shoes", POINTS, WIDE_SPEC)
    with pytest.raises(StoreUnavailable, match="disk is full"):
        migrate("shoes", source, target, workplace, on_progress=lambda *_: None)
    assert target.generations("shoes") == []
    assert source.current("shoes") is not None

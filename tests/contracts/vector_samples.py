"""Points for the vector store suite, and slow plain answers to compare with."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from common.records import AnyOf, FieldType, Filter, Payload, Point, ScoredPoint, Vector
from common.vectors.base import GenerationManifest, GenerationSpec, VectorIndex, VectorStore

DIM = 16
FIELDS: dict[str, FieldType] = {
    "brand": "keyword",
    "size": "integer",
    "price (EUR)": "number",
    "tags": "list",
    "first.sold": "date",
    "page": "link",
    'say "x" 50%': "keyword",
    "bare[0]": "integer",
    "żółć 😀": "list",
}
# Qdrant Edge takes some 10 ms for each field it indexes, so that most tests have few.
SPEC = GenerationSpec(
    DIM, "f" * 64, "tests", {"brand": "keyword", "size": "integer", "tags": "list"}
)
WIDE_SPEC = replace(SPEC, fields=FIELDS)


def id_of(number: int) -> str:
    """A UUID whose order is not that of the numbers."""
    return str(uuid.UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835 + 1) % 2**128))


def exact_rows(rng: np.random.Generator, count: int) -> Vector:
    """Unit rows of +-1/4: every product is exact in any arithmetic, and many are equal."""
    return (rng.integers(0, 2, (count, DIM)) * 2 - 1).astype(np.float32) / 4


def random_rows(rng: np.random.Generator, count: int) -> Vector:
    rows = rng.normal(size=(count, DIM))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def points_of(rows: Vector, payloads: Sequence[Payload] | None = None) -> list[Point]:
    return [
        Point(id_of(i), row, payloads[i] if payloads else {"file": f"{i}.jpg"})
        for i, row in enumerate(rows)
    ]


def one_point(number: int = 0, payload: Payload | None = None) -> Point:
    rng = np.random.default_rng(number)
    return Point(id_of(number), random_rows(rng, 1)[0], payload or {})


def publish(
    store: VectorStore,
    category: str,
    points: Sequence[Point],
    spec: GenerationSpec = SPEC,
    *,
    from_current: bool = False,
) -> GenerationManifest:
    builder = store.build(category, spec, from_current=from_current)
    builder.upsert(points)
    return builder.publish()


def published(
    store: VectorStore, category: str, points: Sequence[Point], spec: GenerationSpec = SPEC
) -> VectorIndex:
    publish(store, category, points, spec)
    return store.open(category)


def ranking(points: Iterable[Point], query: Vector) -> list[tuple[str, float]]:
    """Every point, best first, ties by id, by plain products in double precision."""
    scored = [(p.id, round(float(p.vector.astype(float) @ query.astype(float)), 7)) for p in points]
    return sorted(scored, key=lambda pair: (-pair[1], pair[0]))


def found(hits: Iterable[ScoredPoint]) -> list[tuple[str, float]]:
    return [(hit.id, hit.similarity) for hit in hits]


def lets_pass(filter: Filter, payload: Payload) -> bool:
    """The meaning of a filter on payloads that are what their fields' types say."""

    def holds(condition: object) -> bool:
        value = payload.get(condition.field)  # type: ignore[attr-defined]
        values = value if isinstance(value, list) else [] if value is None else [value]
        if isinstance(condition, AnyOf):
            wanted = {(type(w) is bool, w) for w in condition.values}
            return any((type(v) is bool, v) in wanted for v in values)
        low, high = condition.minimum, condition.maximum  # type: ignore[attr-defined]
        return any((low is None or low <= v) and (high is None or v <= high) for v in values)

    return all(map(holds, filter.must)) and not any(map(holds, filter.must_not))


def scroll_all(index: VectorIndex, limit: int, filter: Filter | None = None) -> list[Point]:
    """Every point, page by page."""
    points: list[Point] = []
    start: str | None = None
    while True:
        page = index.scroll(start=start, limit=limit, filter=filter)
        assert len(page.points) <= limit
        points += page.points
        if page.next is None:
            return points
        start = page.next

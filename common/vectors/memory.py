"""The exact oracle: vectors in process memory, every answer computed plainly with NumPy.

It shares no ranking and no filter translation with the other backends, so that their agreement
means something. Fine for tests and for a few thousand points.
"""

from __future__ import annotations

import copy
import threading
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from common.errors import GenerationNotFound, VectorStoreError
from common.records import FacetValue, Filter, Page, Point, ScoredPoint, Vector
from common.vectors.base import (
    GenerationManifest,
    GenerationSpec,
    do_nothing,
    new_generation_name,
)
from common.vectors.conditions import check_facet, check_filter, compared_values, passes
from common.vectors.manifests import check_continues, check_removable, stamped_manifest
from common.vectors.points import accepted, check_dim, check_page, check_scroll
from common.vectors.ranking import settle

ENGINE = f"numpy {np.__version__}"
_NO_VECTOR: Vector = np.empty(0, dtype=np.float32)


class MemoryIndex:
    """One generation in memory; see :class:`~common.vectors.base.VectorIndex`.

    Args:
        manifest: of the generation.
        points: its points.
    """

    def __init__(self, manifest: GenerationManifest, points: Sequence[Point]) -> None:
        self.manifest = manifest
        self.points = {point.id: point for point in sorted(points, key=lambda point: point.id)}

    def search(
        self,
        vector: Vector,
        k: int,
        *,
        offset: int = 0,
        minimum_similarity: float = -1.0,
        filter: Filter | None = None,
        exclude: Sequence[str] = (),
    ) -> list[ScoredPoint]:
        """See :meth:`common.vectors.base.VectorIndex.search`."""
        check_page(k, offset)
        check_dim(vector, self.manifest.spec.dim)
        candidates = [point for point in self._passing(filter) if point.id not in set(exclude)]
        scored = [
            ScoredPoint(point.id, settle(_cosine(point.vector, vector)), point.payload)
            for point in candidates
        ]
        ranking = sorted(scored, key=lambda point: (-point.similarity, point.id))
        page = ranking[offset : offset + k]
        return [point for point in page if point.similarity >= minimum_similarity]

    def get(self, ids: Sequence[str]) -> list[Point]:
        """See :meth:`common.vectors.base.VectorIndex.get`."""
        return [self.points[id_] for id_ in ids if id_ in self.points]

    def scroll(
        self,
        *,
        start: str | None = None,
        limit: int = 100,
        filter: Filter | None = None,
        with_vectors: bool = False,
    ) -> Page:
        """See :meth:`common.vectors.base.VectorIndex.scroll`."""
        check_scroll(start, limit)
        rest = [point for point in self._passing(filter) if start is None or point.id >= start]
        following = rest[limit].id if len(rest) > limit else None
        return Page(
            [
                Point(point.id, point.vector if with_vectors else _NO_VECTOR, point.payload)
                for point in rest[:limit]
            ],
            following,
        )

    def count(self, filter: Filter | None = None) -> int:
        """See :meth:`common.vectors.base.VectorIndex.count`."""
        return len(self._passing(filter))

    def facet(
        self, field: str, *, filter: Filter | None = None, limit: int = 100
    ) -> list[FacetValue]:
        """See :meth:`common.vectors.base.VectorIndex.facet`."""
        fields = self.manifest.spec.fields
        check_facet(field, fields)
        # True and 1 are one key to a dict, but never in one field: its type compares only one.
        counts = Counter(
            value
            for point in self._passing(filter)
            for value in set(compared_values(point.payload, field, fields))
        )
        ordered = sorted(counts, key=lambda value: (-counts[value], isinstance(value, str), value))
        return [FacetValue(value, counts[value]) for value in ordered[:limit]]

    def close(self) -> None:
        """See :meth:`common.vectors.base.VectorIndex.close`."""

    def _passing(self, filter: Filter | None) -> list[Point]:
        fields = self.manifest.spec.fields
        check_filter(filter, fields)
        return [point for point in self.points.values() if passes(filter, fields, point.payload)]


class MemoryBuilder:
    """A generation being written; see :class:`~common.vectors.base.GenerationBuilder`.

    Args:
        store: that will publish it.
        category: whose generation it is.
        spec: of the generation.
        points: to start from.
    """

    def __init__(
        self, store: MemoryStore, category: str, spec: GenerationSpec, points: Sequence[Point]
    ) -> None:
        self.generation = new_generation_name()
        self._store = store
        self._category = category
        self._spec = spec
        self._points: dict[str, Point] | None = {point.id: point for point in points}

    def upsert(self, points: Sequence[Point]) -> None:
        """See :meth:`common.vectors.base.GenerationBuilder.upsert`."""
        written = self._written()
        for point in accepted(points, self._spec.dim):
            payload = copy.deepcopy(dict(point.payload))
            written[point.id] = Point(point.id, point.vector.copy(), payload)

    def delete(self, ids: Sequence[str]) -> None:
        """See :meth:`common.vectors.base.GenerationBuilder.delete`."""
        written = self._written()
        for id_ in ids:
            written.pop(id_, None)

    def publish(self, before_switch: Callable[[], None] = do_nothing) -> GenerationManifest:
        """See :meth:`common.vectors.base.GenerationBuilder.publish`."""
        points = list(self._written().values())
        manifest = stamped_manifest(
            self._category,
            self.generation,
            self._spec,
            len(points),
            ENGINE,
            sum(point.vector.nbytes for point in points),
        )
        before_switch()
        self._store.publish(MemoryIndex(manifest, points))
        self._points = None
        return manifest

    def abandon(self) -> None:
        """See :meth:`common.vectors.base.GenerationBuilder.abandon`."""
        self._points = None

    def _written(self) -> dict[str, Point]:
        if self._points is None:
            raise VectorStoreError(
                f"Generation '{self.generation}' is no longer being built", "Begin a new one"
            )
        return self._points


class MemoryStore:
    """Categories in process memory; see :class:`~common.vectors.base.VectorStore`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._indexes: dict[str, dict[str, MemoryIndex]] = {}
        self._current: dict[str, str] = {}

    def build(
        self, category: str, spec: GenerationSpec, *, from_current: bool = False
    ) -> MemoryBuilder:
        """See :meth:`common.vectors.base.VectorStore.build`."""
        if not from_current:
            return MemoryBuilder(self, category, spec, [])
        current = self.open(category)
        check_continues(spec, current.manifest)
        return MemoryBuilder(self, category, spec, list(current.points.values()))

    def publish(self, index: MemoryIndex) -> None:
        """Add a complete generation and make it current: the last step of a builder."""
        manifest = index.manifest
        with self._lock:
            indexes = self._indexes.setdefault(manifest.category, {})
            kept = {manifest.generation, self._current.get(manifest.category, manifest.generation)}
            indexes[manifest.generation] = index
            self._current[manifest.category] = manifest.generation
            for generation in [name for name in indexes if name < min(kept)]:
                del indexes[generation]

    def open(self, category: str, generation: str | None = None) -> MemoryIndex:
        """See :meth:`common.vectors.base.VectorStore.open`."""
        with self._lock:
            name = self._current.get(category, "") if generation is None else generation
            index = self._indexes.get(category, {}).get(name)
        if index is None:
            raise GenerationNotFound(
                f"Category '{category}' has no generation {name or 'yet'}", "Index the category"
            )
        return index

    def current(self, category: str) -> str | None:
        """See :meth:`common.vectors.base.VectorStore.current`."""
        return self._current.get(category)

    def generations(self, category: str) -> list[GenerationManifest]:
        """See :meth:`common.vectors.base.VectorStore.generations`."""
        with self._lock:
            indexes = self._indexes.get(category, {})
            return [indexes[name].manifest for name in sorted(indexes)]

    def switch(self, category: str, generation: str) -> None:
        """See :meth:`common.vectors.base.VectorStore.switch`."""
        self.open(category, generation)
        with self._lock:
            self._current[category] = generation

    def remove(self, category: str, generation: str | None = None) -> None:
        """See :meth:`common.vectors.base.VectorStore.remove`."""
        if generation is not None:
            check_removable(
                category,
                self.open(category, generation).manifest.generation,
                self.current(category),
            )
        with self._lock:
            if generation is not None:
                self._indexes[category].pop(generation, None)
                return
            self._indexes.pop(category, None)
            self._current.pop(category, None)

    def categories(self) -> list[str]:
        """See :meth:`common.vectors.base.VectorStore.categories`."""
        with self._lock:
            return sorted(self._current)


def _cosine(stored: Vector, query: Vector) -> float:
    a, b = stored.astype(np.float64), query.astype(np.float64)
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / length if length else 0.0

"""The seam behind which vectors are kept: categories, their generations, and reading one.

A *generation* is one immutable build of a category's index. It is written through a
:class:`GenerationBuilder`, becomes visible whole when it is published, and never changes
afterwards; exactly one generation of a category is current. Every backend passes the suite in
``tests/contracts``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from common.records import FacetValue, FieldType, Filter, Page, Point, ScoredPoint, Vector


@dataclass(frozen=True, slots=True)
class GenerationSpec:
    """What a builder must know before the first point.

    Attributes:
        dim: length of every vector.
        fingerprint: of the embedder that made the vectors.
        embedder: that embedder's name, for people.
        fields: payload fields that filters, facets and counts may use, with their types. Other
            payload fields are stored and returned, but asking for them in a filter is an error.
    """

    dim: int
    fingerprint: str
    embedder: str
    fields: Mapping[str, FieldType] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GenerationManifest:
    """What is known of a published generation.

    Attributes:
        category: whose index it is.
        generation: its name; names sort in the order of building.
        spec: what it was built from.
        count: number of points.
        created: UTC, ISO 8601, whole seconds.
        engine: the engine and its version, such as ``qdrant-edge 0.9.0``.
        size_bytes: that it occupies; None where the engine does not tell.
    """

    category: str
    generation: str
    spec: GenerationSpec
    count: int
    created: str
    engine: str
    size_bytes: int | None = None


def do_nothing() -> None:
    """Stand in for a callback that nobody asked for."""


class VectorIndex(Protocol):
    """One generation, open for reading. Safe to use from several threads at once.

    Attributes:
        manifest: of this generation.
    """

    manifest: GenerationManifest

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
        """Return the points most similar to ``vector``.

        Args:
            vector: shape ``(dim,)``, float32, unit length.
            k: how many at the most, at least 1.
            offset: how many of the best to leave out first; consecutive pages neither repeat nor
                miss a point, ties included.
            minimum_similarity: points below it are not returned.
            filter: points that do not pass are not considered.
            exclude: ids never returned, such as the query's own.

        Returns:
            At most ``k`` points, best first, ties by id. Empty when nothing qualifies.

        Raises:
            DimensionMismatch: ``vector`` has another length than the index.
            FilterError: the filter names a field outside ``manifest.spec.fields``, or asks a range
                of a field that is no number.
            StoreUnavailable: the engine does not answer.
        """
        ...

    def get(self, ids: Sequence[str]) -> list[Point]:
        """Return the points of these ids, vectors included, in the order asked.

        Unknown ids are left out; an id asked twice comes twice.
        """
        ...

    def scroll(
        self,
        *,
        start: str | None = None,
        limit: int = 100,
        filter: Filter | None = None,
        with_vectors: bool = False,
    ) -> Page:
        """Return up to ``limit`` points in id order, from the id ``start`` on (None: the first).

        Raises:
            FilterError: as in :meth:`search`.
            RecordNotFound: ``start`` is no id at all (one that no point has is fine).
        """
        ...

    def count(self, filter: Filter | None = None) -> int:
        """Return the exact number of points that pass ``filter``."""
        ...

    def facet(
        self, field: str, *, filter: Filter | None = None, limit: int = 100
    ) -> list[FacetValue]:
        """Return the values of ``field`` among the points that pass, with exact counts.

        Returns:
            Most frequent first, ties by value in ascending order; a point whose field is a list
            counts once for each distinct element; points without the field count nowhere.

        Raises:
            FilterError: ``field`` is not among ``manifest.spec.fields`` or is of type ``number``.
        """
        ...

    def close(self) -> None:
        """Release files and connections. Closing twice is fine."""
        ...


class GenerationBuilder(Protocol):
    """A generation being written. Not visible to any reader until :meth:`publish` returns.

    Attributes:
        generation: the name it will have.
    """

    generation: str

    def upsert(self, points: Sequence[Point]) -> None:
        """Add points; a point whose id is there already replaces it. Empty is fine.

        Raises:
            DimensionMismatch: a vector has another length than ``spec.dim``.
        """
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Remove points; unknown ids are ignored."""
        ...

    def publish(self, before_switch: Callable[[], None] = do_nothing) -> GenerationManifest:
        """Make everything written durable and this generation the current one, atomically.

        ``before_switch`` is called when all the long work is done and only the switch is left;
        what it raises leaves the current generation as it is. The builder cannot be used
        afterwards. The generation that was current before is kept for rollback; older ones are
        removed.
        """
        ...

    def abandon(self) -> None:
        """Remove what was written. Fine after a failed :meth:`publish`, and twice.

        A generation that is current stays, also where its :meth:`publish` failed after the switch.
        """
        ...


class VectorStore(Protocol):
    """Categories and their generations in one engine. Safe to use from several threads."""

    def build(
        self, category: str, spec: GenerationSpec, *, from_current: bool = False
    ) -> GenerationBuilder:
        """Begin a new generation: empty, or a copy of the current one's points.

        Raises:
            GenerationNotFound: ``from_current`` and there is no current generation.
            DimensionMismatch: ``from_current`` and the current one has another dim.
            FingerprintMismatch: ``from_current`` and the current one has another fingerprint.
        """
        ...

    def open(self, category: str, generation: str | None = None) -> VectorIndex:
        """Open a generation for reading, the current one unless named.

        Raises:
            GenerationNotFound: there is none (of that name).
            StoreUnavailable: the engine does not answer.
        """
        ...

    def current(self, category: str) -> str | None:
        """Return the current generation's name, None when there is none. Cheap: may be polled."""
        ...

    def generations(self, category: str) -> list[GenerationManifest]:
        """Return the published generations, oldest first; empty for an unknown category."""
        ...

    def switch(self, category: str, generation: str) -> None:
        """Make a kept generation current again (rollback), atomically.

        Raises:
            GenerationNotFound: there is no such published generation.
        """
        ...

    def remove(self, category: str, generation: str | None = None) -> None:
        """Remove one generation, which must not be the current one, or all of a category.

        An unknown category is ignored where all are meant. Who is reading a removed generation
        may or may not be able to go on.

        Raises:
            GenerationNotFound: there is no such published generation.
            VectorStoreError: it is the current one.
        """
        ...

    def categories(self) -> list[str]:
        """Return the names of the categories that have a current generation, sorted."""
        ...


def new_generation_name(now: datetime | None = None) -> str:
    """Return a fresh generation name that sorts after every earlier one: time, then chance."""
    moment = now if now is not None else datetime.now(UTC)
    return f"{moment:%Y%m%dt%H%M%S%f}-{secrets.token_hex(3)}"

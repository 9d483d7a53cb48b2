"""The use case of answering a query: a picture or a record in, ranked hits out."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Sequence
from random import Random
from typing import TypeVar

from common.categories import CategoryCatalog
from common.embedding.registry import EmbedderRegistry
from common.errors import GenerationNotFound
from common.images import ImageLimits
from common.queries import (
    MAX_K,
    MAX_OFFSET,
    ExampleQuery,
    PictureExample,
    RecordExample,
    SearchOptions,
)
from common.query_vectors import QueryVectors, stored_record
from common.records import Answer, Hit, Point, ScoredPoint, Vector
from common.vectors.base import GenerationManifest, VectorIndex, VectorStore

__all__ = ["MAX_K", "MAX_OFFSET", "SearchOptions", "SearchService"]

_Told = TypeVar("_Told")
_DRAWN_FROM = 8
_DRAWS_AT_MOST = 20  # for each record asked for: only where nearly all are asked for is that few


class SearchService:
    """Answers queries over the current generations. Safe to use from several threads.

    Args:
        catalog: knows the categories.
        store: holds their generations.
        embedders: embed query pictures with the model that made the index.
        limits: on query pictures.
    """

    def __init__(
        self,
        catalog: CategoryCatalog,
        store: VectorStore,
        embedders: EmbedderRegistry,
        limits: ImageLimits,
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._vectors = QueryVectors(embedders, limits)
        self._open: dict[str, VectorIndex] = {}
        self._lock = threading.Lock()

    def by_image(self, category: str, data: bytes, options: SearchOptions | None = None) -> Answer:
        """Answer with the records most similar to a picture.

        Args:
            category: where to search.
            data: an image file's bytes, in any format :mod:`common.images` reads.
            options: how to answer.

        Raises:
            ImageError: the bytes are no acceptable picture.
            CategoryNotFound: there is no such category.
            GenerationNotFound: it was never indexed.
            FingerprintMismatch: its index was made by a model that is no longer there.
        """
        query = ExampleQuery((PictureExample(data),), options or SearchOptions())
        return self.by_examples(category, [query])[0]

    def by_record(self, category: str, record: str, options: SearchOptions | None = None) -> Answer:
        """Answer with the records most similar to one of the category, itself left out.

        The stored vector is the query: nothing is decoded or embedded.

        Raises:
            RecordNotFound: the category has no such record.
            CategoryNotFound: there is no such category.
            GenerationNotFound: it was never indexed.
        """
        query = ExampleQuery((RecordExample(record),), options or SearchOptions())
        return self.by_examples(category, [query])[0]

    def by_examples(self, category: str, queries: Sequence[ExampleQuery]) -> list[Answer]:
        """Answer queries of several examples, all by the same generation.

        Args:
            category: where to search.
            queries: each by records, pictures and vectors, to be like or unlike.

        Returns:
            One answer a query, in their order. Hits are never records that the query names.

        Raises:
            ImageError: a picture is not acceptable.
            RecordNotFound: the category has no such record.
            DimensionMismatch: a vector has another length than the index.
            QueryError: a vector has no direction, or the examples cancel each other out.
            CategoryNotFound: there is no such category.
            GenerationNotFound: it was never indexed.
            FingerprintMismatch: its index was made by a model that is no longer there, or by
                another one than a given vector.
        """
        return self.read(
            category,
            lambda index: [self._by_examples(category, index, query) for query in queries],
        )

    def record(self, category: str, record: str) -> Point:
        """Return one record with its vector and payload.

        Raises:
            RecordNotFound: the category has no such record.
        """
        return self.read(category, lambda index: stored_record(index, record))

    def random_records(self, category: str, count: int, rng: Random) -> list[Point]:
        """Draw up to ``count`` distinct records.

        Ids are spread evenly (UUIDv5), so a record out of the few that follow a random id is a
        fair enough draw for browsing, found without listing the category: every record can come,
        though not each with the very same probability.
        """
        return self.read(category, lambda index: _drawn(index, count, rng))

    def manifest(self, category: str) -> GenerationManifest:
        """Return what is known of the category's current generation.

        Raises:
            CategoryNotFound: there is no such category.
            GenerationNotFound: it was never indexed.
        """
        return self.index(category).manifest

    def read(self, category: str, question: Callable[[VectorIndex], _Told]) -> _Told:
        """Return what the current generation answers to a question.

        Where a generation was removed while it was asked, as a server does with one that was
        replaced twice, the one that is current since is asked, once.

        Args:
            category: the category's name.
            question: asked once or twice; all it reads is of one generation.

        Raises:
            CategoryNotFound: there is no such category.
            GenerationNotFound: it was never indexed.
            VisualSearchError: whatever ``question`` raises.
        """
        index = self.index(category)
        try:
            return question(index)
        except GenerationNotFound:
            fresh = self.index(category)
            if fresh.manifest.generation == index.manifest.generation:
                raise
            return question(fresh)

    def index(self, category: str) -> VectorIndex:
        """Return the current generation, opened once and again after each publish."""
        self._catalog.get(category)
        current = self._store.current(category)
        if current is None:
            raise GenerationNotFound(
                f"Category '{category}' has not been indexed yet",
                f"Run 'make index CATEGORY={category}'",
            )
        with self._lock:
            index = self._open.get(category)
            if index is None or index.manifest.generation != current:
                # The old one is not closed: another thread may be searching it. It goes when the
                # last of them lets go of it.
                index = self._open[category] = self._store.open(category)
        return index

    def _by_examples(self, category: str, index: VectorIndex, query: ExampleQuery) -> Answer:
        seconds: dict[str, float] = {}
        vector = self._vectors.vector_of(index, query, seconds)
        named = tuple({e.record for e in query.examples if isinstance(e, RecordExample)})
        return self._answer(category, index, vector, query.options, named, seconds)

    @staticmethod
    def _answer(
        category: str,
        index: VectorIndex,
        vector: Vector,
        options: SearchOptions,
        exclude: tuple[str, ...],
        seconds: dict[str, float],
    ) -> Answer:
        started = time.perf_counter()
        found = index.search(
            vector,
            options.k,
            offset=options.offset,
            minimum_similarity=options.minimum_similarity,
            filter=options.filter,
            exclude=exclude,
        )
        seconds["search"] = time.perf_counter() - started
        hits = [_hit(options.offset + i, point) for i, point in enumerate(found, start=1)]
        return Answer(hits, category, index.manifest.generation, seconds)


def _drawn(index: VectorIndex, count: int, rng: Random) -> list[Point]:
    total = index.count()
    if count >= total:
        return index.scroll(limit=total).points if total else []
    drawn: dict[str, Point] = {}
    for _ in range(_DRAWS_AT_MOST * count):
        start = str(uuid.UUID(int=rng.getrandbits(128)))
        near = index.scroll(start=start, limit=_DRAWN_FROM).points
        if len(near) < _DRAWN_FROM:  # past the last id the first ones follow
            near += index.scroll(limit=_DRAWN_FROM - len(near)).points
        point = rng.choice(near)
        drawn.setdefault(point.id, point)
        if len(drawn) == count:
            break
    return list(drawn.values())


def _hit(rank: int, point: ScoredPoint) -> Hit:
    return Hit(rank, point.id, point.similarity, str(point.payload["file"]), point.payload)

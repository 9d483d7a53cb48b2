"""The use case of answering a query: a picture or a record in, ranked hits out."""

from __future__ import annotations

import threading
import time
import uuid
from dataclasses import dataclass
from random import Random

from common.categories import CategoryCatalog
from common.embedding.base import Embedder, embed
from common.embedding.registry import EmbedderRegistry
from common.errors import FingerprintMismatch, GenerationNotFound, QueryError, RecordNotFound
from common.images import ImageLimits, decode
from common.records import Answer, Filter, Hit, Point, ScoredPoint, Vector
from common.vectors.base import GenerationManifest, VectorIndex, VectorStore

MAX_K = 200
MAX_OFFSET = 10_000
_DRAWN_FROM = 8
_DRAWS_AT_MOST = 20  # for each record asked for: only where nearly all are asked for is that few


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """How a query is to be answered.

    Attributes:
        k: number of hits, 1 to 200.
        offset: how many of the best to leave out first, 0 to 10,000.
        minimum_similarity: cosine in [-1, 1]; hits below it are not returned.
        filter: hits that do not pass are not considered.

    Raises:
        QueryError: a value is out of its range.
    """

    k: int = 9
    offset: int = 0
    minimum_similarity: float = -1.0
    filter: Filter | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.k <= MAX_K:
            raise QueryError(
                f"The number of results must lie between 1 and {MAX_K}, not {self.k}",
                "Ask for fewer, and for the next ones by offset",
            )
        if not 0 <= self.offset <= MAX_OFFSET:
            raise QueryError(
                f"The offset must lie between 0 and {MAX_OFFSET}, not {self.offset}",
                "Narrow the search by a filter instead",
            )
        if not -1 <= self.minimum_similarity <= 1:
            raise QueryError(
                f"The minimum similarity must lie between -1 and 1, not {self.minimum_similarity}",
                "Give a cosine, not a percentage",
            )


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
        self._embedders = embedders
        self._limits = limits
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
        index = self.index(category)
        embedder = self._embedder_of(index)
        started = time.perf_counter()
        image = decode(data, self._limits, minimum_side_px=embedder.card.preprocessing.size_px)
        decoded = time.perf_counter()
        vector: Vector = embed(embedder, [image])[0]
        embedded = time.perf_counter()
        seconds = {"decode": decoded - started, "embed": embedded - decoded}
        return self._answer(category, index, vector, options or SearchOptions(), (), seconds)

    def by_record(self, category: str, record: str, options: SearchOptions | None = None) -> Answer:
        """Answer with the records most similar to one of the category, itself left out.

        The stored vector is the query: nothing is decoded or embedded.

        Raises:
            RecordNotFound: the category has no such record.
            CategoryNotFound: there is no such category.
            GenerationNotFound: it was never indexed.
        """
        index = self.index(category)
        point = _point(index, category, record)
        return self._answer(
            category, index, point.vector, options or SearchOptions(), (record,), {}
        )

    def record(self, category: str, record: str) -> Point:
        """Return one record with its vector and payload.

        Raises:
            RecordNotFound: the category has no such record.
        """
        return _point(self.index(category), category, record)

    def random_records(self, category: str, count: int, rng: Random) -> list[Point]:
        """Draw up to ``count`` distinct records.

        Ids are spread evenly (UUIDv5), so a record out of the few that follow a random id is a
        fair enough draw for browsing, found without listing the category: every record can come,
        though not each with the very same probability.
        """
        index = self.index(category)
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

    def manifest(self, category: str) -> GenerationManifest:
        """Return what is known of the category's current generation.

        Raises:
            CategoryNotFound: there is no such category.
            GenerationNotFound: it was never indexed.
        """
        return self.index(category).manifest

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

    def _embedder_of(self, index: VectorIndex) -> Embedder:
        spec = index.manifest.spec
        embedder = self._embedders.get(spec.embedder)
        if embedder.card.fingerprint != spec.fingerprint:
            category = index.manifest.category
            raise FingerprintMismatch(
                f"Category '{category}' was indexed with another version of the embedder "
                f"'{spec.embedder}' than the one installed",
                f"Index it again with 'make index CATEGORY={category}'",
            )
        return embedder

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


def _hit(rank: int, point: ScoredPoint) -> Hit:
    return Hit(rank, point.id, point.similarity, str(point.payload["file"]), point.payload)


def _point(index: VectorIndex, category: str, record: str) -> Point:
    found = index.get([record])
    if not found:
        raise RecordNotFound(
            f"Category '{category}' has no record '{record}'",
            "It may have been removed since: search again",
        )
    return found[0]

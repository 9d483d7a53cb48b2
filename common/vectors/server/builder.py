"""Writing one generation to a Qdrant server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from qdrant_client import QdrantClient, models

from common.errors import StoreUnavailable, VectorStoreError
from common.records import Point
from common.vectors.base import GenerationManifest, GenerationSpec, do_nothing
from common.vectors.payloads import encode_payload, field_path
from common.vectors.points import accepted, possible_ids
from common.vectors.server.terms import collection_of, index_type, translated

_BATCH = 256  # points a request: 5 MB of JSON at 1,000 dimensions, far below a server's 32 MB
_HNSW_EDGES = 16
_HNSW_CANDIDATES = 100


class Publish(Protocol):
    """The store's part in publishing."""

    def __call__(
        self, category: str, generation: str, spec: GenerationSpec, count: int
    ) -> GenerationManifest:
        """Mark a complete collection as published and make it current."""
        ...


class ServerBuilder:
    """A generation being written; see :class:`~common.vectors.base.GenerationBuilder`.

    Args:
        client: connected to the server.
        category: whose generation it is.
        generation: its name.
        spec: of the generation.
        hnsw_from_points: smaller generations get no graph.
        publish: the store's part in publishing.

    Raises:
        StoreUnavailable: the server does not answer, or is too old.
    """

    def __init__(
        self,
        client: QdrantClient,
        category: str,
        generation: str,
        spec: GenerationSpec,
        *,
        hnsw_from_points: int,
        publish: Publish,
    ) -> None:
        self.generation = generation
        self._client = client
        self._category = category
        self._spec = spec
        self._publish = publish
        self._collection = collection_of(category, generation)
        self._writable = True
        self._published = False
        with translated(f"begin '{self._collection}'"):
            self._create(hnsw_from_points)

    def upsert(self, points: Sequence[Point]) -> None:
        """See :meth:`common.vectors.base.GenerationBuilder.upsert`."""
        self._check_writable()
        self._write(
            [
                models.PointStruct(
                    id=point.id,
                    vector=point.vector.tolist(),
                    payload=encode_payload(point.payload),
                )
                for point in accepted(points, self._spec.dim)
            ]
        )

    def delete(self, ids: Sequence[str]) -> None:
        """See :meth:`common.vectors.base.GenerationBuilder.delete`."""
        self._check_writable()
        known = list[models.ExtendedPointId](possible_ids(ids))
        if not known:
            return  # a server refuses to remove nothing
        with translated(f"remove points from '{self._collection}'"):
            self._client.delete(self._collection, models.PointIdsList(points=known), wait=True)

    def copy(self, collection: str) -> None:
        """Add all points of another collection, as they are stored there."""
        offset: models.ExtendedPointId | None = None
        while True:
            with translated(f"copy '{collection}'"):
                records, offset = self._client.scroll(
                    collection, offset=offset, limit=_BATCH, with_payload=True, with_vectors=True
                )
            self._write(
                [
                    models.PointStruct(id=record.id, vector=record.vector, payload=record.payload)
                    for record in records
                    if isinstance(record.vector, list)
                ]
            )
            if offset is None:
                return

    def publish(self, before_switch: Callable[[], None] = do_nothing) -> GenerationManifest:
        """See :meth:`common.vectors.base.GenerationBuilder.publish`.

        A server builds graphs on its own time: the first searches may scan, exactly but slower.
        """
        self._check_writable()
        self._writable = False
        with translated(f"publish '{self._collection}'"):
            count = self._client.count(self._collection, exact=True).count
        before_switch()
        with translated(f"publish '{self._collection}'"):
            manifest = self._publish(self._category, self.generation, self._spec, count)
        self._published = True
        return manifest

    def abandon(self) -> None:
        """See :meth:`common.vectors.base.GenerationBuilder.abandon`."""
        self._writable = False
        if not self._published:
            with translated(f"remove '{self._collection}'"):
                self._client.delete_collection(self._collection)

    def _create(self, hnsw_from_points: int) -> None:
        threshold_kilobytes = max(1, hnsw_from_points * self._spec.dim * 4 // 1024)
        self._client.create_collection(
            self._collection,
            vectors_config=models.VectorParams(
                size=self._spec.dim, distance=models.Distance.COSINE
            ),
            hnsw_config=models.HnswConfigDiff(m=_HNSW_EDGES, ef_construct=_HNSW_CANDIDATES),
            optimizers_config=models.OptimizersConfigDiff(indexing_threshold=threshold_kilobytes),
            metadata={"building": True},
        )
        if self._client.get_collection(self._collection).config.metadata is None:
            self._client.delete_collection(self._collection)
            raise StoreUnavailable(
                "The Qdrant server is too old: it keeps no metadata of collections",
                "Use version 1.16 or later",
            )
        for name, type_ in self._spec.fields.items():
            self._client.create_payload_index(
                self._collection, field_path(name), field_schema=index_type(type_), wait=True
            )

    def _write(self, points: list[models.PointStruct]) -> None:
        with translated(f"add points to '{self._collection}'"):
            for start in range(0, len(points), _BATCH):
                self._client.upsert(self._collection, points[start : start + _BATCH], wait=True)

    def _check_writable(self) -> None:
        if not self._writable:
            raise VectorStoreError(
                f"No more can be written to '{self._collection}'", "Begin a new generation"
            )

"""Writing one generation to a Qdrant server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from qdrant_client import QdrantClient, models

from common.errors import StoreUnavailable, VectorStoreError
from common.records import FieldType, Point
from common.vectors.base import GenerationManifest, GenerationSpec, do_nothing
from common.vectors.payloads import encode_payload, field_path
from common.vectors.points import accepted, possible_ids
from common.vectors.server.batching import batches
from common.vectors.server.failures import translated
from common.vectors.server.options import COMPLETE, UPLOADING, CollectionOptions
from common.vectors.server.readiness import wait_until_arranged
from common.vectors.server.retries import repeated
from common.vectors.server.terms import collection_of, index_type

_COPIED = 256  # points a page: 5 MB of JSON at 1,000 dimensions


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
        options: how its collection is made.
        publish: the store's part in publishing.
        current: returns the current generation of a category.

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
        options: CollectionOptions,
        publish: Publish,
        current: Callable[[str], str | None],
    ) -> None:
        self.generation = generation
        self._client = client
        self._category = category
        self._spec = spec
        self._options = options
        self._publish = publish
        self._current = current
        self._collection = collection_of(category, generation)
        self._writable = True
        self._published = False
        with translated(f"begin '{self._collection}'"):
            self._create()

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
            selector = models.PointIdsList(points=known)
            repeated(
                lambda: self._client.delete(self._collection, selector, wait=True),
                after_timeout=True,
            )

    def copy(self, collection: str) -> None:
        """Add all points of another collection, as they are stored there."""
        offset: models.ExtendedPointId | None = None
        while True:
            with translated(f"copy '{collection}'"):
                records, offset = repeated(
                    partial(
                        self._client.scroll,
                        collection,
                        offset=offset,
                        limit=_COPIED,
                        with_payload=True,
                        with_vectors=True,
                    ),
                    after_timeout=True,
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

        A server builds a graph on its own time, which is waited for: who searches meanwhile is
        still answered by the generation before.
        """
        self._check_writable()
        self._writable = False
        with translated(f"publish '{self._collection}'"):
            count = repeated(
                lambda: self._client.count(self._collection, exact=True), after_timeout=True
            ).count
            if self._options.is_approximate(count):
                repeated(
                    lambda: self._client.update_collection(
                        self._collection, optimizers_config=COMPLETE
                    )
                )
                wait_until_arranged(self._client, self._collection)
        before_switch()
        with translated(f"publish '{self._collection}'"):
            manifest = self._publish(self._category, self.generation, self._spec, count)
        self._published = True
        return manifest

    def abandon(self) -> None:
        """See :meth:`common.vectors.base.GenerationBuilder.abandon`.

        Raises:
            StoreUnavailable: it is not known what is current, and then nothing is removed; or the
                server does not remove it.
        """
        self._writable = False
        # A switch whose answer was lost counts, and so does one after which something else failed.
        if self._published or self._current(self._category) == self.generation:
            return
        with translated(f"remove '{self._collection}'"):
            self._client.delete_collection(self._collection)

    def _create(self) -> None:
        # Asked once only: a second request would meet what the first one made, and fail.
        self._client.create_collection(
            self._collection,
            vectors_config=self._options.vectors(self._spec.dim),
            shard_number=self._options.shards or None,
            replication_factor=self._options.replicas,
            hnsw_config=self._options.graph(),
            quantization_config=self._options.quantisation_config(),
            optimizers_config=UPLOADING,
            metadata={"building": True},
        )
        if repeated(self._info).config.metadata is None:
            self._client.delete_collection(self._collection)
            raise StoreUnavailable(
                "The Qdrant server is too old: it keeps no metadata of collections",
                "Use version 1.16 or later",
            )
        for name, type_ in self._spec.fields.items():
            repeated(partial(self._index_field, name, type_), after_timeout=True)

    def _info(self) -> models.CollectionInfo:
        return self._client.get_collection(self._collection)

    def _index_field(self, name: str, type_: FieldType) -> None:
        self._client.create_payload_index(
            self._collection, field_path(name), field_schema=index_type(type_), wait=True
        )

    def _write(self, points: Sequence[models.PointStruct]) -> None:
        """Send points. Each request waits until the server has taken in the one before.

        So an upload is never faster than the server, and no write fails after it was accepted.
        """
        with translated(f"add points to '{self._collection}'"):
            for batch in batches(points, self._spec.dim):
                repeated(
                    partial(self._client.upsert, self._collection, batch, wait=True),
                    after_timeout=True,
                )

    def _check_writable(self) -> None:
        if not self._writable:
            raise VectorStoreError(
                f"No more can be written to '{self._collection}'", "Begin a new generation"
            )

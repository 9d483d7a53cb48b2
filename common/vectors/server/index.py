"""Reading one generation from a Qdrant server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from qdrant_client import QdrantClient, models

from common.records import FacetValue, Filter, Page, Point, ScoredPoint, Vector
from common.vectors.base import GenerationManifest
from common.vectors.conditions import check_facet, check_filter
from common.vectors.payloads import decode_payload, decode_text, field_path
from common.vectors.points import check_dim, check_page, check_scroll, possible_ids
from common.vectors.ranking import Ranked, facet_page, page
from common.vectors.server.failures import translated
from common.vectors.server.options import search_params
from common.vectors.server.retries import repeated
from common.vectors.server.terms import collection_of, server_filter


class ServerIndex:
    """One generation in a collection; see :class:`~common.vectors.base.VectorIndex`.

    Any method raises :class:`~common.errors.GenerationNotFound` once the collection was removed,
    and :class:`~common.errors.StoreUnavailable` when the server does not answer.

    Args:
        client: connected to the server; not closed with the index.
        manifest: of the generation.
        approximate: whether the best ranks are found by the graph instead of a scan.
    """

    def __init__(
        self, client: QdrantClient, manifest: GenerationManifest, *, approximate: bool
    ) -> None:
        self.manifest = manifest
        self._client = client
        self._approximate = approximate
        self._collection = collection_of(manifest.category, manifest.generation)

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
        condition = self._filter(filter, exclude)
        query: list[float] = vector.tolist()

        def fetch(limit: int, *, exact: bool) -> list[Ranked]:
            response = repeated(
                lambda: self._client.query_points(
                    self._collection,
                    query=query,
                    limit=limit,
                    query_filter=condition,
                    search_params=search_params(exact=exact),
                    with_payload=False,
                )
            )
            return [(str(point.id), point.score) for point in response.points]

        with translated(f"search '{self._collection}'"):
            ranking = page(
                fetch,
                k=k,
                offset=offset,
                minimum_similarity=minimum_similarity,
                approximate=self._approximate,
            )
            records = self._records([id_ for id_, _ in ranking], with_vectors=False)
        payloads = {str(record.id): decode_payload(record.payload) for record in records}
        return [ScoredPoint(id_, similarity, payloads[id_]) for id_, similarity in ranking]

    def get(self, ids: Sequence[str]) -> list[Point]:
        """See :meth:`common.vectors.base.VectorIndex.get`."""
        with translated(f"read '{self._collection}'"):
            records = self._records(list(set(possible_ids(ids))), with_vectors=True)
        points = {str(record.id): _point(record) for record in records}
        return [points[id_] for id_ in ids if id_ in points]

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
        condition = self._filter(filter)
        with translated(f"read '{self._collection}'"):
            records, following = repeated(
                lambda: self._client.scroll(
                    self._collection,
                    scroll_filter=condition,
                    offset=start,
                    limit=limit,
                    with_payload=True,
                    with_vectors=with_vectors,
                )
            )
        points = [_point(record) for record in records]
        return Page(points, None if following is None else str(following))

    def count(self, filter: Filter | None = None) -> int:
        """See :meth:`common.vectors.base.VectorIndex.count`."""
        condition = self._filter(filter)
        with translated(f"count '{self._collection}'"):
            return repeated(
                lambda: self._client.count(self._collection, condition, exact=True)
            ).count

    def facet(
        self, field: str, *, filter: Filter | None = None, limit: int = 100
    ) -> list[FacetValue]:
        """See :meth:`common.vectors.base.VectorIndex.facet`."""
        check_facet(field, self.manifest.spec.fields)
        condition = self._filter(filter)

        def fetch(asked: int) -> list[FacetValue]:
            response = repeated(
                lambda: self._client.facet(
                    self._collection, field_path(field), condition, limit=asked, exact=True
                )
            )
            return [
                FacetValue(
                    decode_text(hit.value) if isinstance(hit.value, str) else hit.value, hit.count
                )
                for hit in response.hits
            ]

        with translated(f"count '{field}' in '{self._collection}'"):
            return facet_page(fetch, limit)

    def close(self) -> None:
        """See :meth:`common.vectors.base.VectorIndex.close`. The client stays open."""

    def _filter(self, filter: Filter | None, exclude: Sequence[str] = ()) -> models.Filter | None:
        fields = self.manifest.spec.fields
        check_filter(filter, fields)
        return server_filter(filter, fields, exclude)

    def _records(self, ids: list[Any], *, with_vectors: bool) -> list[models.Record]:
        if not ids:
            return []  # spares the journey
        return repeated(
            lambda: self._client.retrieve(
                self._collection, ids, with_payload=True, with_vectors=with_vectors
            )
        )


def _point(record: models.Record) -> Point:
    # `[]` where vectors were not asked for.
    vector = np.asarray(record.vector if record.vector is not None else [], dtype=np.float32)
    return Point(str(record.id), vector, decode_payload(record.payload))

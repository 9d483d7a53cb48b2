"""Reading one generation with Qdrant Edge."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import qdrant_edge as edge

from common.errors import GenerationNotFound
from common.records import FacetValue, Filter, Page, Point, ScoredPoint, Vector
from common.vectors.base import GenerationManifest
from common.vectors.conditions import check_facet, check_filter
from common.vectors.edge.folder import CategoryFolder
from common.vectors.edge.terms import edge_filter, translated
from common.vectors.payloads import decode_payload, decode_text, field_path
from common.vectors.points import check_dim, check_page, check_scroll, possible_ids
from common.vectors.ranking import Ranked, facet_page, page


class EdgeIndex:
    """One generation in an Edge shard; see :class:`~common.vectors.base.VectorIndex`.

    A search holds the interpreter's lock for its few milliseconds, so threads take turns.

    Args:
        manifest: of the generation.
        shard: open; only read from.
        approximate: whether the best ranks are found by the graph instead of a scan.
    """

    def __init__(
        self, manifest: GenerationManifest, shard: edge.EdgeShard, *, approximate: bool
    ) -> None:
        self.manifest = manifest
        self._shard = shard
        self._approximate = approximate
        self._name = f"generation {manifest.generation} of category '{manifest.category}'"

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
        query = edge.Query.Nearest(vector.tolist())

        def fetch(limit: int, *, exact: bool) -> list[Ranked]:
            found = self._shard.search(
                edge.SearchRequest(
                    query,
                    limit,
                    filter=condition,
                    params=edge.SearchParams(exact=exact),
                    with_payload=False,
                )
            )
            return [(str(point.id), point.score) for point in found]

        with translated(f"search {self._name}"):
            ranking = page(
                fetch,
                k=k,
                offset=offset,
                minimum_similarity=minimum_similarity,
                approximate=self._approximate,
            )
            records = self._shard.retrieve([id_ for id_, _ in ranking], True, False)
        payloads = {str(record.id): decode_payload(record.payload) for record in records}
        return [ScoredPoint(id_, similarity, payloads[id_]) for id_, similarity in ranking]

    def get(self, ids: Sequence[str]) -> list[Point]:
        """See :meth:`common.vectors.base.VectorIndex.get`."""
        with translated(f"read {self._name}"):
            records = self._shard.retrieve(list(set(possible_ids(ids))), True, True)
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
        request = edge.ScrollRequest(
            offset=start,
            limit=limit,
            filter=self._filter(filter),
            with_payload=True,
            with_vector=with_vectors,
        )
        with translated(f"read {self._name}"):
            records, following = self._shard.scroll(request)
        points = [_point(record) for record in records]
        return Page(points, None if following is None else str(following))

    def count(self, filter: Filter | None = None) -> int:
        """See :meth:`common.vectors.base.VectorIndex.count`."""
        request = edge.CountRequest(exact=True, filter=self._filter(filter))
        with translated(f"count {self._name}"):
            return self._shard.count(request)

    def facet(
        self, field: str, *, filter: Filter | None = None, limit: int = 100
    ) -> list[FacetValue]:
        """See :meth:`common.vectors.base.VectorIndex.facet`."""
        check_facet(field, self.manifest.spec.fields)
        condition = self._filter(filter)

        def fetch(asked: int) -> list[FacetValue]:
            request = edge.FacetRequest(
                field_path(field), limit=asked, exact=True, filter=condition
            )
            return [
                FacetValue(
                    decode_text(hit.value) if isinstance(hit.value, str) else hit.value, hit.count
                )
                for hit in self._shard.facet(request).hits
            ]

        with translated(f"count '{field}' in {self._name}"):
            return facet_page(fetch, limit)

    def close(self) -> None:
        """See :meth:`common.vectors.base.VectorIndex.close`."""
        with translated(f"close {self._name}"):
            self._shard.close()

    def _filter(self, filter: Filter | None, exclude: Sequence[str] = ()) -> edge.Filter | None:
        fields = self.manifest.spec.fields
        check_filter(filter, fields)
        return edge_filter(filter, fields, exclude)


def open_index(folder: CategoryFolder, generation: str, hnsw_from_points: int) -> EdgeIndex:
    """Open a published generation.

    Raises:
        GenerationNotFound: there is none of that name, or it is damaged.
        StoreUnavailable: its manifest cannot be read.
    """
    manifest = folder.manifest(generation)
    doing = f"open generation {generation} of category '{folder.category}'"
    cure = f"Index the category '{folder.category}' again"
    with translated(doing, cure, as_=GenerationNotFound):
        shard = edge.EdgeShard.load(str(folder.shard(generation)))
        count = shard.count(edge.CountRequest(exact=True))
    folder.manifest(generation)  # still there, so it was opened whole
    if count != manifest.count:
        # Some damage the engine overlooks, and goes on with the points that are left.
        shard.close()
        raise GenerationNotFound(
            f"Generation {generation} of category '{folder.category}' is damaged: it holds {count} "
            f"of its {manifest.count} points",
            cure,
        )
    return EdgeIndex(manifest, shard, approximate=count >= hnsw_from_points)


def _point(record: edge.Record) -> Point:
    # `[]` where vectors were not asked for.
    vector = np.asarray(record.vector if record.vector is not None else [], dtype=np.float32)
    return Point(str(record.id), vector, decode_payload(record.payload))

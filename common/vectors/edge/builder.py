"""Writing one generation with Qdrant Edge."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import qdrant_edge as edge

from common.errors import VectorStoreError
from common.records import FieldType, Point
from common.vectors.base import GenerationManifest, GenerationSpec, do_nothing
from common.vectors.edge.folder import Building, CategoryFolder
from common.vectors.edge.space import occupied_bytes, require_space
from common.vectors.edge.terms import engine, index_type, shard_config, translated
from common.vectors.manifests import stamped_manifest
from common.vectors.payloads import encode_payload, field_path
from common.vectors.points import accepted, possible_ids


class EdgeBuilder:
    """A generation being written; see :class:`~common.vectors.base.GenerationBuilder`.

    :meth:`publish` may build a graph, which takes minutes and holds the interpreter's lock for all
    of them: a process that serves should leave large categories to a child process.

    Args:
        folder: of the category.
        building: this generation's directory; holds a copy of the current shard, if any.
        generation: its name.
        spec: of the generation.
        copied_fields: of the copied shard, empty where there is none.
        hnsw_from_points: smaller generations get no graph.

    Raises:
        StoreUnavailable: the shard cannot be made.
    """

    def __init__(
        self,
        folder: CategoryFolder,
        building: Building,
        generation: str,
        spec: GenerationSpec,
        copied_fields: Mapping[str, FieldType],
        hnsw_from_points: int,
    ) -> None:
        self.generation = generation
        self._folder = folder
        self._building = building
        self._spec = spec
        self._name = f"generation {generation} of category '{folder.category}'"
        self._published = False
        with translated(f"begin {self._name}"):
            self._shard: edge.EdgeShard | None = _open(building, spec.dim, hnsw_from_points)
            _index_fields(self._shard, copied_fields, spec.fields)

    def upsert(self, points: Sequence[Point]) -> None:
        """See :meth:`common.vectors.base.GenerationBuilder.upsert`."""
        shard = self._open_shard()
        new = accepted(points, self._spec.dim)
        require_space(self._folder.path)
        with translated(f"add points to {self._name}"):
            shard.update(
                edge.UpdateOperation.upsert_points(
                    [
                        edge.Point(point.id, point.vector.tolist(), encode_payload(point.payload))
                        for point in new
                    ]
                )
            )

    def delete(self, ids: Sequence[str]) -> None:
        """See :meth:`common.vectors.base.GenerationBuilder.delete`."""
        shard = self._open_shard()
        with translated(f"remove points from {self._name}"):
            shard.update(edge.UpdateOperation.delete_points(list(possible_ids(ids))))

    def publish(self, before_switch: Callable[[], None] = do_nothing) -> GenerationManifest:
        """See :meth:`common.vectors.base.GenerationBuilder.publish`."""
        shard = self._open_shard()
        with translated(f"publish {self._name}"):
            # Optimising writes segments anew before it removes the old ones.
            require_space(self._folder.path, occupied_bytes(self._building.path))
            shard.optimize()
            count = shard.count(edge.CountRequest(exact=True))
            shard.flush()
            shard.close()
            self._shard = None
            manifest = stamped_manifest(
                self._folder.category,
                self.generation,
                self._spec,
                count,
                engine(),
                occupied_bytes(self._building.path),
            )
            self._building.complete(manifest)
        before_switch()
        with translated(f"publish {self._name}"), self._folder.lock():
            self._folder.publish(self._building, self.generation)
            self._published = True
        return manifest

    def abandon(self) -> None:
        """See :meth:`common.vectors.base.GenerationBuilder.abandon`."""
        if self._published:
            return
        with translated(f"abandon {self._name}"):
            if self._shard is not None:
                self._shard.close()
                self._shard = None
            with self._folder.lock():
                self._folder.abandon(self._building, self.generation)

    def _open_shard(self) -> edge.EdgeShard:
        if self._shard is None:
            raise VectorStoreError(f"No more can be written to {self._name}", "Begin a new one")
        return self._shard


def _open(building: Building, dim: int, hnsw_from_points: int) -> edge.EdgeShard:
    config = shard_config(dim, hnsw_from_points)
    if building.shard.exists():
        return edge.EdgeShard.load(str(building.shard), config)
    building.shard.mkdir()
    return edge.EdgeShard.create(str(building.shard), config)


def _index_fields(
    shard: edge.EdgeShard, old: Mapping[str, FieldType], new: Mapping[str, FieldType]
) -> None:
    for name, type_ in old.items():
        if new.get(name) != type_:
            shard.update(edge.UpdateOperation.delete_field_index(field_path(name)))
    for name, type_ in new.items():
        if old.get(name) != type_:
            shard.update(
                edge.UpdateOperation.create_field_index(field_path(name), index_type(type_))
            )

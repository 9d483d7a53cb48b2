"""The store on a Qdrant server or cluster: generations as collections, the current as an alias.

The manifest is kept in a collection's own metadata and written last: a collection without one is
being built, or was left by a builder that died, and no reader sees it.

Of two machines that publish one category at the same time the later switch wins, and either
generation is whole. A server switches an alias in one step, but never on the condition that it
still points where it did. Who must not overwrite another's work looks at the current generation
right before the switch, in ``before_switch`` of
:meth:`~common.vectors.base.GenerationBuilder.publish`; what is left are the milliseconds between
looking and switching.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from qdrant_client import QdrantClient, models

from common.errors import GenerationNotFound, VisualSearchError
from common.vectors.base import GenerationManifest, GenerationSpec, new_generation_name
from common.vectors.manifests import (
    check_continues,
    check_removable,
    is_generation_name,
    manifest_from_json,
    manifest_to_json,
    stamped_manifest,
)
from common.vectors.server.builder import ServerBuilder
from common.vectors.server.connection import Connection, ServerAddress
from common.vectors.server.failures import translated
from common.vectors.server.index import ServerIndex
from common.vectors.server.options import CollectionOptions
from common.vectors.server.retries import repeated
from common.vectors.server.terms import collection_of, generation_in

_MANIFEST = "manifest"
_REOPENINGS = 10
_DEAD_AFTER = timedelta(days=1)
_log = logging.getLogger(__name__)


class ServerStore:
    """Categories on a server; see :class:`~common.vectors.base.VectorStore`.

    Args:
        client: connected to the server, or makes the connection when it is called, each time
            the same; closed by whoever made it.
        options: how collections are made.
    """

    def __init__(
        self,
        client: QdrantClient | Callable[[], QdrantClient],
        options: CollectionOptions | None = None,
    ) -> None:
        self._connection = client if callable(client) else lambda: client
        self._options = options or CollectionOptions()
        # Who publishes removes what is older, which another thread may be about to publish.
        self._publishing = threading.Lock()

    @property
    def _client(self) -> QdrantClient:
        return self._connection()

    def build(
        self, category: str, spec: GenerationSpec, *, from_current: bool = False
    ) -> ServerBuilder:
        """See :meth:`common.vectors.base.VectorStore.build`."""
        source: GenerationManifest | None = None
        if from_current:
            source = self.open(category).manifest
            check_continues(spec, source)
        self._remove_dead_builds(category)
        builder = ServerBuilder(
            self._client,
            category,
            new_generation_name(),
            spec,
            options=self._options,
            publish=self._publish,
            current=self.current,
        )
        if source is not None:
            try:
                builder.copy(collection_of(category, source.generation))
            except BaseException:
                builder.abandon()
                raise
        return builder

    def open(self, category: str, generation: str | None = None) -> ServerIndex:
        """See :meth:`common.vectors.base.VectorStore.open`."""
        for _ in range(_REOPENINGS):
            name = self.current(category) if generation is None else generation
            if name is None:
                break
            manifest = self._manifest(category, name)
            if manifest is not None:
                approximate = self._options.is_approximate(manifest.count)
                return ServerIndex(self._client, manifest, approximate=approximate)
            if generation is not None:
                break
            # Replaced twice, and removed, since its name was read: go on with the new one.
        raise GenerationNotFound(
            f"Category '{category}' has no generation {name or 'yet'}", "Index the category"
        )

    def current(self, category: str) -> str | None:
        """See :meth:`common.vectors.base.VectorStore.current`."""
        return self._aliases().get(category)

    def generations(self, category: str) -> list[GenerationManifest]:
        """See :meth:`common.vectors.base.VectorStore.generations`. Damaged ones are left out."""
        manifests = [self._manifest(category, name) for name in self._collections(category)]
        return [manifest for manifest in manifests if manifest is not None]

    def switch(self, category: str, generation: str) -> None:
        """See :meth:`common.vectors.base.VectorStore.switch`."""
        self.open(category, generation)
        with translated(f"switch category '{category}'"):
            self._point_to(category, generation)

    def remove(self, category: str, generation: str | None = None) -> None:
        """See :meth:`common.vectors.base.VectorStore.remove`. Those being built stay."""
        if generation is not None:
            self.open(category, generation)
            check_removable(category, generation, self.current(category))
            with translated(f"remove generation {generation} of category '{category}'"):
                self._client.delete_collection(collection_of(category, generation))
            return
        published = self._published(category)
        with translated(f"remove category '{category}'"):
            for name in published:  # the alias goes with its collection
                self._client.delete_collection(collection_of(category, name))
        self._remove_dead_builds(category)

    def categories(self) -> list[str]:
        """See :meth:`common.vectors.base.VectorStore.categories`."""
        return sorted(self._aliases())

    def _publish(
        self, category: str, generation: str, spec: GenerationSpec, count: int
    ) -> GenerationManifest:
        info = repeated(self._client.info)
        manifest = stamped_manifest(category, generation, spec, count, f"qdrant {info.version}")
        with self._publishing:
            previous = self.current(category)
            collection = collection_of(category, generation)
            metadata = {_MANIFEST: manifest_to_json(manifest)}
            repeated(lambda: self._client.update_collection(collection, metadata=metadata))
            self._point_to(category, generation)
            self._remove_before(category, min(generation, previous or generation))
        return manifest

    def _remove_before(self, category: str, oldest_kept: str) -> None:
        """Remove generations that are long replaced; those that resist wait for the next publish.

        Nothing is raised: the new generation is current already.
        """
        try:
            with translated(f"remove old generations of '{category}'"):
                for name in self._published(category):
                    if name < oldest_kept:
                        self._client.delete_collection(collection_of(category, name))
        except VisualSearchError as error:
            _log.warning("%s", error)

    def _point_to(self, category: str, generation: str) -> None:
        changes: list[models.AliasOperations] = []
        if category in self._aliases():
            changes.append(
                models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=category))
            )
        create = models.CreateAlias(
            collection_name=collection_of(category, generation), alias_name=category
        )
        changes.append(models.CreateAliasOperation(create_alias=create))
        self._client.update_collection_aliases(changes)  # in one request: all or nothing

    def _aliases(self) -> dict[str, str]:
        """Return the current generation of each category."""
        with translated("list the categories"):
            aliases = repeated(self._client.get_aliases).aliases
        found = {
            alias.alias_name: generation_in(alias.collection_name, alias.alias_name)
            for alias in aliases
        }
        return {category: name for category, name in found.items() if name is not None}

    def _collections(self, category: str) -> list[str]:
        """Return the generations that have a collection, published or not, oldest first."""
        with translated(f"list the generations of '{category}'"):
            collections = repeated(self._client.get_collections).collections
        names = (generation_in(collection.name, category) for collection in collections)
        return sorted(name for name in names if name is not None)

    def _published(self, category: str) -> list[str]:
        """Return the generations that were published, damaged ones too, oldest first."""
        names = self._collections(category)
        return [name for name in names if _MANIFEST in (self._metadata(category, name) or {})]

    def _manifest(self, category: str, generation: str) -> GenerationManifest | None:
        """Return a generation's manifest, None where it is not there, not published or damaged."""
        if not is_generation_name(generation):
            return None
        try:
            return manifest_from_json((self._metadata(category, generation) or {}).get(_MANIFEST))
        except ValueError:
            return None

    def _metadata(self, category: str, generation: str) -> Mapping[str, Any] | None:
        """Return what a collection keeps of itself, None where the collection is gone."""
        collection = collection_of(category, generation)
        try:
            with translated(f"open generation {generation} of '{category}'"):
                info = repeated(lambda: self._client.get_collection(collection))
        except GenerationNotFound:
            return None
        return info.config.metadata

    def _remove_dead_builds(self, category: str) -> None:
        """Remove collections that nobody can still be writing: begun long ago, not published."""
        limit = new_generation_name(datetime.now(UTC) - _DEAD_AFTER)
        for name in self._collections(category):
            if name >= limit:
                continue
            metadata = self._metadata(category, name)
            # What has a manifest was published, even where this version cannot read it.
            unpublished = metadata is not None and _MANIFEST not in metadata
            if unpublished and self.current(category) != name:
                with translated(f"remove the dead build {name} of '{category}'"):
                    self._client.delete_collection(collection_of(category, name))


def connect(
    url: str,
    *,
    api_key: str | None = None,
    timeout_seconds: int = 30,
    grpc_port: int = 0,
    ca_file: Path | None = None,
    options: CollectionOptions | None = None,
) -> ServerStore:
    """Return the store on the server at ``url``. Connects on first use.

    Args:
        url: see :class:`~common.vectors.server.connection.ServerAddress`, as the next four.
        api_key: see there.
        timeout_seconds: see there.
        grpc_port: see there.
        ca_file: see there.
        options: how collections are made.
    """
    address = ServerAddress(url, api_key, timeout_seconds, grpc_port, ca_file)
    return ServerStore(Connection(address), options)

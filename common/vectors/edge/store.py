"""The embedded store: Qdrant's own engine in this process, its generations as directories."""

from __future__ import annotations

import shutil
from pathlib import Path

from common.errors import GenerationNotFound
from common.records import FieldType
from common.vectors.base import GenerationManifest, GenerationSpec, new_generation_name
from common.vectors.edge.builder import EdgeBuilder
from common.vectors.edge.folder import POINTER, Building, CategoryFolder
from common.vectors.edge.index import EdgeIndex, open_index
from common.vectors.edge.space import require_space
from common.vectors.edge.sparse import copy_sparse
from common.vectors.edge.terms import translated
from common.vectors.manifests import check_continues, check_removable

_REOPENINGS = 10


class EdgeStore:
    """Categories below one directory; see :class:`~common.vectors.base.VectorStore`.

    Any number of processes may read and build at once; of two that publish for one category the
    last wins.

    Args:
        root: the directory; made by the first build.
        hnsw_from_points: a generation of fewer points is scanned, exactly and in milliseconds; a
            larger one gets a graph.
    """

    def __init__(self, root: Path, *, hnsw_from_points: int = 50_000) -> None:
        self._root = root
        self._hnsw_from_points = hnsw_from_points

    def build(
        self, category: str, spec: GenerationSpec, *, from_current: bool = False
    ) -> EdgeBuilder:
        """See :meth:`common.vectors.base.VectorStore.build`."""
        folder = CategoryFolder(self._root, category)
        generation = new_generation_name()
        # The lock keeps the current generation from being removed while it is copied.
        with translated(f"begin a generation of category '{category}'"), folder.lock():
            source = self._copied(folder, spec) if from_current else None
            building = folder.begin(generation)
            try:
                require_space(folder.path, folder.size_bytes(source.generation) if source else 0)
                copied_fields = _copy(folder, source, building) if source else {}
                return EdgeBuilder(
                    folder, building, generation, spec, copied_fields, self._hnsw_from_points
                )
            except BaseException:
                folder.abandon(building, generation)
                raise

    def open(self, category: str, generation: str | None = None) -> EdgeIndex:
        """See :meth:`common.vectors.base.VectorStore.open`."""
        folder = CategoryFolder(self._root, category)
        if generation is not None:
            return open_index(folder, generation, self._hnsw_from_points)
        for _ in range(_REOPENINGS):
            name = _required(folder)
            try:
                return open_index(folder, name, self._hnsw_from_points)
            except GenerationNotFound:
                if folder.current() == name:
                    raise
                # Replaced twice, and removed, since its name was read: go on with the new one.
        raise GenerationNotFound(f"The index of '{category}' changes all the time", "Try again")

    def current(self, category: str) -> str | None:
        """See :meth:`common.vectors.base.VectorStore.current`.

        Raises:
            GenerationNotFound: the pointer to it is damaged.
            StoreUnavailable: the pointer cannot be read.
        """
        return CategoryFolder(self._root, category).current()

    def generations(self, category: str) -> list[GenerationManifest]:
        """See :meth:`common.vectors.base.VectorStore.generations`. Damaged ones are left out."""
        with translated(f"list the generations of '{category}'"):
            return CategoryFolder(self._root, category).generations()

    def switch(self, category: str, generation: str) -> None:
        """See :meth:`common.vectors.base.VectorStore.switch`."""
        folder = CategoryFolder(self._root, category)
        with translated(f"switch category '{category}'"), folder.lock():
            folder.manifest(generation)
            folder.point_to(generation)

    def remove(self, category: str, generation: str | None = None) -> None:
        """See :meth:`common.vectors.base.VectorStore.remove`."""
        folder = CategoryFolder(self._root, category)
        with translated(f"remove generations of '{category}'"), folder.lock():
            if generation is None:
                folder.remove()
            else:
                folder.manifest(generation)
                check_removable(category, generation, folder.current())
                folder.remove_generation(generation)

    def categories(self) -> list[str]:
        """See :meth:`common.vectors.base.VectorStore.categories`."""
        with translated(f"list the categories in '{self._root}'"):
            if not self._root.is_dir():
                return []
            return sorted(
                entry.name
                for entry in self._root.iterdir()
                if not entry.name.startswith(".") and (entry / POINTER).is_file()
            )

    @staticmethod
    def _copied(folder: CategoryFolder, spec: GenerationSpec) -> GenerationManifest:
        manifest = folder.manifest(_required(folder))
        check_continues(spec, manifest)
        return manifest


def _required(folder: CategoryFolder) -> str:
    name = folder.current()
    if name is None:
        raise GenerationNotFound(
            f"Category '{folder.category}' has no index yet", "Index the category"
        )
    return name


def _copy(
    folder: CategoryFolder, source: GenerationManifest, building: Building
) -> dict[str, FieldType]:
    # A process that opens the source meanwhile writes short-lived hidden files there.
    hidden = shutil.ignore_patterns(".*")
    shutil.copytree(
        folder.shard(source.generation), building.shard, ignore=hidden, copy_function=copy_sparse
    )
    return dict(source.spec.fields)

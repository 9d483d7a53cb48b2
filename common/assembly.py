"""Settings to live objects: the only place that chooses backends."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from common.categories import Category, CategoryCatalog
from common.embedding.base import Embedder
from common.embedding.registry import EmbedderRegistry
from common.generations import Generations
from common.images import ImageLimits
from common.indexing import (
    IndexingReport,
    SyncCallbacks,
    SyncOptions,
    SyncPlan,
    SyncTask,
    no_callback,
    plan_sync,
    sync_index,
)
from common.jobs import JobStore
from common.pictures import PictureService
from common.planning import UNWANTED_FOLDER
from common.search import SearchService
from common.settings import Settings, load_settings
from common.storage.base import ImageStore
from common.storage.folder import FolderStore
from common.syncing.workplace import Workplace
from common.vectors.base import VectorStore

SHIPPED_MODELS = Path(__file__).resolve().parent.parent / "models"


@dataclass(frozen=True, slots=True)
class Services:
    """The live objects of one process.

    Attributes:
        settings: they were made from.
        catalog: of the categories.
        store: of their generations.
        embedders: by name.
        limits: on image files.
        search: answers queries.
        pictures: the files behind records and examples.
        jobs: long tasks on record; :func:`common.job_kinds.job_runner` runs them.
    """

    settings: Settings
    catalog: CategoryCatalog
    store: VectorStore
    embedders: EmbedderRegistry
    limits: ImageLimits
    search: SearchService
    pictures: PictureService
    jobs: JobStore

    def index(
        self,
        category: Category,
        options: SyncOptions | None = None,
        callbacks: SyncCallbacks | None = None,
    ) -> IndexingReport:
        """Bring a category's index in step with its files, see :func:`common.indexing.sync_index`.

        The embedder is the category's own choice, or else the one of the settings.

        Raises:
            EmbedderNotFound: there is none of that name.
            ModelBundleError: it cannot be loaded.
            VisualSearchError: as in :func:`~common.indexing.sync_index`.
        """
        return sync_index(self._sync_task(category), options, callbacks)

    def plan(
        self,
        category: Category,
        options: SyncOptions | None = None,
        callbacks: SyncCallbacks | None = None,
    ) -> SyncPlan:
        """Tell what :meth:`index` would do, see :func:`common.indexing.plan_sync`.

        Raises:
            VisualSearchError: as in :meth:`index`.
        """
        return plan_sync(self._sync_task(category), options, callbacks)

    def generations(
        self, category: str, on_waiting: Callable[[], None] = no_callback
    ) -> Generations:
        """Return the generations of a category, whether or not it still has images.

        Raises:
            CategoryNameError: the name can be no category's.
        """
        return Generations(category, self.store, self._workplace(category), on_waiting)

    def embedder_for(self, category: Category) -> Embedder:
        """Return the embedder that a category is indexed with from now on."""
        return self.embedders.get(category.manifest.embedder or self.settings.embedder)

    def _workplace(self, category: str) -> Workplace:
        return Workplace(self.settings.data_dir / "cache" / "indexing", category)

    def _sync_task(self, category: Category) -> SyncTask:
        # A category that is being brought in is staged elsewhere than where its name has its place.
        unwanted = self.catalog.root / category.name / UNWANTED_FOLDER
        return SyncTask(
            category=category,
            images=image_store(category),
            embedder=self.embedder_for(category),
            store=self.store,
            limits=self.limits,
            workplace=self._workplace(category.name),
            batch_size=self.settings.embedding_batch_size,
            threads=thread_count(self.settings),
            unwanted=[FolderStore(unwanted)] if unwanted.is_dir() else [],
        )


def assemble(settings: Settings) -> Services:
    """Make the live objects. Opens no file and no connection yet: each does on first use."""
    catalog = CategoryCatalog(settings.data_dir / "metric_datasets")
    limits = ImageLimits(
        max_bytes=round(settings.max_image_megabytes * 1e6),
        max_pixels=round(settings.max_image_megapixels * 1e6),
    )
    store = vector_store(settings)
    embedders = EmbedderRegistry(
        [settings.data_dir / "models", SHIPPED_MODELS], threads=thread_count(settings)
    )
    return Services(
        settings=settings,
        catalog=catalog,
        store=store,
        embedders=embedders,
        limits=limits,
        search=SearchService(catalog, store, embedders, limits),
        pictures=PictureService(catalog, image_store, limits),
        jobs=JobStore(settings.data_dir / "jobs.sqlite"),
    )


def vector_store(settings: Settings) -> VectorStore:
    """Return the Qdrant server's store where one is configured, else the embedded one."""
    if settings.qdrant_url or settings.qdrant_host:
        from common.vectors.server.store import connect

        url = settings.qdrant_url or f"http://{settings.qdrant_host}:{settings.qdrant_port}"
        return connect(url, api_key=settings.qdrant_api_key or None)
    from common.vectors.edge.store import EdgeStore

    return EdgeStore(
        settings.data_dir / "qdrant_storage", hnsw_from_points=settings.hnsw_from_points
    )


def image_store(category: Category) -> ImageStore:
    """Return the store of a category's images."""
    return FolderStore(category.images_dir)


def thread_count(settings: Settings) -> int:
    """Return the threads to use: the setting, or one a core."""
    return settings.embedding_threads or os.cpu_count() or 1


def assemble_from_environment() -> Services:
    """Make the live objects from the environment and ``.env``.

    Raises:
        SettingsError: a setting cannot be used.
    """
    return assemble(load_settings())

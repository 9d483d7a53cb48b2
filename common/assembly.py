"""Settings to live objects: the only place that chooses backends."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from common.backups.restoring import Stack
from common.backups.saving import SavedParts
from common.browsing import BrowseService
from common.categories import Category, CategoryCatalog
from common.category_files import CategoryFiles, LocalFiles
from common.editing import RecordEditor
from common.embedding.base import Embedder
from common.embedding.registry import BundleSource, EmbedderRegistry
from common.errors import BackupError, SettingsError
from common.files.disk_cache import DiskCache
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
from common.intake import DeliveryStore, DownloadPolicy, IntakeLimits, IntakeTask
from common.jobs import JobStore
from common.pictures import PictureService
from common.planning import UNWANTED_FOLDER
from common.search import SearchService
from common.settings import Settings, load_settings
from common.storage.base import ImageStore
from common.storage.folder import FolderStore
from common.syncing.workplace import Workplace
from common.vectors.base import VectorStore

if TYPE_CHECKING:
    from common.bucket.places import BucketPlaces
    from common.storage.s3_connection import Bucket

_BUCKETS = "s3://"
SHIPPED_MODELS = Path(__file__).resolve().parent.parent / "models"


@dataclass(frozen=True, slots=True)
class Services:
    """The live objects of one process.

    Attributes:
        settings: they were made from.
        catalog: of the categories.
        files: of the categories.
        store: of their generations.
        embedders: by name.
        limits: on image files.
        search: answers queries.
        browse: lists records, filtered and sorted.
        pictures: the files behind records and examples.
        jobs: long tasks on record; :func:`common.job_kinds.job_runner` runs them.
        deliveries: images handed in, until a job has taken them in, see :mod:`common.adding`.
    """

    settings: Settings
    catalog: CategoryCatalog
    files: CategoryFiles
    store: VectorStore
    embedders: EmbedderRegistry
    limits: ImageLimits
    search: SearchService
    browse: BrowseService
    pictures: PictureService
    jobs: JobStore
    deliveries: DeliveryStore

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
        return Generations(category, self.store, self.workplace(category), on_waiting)

    def editor(
        self, category: Category, on_waiting: Callable[[], None] = no_callback
    ) -> RecordEditor:
        """Return what changes and removes records of a category by hand.

        Args:
            category: whose records they are.
            on_waiting: called when a sync at work must be waited for; what it raises is raised.
        """
        data_dir = self.settings.data_dir.resolve()
        local = self.settings.type == "LOCAL"
        return RecordEditor(
            category,
            self.files.images(category),
            self.store,
            self.workplace(category.name),
            self.files.edits(category.name),
            files_are_ours=local and category.images_dir.resolve().is_relative_to(data_dir),
            on_waiting=on_waiting,
        )

    def embedder_for(self, category: Category) -> Embedder:
        """Return the embedder that a category is indexed with from now on."""
        return self.embedders.get(category.manifest.embedder or self.settings.embedder)

    def intake_task(
        self, category: Category, on_waiting: Callable[[], None] = no_callback
    ) -> IntakeTask:
        """Return what taking images in for a category rests on.

        Args:
            category: that they are for.
            on_waiting: called once when a sync of the category must be waited for.
        """
        limits = self.deliveries.limits
        return IntakeTask(
            category=category,
            images=self.files.images(category),
            edits=self.files.edits(category.name),
            limits=limits,
            policy=DownloadPolicy(
                max_bytes=limits.image.max_bytes,
                allow_private=limits.private_addresses,
            ),
            threads=thread_count(self.settings),
            locked=lambda: self.workplace(category.name).locked(on_waiting),
        )

    def saved_parts(self, category: Category) -> SavedParts:
        """Return what a backup saves of a category."""
        named = category.manifest.unwanted
        return SavedParts(
            category,
            self.files.own(category),
            self.files.images(category),
            self.files.own_folder(category, named) if named else None,
            self.workplace(category.name),
        )

    def stack(self) -> Stack:
        """Return what a backup is restored into."""
        models_dir = self.settings.data_dir / "models"
        return Stack(
            self.catalog,
            self.store,
            self.embedders.cards,
            self.embedders.get,
            models_dir,
            self.workplace,
        )

    def workplace(self, category: str) -> Workplace:
        """Return where a category is worked at, with the lock that only one holds at a time.

        Raises:
            CategoryNameError: the name can be no category's.
        """
        return Workplace(self.settings.data_dir / "cache" / "indexing", category)

    def _sync_task(self, category: Category) -> SyncTask:
        self.files.fetch_table(category)
        places = [place for place in (UNWANTED_FOLDER, category.manifest.unwanted) if place]
        return SyncTask(
            category=category,
            images=self.files.images(category),
            embedder=self.embedder_for(category),
            store=self.store,
            limits=self.limits,
            workplace=self.workplace(category.name),
            batch_size=self.settings.embedding_batch_size,
            threads=thread_count(self.settings),
            unwanted=[
                store for place in places if (store := self.files.own_folder(category, place))
            ],
            edits=self.files.edits(category.name),
        )


def assemble(settings: Settings) -> Services:
    """Make the live objects. Opens no file and no connection yet: each does on first use."""
    catalog, files, bundles, thumbnails = _categories(settings)
    limits = ImageLimits(
        max_bytes=round(settings.max_image_megabytes * 1e6),
        max_pixels=round(settings.max_image_megapixels * 1e6),
    )
    store = vector_store(settings)
    embedders = EmbedderRegistry(
        [settings.data_dir / "models", SHIPPED_MODELS], thread_count(settings), bundles
    )
    search = SearchService(catalog, store, embedders, limits)
    return Services(
        settings=settings,
        catalog=catalog,
        files=files,
        store=store,
        embedders=embedders,
        limits=limits,
        search=search,
        browse=BrowseService(search),
        pictures=PictureService(catalog, files, limits, thumbnails),
        jobs=JobStore(settings.data_dir / "jobs.sqlite"),
        deliveries=DeliveryStore(
            settings.data_dir / "deliveries",
            IntakeLimits(
                image=limits,
                delivery_bytes=round(settings.max_upload_megabytes * 1e6),
                archive_bytes=round(settings.max_archive_megabytes * 1e6),
                private_addresses=settings.download_private_addresses,
            ),
        ),
    )


def vector_store(settings: Settings) -> VectorStore:
    """Return the Qdrant server's store where one is configured, else the embedded one."""
    if settings.qdrant_url or settings.qdrant_host:
        return server_store(settings)
    return embedded_store(settings)


def embedded_store(settings: Settings) -> VectorStore:
    """Return the store of Qdrant's engine in this process."""
    from common.vectors.edge.store import EdgeStore

    return EdgeStore(
        settings.data_dir / "qdrant_storage", hnsw_from_points=settings.hnsw_from_points
    )


def server_store(settings: Settings) -> VectorStore:
    """Return the store on the Qdrant server.

    Raises:
        SettingsError: none is configured.
    """
    if not settings.qdrant_url and not settings.qdrant_host:
        raise SettingsError(
            "There is no Qdrant server in the settings", "Name it in QDRANT_URL or QDRANT_HOST"
        )
    from common.vectors.server.options import CollectionOptions
    from common.vectors.server.store import connect

    return connect(
        settings.qdrant_url or f"http://{settings.qdrant_host}:{settings.qdrant_port}",
        api_key=settings.qdrant_api_key or None,
        timeout_seconds=settings.qdrant_timeout_seconds,
        grpc_port=settings.qdrant_grpc_port,
        ca_file=Path(settings.qdrant_ca_file) if settings.qdrant_ca_file else None,
        options=CollectionOptions(
            shards=settings.qdrant_shards,
            replicas=settings.qdrant_replicas,
            quantisation=settings.qdrant_quantisation,
            on_disk=settings.qdrant_on_disk,
            hnsw_edges=settings.qdrant_hnsw_m,
            hnsw_candidates=settings.qdrant_hnsw_ef,
            hnsw_from_points=settings.hnsw_from_points,
        ),
    )


def _categories(
    settings: Settings,
) -> tuple[CategoryCatalog, CategoryFiles, BundleSource | None, DiskCache | None]:
    """Return what finds categories, their files and their models, and keeps thumbnails."""
    if settings.type == "LOCAL":
        catalog = CategoryCatalog(settings.data_dir / "metric_datasets")
        return catalog, LocalFiles(catalog.root), None, None
    from common.bucket.places import open_catalog

    links = settings.minio_links == "presigned"
    opened = open_catalog(bucket_places(settings), settings.data_dir, links=links)
    cache = DiskCache(
        settings.data_dir / "cache" / "thumbnails",
        round(settings.thumbnail_cache_megabytes * 1e6),
    )
    catalog = CategoryCatalog(opened.mirror.folder, opened.mirror)
    return catalog, opened.files, opened.bundles, cache


def bucket_places(settings: Settings) -> BucketPlaces:
    """Return the bucket's stores, whether or not categories are used from there.

    Raises:
        SettingsError: no bucket is configured.
    """
    if not settings.minio_host or not settings.minio_bucket_name:
        raise SettingsError(
            f"There is no bucket in the settings (TYPE={settings.type})",
            "Name it in MINIO_HOST and MINIO_BUCKET_NAME, or set TYPE=LOCAL",
        )
    from common.bucket.places import places_in

    return places_in(_bucket(settings, settings.minio_bucket_name), settings.minio_main_path)


def backup_place(settings: Settings, where: str) -> ImageStore:
    """Return the place of backups that ``where`` names.

    Args:
        settings: name the server of buckets, and its keys.
        where: a directory, or ``s3://bucket/prefix``.

    Raises:
        SettingsError: a bucket is meant and no server of buckets is configured.
        BackupError: ``where`` names no place.
    """
    if not where:
        raise BackupError("No place of backups is named", "Give a directory, or s3://bucket/prefix")
    if not where.startswith(_BUCKETS):
        return FolderStore(Path(where).expanduser())
    name, _, prefix = where.removeprefix(_BUCKETS).partition("/")
    if not settings.minio_host or not name:
        raise SettingsError(
            f"The bucket of '{where}' cannot be found",
            "Give it as s3://bucket/prefix, and its server in MINIO_HOST",
        )
    from common.storage.minio import MinioStore

    return MinioStore(_bucket(settings, name), prefix)


def _bucket(settings: Settings, name: str) -> Bucket:
    from common.storage.s3_connection import connect

    return connect(
        settings.minio_host,
        name,
        access_key=settings.minio_access_key,
        secret_key=settings.minio_secret_key,
        secure=settings.minio_secure,
        region=settings.minio_region,
        ca_file=settings.minio_ca_file,
    )


def image_store(category: Category) -> ImageStore:
    """Return the store of a category's images on this machine."""
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

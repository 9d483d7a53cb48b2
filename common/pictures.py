"""The files behind records and examples: originals, and small copies that are kept."""

from __future__ import annotations

from functools import lru_cache

from common.categories import CategoryCatalog
from common.category_files import CategoryFiles
from common.errors import ImageTooLarge
from common.files.disk_cache import DiskCache
from common.images import ImageLimits, thumbnail
from common.storage.base import ImageStore

THUMBNAIL_SIDE_PX = 480
_THUMBNAILS_KEPT = 1_000  # of about 30 kB each
_EXAMPLES_KEPT = 100


class PictureService:
    """Reads the pictures that a page or an API shows. Safe to use from several threads.

    Every method raises :class:`~common.errors.ObjectNotFound` for a file that is not there,
    :class:`~common.errors.StorageUnavailable` when the images cannot be reached, and
    :class:`~common.errors.ImageError` for a file that is no acceptable picture.

    Args:
        catalog: knows the categories.
        files: knows where their files lie.
        limits: on image files.
        cache: keeps thumbnails and examples on disk, None where the files themselves are on it.
    """

    def __init__(
        self,
        catalog: CategoryCatalog,
        files: CategoryFiles,
        limits: ImageLimits,
        cache: DiskCache | None = None,
    ) -> None:
        self._catalog = catalog
        self._files = files
        self._limits = limits
        self._cache = cache
        self._cached_thumbnail = lru_cache(maxsize=_THUMBNAILS_KEPT)(self._thumbnail)
        self._cached_example_thumbnail = lru_cache(maxsize=_EXAMPLES_KEPT)(self._example_thumbnail)

    def original(self, category: str, file: str) -> bytes:
        """Return the bytes of one of the category's images."""
        return self._bounded(self._files.images(self._catalog.get(category)), file)

    def link(self, category: str, file: str) -> str | None:
        """Return an address at which a browser finds an image, None where it must ask here."""
        return self._files.link(self._catalog.get(category), file)

    def thumbnail(self, category: str, file: str, version: str) -> bytes:
        """Return one of the category's images at 480 px a side or less, aspect kept.

        Args:
            category: its name.
            file: path relative to the images.
            version: the file's content hash, so that a changed file is not shown from memory.
        """
        return self._cached_thumbnail(category, file, version)

    def example(self, category: str, file: str) -> bytes:
        """Return the bytes of an example query, named as in the category's manifest."""
        store = self._examples(category)
        if self._cache is None:
            return self._bounded(store, file)
        key = f"example {store.stat(file).modified} {category}/{file}"
        return self._cache.get(key, lambda: self._bounded(store, file))

    def example_thumbnail(self, category: str, file: str) -> bytes:
        """Return an example query at 480 px a side or less, aspect kept."""
        modified = self._examples(category).stat(file).modified
        return self._cached_example_thumbnail(category, file, str(modified))

    def _thumbnail(self, category: str, file: str, version: str) -> bytes:
        def make() -> bytes:
            return thumbnail(self.original(category, file), self._limits, THUMBNAIL_SIDE_PX)

        if self._cache is None or not version:
            return make()
        return self._cache.get(f"{THUMBNAIL_SIDE_PX} {version} {category}/{file}", make)

    def _example_thumbnail(self, category: str, file: str, version: str) -> bytes:
        del version  # part of the cache key only
        return thumbnail(self.example(category, file), self._limits, THUMBNAIL_SIDE_PX)

    def _examples(self, category: str) -> ImageStore:
        return self._files.own(self._catalog.get(category))

    def _bounded(self, store: ImageStore, file: str) -> bytes:
        data = store.read(file, self._limits.max_bytes + 1)
        if len(data) > self._limits.max_bytes:
            raise ImageTooLarge(
                f"'{file}' is larger than {self._limits.max_bytes / 1e6:g} MB",
                "Raise MAX_IMAGE_MEGABYTES to show it",
            )
        return data

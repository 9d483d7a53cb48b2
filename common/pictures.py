"""The files behind records and examples: originals, and thumbnails kept in memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from common.categories import Category, CategoryCatalog
from common.errors import ImageTooLarge
from common.images import ImageLimits, thumbnail
from common.storage.base import ImageStore
from common.storage.folder import FolderStore

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
        store_of: returns the image store of a category.
        limits: on image files.
    """

    def __init__(
        self,
        catalog: CategoryCatalog,
        store_of: Callable[[Category], ImageStore],
        limits: ImageLimits,
    ) -> None:
        self._catalog = catalog
        self._store_of = store_of
        self._limits = limits
        self._cached_thumbnail = lru_cache(maxsize=_THUMBNAILS_KEPT)(self._thumbnail)
        self._cached_example_thumbnail = lru_cache(maxsize=_EXAMPLES_KEPT)(self._example_thumbnail)

    def original(self, category: str, file: str) -> bytes:
        """Return the bytes of one of the category's images."""
        return self._bounded(self._store_of(self._catalog.get(category)), file)

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
        return self._bounded(self._examples(category), file)

    def example_thumbnail(self, category: str, file: str) -> bytes:
        """Return an example query at 480 px a side or less, aspect kept."""
        modified = self._examples(category).stat(file).modified
        return self._cached_example_thumbnail(category, file, str(modified))

    def _thumbnail(self, category: str, file: str, version: str) -> bytes:
        del version  # part of the cache key only
        return thumbnail(self.original(category, file), self._limits, THUMBNAIL_SIDE_PX)

    def _example_thumbnail(self, category: str, file: str, version: str) -> bytes:
        del version  # part of the cache key only
        return thumbnail(self.example(category, file), self._limits, THUMBNAIL_SIDE_PX)

    def _examples(self, category: str) -> ImageStore:
        return FolderStore(self._catalog.get(category).directory)

    def _bounded(self, store: ImageStore, file: str) -> bytes:
        data = store.read(file, self._limits.max_bytes + 1)
        if len(data) > self._limits.max_bytes:
            raise ImageTooLarge(
                f"'{file}' is larger than {self._limits.max_bytes / 1e6:g} MB",
                "Raise MAX_IMAGE_MEGABYTES to show it",
            )
        return data

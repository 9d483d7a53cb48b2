"""The seam behind which the files of categories lie: directories of this machine, or a bucket."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from common.categories import Category
from common.overlay import EDITS_FILE, LocalEdits, RecordEdits
from common.storage.base import ImageStore
from common.storage.folder import FolderStore


class CategoryFiles(Protocol):
    """Finds what belongs to a category.

    Every method but ``check`` may raise :class:`~common.errors.CategoryBroken` where the manifest
    names a place that cannot be one.
    """

    def images(self, category: Category) -> ImageStore:
        """Return the store of the images."""
        ...

    def own(self, category: Category) -> ImageStore:
        """Return the store of the directory with the manifest, examples included."""
        ...

    def own_folder(self, category: Category, folder: str) -> ImageStore | None:
        """Return the store of a directory beside the manifest, None where there is none."""
        ...

    def fetch_table(self, category: Category) -> None:
        """Make sure that ``category.metadata_path`` is the table as it is now.

        Raises:
            MetadataError: there is no such table.
            StorageUnavailable: it cannot be reached.
        """
        ...

    def edits(self, category: str) -> RecordEdits:
        """Return what people changed of the records of the category of that name."""
        ...

    def link(self, category: Category, file: str) -> str | None:
        """Return an address at which a browser finds an image, None where it must ask here."""
        ...

    def check(self) -> None:
        """Make sure that files can be reached now.

        Raises:
            StorageUnavailable: they cannot, with the reason.
        """
        ...


class LocalFiles:
    """Categories in directories of this machine.

    Args:
        root: of the catalog, see :class:`~common.categories.CategoryCatalog`.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def images(self, category: Category) -> ImageStore:
        """Return the directory that the manifest names."""
        return FolderStore(category.images_dir)

    def own(self, category: Category) -> ImageStore:
        """Return the directory of the manifest."""
        return FolderStore(category.directory)

    def own_folder(self, category: Category, folder: str) -> ImageStore | None:
        """Return a directory beside the manifest, if there is one.

        A category that is being brought in is staged elsewhere than where its name has its place;
        both count, what came along first.
        """
        for directory in (category.directory, self._root / category.name):
            if (directory / folder).is_dir():
                return FolderStore(directory / folder)
        return None

    def fetch_table(self, category: Category) -> None:
        """Do nothing: the table is where the manifest says."""

    def edits(self, category: str) -> RecordEdits:
        """Return the file beside where the manifest has its place."""
        return LocalEdits(self._root / category / EDITS_FILE)

    def link(self, category: Category, file: str) -> str | None:
        """Return None: no browser reaches this machine's disk."""
        del category, file
        return None

    def check(self) -> None:
        """Do nothing: a missing directory is one without categories."""

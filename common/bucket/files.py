"""The files of categories that lie in a bucket, in the layout that they have on disk."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from common.bucket.mirror import CategoryMirror
from common.categories import Category
from common.errors import CategoryBroken, MetadataError, ObjectNotFound, StorageUnavailable
from common.files.durable import replace_durably
from common.overlay import EDITS_FILE, Edits, RecordEdits, format_edits, parse_edits
from common.storage.base import ImageStore
from common.storage.minio import MinioStore


class BucketFiles:
    """Categories below one prefix of a bucket, see :class:`~common.category_files.CategoryFiles`.

    Args:
        store: of that prefix, one directory a category.
        mirror: of the manifests in it; tables are copied beside them.
        links: give browsers addresses of the bucket's server, which must be able to reach it.
    """

    def __init__(self, store: MinioStore, mirror: CategoryMirror, *, links: bool) -> None:
        self._store = store
        self._mirror = mirror
        self._links = links

    def images(self, category: Category) -> ImageStore:
        """Return the store below the prefix that the manifest names."""
        return self._images(category)

    def own(self, category: Category) -> ImageStore:
        """Return the store of the category's own prefix."""
        return self._store.below(category.name)

    def own_folder(self, category: Category, folder: str) -> ImageStore | None:
        """Return a store in any case: an empty directory and none are the same in a bucket."""
        return self._store.below(f"{category.name}/{folder}")

    def fetch_table(self, category: Category) -> None:
        """Copy the table beside the copy of the manifest."""
        table = category.manifest.metadata
        if table is None:
            return
        path = _inside(category, table, "table")
        copy = self._mirror.folder / category.name / path
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            replace_durably(copy, lambda fresh: self._download(f"{category.name}/{path}", fresh))
        except ObjectNotFound as error:
            raise MetadataError(
                f"Category '{category.name}' has no metadata table '{path}' in the bucket",
                f"Upload it with 'make upload CATEGORY={category.name}', or take it out of the "
                "manifest",
            ) from error
        except OSError as error:
            raise StorageUnavailable(
                f"'{copy}' cannot be written ({error.strerror or error})",
                "Check the disk, its free space and the permissions of DATA_DIR",
            ) from error

    def edits(self, category: str) -> RecordEdits:
        """Return the edits in the bucket."""
        return BucketEdits(self._store.below(category))

    def link(self, category: Category, file: str) -> str | None:
        """Return an address of the bucket's server that holds for a quarter of an hour."""
        return self._images(category).link(file) if self._links else None

    def check(self) -> None:
        """Ask the bucket for its first keys."""
        self._store.check()

    def _images(self, category: Category) -> MinioStore:
        images = category.manifest.images
        return self._store.below(f"{category.name}/{_inside(category, images, 'images')}")

    def _download(self, path: str, target: Path) -> None:
        with target.open("wb") as stream:
            self._store.download(path, stream)


class BucketEdits:
    """A category's file of edits in a bucket, see :class:`~common.overlay.RecordEdits`.

    No copy is kept on this machine: programs that share a directory would read it while another
    one writes it, and what was read in part would be uploaded as the whole.

    Of two machines that edit one category at the same moment, the later one wins: the lock that
    keeps two editors apart holds on one machine.

    Args:
        store: of the category's own prefix.
    """

    def __init__(self, store: MinioStore) -> None:
        self._store = store

    def read(self) -> Edits:
        """Return the edits as they are in the bucket, see :meth:`RecordEdits.read`."""
        try:
            content = self._store.read(EDITS_FILE)
        except ObjectNotFound:
            return {}
        return parse_edits(content, f"{self._store.address}{EDITS_FILE}")

    def write(self, edits: Edits) -> None:
        """Replace all edits in the bucket, see :meth:`RecordEdits.write`."""
        if edits:
            self._store.write(EDITS_FILE, format_edits(edits).encode())
        else:
            self._store.delete(EDITS_FILE)


def _inside(category: Category, path: str, what: str) -> str:
    """Return a path that a manifest names, made sure that it stays in the category's prefix."""
    parts = PurePosixPath(path.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts or ":" in (parts.parts or ("",))[0]:
        raise CategoryBroken(
            f"Category '{category.name}' in the bucket has its {what} at '{path}', which is no "
            "place in a bucket",
            f"Upload it with 'make upload CATEGORY={category.name}', which puts that right",
        )
    return str(parts)

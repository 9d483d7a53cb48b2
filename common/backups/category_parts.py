"""What of a category goes into a backup: all that lies beside its manifest, perhaps pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from common.backups.files import BackupWriter
from common.categories import MANIFEST_FILE, Category, manifest_text
from common.errors import (
    MetadataError,
    ObjectNotFound,
    ObjectUnreadable,
    PathOutsideRoot,
)
from common.storage.base import ImageStore

IMAGES: Final = "images"
_TABLE: Final = "metadata"
_UNREADABLE = (ObjectNotFound, ObjectUnreadable, PathOutsideRoot)


def write_files(
    category: Category, own: ImageStore, writer: BackupWriter, folder: str, *, with_images: bool
) -> None:
    """Write what lies beside the manifest, so that it stands on its own.

    A table that lies elsewhere is taken along, and the manifest says so. Pictures below the
    directory are not among these files.

    Args:
        category: whose files they are.
        own: its directory.
        writer: of the backup.
        folder: in the backup.
        with_images: the pictures are saved too, and will lie in :data:`IMAGES`.

    Raises:
        MetadataError: the table cannot be read.
        StorageUnavailable: the directory cannot be reached.
    """
    names: set[str] = set()
    for path, content in _read_all(own, _beside(category)):
        names.add(path)
        if path != MANIFEST_FILE:
            writer.write(f"{folder}/{path}", content)
    changes: dict[str, str] = {}
    if with_images and category.manifest.images != IMAGES:
        changes["images"] = IMAGES
    table = category.metadata_path
    if table is not None and category.manifest.metadata not in names:
        changes["metadata"] = _unused(f"{_TABLE}{table.suffix}", names)
        writer.write(f"{folder}/{changes['metadata']}", _read_table(table))
    manifest = own.read(MANIFEST_FILE)  # as it is, comments included, where nothing changes
    if changes:
        manifest = manifest_text(category.manifest.model_copy(update=changes)).encode()
    writer.write(f"{folder}/{MANIFEST_FILE}", manifest)


def write_images(
    images: ImageStore,
    writer: BackupWriter,
    folder: str,
    on_progress: Callable[[int, int], None],
) -> None:
    """Write the pictures. Those that cannot be read are not indexed either, and are left out.

    Args:
        images: where they lie.
        writer: of the backup.
        folder: in the backup.
        on_progress: called with the files looked at and their total.

    Raises:
        StorageUnavailable: the images cannot be reached.
    """
    paths = [stored.path for stored in images.walk()]
    for done, path in enumerate(paths):
        on_progress(done, len(paths))
        try:
            writer.write(f"{folder}/{path}", images.read(path))
        except _UNREADABLE:
            continue
    on_progress(len(paths), len(paths))


def _beside(category: Category) -> Callable[[str], bool]:
    """Return what tells whether a path beside the manifest is no picture of the category."""
    images = PurePosixPath(category.manifest.images)
    essential = {MANIFEST_FILE, category.manifest.metadata}

    def belongs(path: str) -> bool:
        return path in essential or not PurePosixPath(path).is_relative_to(images)

    return belongs


def _read_all(own: ImageStore, belongs: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    for stored in own.walk():
        if not belongs(stored.path):
            continue
        try:
            yield stored.path, own.read(stored.path)
        except _UNREADABLE:
            if stored.path == MANIFEST_FILE:
                raise
            continue  # a link to elsewhere, or gone meanwhile


def _read_table(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MetadataError(
            f"Metadata table '{path}' cannot be read ({error.strerror})",
            "Check that it is there and its permissions",
        ) from error


def _unused(name: str, names: set[str]) -> str:
    while name in names:
        name = f"_{name}"
    return name

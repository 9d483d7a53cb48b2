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
from common.overlay import EDITS_FILE
from common.planning import UNWANTED_FOLDER
from common.storage.base import ImageStore

IMAGES: Final = "images"
_TABLE: Final = "metadata"
_NEEDED: Final = (MANIFEST_FILE, EDITS_FILE)
_UNREADABLE = (ObjectNotFound, ObjectUnreadable, PathOutsideRoot)


def write_files(
    category: Category,
    own: ImageStore,
    unwanted: ImageStore | None,
    writer: BackupWriter,
    folder: str,
    *,
    with_images: bool,
) -> list[str]:
    """Write what lies beside the manifest, so that it stands on its own.

    A table, or pictures to leave out, that lie elsewhere are taken along, and the manifest says so.
    Pictures below the directory are not among these files.

    Args:
        category: whose files they are.
        own: its directory.
        unwanted: what the manifest names so; None: nothing, or it is not there.
        writer: of the backup.
        folder: in the backup.
        with_images: the pictures are saved too, and will lie in :data:`IMAGES`.

    Returns:
        What is not a manifest, a table or edits, cannot be read, and is left out.

    Raises:
        MetadataError: the table cannot be read.
        StorageError: the manifest or the edits cannot be read, or the directory not be reached.
    """
    names: set[str] = set()
    left_out: list[str] = []
    for path, content in _read_all(own, left_out, _beside(category)):
        names.add(path)
        if path != MANIFEST_FILE:
            writer.write(f"{folder}/{path}", content)
    changes: dict[str, str | None] = {}
    if with_images and category.manifest.images != IMAGES:
        changes["images"] = IMAGES
    table = category.metadata_path
    if table is not None and category.manifest.metadata not in names:
        name = _unused(f"{_TABLE}{table.suffix}", names)
        changes["metadata"] = name
        writer.write(f"{folder}/{name}", _read_table(table))
    named = category.manifest.unwanted
    if unwanted is not None:
        changes["unwanted"] = None
        for path, content in _read_all(unwanted, left_out):
            place, _, file = f"{UNWANTED_FOLDER}/{path}".rpartition("/")
            name = _unused(file, names, f"{place}/")
            names.add(name)
            writer.write(f"{folder}/{name}", content)
    elif named is not None and PurePosixPath(named) != PurePosixPath(UNWANTED_FOLDER):
        left_out.append(named)
    manifest = own.read(MANIFEST_FILE)  # as it is, comments included, where nothing changes
    if changes:
        manifest = manifest_text(category.manifest.model_copy(update=changes)).encode()
    writer.write(f"{folder}/{MANIFEST_FILE}", manifest)
    return [path for path in left_out if path != category.manifest.metadata]


def write_images(
    images: ImageStore,
    writer: BackupWriter,
    folder: str,
    on_progress: Callable[[int, int], None],
) -> list[str]:
    """Write the pictures.

    Args:
        images: where they lie.
        writer: of the backup.
        folder: in the backup.
        on_progress: called with the files looked at and their total.

    Returns:
        Those that cannot be read, and are left out.

    Raises:
        StorageUnavailable: the images cannot be reached.
    """
    paths = [stored.path for stored in images.walk()]
    left_out: list[str] = []
    for done, path in enumerate(paths):
        on_progress(done, len(paths))
        try:
            writer.write(f"{folder}/{path}", images.read(path))
        except _UNREADABLE:
            left_out.append(path)
    on_progress(len(paths), len(paths))
    return left_out


def _beside(category: Category) -> Callable[[str], bool]:
    """Return what tells whether a path beside the manifest is no picture of the category.

    The images may lie in the very directory of the manifest, or around what is no picture.
    """
    manifest = category.manifest
    images = PurePosixPath(manifest.images)
    essential = {PurePosixPath(example.file) for example in manifest.examples}
    essential |= {PurePosixPath(path) for path in (*_NEEDED, manifest.metadata) if path}

    def belongs(path: str) -> bool:
        place = PurePosixPath(path)
        return (
            place in essential
            or place.is_relative_to(UNWANTED_FOLDER)
            or not place.is_relative_to(images)
        )

    return belongs


def _read_all(
    store: ImageStore, left_out: list[str], belongs: Callable[[str], bool] = lambda _: True
) -> Iterator[tuple[str, bytes]]:
    """Yield paths and contents, adding to ``left_out`` what is not needed and cannot be read."""
    for stored in store.walk():
        if not belongs(stored.path):
            continue
        try:
            content = store.read(stored.path)
        except _UNREADABLE:
            if stored.path in _NEEDED:
                raise
            left_out.append(stored.path)  # a link to elsewhere, or gone meanwhile
            continue
        yield stored.path, content


def _read_table(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise MetadataError(
            f"Metadata table '{path}' cannot be read ({error.strerror})",
            "Check that it is there and its permissions",
        ) from error


def _unused(name: str, names: set[str], folder: str = "") -> str:
    while f"{folder}{name}" in names:
        name = f"_{name}"
    return f"{folder}{name}"

"""Writing a backup's files and reading them again, each with its checksum.

A place for backups is an image store: a directory, or a bucket. Files are written whole, so that
one at a time is held in memory; the points of an index are cut into files of bounded size for that.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable

from common.backups.manifest import (
    LIST_FILE,
    Backup,
    SavedCategory,
    SavedFile,
    SavedModel,
    backup_to_json,
)
from common.errors import BackupDamaged, ObjectNotFound
from common.storage.base import ImageStore
from common.storage.folder import FolderStore


class BackupWriter:
    """A backup being written. It is one only after :meth:`finish`.

    Args:
        place: where backups lie.
        name: of the new one.
    """

    def __init__(self, place: ImageStore, name: str) -> None:
        self.name = name
        self._place = place
        self._files: dict[str, SavedFile] = {}

    def write(self, path: str, content: bytes) -> None:
        """Put a file.

        Raises:
            StorageUnavailable: it cannot be written.
        """
        self._files[path] = SavedFile(path, len(content), hashlib.sha256(content).hexdigest())
        self._place.write(f"{self.name}/{path}", content)

    def finish(
        self,
        created: str,
        categories: Iterable[SavedCategory],
        models: Iterable[SavedModel],
    ) -> Backup:
        """Write the list, which makes what was written a backup.

        Raises:
            StorageUnavailable: it cannot be written.
        """
        backup = Backup(
            self.name, created, list(categories), list(models), list(self._files.values())
        )
        self._place.write(f"{self.name}/{LIST_FILE}", backup_to_json(backup).encode())
        return backup

    def discard(self) -> None:
        """Remove what was written."""
        discard_backup(self._place, self.name)


class BackupReader:
    """The files of one backup. What is read is what was written, or an error.

    Args:
        place: where backups lie.
        backup: which one.
    """

    def __init__(self, place: ImageStore, backup: Backup) -> None:
        self.backup = backup
        self._place = place

    def read(self, file: SavedFile) -> bytes:
        """Return a file's content.

        Raises:
            BackupDamaged: the file is missing or was altered.
        """
        try:
            content = self._place.read(f"{self.backup.name}/{file.path}", file.size_bytes + 1)
        except ObjectNotFound as error:
            raise self._damaged(file, "is missing") from error
        if len(content) != file.size_bytes:
            raise self._damaged(file, "has another length than it was written with")
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise self._damaged(file, "has another content than was written")
        return content

    def _damaged(self, file: SavedFile, how: str) -> BackupDamaged:
        return BackupDamaged(
            f"File '{file.path}' of backup '{self.backup.name}' {how}",
            "Choose another backup with AT",
        )


def discard_backup(place: ImageStore, name: str) -> None:
    """Remove a backup, or what there is of one.

    Raises:
        StorageUnavailable: the place cannot be reached or written.
    """
    place.delete(f"{name}/{LIST_FILE}")  # first: half a backup must not look like a whole one
    for path in [stored.path for stored in place.walk(f"{name}/")]:
        place.delete(path)
    if isinstance(place, FolderStore):  # where, other than in a bucket, empty folders remain
        shutil.rmtree(place.root / name, ignore_errors=True)

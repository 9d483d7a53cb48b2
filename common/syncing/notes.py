"""What earlier syncs learnt of the files, so that the next need not read them again.

A file of the same path, length and time of change is taken to have the same content. Where that is
not enough (a copy that keeps both, on purpose), a sync can verify every file. Content is always
what decides: a file that was only touched is read, found to be the same, and not embedded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from common.pipeline import Skipped
from common.storage.base import StoredFile
from common.syncing.database import CacheDatabase, transaction, translated

_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified REAL NOT NULL, sha256 TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refused (
    sha256 TEXT PRIMARY KEY, conditions TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL
) WITHOUT ROWID;
"""
_UNSETTLED_SECONDS = 2.0
"""A file changed so lately may change again without its time showing it: FAT counts in twos."""


class FileNotes:
    """Content hashes by path, and contents that were refused. A cache: safe to lose.

    Args:
        path: of its file.
    """

    def __init__(self, path: Path) -> None:
        self._database = CacheDatabase(path, _SCHEMA)

    def hashes(self, files: Iterable[StoredFile]) -> dict[str, str]:
        """Return the content hashes, by path, of the files that have not changed since."""
        connection = self._database.read()
        if connection is None:
            return {}
        with translated(self._database.path):
            noted = {
                path: (size, modified, sha256)
                for path, size, modified, sha256 in connection.execute("SELECT * FROM files")
            }
        known: dict[str, str] = {}
        for file in files:
            size, modified, sha256 = noted.get(file.path, (-1, 0.0, ""))
            if (size, modified) == (file.size_bytes, file.modified):
                known[file.path] = sha256
        return known

    def refused(self, conditions: str) -> dict[str, Skipped]:
        """Return the contents that were refused under these conditions, by hash, without names."""
        connection = self._database.read()
        if connection is None:
            return {}
        with translated(self._database.path):
            rows = connection.execute(
                "SELECT sha256, reason, detail FROM refused WHERE conditions = ?", (conditions,)
            )
            return {sha256: Skipped("", reason, detail, sha256) for sha256, reason, detail in rows}

    def save(
        self,
        files: Mapping[str, StoredFile],
        hashes: Mapping[str, str],
        refused: Mapping[str, Skipped],
        conditions: str,
        looked_at: float,
    ) -> None:
        """Replace all notes.

        Args:
            files: as they were listed, by path.
            hashes: their contents' hashes, by path.
            refused: why contents were refused, by hash.
            conditions: under which they were.
            looked_at: when the files were listed, seconds since the epoch.

        Raises:
            StorageUnavailable: they cannot be written.
        """
        settled = looked_at - _UNSETTLED_SECONDS
        rows = [
            (path, files[path].size_bytes, files[path].modified, sha256)
            for path, sha256 in hashes.items()
            if path in files and files[path].modified < settled
        ]
        reasons = [
            (sha256, conditions, skip.reason, skip.detail) for sha256, skip in refused.items()
        ]
        connection = self._database.write()
        with translated(self._database.path), transaction(connection):
            connection.execute("DELETE FROM files")
            connection.execute("DELETE FROM refused")
            connection.executemany("INSERT INTO files VALUES (?, ?, ?, ?)", rows)
            connection.executemany("INSERT INTO refused VALUES (?, ?, ?, ?)", reasons)

    def close(self) -> None:
        """Close its file. Twice is fine."""
        self._database.close()

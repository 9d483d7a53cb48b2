"""Small SQLite files that a sync keeps: what is in them may be lost, but never believed wrongly."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from common.errors import StorageUnavailable


class CacheDatabase:
    """One SQLite file, made when first written to; a damaged one is thrown away.

    Whoever uses it holds the category's lock: it is opened for this process alone.

    Args:
        path: where it lies.
        schema: statements that make its tables.
    """

    def __init__(self, path: Path, schema: str) -> None:
        self.path = path
        self._schema = schema
        self._connection: sqlite3.Connection | None = None

    def read(self) -> sqlite3.Connection | None:
        """Return a connection; None where nothing was ever written.

        Raises:
            StorageUnavailable: the file is there and cannot be read.
        """
        if self._connection is None and not self.path.exists():
            return None
        return self.write()

    def write(self) -> sqlite3.Connection:
        """Return a connection, after making the file where it is missing.

        Raises:
            StorageUnavailable: it cannot be made.
        """
        if self._connection is None:
            with translated(self.path):
                self.path.parent.mkdir(parents=True, exist_ok=True)
                try:
                    self._connection = self._opened()
                except sqlite3.DatabaseError as error:
                    if isinstance(error, sqlite3.OperationalError):
                        raise  # the disk's fault, not the file's
                    self.discard()
                    self._connection = self._opened()
        return self._connection

    def close(self) -> None:
        """Close the file. Twice is fine."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def discard(self) -> None:
        """Remove the file. Fine where there is none."""
        self.close()
        for suffix in ("", "-wal", "-shm", "-journal"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def _opened(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None)
        try:
            # Exclusive, so that the log needs no shared memory, which network disks lack. A
            # transaction outlives the process at once, a power failure soon after.
            connection.executescript(
                "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            )
            connection.executescript(self._schema)
            (verdict,) = connection.execute("PRAGMA quick_check").fetchone()
            if verdict != "ok":
                raise sqlite3.DatabaseError(verdict)
        except BaseException:
            connection.close()
            raise
        return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Make what the block writes one step: all of it lasts, or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.execute("COMMIT")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite or the disk raises into an error of our tree."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        what = getattr(error, "strerror", None) or error
        raise StorageUnavailable(
            f"'{path}' cannot be used ({what})",
            "Check the disk, its free space and the permissions of DATA_DIR",
        ) from error

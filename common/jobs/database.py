"""The SQLite file of the jobs: opened on first use, shared by processes, never in pieces."""

from __future__ import annotations

import sqlite3
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Final

from common.errors import StorageUnavailable

_VERSION: Final = 1
_BUSY_SECONDS: Final = 15.0
_SCHEMA: Final = """
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    arguments TEXT NOT NULL,
    state TEXT NOT NULL,
    stage TEXT NOT NULL DEFAULT '',
    done INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0,
    created REAL NOT NULL,
    queued REAL NOT NULL,
    started REAL,
    stage_started REAL,
    updated REAL NOT NULL,
    finished REAL,
    report TEXT,
    reason TEXT NOT NULL DEFAULT '',
    cure TEXT NOT NULL DEFAULT '',
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    attempt INTEGER NOT NULL DEFAULT 0,
    interruptions INTEGER NOT NULL DEFAULT 0,
    revision INTEGER NOT NULL DEFAULT 1,
    runner TEXT,
    claim TEXT
);
CREATE INDEX jobs_by_state ON jobs (state, queued);
"""


class JobDatabase:
    """One connection to the file, for one process. Its threads take turns.

    Args:
        path: of the file; it and its directory are made on first use.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None
        self._lock = RLock()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Hold the connection; rows are read by column name.

        Raises:
            StorageUnavailable: the file cannot be used.
        """
        with self._lock, _translated(self.path):
            yield self._opened()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the connection in a transaction: all that the block writes lasts, or nothing.

        Raises:
            StorageUnavailable: the file cannot be used.
        """
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:  # some failures have ended it already
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the file. Using it again opens it again."""
        with self._lock:
            if self._connection is not None:
                self._closing()
                self._connection = None

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
            # Many who use it live as long as their process, and close nothing.
            self._closing = weakref.finalize(self, connection.close)
        return self._connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        connection.row_factory = sqlite3.Row
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous=FULL")  # a submitted job outlives a power failure
        connection.execute("BEGIN IMMEDIATE")  # two processes may meet a missing file at once
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version == 0:
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={_VERSION}")
        connection.execute("COMMIT")
        if version > _VERSION:
            raise StorageUnavailable(
                f"'{self.path}' was written by a newer version of this program",
                "Update the program, or move the file away: only the list of jobs is in it",
            )


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers and the one writer not wait for each other.

    On disks without shared memory SQLite keeps its other journal, in which they do.
    """
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            # For this one statement SQLite itself does not wait for other processes.
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() >= deadline:
                raise
            time.sleep(0.02)
        else:
            return


def damaged(path: Path, detail: object) -> StorageUnavailable:
    """Return the error of a file whose content makes no sense."""
    return StorageUnavailable(
        f"'{path}' is damaged ({detail})",
        "Stop the program and move the file away: only the list of jobs is in it",
    )


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        what = getattr(error, "strerror", None) or error
        raise StorageUnavailable(
            f"'{path}' cannot be used ({what})",
            "Check the disk, its free space and the permissions of DATA_DIR",
        ) from error
    except sqlite3.DatabaseError as error:
        raise damaged(path, error) from error

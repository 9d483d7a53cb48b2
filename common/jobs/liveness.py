"""Proof that a runner lives: a lock that the operating system frees when its process ends.

A process id would not do: it is given again to others, and means nothing in another container that
shares the same data directory.
"""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Final

from common.errors import StorageUnavailable
from common.files.locks import FileLock

_NAME: Final = re.compile(r"[0-9a-f]{32}")


class RunnerLease:
    """One runner's lock, a file of the runner's name.

    Args:
        database: path of the jobs' file, beside which the locks of all runners lie.
    """

    def __init__(self, database: Path) -> None:
        self.runner = uuid.uuid4().hex
        self._path = locks_folder(database) / self.runner
        self._lock = FileLock(self._path)

    def take(self) -> None:
        """Be alive from now on.

        Raises:
            StorageUnavailable: the lock's file cannot be made.
        """
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._lock.take(wait=True)
            while not self._path.exists():  # swept away as a dead one's, just before it was locked
                self._lock.free()
                self._lock.take(wait=True)
        except OSError as error:
            raise StorageUnavailable(
                f"'{self._path}' cannot be written ({error.strerror})",
                "Check the disk, its free space and the permissions of DATA_DIR",
            ) from error

    def free(self) -> None:
        """Be dead from now on. Twice is fine."""
        self._lock.free()
        self._path.unlink(missing_ok=True)


def is_alive(database: Path, runner: str) -> bool:
    """Tell whether a runner's process lives, on this machine or another that shares the disk.

    Raises:
        StorageUnavailable: its lock's file is there and cannot be opened.
    """
    path = locks_folder(database) / runner
    if not _NAME.fullmatch(runner) or not path.exists():
        return False
    lock = FileLock(path)
    try:
        if not lock.take(wait=False):
            return True
        lock.free()
        path.unlink(missing_ok=True)  # names are never used again
    except OSError as error:
        raise StorageUnavailable(
            f"'{path}' cannot be opened ({error.strerror})", "Check the permissions of DATA_DIR"
        ) from error
    return False


def any_alive(database: Path) -> bool:
    """Tell whether anybody runs jobs now. What dead runners left is removed.

    Raises:
        StorageUnavailable: a lock's file cannot be opened.
    """
    folder = locks_folder(database)
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    alive = [name for name in names if is_alive(database, name)]
    return bool(alive)


def locks_folder(database: Path) -> Path:
    """Return the directory of the runners' locks."""
    return database.with_suffix(".locks")

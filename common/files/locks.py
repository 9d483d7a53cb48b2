"""Locks between processes, as files. The operating system frees them when their holder ends."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt
    import time

    def _lock(file: IO[bytes], *, wait: bool) -> bool:
        while True:
            try:
                msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:
                    return False
                time.sleep(0.05)
            else:
                return True
else:
    import fcntl

    def _lock(file: IO[bytes], *, wait: bool) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class FileLock:
    """An exclusive lock on a file, between threads and processes alike.

    Used in a ``with`` statement it waits for its turn.

    Args:
        path: the lock's file; made when missing.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held = ExitStack()

    def take(self, *, wait: bool) -> bool:
        """Take the lock.

        Args:
            wait: for its holder to free it, however long that takes.

        Returns:
            False when another holds it and ``wait`` is false.

        Raises:
            OSError: the file cannot be opened.
        """
        with ExitStack() as opened:
            file = opened.enter_context(self._path.open("ab"))
            if not _lock(file, wait=wait):
                return False
            self._held = opened.pop_all()
        return True

    def free(self) -> None:
        """Free the lock. Doing so twice is fine."""
        self._held.close()

    def __enter__(self) -> FileLock:
        self.take(wait=True)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.free()

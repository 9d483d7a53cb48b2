"""Where a category's sync keeps its notes and its journal, and the lock that makes it the only one.

::

    <root>/.locks/<category>            held while the category's index is being changed
    <root>/<category>/files.sqlite      content hashes of files that have not changed
    <root>/<category>/journal.sqlite    vectors that are in no generation yet
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from common.categories import check_name
from common.errors import StorageUnavailable
from common.files.locks import FileLock

_PAUSE_SECONDS = 0.05


class Workplace:
    """One category's part of the cache.

    Args:
        root: of all categories, such as ``data/cache/indexing``.
        category: the category's name.

    Raises:
        CategoryNameError: the name can be no category's.
    """

    def __init__(self, root: Path, category: str) -> None:
        check_name(category)
        self._root = root
        self._category = category
        self.notes = root / category / "files.sqlite"
        self.journal = root / category / "journal.sqlite"

    @contextmanager
    def locked(
        self, on_waiting: Callable[[], None], *, patience_seconds: float = 0.0
    ) -> Iterator[None]:
        """Hold the category against every other process of this machine.

        The operating system frees the lock when its holder ends, however it ends.

        Args:
            on_waiting: called once when another holds it, before waiting for it.
            patience_seconds: how long another may hold it before ``on_waiting`` is called.

        Raises:
            StorageUnavailable: the lock's file cannot be made.
        """
        path = self._root / ".locks" / self._category
        lock = FileLock(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not _taken_within(lock, patience_seconds):
                on_waiting()
                lock.take(wait=True)
        except OSError as error:
            raise StorageUnavailable(
                f"'{path}' cannot be written ({error.strerror})",
                "Check the disk, its free space and the permissions of DATA_DIR",
            ) from error
        try:
            yield
        finally:
            lock.free()


def _taken_within(lock: FileLock, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not lock.take(wait=False):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_PAUSE_SECONDS)
    return True

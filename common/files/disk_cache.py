"""A bounded cache of small files on disk, shared by the processes of this machine."""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

_DIGEST_BYTES: Final = 32
_FILLED_TO: Final = 0.9  # making room for one entry at a time would cost a listing each
_UNCOUNTED: Final = 0.05
_log = logging.getLogger(__name__)


class DiskCache:
    """Keeps contents under keys, and gives up those not asked for the longest. Thread-safe.

    It only saves time: an entry that cannot be read, or was damaged, is made anew, and a disk that
    cannot be written is no error. The bound is on the contents' bytes; every process lists the
    directory after each twentieth of the bound that it writes, and removes what is too much, so
    that it may be passed by that much for a while.

    Args:
        folder: of the entries; nothing else lies in it.
        max_bytes: of all entries together.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._uncounted: int | None = None  # None: nothing was listed yet

    def get(self, key: str, make: Callable[[], bytes]) -> bytes:
        """Return the content under a key, made and kept where there is none.

        Args:
            key: tells apart what differs, versions included.
            make: the content; whatever it raises is raised, and nothing kept.
        """
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        path = self._folder / name[:2] / name
        kept = _read(path)
        if kept is not None:
            return kept
        content = make()
        try:
            self._put(path, content)
        except OSError as error:
            _log.warning("'%s' cannot keep an entry: %s", self._folder, error)
        return content

    def _put(self, path: Path, content: bytes) -> None:
        size = len(content) + _DIGEST_BYTES
        if size > self._max_bytes:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        try:
            fresh.write_bytes(hashlib.sha256(content).digest() + content)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        with self._lock:
            if self._uncounted is not None:
                self._uncounted += size
            if self._uncounted is None or self._uncounted > self._max_bytes * _UNCOUNTED:
                self._make_room()
                self._uncounted = 0

    def _make_room(self) -> None:
        entries: list[tuple[float, int, Path]] = []
        for path in self._folder.glob("*/*"):
            with suppress(OSError):  # another process was faster
                found = path.stat()
                entries.append((found.st_mtime, found.st_size, path))
        total = sum(size for _, size, _ in entries)
        if total <= self._max_bytes * (1 - _UNCOUNTED):
            return
        for _, size, path in sorted(entries):
            if total <= self._max_bytes * _FILLED_TO:
                return
            with suppress(OSError):
                path.unlink(missing_ok=True)
            total -= size


def _read(path: Path) -> bytes | None:
    try:
        entry = path.read_bytes()
        digest, content = entry[:_DIGEST_BYTES], entry[_DIGEST_BYTES:]
        if hashlib.sha256(content).digest() != digest:
            return None
        os.utime(path)  # it was asked for: it stays
    except OSError:
        return None
    return content

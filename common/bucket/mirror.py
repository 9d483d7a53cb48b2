"""Copies, on this machine, of the manifests in a bucket: small, fresh, and there in an outage."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from common.categories import MANIFEST_FILE, check_name
from common.errors import CategoryNameError, ObjectNotFound, ObjectUnreadable, StorageError
from common.files.durable import replace_durably
from common.storage.base import StoredFile
from common.storage.minio import MinioStore

FRESH_SECONDS: Final = 3.0
"""How old what is shown may be: a change in the bucket is seen after that."""

_MAX_MANIFEST_BYTES: Final = 1_000_000
_ASKED_AT_ONCE: Final = 8
_COMPLETE: Final = ".complete"
_log = logging.getLogger(__name__)


class CategoryMirror:
    """Keeps a directory of ``<category>/category.yaml`` in step with a bucket. Thread-safe.

    A manifest is fetched again when its etag has changed. While the bucket cannot be reached the
    last copies serve, those of an earlier run of the program included.

    Args:
        source: one directory a category.
        folder: of the copies; nothing else changes manifests in it.
    """

    def __init__(self, source: MinioStore, folder: Path) -> None:
        self._source = source
        self.folder = folder
        self._turn = threading.Lock()
        self._known: dict[str, StoredFile] = {}
        self._unusable: set[str] = set()
        self._asked_at = -FRESH_SECONDS
        self._outage: StorageError | None = None

    @property
    def address(self) -> str:
        """How the bucket's directory is called in sentences."""
        return self._source.address

    def refresh(self) -> None:
        """Bring the copies in step, unless that was done just now.

        Raises:
            StorageError: the bucket cannot be reached, and there is no earlier copy.
        """
        has_copy = (self.folder / _COMPLETE).exists()
        # While one asks, the others go on with what there is.
        if not self._turn.acquire(blocking=not has_copy):
            return
        try:
            if time.monotonic() - self._asked_at >= FRESH_SECONDS:
                self._ask()
            if self._outage is not None and not has_copy:
                raise type(self._outage)(self._outage.what, self._outage.cure)
        finally:
            self._turn.release()

    def _ask(self) -> None:
        try:
            self._bring()
        except StorageError as error:
            if self._outage is None:
                _log.warning("the last known categories are shown: %s", error)
            self._outage = error
        except OSError as error:
            self._outage = StorageError(
                f"'{self.folder}' cannot be written ({error.strerror or error})",
                "Check the disk, its free space and the permissions of DATA_DIR",
            )
        else:
            self._outage = None
        self._asked_at = time.monotonic()

    def _bring(self) -> None:
        names = [name for name in self._source.folders() if self._is_safe(name)]
        self.folder.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(_ASKED_AT_ONCE, thread_name_prefix="manifests") as executor:
            present = {
                name
                for name, there in zip(names, executor.map(self._bring_one, names), strict=True)
                if there
            }
        for copied in self.folder.iterdir():
            if copied.is_dir() and copied.name not in present:
                self._known.pop(copied.name, None)
                (copied / MANIFEST_FILE).unlink(missing_ok=True)
        (self.folder / _COMPLETE).touch()

    def _bring_one(self, name: str) -> bool:
        """Copy a category's manifest if it has changed; tell whether there is one."""
        path = f"{name}/{MANIFEST_FILE}"
        copy = self.folder / name / MANIFEST_FILE
        try:
            found = self._source.stat(path)
            if self._known.get(name) == found and copy.exists():
                return True
            content = self._source.read(path, _MAX_MANIFEST_BYTES)
        except ObjectNotFound:
            return False
        except ObjectUnreadable as error:  # this one's trouble is not the others'
            _log.warning("the manifest of '%s' stays as it was: %s", name, error)
            return copy.exists()
        copy.parent.mkdir(exist_ok=True)
        if not copy.exists() or copy.read_bytes() != content:
            replace_durably(copy, partial(_write, content))
        self._known[name] = found
        return True

    def _is_safe(self, name: str) -> bool:
        """Tell whether a directory's name can be a category's, and so a directory's here."""
        try:
            check_name(name)
        except CategoryNameError as error:
            if name not in self._unusable:
                self._unusable.add(name)
                _log.warning("a directory of %s is left aside: %s", self.address, error)
            return False
        return True


def _write(content: bytes, path: Path) -> None:
    path.write_bytes(content)

"""The seam behind which image files are kept."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in an image store.

    Attributes:
        path: relative to the store, forward slashes, never absolute, no ``..``.
        size_bytes: its length.
        modified: seconds since the epoch; equal as long as the content is.
    """

    path: str
    size_bytes: int
    modified: float


class ImageStore(Protocol):
    """Files under one root. Paths are relative, with forward slashes, and never leave the root.

    Every method raises :class:`~common.errors.PathOutsideRoot` for a path that would, and
    :class:`~common.errors.StorageUnavailable` when the root cannot be reached.
    """

    def walk(self, prefix: str = "") -> Iterator[StoredFile]:
        """Yield the files whose path starts with ``prefix``, lazily, sorted by path.

        Hidden files and directories (a name that begins with a dot) are left out. An empty store
        yields nothing.
        """
        ...

    def stat(self, path: str) -> StoredFile:
        """Describe one file.

        Raises:
            ObjectNotFound: there is no file of that path.
        """
        ...

    def read(self, path: str, max_bytes: int | None = None) -> bytes:
        """Return a file's content, at most its first ``max_bytes`` bytes.

        Raises:
            ObjectNotFound: there is no file of that path.
            ObjectUnreadable: it is there and this process may not or cannot read it.
        """
        ...

    def write(self, path: str, content: bytes) -> None:
        """Put a file, atomically: a reader sees the old content or the new, whole."""
        ...

    def delete(self, path: str) -> None:
        """Remove a file; an unknown one is ignored."""
        ...

    def sample(self, count: int, rng: random.Random) -> list[str]:
        """Return up to ``count`` distinct paths drawn by ``rng``: all, if there are fewer."""
        ...

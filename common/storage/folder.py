"""An image store in a directory of this machine."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from common.errors import (
    ObjectNotFound,
    ObjectUnreadable,
    PathOutsideRoot,
    StorageUnavailable,
)
from common.storage.base import StoredFile


class FolderStore:
    """Files below one directory.

    Links are not followed where they lead out of it, to a directory (which could go round in
    circles) or nowhere. :meth:`walk` yields them all the same, and sub-directories that cannot be
    read, with size 0, and reading them is an error: whoever walks can report each of them.

    Args:
        root: the directory. It need not exist until the first access.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def walk(self, prefix: str = "") -> Iterator[StoredFile]:
        """Yield the files below the root, see :meth:`ImageStore.walk`."""
        self._require_root()
        yield from self._walk_directory(self.root, "", prefix)

    def stat(self, path: str) -> StoredFile:
        """Describe one file, see :meth:`ImageStore.stat`."""
        target = self._locate(path)
        try:
            found = target.stat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise self._not_found(path) from error
        except OSError as error:
            raise self._unreadable(path, error) from error
        if not target.is_file():
            raise self._not_found(path)
        return StoredFile(path, found.st_size, found.st_mtime)

    def read(self, path: str, max_bytes: int | None = None) -> bytes:
        """Return a file's content, see :meth:`ImageStore.read`."""
        target = self._locate(path)
        try:
            with target.open("rb") as stream:
                return stream.read() if max_bytes is None else stream.read(max_bytes)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise self._not_found(path) from error
        except OSError as error:
            raise self._unreadable(path, error) from error

    def write(self, path: str, content: bytes) -> None:
        """Put a file through a temporary neighbour, see :meth:`ImageStore.write`."""
        target = self._locate(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
            try:
                with os.fdopen(handle, "wb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                Path(temporary).replace(target)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise self._unavailable(f"File '{path}' cannot be written", error) from error

    def delete(self, path: str) -> None:
        """Remove a file, see :meth:`ImageStore.delete`."""
        try:
            self._locate(path).unlink(missing_ok=True)
        except NotADirectoryError:
            return
        except OSError as error:
            raise self._unavailable(f"File '{path}' cannot be removed", error) from error

    def sample(self, count: int, rng: random.Random) -> list[str]:
        """Draw paths by reservoir sampling, in memory that does not grow with the directory.

        Source: Vitter, "Random sampling with a reservoir", 1985, algorithm R.
        """
        reservoir: list[str] = []
        for seen, stored in enumerate(self.walk()):
            if seen < count:
                reservoir.append(stored.path)
            elif (slot := rng.randrange(seen + 1)) < count:
                reservoir[slot] = stored.path
        return reservoir

    def _walk_directory(self, directory: Path, relative: str, prefix: str) -> Iterator[StoredFile]:
        try:
            with os.scandir(directory) as scan:
                entries = sorted(scan, key=_path_order)
        except OSError as error:
            if relative and self.root.is_dir():
                yield StoredFile(relative.rstrip("/"), 0, 0.0)
                return
            raise self._unavailable(f"Directory '{directory}' cannot be read", error) from error
        for entry in entries:
            path = relative + entry.name
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                path += "/"
                if path.startswith(prefix) or prefix.startswith(path):
                    yield from self._walk_directory(directory / entry.name, path, prefix)
            elif path.startswith(prefix):
                yield _described(path, entry)

    def _locate(self, path: str) -> Path:
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or ".." in parts or "\0" in path:
            raise PathOutsideRoot(
                f"Path '{path}' does not lie in {self.root}",
                "Give a path relative to the images, without '..'",
            )
        self._require_root()
        target = self.root.joinpath(*parts)
        try:
            resolved = target.resolve()
        except (OSError, RuntimeError) as error:  # a link that leads back to itself
            raise ObjectUnreadable(
                f"File '{path}' is a link that leads nowhere", "Put the file itself there"
            ) from error
        if not resolved.is_relative_to(self.root.resolve()):
            raise PathOutsideRoot(
                f"Path '{path}' is a link that leads out of {self.root}",
                "Put the file itself there instead of a link",
            )
        return target

    def _require_root(self) -> None:
        if not self.root.is_dir():
            raise StorageUnavailable(
                f"Image directory '{self.root}' does not exist or is no directory",
                "Check the path, or mount the disk it is on",
            )

    def _not_found(self, path: str) -> ObjectNotFound:
        return ObjectNotFound(
            f"There is no file '{path}' in {self.root}",
            "It may have been moved or removed since it was indexed: index the category again",
        )

    @staticmethod
    def _unreadable(path: str, error: OSError) -> ObjectUnreadable:
        return ObjectUnreadable(
            f"File '{path}' cannot be read ({error.strerror or error})",
            "Check the file's permissions",
        )

    @staticmethod
    def _unavailable(what: str, error: OSError) -> StorageUnavailable:
        return StorageUnavailable(
            f"{what} ({error.strerror or error})", "Check the disk and the permissions"
        )


def _described(path: str, entry: os.DirEntry[str]) -> StoredFile:
    try:
        found = entry.stat()
    except OSError:  # gone meanwhile, or a link that leads nowhere
        return StoredFile(path, 0, 0.0)
    return StoredFile(path, found.st_size, found.st_mtime)


def _path_order(entry: os.DirEntry[str]) -> str:
    """Sort a directory as its name with the slash, so that whole paths come in order."""
    return entry.name + "/" if entry.is_dir(follow_symlinks=False) else entry.name

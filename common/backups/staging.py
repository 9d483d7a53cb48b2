"""Putting restored files in their place: all of them at once, and back again if need be."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from common.errors import StorageUnavailable
from common.storage.folder import FolderStore


class StagedFolder:
    """Files on their way into a directory. Nobody sees them before :meth:`commit`.

    A directory that is there keeps the files that are not among them. Used in a ``with`` statement:
    when that ends by an exception, everything is as it was before.

    Args:
        target: the directory, which need not exist.

    Raises:
        StorageUnavailable: nothing can be written beside it.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        with _writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            prefix = f".restoring-{target.name}-"
            self._stage = Path(tempfile.mkdtemp(prefix=prefix, dir=target.parent))
            self.path = self._stage / "new"
            self.path.mkdir()
        self._former = self._stage / "former"
        self._files = FolderStore(self.path)
        self._made = False
        self._placed: list[Path] = []

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Remove what was staged and, after an exception, what was committed."""
        if kind is not None:
            self._take_back()
        shutil.rmtree(self._stage, ignore_errors=True)

    def write(self, path: str, content: bytes) -> None:
        """Put a file.

        Raises:
            PathOutsideRoot: the path leaves the directory.
            StorageUnavailable: it cannot be written.
        """
        self._files.write(path, content)

    def commit(self) -> None:
        """Move the files into the directory, the former ones aside.

        Raises:
            StorageUnavailable: the directory cannot be written.
        """
        with _writing(self._target):
            # What is about to be done is noted before it is: an interruption may come in between.
            if not self._target.exists():
                self._made = True
                self.path.rename(self._target)
                return
            for source in sorted(path for path in self.path.rglob("*") if path.is_file()):
                relative = source.relative_to(self.path)
                place, former = self._target / relative, self._former / relative
                place.parent.mkdir(parents=True, exist_ok=True)
                self._placed.append(relative)
                if place.exists():
                    former.parent.mkdir(parents=True, exist_ok=True)
                    place.rename(former)
                source.rename(place)

    def _take_back(self) -> None:
        if self._made and not self.path.exists():
            shutil.rmtree(self._target, ignore_errors=True)
        for relative in self._placed:
            place, former = self._target / relative, self._former / relative
            if former.exists():
                former.replace(place)
            elif not (self.path / relative).exists():  # it was moved, and nothing made way for it
                place.unlink(missing_ok=True)


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageUnavailable(
            f"'{target}' cannot be written ({error.strerror or error})",
            "Check the disk, its free space and the permissions of DATA_DIR",
        ) from error

"""Where Qdrant Edge's generations lie on the disk, and how one becomes current.

::

    <root>/.locks/<category>           held while names in the category's directory change
    <root>/<category>/current          the current generation's name, one line
    <root>/<category>/<generation>/    manifest.json and shard/; never changes
    <root>/<category>/.building-…/     the same, being written; .lock is held by its builder
    <root>/<category>/.removed-…/      on its way out
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from common.errors import CategoryNameError, GenerationNotFound, StoreUnavailable
from common.files.durable import sync_folder, sync_tree, write_durably
from common.files.locks import FileLock
from common.vectors.base import GenerationManifest
from common.vectors.edge.space import occupied_bytes
from common.vectors.manifests import is_generation_name, manifest_from_json, manifest_to_json

POINTER = "current"
MANIFEST = "manifest.json"
SHARD = "shard"
_BUILDING = ".building-"
_REMOVED = ".removed-"
_LOCK = ".lock"


class Building:
    """The directory of a generation that is being written, locked as long as its builder lives.

    Args:
        path: where to make it.

    Raises:
        OSError: it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        path.mkdir()
        self.path = path
        self.shard = path / SHARD
        self._lock = FileLock(path / _LOCK)
        self._lock.take(wait=True)

    def complete(self, manifest: GenerationManifest) -> None:
        """Add the manifest and force everything to the disk: the last step before publishing."""
        text = json.dumps(manifest_to_json(manifest), indent=2, ensure_ascii=False)
        write_durably(self.path / MANIFEST, f"{text}\n")
        sync_tree(self.path)

    def release(self) -> None:
        """Let go of the directory, which may then be renamed or removed. Twice is fine."""
        self._lock.free()
        (self.path / _LOCK).unlink(missing_ok=True)


class CategoryFolder:
    """One category's directory. Methods that change it are called with :meth:`lock` held.

    Args:
        root: the store's directory.
        category: the category's name.

    Raises:
        CategoryNameError: the name is not that of a visible directory right below ``root``.
    """

    def __init__(self, root: Path, category: str) -> None:
        visible = category and not category.startswith(".") and "\0" not in category
        if not visible or Path(category).name != category:
            raise CategoryNameError(f"'{category}' cannot be a category's name")
        self.category = category
        self.path = root / category
        self._locks = root / ".locks"

    def lock(self) -> FileLock:
        """Return the lock under which the directory changes, between all processes."""
        self._locks.mkdir(parents=True, exist_ok=True)
        # Beside the directory, not in it: that one may be removed and made again.
        return FileLock(self._locks / self.category)

    def current(self) -> str | None:
        """Return the current generation's name, None where there is none.

        Raises:
            GenerationNotFound: the pointer holds anything but a name.
            StoreUnavailable: the pointer cannot be read.
        """
        pointer = self.path / POINTER
        try:
            name = pointer.read_bytes().decode("ascii", errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise StoreUnavailable(f"'{pointer}' cannot be read: {error.strerror}") from error
        if not is_generation_name(name):
            raise GenerationNotFound(
                f"'{pointer}' is damaged: it names no generation", self._index_again()
            )
        return name

    def manifest(self, generation: str) -> GenerationManifest:
        """Read a published generation's manifest.

        Raises:
            GenerationNotFound: there is no such generation, or its manifest is damaged.
            StoreUnavailable: the manifest cannot be read.
        """
        path = self.path / generation / MANIFEST
        try:
            if not is_generation_name(generation):
                raise FileNotFoundError
            return manifest_from_json(json.loads(path.read_bytes()))
        except (FileNotFoundError, NotADirectoryError) as error:
            raise GenerationNotFound(
                f"Category '{self.category}' has no generation '{generation}'", self._index_again()
            ) from error
        except OSError as error:
            raise StoreUnavailable(f"'{path}' cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise GenerationNotFound(
                f"'{path}' is damaged: {error}", self._index_again()
            ) from error

    def shard(self, generation: str) -> Path:
        """Return the directory of a published generation's shard."""
        return self.path / generation / SHARD

    def generations(self) -> list[GenerationManifest]:
        """Return the manifests of the published generations, oldest first, but damaged ones."""
        found: list[GenerationManifest] = []
        for name in self._published():
            try:
                found.append(self.manifest(name))
            except GenerationNotFound:
                continue  # removed meanwhile, or damaged: opening it by name tells why
        return found

    def begin(self, generation: str) -> Building:
        """Make the directory of a new generation, and remove what killed builders left."""
        self.path.mkdir(parents=True, exist_ok=True)
        self._sweep()
        return Building(self.path / f"{_BUILDING}{generation}")

    def publish(self, building: Building, generation: str) -> None:
        """Give a complete generation its name, point to it, and remove those long replaced."""
        building.release()
        kept = {generation, self._readable_current() or generation}
        building.path.rename(self.path / generation)
        sync_folder(self.path)
        self.point_to(generation)
        for name in self._published():
            if name < min(kept):
                self._discard(self.path / name)

    def point_to(self, generation: str) -> None:
        """Make a published generation the current one, atomically."""
        write_durably(self.path / POINTER, f"{generation}\n")

    def abandon(self, building: Building, generation: str) -> None:
        """Remove a generation that was not, or not wholly, published."""
        building.release()
        self._discard(building.path)
        if self._readable_current() != generation:  # it failed after the last step that counts
            self._discard(self.path / generation)

    def size_bytes(self, generation: str) -> int:
        """Return the disk space that a published generation occupies."""
        return occupied_bytes(self.path / generation)

    def remove_generation(self, generation: str) -> None:
        """Remove a published generation that is not the current one.

        Raises:
            StoreUnavailable: it resists.
        """
        self._discard(self.path / generation)
        if (self.path / generation).exists():
            raise StoreUnavailable(
                f"'{self.path / generation}' cannot be removed", "Check its permissions"
            )

    def remove(self) -> None:
        """Remove the pointer and every generation; builders at work keep their directories."""
        if not self.path.is_dir():
            return
        (self.path / POINTER).unlink(missing_ok=True)
        for name in self._published():
            self._discard(self.path / name)
        self._sweep()
        if not any(self.path.iterdir()):
            self.path.rmdir()

    def _published(self) -> list[str]:
        if not self.path.is_dir():
            return []
        return sorted(entry.name for entry in self.path.iterdir() if is_generation_name(entry.name))

    def _readable_current(self) -> str | None:
        try:
            return self.current()
        except GenerationNotFound:
            return None  # a damaged pointer is repaired by the publish that asks

    def _discard(self, folder: Path) -> None:
        # Renamed first: a reader that is opening it notices, instead of seeing half of it. Those
        # that opened it before go on; their files live until they are closed.
        removed = folder.with_name(f"{_REMOVED}{folder.name.lstrip('.')}")
        try:
            folder.rename(removed)
        except OSError:
            return  # it is gone, or resists: the next publish or sweep meets it again
        shutil.rmtree(removed, ignore_errors=True)

    def _sweep(self) -> None:
        for entry in self.path.iterdir():
            if entry.name.startswith(_REMOVED):
                shutil.rmtree(entry, ignore_errors=True)
            elif entry.name.startswith(_BUILDING) and _is_orphan(entry):
                self._discard(entry)

    def _index_again(self) -> str:
        return f"Index the category '{self.category}' again"


def _is_orphan(building: Path) -> bool:
    lock = FileLock(building / _LOCK)
    orphaned = lock.take(wait=False)
    lock.free()
    return orphaned

"""The use case of making and removing categories, without bringing in or indexing any image."""

from __future__ import annotations

import logging
import shutil
import tempfile
from pathlib import Path

from common.categories import (
    Category,
    CategoryCatalog,
    CategoryManifest,
    check_name,
    write_manifest,
)
from common.errors import CategoryExists, CategoryNotFound, StorageUnavailable
from common.generations import Generations

_DIRECTORY_MODE = 0o755  # a temporary directory is readable by its maker only
_log = logging.getLogger(__name__)


def create_category(catalog: CategoryCatalog, name: str, manifest: CategoryManifest) -> Category:
    """Make a category without images. It appears whole or not at all.

    Args:
        catalog: that will list it.
        name: its name.
        manifest: whose ``images`` lie below the category's own directory.

    Raises:
        CategoryNameError: the name can be no category's.
        CategoryExists: there is a category or a directory of that name.
        CategoryReadOnly: categories come from elsewhere.
        StorageUnavailable: the catalog cannot be written.
    """
    check_name(name)
    catalog.require_own()
    target = catalog.root / name
    try:
        catalog.root.mkdir(parents=True, exist_ok=True)
        staged = Path(tempfile.mkdtemp(prefix=".creating-", dir=catalog.root))
        try:
            staged.chmod(_DIRECTORY_MODE)
            (staged / manifest.images).mkdir(parents=True)
            write_manifest(staged, manifest)
            if target.exists():
                raise CategoryExists(
                    f"There is a category or a directory '{name}' already", "Choose another name"
                )
            # Fails where another made a directory of that name since, unless it is empty.
            staged.rename(target)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    except OSError as error:
        raise StorageUnavailable(
            f"Category '{name}' cannot be written to '{catalog.root}' ({error.strerror or error})",
            "Check the disk, its free space and the permissions of DATA_DIR",
        ) from error
    return catalog.get(name)


def remove_category(catalog: CategoryCatalog, generations: Generations) -> None:
    """Remove a category: its index, and its directory with the images in it.

    Images that its manifest refers to elsewhere stay. The index goes first: whatever interrupts
    this leaves a category that can be removed or indexed again, never an index of another's
    images.

    Args:
        catalog: that lists it; a broken one can be removed too.
        generations: of the category, changed under their lock.

    Raises:
        CategoryNameError: the name can be no category's.
        CategoryNotFound: there is no such category.
        CategoryReadOnly: categories come from elsewhere.
        StorageUnavailable: it cannot be removed.
        VisualSearchError: whatever ``generations.on_waiting`` raises while it is being indexed.
    """
    name = generations.category
    catalog.require_own()
    with generations.workplace.locked(generations.on_waiting):
        if not catalog.exists(name):
            raise CategoryNotFound(f"There is no category '{name}'", "It may be removed already")
        generations.store.remove(name)
        directory = catalog.root / name
        try:
            # Hidden at once; a link is removed itself, and not what it leads to.
            removed = Path(tempfile.mkdtemp(prefix=".removed-", dir=catalog.root))
            directory.rename(removed / name)
        except OSError as error:
            raise StorageUnavailable(
                f"Category '{name}' cannot be removed from '{catalog.root}' "
                f"({error.strerror or error})",
                "Check the permissions of DATA_DIR",
            ) from error
        for leftover in (removed, generations.workplace.notes.parent):
            _discard(leftover)


def _discard(directory: Path) -> None:
    """Remove a directory that nothing refers to any more; what cannot be removed stays, logged."""
    try:
        shutil.rmtree(directory)
    except FileNotFoundError:
        return
    except OSError as error:
        _log.warning("'%s' can be deleted by hand, as it could not be: %s", directory, error)

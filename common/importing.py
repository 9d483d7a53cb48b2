"""Bringing a directory of images in as a category: staged aside, then made visible at once."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Self

from common.categories import (
    MANIFEST_FILE,
    Category,
    CategoryCatalog,
    CategoryManifest,
    check_name,
    write_manifest,
)
from common.errors import CategoryExists, MetadataError, StorageUnavailable

_DIRECTORY_MODE = 0o755  # a temporary directory is readable by its maker only


class StagedCategory:
    """A category that is being brought in. Nobody sees it before :meth:`commit`.

    A name that exists already keeps its texts and gets the new images and table. Use it in a
    ``with`` statement: when that ends by an exception, everything is as it was before.

    Args:
        catalog: that will list it.
        name: its name.
        images: directory of the images.
        metadata: CSV table; None: classes are sub-folders.
        copy: copy the images and the table below the catalog instead of referring to them.

    Raises:
        CategoryNameError: the name can be no category's.
        CategoryBroken: it exists and its manifest cannot be read.
        CategoryExists: ``copy`` and there is a category or a directory of that name.
        StorageUnavailable: ``images`` is no directory, or cannot be copied, or the catalog cannot
            be written.
        MetadataError: ``metadata`` is no file.
    """

    def __init__(
        self,
        catalog: CategoryCatalog,
        name: str,
        images: Path,
        metadata: Path | None = None,
        *,
        copy: bool = False,
    ) -> None:
        check_name(name)
        if not images.is_dir():
            raise StorageUnavailable(
                f"Image directory '{images}' does not exist or is no directory",
                "Give IMAGES the path of a directory with images",
            )
        if metadata is not None and not metadata.is_file():
            raise MetadataError(
                f"Metadata table '{metadata}' does not exist", "Give META the path of a CSV file"
            )
        self._target = catalog.root / name
        self._committed = False
        self._moved = False
        if copy and self._target.exists():
            raise CategoryExists(
                f"There is a category or a directory '{name}' already",
                "Choose another name, or do not copy",
            )
        if copy and catalog.root.resolve().is_relative_to(images.resolve()):
            raise StorageUnavailable(
                f"'{images}' holds the catalog itself, so it cannot be copied into it",
                "Give IMAGES a directory of images only, or do not copy",
            )
        self._former = catalog.get(name).manifest if catalog.exists(name) else None
        known = self._former or CategoryManifest()
        try:
            catalog.root.mkdir(parents=True, exist_ok=True)
            self._stage = Path(tempfile.mkdtemp(prefix=f".staging-{name}-", dir=catalog.root))
        except OSError as error:
            raise _unwritable(catalog.root, error) from error
        if copy:
            self._copy(images, metadata)
        table = None if metadata is None else "meta.csv" if copy else str(metadata.resolve())
        self.category = Category(
            name,
            self._stage,
            known.model_copy(
                update={"images": "images" if copy else str(images.resolve()), "metadata": table}
            ),
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Remove what was staged and, after an exception, what was committed."""
        if kind is not None and self._committed:
            self._take_back()
        shutil.rmtree(self._stage, ignore_errors=True)

    def commit(self) -> None:
        """Make the category visible under its name.

        Raises:
            StorageUnavailable: the catalog cannot be written.
        """
        try:
            if self.category.manifest == self._former:
                pass  # nothing changes, and comments in the file stay
            elif self._target.exists():
                write_manifest(self._target, self.category.manifest)
            else:
                write_manifest(self._stage, self.category.manifest)
                self._stage.chmod(_DIRECTORY_MODE)
                self._stage.rename(self._target)
                self._moved = True
        except OSError as error:
            raise _unwritable(self._target, error) from error
        self._committed = True

    def _take_back(self) -> None:
        if self._moved:
            shutil.rmtree(self._target, ignore_errors=True)
        elif self._former is None:
            (self._target / MANIFEST_FILE).unlink(missing_ok=True)
        elif self.category.manifest != self._former:
            write_manifest(self._target, self._former)

    def _copy(self, images: Path, metadata: Path | None) -> None:
        try:
            # Links stay links: indexing names those it does not follow.
            shutil.copytree(images, self._stage / "images", symlinks=True)
            if metadata is not None:
                shutil.copyfile(metadata, self._stage / "meta.csv")
        except shutil.Error as error:
            source, _, reason = error.args[0][0]
            shutil.rmtree(self._stage, ignore_errors=True)
            raise StorageUnavailable(
                f"'{source}' cannot be copied ({reason})", "Check the file and the free space"
            ) from error
        except OSError as error:
            shutil.rmtree(self._stage, ignore_errors=True)
            raise _unwritable(self._stage, error) from error


def _unwritable(path: Path, error: OSError) -> StorageUnavailable:
    return StorageUnavailable(
        f"'{path}' cannot be written ({error.strerror or error})",
        "Check the disk, its free space and the permissions of DATA_DIR",
    )

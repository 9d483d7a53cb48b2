"""Bringing a directory of images in as a category: staged aside, then made visible at once."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Self

from common.categories import (
    Category,
    CategoryCatalog,
    CategoryManifest,
    check_name,
    write_manifest,
)
from common.errors import CategoryExists, MetadataError, StorageUnavailable


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
        CategoryExists: ``copy`` and there is a category of that name.
        StorageUnavailable: ``images`` is no directory, or the catalog cannot be written.
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
        existed = catalog.exists(name)
        if copy and existed:
            raise CategoryExists(
                f"There is a category '{name}' already", "Choose another name, or do not copy"
            )
        self._former = catalog.get(name).manifest if existed else None
        known = self._former or CategoryManifest()
        self._stage = catalog.root / f".staging-{name}"
        try:
            shutil.rmtree(self._stage, ignore_errors=True)
            self._stage.mkdir(parents=True)
            if copy:
                shutil.copytree(images, self._stage / "images")
                if metadata is not None:
                    shutil.copyfile(metadata, self._stage / "meta.csv")
        except OSError as error:
            shutil.rmtree(self._stage, ignore_errors=True)
            raise _unwritable(self._stage, error) from error
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
            if self._former is not None:
                write_manifest(self._target, self._former)
            else:
                shutil.rmtree(self._target, ignore_errors=True)
        shutil.rmtree(self._stage, ignore_errors=True)

    def commit(self) -> None:
        """Make the category visible under its name.

        Raises:
            StorageUnavailable: the catalog cannot be written.
        """
        try:
            if self._former is not None:
                write_manifest(self._target, self.category.manifest)
            else:
                write_manifest(self._stage, self.category.manifest)
                self._stage.rename(self._target)
        except OSError as error:
            raise _unwritable(self._target, error) from error
        self._committed = True


def _unwritable(path: Path, error: OSError) -> StorageUnavailable:
    return StorageUnavailable(
        f"'{path}' cannot be written ({error.strerror or error})",
        "Check the disk, its free space and the permissions of DATA_DIR",
    )

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
from common.layouts import Layout, is_mapped, proposed_mapping, recognise
from common.metadata import check_table_name
from common.planning import UNWANTED_FOLDER

_DIRECTORY_MODE = 0o755  # a temporary directory is readable by its maker only


class StagedCategory:
    """A category that is being brought in. Nobody sees it before :meth:`commit`.

    A name that exists already keeps its texts and gets the new images and table. Use it in a
    ``with`` statement: when that ends by an exception, everything is as it was before.

    Args:
        catalog: that will list it.
        name: its name.
        images: directory of the images, or of a layout that :mod:`common.layouts` recognises.
        metadata: CSV, TSV, XLSX or JSONL table; None: the layout's, or else classes are
            sub-folders.
        copy: copy the images and the table below the catalog instead of referring to them.

    Raises:
        CategoryNameError: the name can be no category's.
        CategoryBroken: it exists and its manifest cannot be read.
        CategoryExists: ``copy`` and there is a category or a directory of that name.
        StorageUnavailable: ``images`` is no directory, or cannot be copied, or the catalog cannot
            be written.
        MetadataError: ``metadata`` is no file, or none that is read, or a layout has no one table.
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
        catalog.require_own()
        if not images.is_dir():
            raise StorageUnavailable(
                f"Image directory '{images}' does not exist or is no directory",
                "Give IMAGES the path of a directory with images",
            )
        if metadata is not None:
            if not metadata.is_file():
                raise MetadataError(
                    f"Metadata table '{metadata}' does not exist",
                    "Give META the path of a CSV, TSV, XLSX or JSONL file",
                )
            check_table_name(metadata.name)
        layout = recognise(images, metadata)
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
        manifest = _manifest(self._former or CategoryManifest(), layout, copy=copy)
        try:
            catalog.root.mkdir(parents=True, exist_ok=True)
            self._stage = Path(tempfile.mkdtemp(prefix=f".staging-{name}-", dir=catalog.root))
        except OSError as error:
            raise _unwritable(catalog.root, error) from error
        if copy:
            self._copy(layout, manifest)
        self.category = Category(name, self._stage, manifest)

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

    def _copy(self, layout: Layout, manifest: CategoryManifest) -> None:
        try:
            # Links stay links: indexing names those it does not follow.
            shutil.copytree(layout.images, self._stage / manifest.images, symlinks=True)
            if layout.unwanted is not None:
                shutil.copytree(layout.unwanted, self._stage / UNWANTED_FOLDER, symlinks=True)
            if layout.metadata is not None and manifest.metadata is not None:
                shutil.copyfile(layout.metadata, self._stage / manifest.metadata)
        except shutil.Error as error:
            source, _, reason = error.args[0][0]
            shutil.rmtree(self._stage, ignore_errors=True)
            raise StorageUnavailable(
                f"'{source}' cannot be copied ({reason})", "Check the file and the free space"
            ) from error
        except OSError as error:
            shutil.rmtree(self._stage, ignore_errors=True)
            raise _unwritable(self._stage, error) from error


def _manifest(known: CategoryManifest, layout: Layout, *, copy: bool) -> CategoryManifest:
    """Return a manifest that refers to what was found, or to where it is copied."""
    images, table, unwanted = layout.images, layout.metadata, layout.unwanted
    suffix = table.suffix.lower() if table else ""
    return known.model_copy(
        update={
            **(proposed_mapping(table) if table and not is_mapped(known) else {}),
            "images": "images" if copy else str(images.resolve()),
            "metadata": f"meta{suffix}" if table and copy else table and str(table.resolve()),
            # The copy lies where pictures to leave out are looked for anyway.
            "unwanted": str(unwanted.resolve()) if unwanted and not copy else None,
        }
    )


def _unwritable(path: Path, error: OSError) -> StorageUnavailable:
    return StorageUnavailable(
        f"'{path}' cannot be written ({error.strerror or error})",
        "Check the disk, its free space and the permissions of DATA_DIR",
    )

"""A delivery's metadata table, joined with the category's own.

A category with a table has a row for each image; so whatever is placed gets one:

- A row of the delivered table stands for the image it names, as that was handed in: by its path,
  its web address, or the path where it is placed. It is joined with the category's row of that
  image, column by column; columns that one of the tables lacks are empty there.
- An image without a row gets one, with its folder as ``class`` where the table has such a column.
- Rows of images that were refused are left out, and rows that name no image at all are an error.

A category without a table has classes by folder. Where a table is delivered for it, it gets one:
``meta.csv`` beside its manifest, with a row for every image it has, the folder as ``class``.
A table that is no CSV file is left as it is; the joined one is written beside the manifest, which
then names it. A ``meta.csv`` that is something else stays as it is: the table is ``meta-2.csv``
then, or the next name that is free.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from itertools import chain, count
from pathlib import Path, PurePosixPath
from typing import Final

from common.categories import Category, write_manifest
from common.errors import MetadataError
from common.files.durable import write_durably
from common.intake.disk import on_disk
from common.intake.row_targets import Images, row_key, row_targets
from common.intake.text_tables import (
    TextTable,
    check_table,
    csv_text,
    image_cells,
    read_text_table,
)
from common.metadata import read_table_file
from common.planning import IMAGE_SUFFIXES, UNWANTED_FOLDER, table_mapping

TABLE_FILE: Final = "meta.csv"
_CLASS: Final = "class"
_SHOWN: Final = 5


def own_table(category: Category) -> TextTable | None:
    """Return a category's table; None where classes are its folders.

    Raises:
        MetadataError: it cannot be read.
    """
    path = category.metadata_path
    if path is None:
        return None
    return read_text_table(read_table_file(path), path.name, category.manifest)


def row_name(category: Category, delivered: TextTable | None, path: str) -> str | None:
    """Return what rows of the table that a category has afterwards call an image.

    Args:
        category: as it is now.
        delivered: the delivery's table.
        path: of the image.

    Returns:
        None where there is no table, or indexing passes the image over.
    """
    if (category.metadata_path is None and delivered is None) or not _is_indexed(path):
        return None
    return row_key(path, table_mapping(category.manifest))


def joined(category: Category, delivered: TextTable | None, images: Images) -> TextTable | None:
    """Return the table that a category has afterwards; None where it has none.

    Args:
        category: with the table that it has now.
        delivered: the delivery's.
        images: that rows may be about.

    Raises:
        MetadataError: a table cannot be read, or an image gets no row of its own.
        MetadataRowsError: rows of ``delivered`` name no image.
    """
    own = own_table(category)
    if own is None and delivered is None:
        return None
    mapping = table_mapping(category.manifest)
    rows = {} if own is None else {name: dict(row) for name, row in own.rows.items()}
    columns = list(own.columns if own is not None else ())
    if delivered is not None:
        columns += [column for column in delivered.columns if column not in columns]
        for name, target in row_targets(delivered, rows, images, mapping).items():
            known = rows.get(target.key, {})
            rows[target.key] = {**known, **delivered.rows[name], **target.cells}
    files = {*images.placed, *(images.existing if own is None else ())}
    files = {file for file in files if _is_indexed(file)}
    foldered = any("/" in file for file in files)
    if own is None and foldered and _CLASS not in columns:
        columns.append(_CLASS)
    without: list[str] = []
    by_key: dict[str, str] = {}
    for file in sorted(files):
        key = row_key(file, mapping)
        if by_key.setdefault(key, file) != file:
            raise _of_one_name(category, key, by_key[key], file)
        if key not in rows:
            cells = image_cells("", file, mapping)
            if cells is None:
                without.append(file)
                continue
            rows[key] = cells
        if _CLASS in columns and "/" in file:
            rows[key].setdefault(_CLASS, str(PurePosixPath(file).parent))
    if without:
        raise _without_row(category, without)
    return TextTable(_file_name(category), columns, rows, {})


def check_joined(category: Category, table: TextTable) -> None:
    """Accept a table that reads back under the category's manifest.

    Raises:
        MetadataError: it does not.
    """
    check_table(table, _file_name(category), category.manifest)


def write_table(category: Category, table: TextTable) -> None:
    """Make a table the category's own, unless it is already.

    Raises:
        StorageUnavailable: it cannot be written.
    """
    text = csv_text(table)
    with on_disk(category.directory):
        path = _path(category, text)
        if not _holds(path, text):
            write_durably(path, text)
        if path != category.metadata_path:
            manifest = category.manifest.model_copy(update={"metadata": path.name})
            write_manifest(category.directory, manifest)


def _path(category: Category, text: str | None = None) -> Path:
    """Return where the table is written: in place of the category's, if that is CSV.

    Args:
        category: that gets it.
        text: of the table; a file that holds it is from a run that was interrupted.
    """
    own = category.metadata_path
    if own is not None and own.suffix.lower() == ".csv":
        return own
    stem, suffix = TABLE_FILE.split(".")
    names = chain([TABLE_FILE], (f"{stem}-{number}.{suffix}" for number in count(2)))
    paths = (category.directory / name for name in names)
    return next(path for path in paths if not os.path.lexists(path) or _holds(path, text))


def _file_name(category: Category) -> str:
    return _path(category).name


def _is_indexed(path: str) -> bool:
    """Tell whether indexing will ask for a row of a file: of what it passes over it wants none."""
    pure = PurePosixPath(path)
    return (
        pure.parts[0] != UNWANTED_FOLDER
        and pure.suffix.lower() in {"", *IMAGE_SUFFIXES}
        and not any("\ud800" <= letter <= "\udfff" for letter in path)
    )


def _without_row(category: Category, files: Collection[str]) -> MetadataError:
    shown = ", ".join(f"'{file}'" for file in list(files)[:_SHOWN])
    more = len(files) - _SHOWN
    return MetadataError(
        f"{_file_name(category)}: {len(files)} images have no row: {shown}"
        f"{f' and {more} more' if more > 0 else ''}",
        "Hand in a table with rows for them: as images are named by several columns of it, none "
        "can be made for them",
    )


def _of_one_name(category: Category, key: str, *files: str) -> MetadataError:
    shown = " and ".join(f"'{file}'" for file in files)
    return MetadataError(
        f"{_file_name(category)}: '{key}' would be the row of {shown}",
        "Rename images so that one has each stem, or remove 'file_match' from category.yaml",
    )


def _holds(path: Path, text: str | None) -> bool:
    return text is not None and path.is_file() and path.read_bytes() == text.encode()

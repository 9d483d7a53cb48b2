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
then names it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from common.categories import Category, write_manifest
from common.errors import MetadataError
from common.files.durable import write_durably
from common.intake.disk import on_disk
from common.intake.text_tables import (
    TextTable,
    check_table,
    csv_text,
    image_cells,
    read_text_table,
)
from common.metadata import (
    MetadataRowsError,
    RowProblem,
    TableMapping,
    normalised_path,
    read_table_file,
)
from common.planning import IMAGE_SUFFIXES, UNWANTED_FOLDER, table_mapping

TABLE_FILE: Final = "meta.csv"
_CLASS: Final = "class"
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Images:
    """The images that rows may be about.

    Attributes:
        existing: paths of those that the category has already.
        placed: paths of the delivery's that it has afterwards.
        given: of these, by what each was handed in as.
        refused: what the others were handed in as.
    """

    existing: Collection[str]
    placed: Collection[str]
    given: Mapping[str, str]
    refused: Collection[str]


def own_table(category: Category) -> TextTable | None:
    """Return a category's table; None where classes are its folders.

    Raises:
        MetadataError: it cannot be read.
    """
    path = category.metadata_path
    if path is None:
        return None
    return read_text_table(read_table_file(path), path.name, category.manifest)


def joined(category: Category, delivered: TextTable | None, images: Images) -> TextTable | None:
    """Return the table that a category has afterwards; None where it has none.

    Args:
        category: with the table that it has now.
        delivered: the delivery's.
        images: that rows may be about.

    Raises:
        MetadataError: a table cannot be read, or an image gets no row.
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
        for name, path in _targets(delivered, rows, images, mapping).items():
            cells = image_cells(name, path, mapping)
            key = _key(path, mapping)
            rows[key] = {**rows.get(key, {}), **delivered.rows[name], **(cells or {})}
    files = {*images.placed, *(images.existing if own is None else ())}
    files = {file for file in files if _is_indexed(file)}
    foldered = any("/" in file for file in files)
    if own is None and foldered and _CLASS not in columns:
        columns.append(_CLASS)
    without: list[str] = []
    for file in sorted(files):
        key = _key(file, mapping)
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
    path = _path(category)
    with on_disk(path):
        if not _holds(path, text):
            write_durably(path, text)
        if path != category.metadata_path:
            manifest = category.manifest.model_copy(update={"metadata": TABLE_FILE})
            write_manifest(category.directory, manifest)


def _path(category: Category) -> Path:
    """Return where the table is written: in place of the category's, if that is CSV."""
    path = category.metadata_path
    if path is None or path.suffix.lower() != ".csv":
        return category.directory / TABLE_FILE
    return path


def _file_name(category: Category) -> str:
    return _path(category).name


def _targets(
    table: TextTable,
    own: Collection[str],
    images: Images,
    mapping: TableMapping,
) -> dict[str, str]:
    """Return the path of the image that each row stands for, by what the row calls it."""
    given = {_comparable(name): path for name, path in images.given.items()}
    refused = {_comparable(name) for name in images.refused}
    known = {_comparable(_key(path, mapping)): path for path in (*images.existing, *images.placed)}
    # Rows of images that the category has lost are its own affair, and may be told anew.
    rows = {_comparable(name): name for name in own}
    targets: dict[str, str] = {}
    taken: dict[str, int] = {}
    problems: list[RowProblem] = []
    for called, number in table.numbers.items():
        name = _comparable(called)
        target = given.get(name) or known.get(name) or rows.get(name)
        if target is None:
            if name not in refused:
                problems.append(RowProblem(number, f"there is no image '{called}'"))
        elif target in taken:
            text = f"'{target}' again, first named in row {taken[target]}"
            problems.append(RowProblem(number, text))
        elif image_cells(called, target, mapping) is None:
            text = f"'{called}' is put at '{target}', which a row cannot say by 'file_template'"
            problems.append(RowProblem(number, text))
        else:
            targets[called] = target
            taken[target] = number
    if problems:
        raise MetadataRowsError(
            table.source, problems, "Correct the names, or hand the images in with the table"
        )
    return targets


def _is_indexed(path: str) -> bool:
    """Tell whether indexing will ask for a row of a file: of what it passes over it wants none."""
    pure = PurePosixPath(path)
    return (
        pure.parts[0] != UNWANTED_FOLDER
        and pure.suffix.lower() in {"", *IMAGE_SUFFIXES}
        and not any("\ud800" <= letter <= "\udfff" for letter in path)
    )


def _key(path: str, mapping: TableMapping) -> str:
    """Return what rows call the image of a path."""
    return path if mapping.file_match == "path" else PurePosixPath(path).stem


def _comparable(name: str) -> str:
    """Return a name as names are compared: a table's cells are paths, composed or not."""
    composed = unicodedata.normalize("NFC", name)
    return normalised_path(composed) or composed


def _without_row(category: Category, files: Collection[str]) -> MetadataError:
    shown = ", ".join(f"'{file}'" for file in list(files)[:_SHOWN])
    more = len(files) - _SHOWN
    return MetadataError(
        f"{_file_name(category)}: {len(files)} images have no row: {shown}"
        f"{f' and {more} more' if more > 0 else ''}",
        "Hand in a table with rows for them: as images are named by several columns of it, none "
        "can be made for them",
    )


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode()

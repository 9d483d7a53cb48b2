"""Reading a data set: S1's table (``file,class,label`` and more), or a folder for each class."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np

from common.errors import MetadataError
from common.metadata import MetadataTable, RowProblem, read_csv, read_table_file
from common.planning import IMAGE_SUFFIXES
from common.records import FieldType, PayloadValue
from common.storage.base import ImageStore
from metrics.data.columns import BOX_COLUMNS, Columns, checked, label_problem
from metrics.data.contract import PARTS, TrainingTable
from metrics.data.labels import LabelMap

_TYPES: Final[Mapping[str, FieldType]] = {
    # Labels are names even where they look like numbers: 007 is not 7.
    **dict.fromkeys(("label", "class", "split", "group", "is_query", "is_gallery"), "keyword"),
    **dict.fromkeys(BOX_COLUMNS, "number"),
}
_YES: Final = frozenset({"1", "1.0", "true", "yes"})
_NO: Final = frozenset({"0", "0.0", "false", "no", ""})


def read_training_csv(path: Path, label_map: LabelMap | None = None) -> TrainingTable:
    """Read a table from a file, see :func:`parse_training_csv`."""
    return parse_training_csv(read_table_file(path), path.name, label_map)


def parse_training_csv(
    content: bytes, source: str, label_map: LabelMap | None = None
) -> TrainingTable:
    """Read a table, and check its rows against each other; files are not opened.

    Columns: ``file``; ``label``, or ``class`` where there is no ``label``. Optional: ``class`` (the
    label's super-category), ``split`` (train, val or test), ``group``, ``is_query`` and
    ``is_gallery`` (1, true, yes; 0, false, no or empty), ``x1, y1, x2, y2`` (all four or none, in
    pixels of the upright image). Others are passed over.

    Without ``is_gallery`` every image is in the gallery; without ``is_query`` every image that has
    another one of its label there is a query.

    Args:
        content: the file's bytes.
        source: its name, for messages.
        label_map: of an earlier run; None numbers the labels anew.

    Raises:
        MetadataError: no table, no labels, or one label only.
        MetadataRowsError: rows are wrong; every one is named.
    """
    return training_table(read_csv(content, source, _TYPES), label_map)


def training_table(table: MetadataTable, label_map: LabelMap | None = None) -> TrainingTable:
    """Check the rows of a table that was read, whatever its format, see :func:`parse_training_csv`.

    Args:
        table: its fields are the columns.
        label_map: of an earlier run; None numbers the labels anew.

    Raises:
        MetadataError: no labels, or one label only.
        MetadataRowsError: rows are wrong; every one is named.
    """
    source = table.source
    names = set(table.fields)
    label_column = "label" if "label" in names else "class"
    if label_column not in names:
        raise MetadataError(
            f"{source}: row 1 has neither a column 'label' nor 'class'",
            "Add a column 'label' that names what each image shows",
        )
    if names & set(BOX_COLUMNS) and not names.issuperset(BOX_COLUMNS):
        raise MetadataError(
            f"{source}: of the box columns {', '.join(BOX_COLUMNS)} some are missing",
            "Give all four, or none",
        )
    columns = _read_rows(table, label_column, label_map)
    _check_classes(columns, table)
    return checked(
        source, tuple(table.rows), columns, label_map, names, tuple(table.row_numbers.values())
    )


def read_training_folder(
    images: ImageStore, source: str, label_map: LabelMap | None = None
) -> TrainingTable:
    """Read a data set whose classes are folders, as ``label/image`` or ``class/label/image``.

    A label is the whole path of a folder; its super-category the path above it.

    Args:
        images: the files. Those without the name of an image are passed over.
        source: what to call it in messages.
        label_map: of an earlier run; None numbers the labels anew.

    Raises:
        MetadataError: images outside any folder, an unknown label, or fewer than two labels.
        StorageUnavailable: the images cannot be reached.
    """
    columns = Columns()
    files: list[str] = []
    strays: list[str] = []
    for stored in images.walk():
        path = PurePosixPath(stored.path)
        # A file without a suffix may be an image: its content is what tells.
        if path.suffix and path.suffix.lower() not in IMAGE_SUFFIXES:
            continue
        label = "" if len(path.parts) < 2 else str(path.parent)
        if problem := label_problem(label, label_map):
            strays.append(f"'{stored.path}': {problem}")
        files.append(stored.path)
        columns.labels.append(label)
        columns.classes.append("" if len(path.parts) < 3 else str(path.parent.parent))
    if strays:
        more = f"; and {len(strays) - 1} more" if len(strays) > 1 else ""
        raise MetadataError(
            f"{source}: {strays[0]}{more}", "Put every image into the folder of its label"
        )
    return checked(source, tuple(files), columns, label_map, {"class"}, None)


def _read_rows(table: MetadataTable, label_column: str, known: LabelMap | None) -> Columns:
    columns = Columns()
    for file, cells in table.rows.items():
        problems: list[str] = []
        label = _text(cells, label_column)
        problem = label_problem(label, known)
        problems += [problem] if problem else []
        part = _text(cells, "split").lower()
        if "split" in cells and part not in PARTS:
            problems.append(f"split '{part}' is none of {', '.join(PARTS)}")
        for column in ("is_query", "is_gallery"):
            if _text(cells, column).lower() not in _YES | _NO:
                problems.append(f"'{cells[column]}' in column '{column}' is neither yes nor no")
        box, problem = _box(cells)
        problems += [problem] if problem else []
        columns.labels.append(label)
        columns.classes.append(_text(cells, "class") if label_column == "label" else "")
        columns.parts.append(next((known for known in PARTS if known == part), "train"))
        columns.groups.append(_text(cells, "group"))
        columns.queries.append(_text(cells, "is_query").lower() in _YES)
        columns.gallery.append(_text(cells, "is_gallery").lower() in _YES)
        columns.boxes.append(box)
        columns.problems += [RowProblem(table.row_numbers[file], text) for text in problems]
    return columns


def _text(cells: Mapping[str, PayloadValue], column: str) -> str:
    value = cells.get(column)
    return "" if value is None else str(value)


def _box(cells: Mapping[str, PayloadValue]) -> tuple[tuple[float, ...], str]:
    """Return a row's box, and what is wrong with it; the image's size is not known here."""
    values = [cells.get(column) for column in BOX_COLUMNS]
    given = tuple(float(value) for value in values if isinstance(value, int | float))
    nowhere = (np.nan,) * 4
    if not given:
        return nowhere, ""
    if len(given) < 4:
        return nowhere, "the box has empty corners: give all four numbers, or none"
    x1, y1, x2, y2 = given
    if not (0 <= x1 < x2 and 0 <= y1 < y2):
        return nowhere, f"the box {x1:g}, {y1:g}, {x2:g}, {y2:g} is empty or begins below 0"
    return given, ""


def _check_classes(columns: Columns, table: MetadataTable) -> None:
    """Note the rows that put a label into another super-category than an earlier row did."""
    first: dict[str, tuple[str, int]] = {}
    numbers = table.row_numbers.values()
    for label, name, number in zip(columns.labels, columns.classes, numbers, strict=True):
        known, row = first.setdefault(label, (name, number))
        if label and known != name:
            columns.problems.append(
                RowProblem(number, f"label '{label}' has class '{name}', in row {row} '{known}'")
            )

"""What the rows of a delivered table stand for: images, or rows that the category has."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from common.errors import AddressRefused
from common.intake.addresses import parse_address
from common.intake.text_tables import TextTable, image_cells
from common.metadata import MetadataRowsError, RowProblem, TableMapping, normalised_path


@dataclass(frozen=True, slots=True)
class Images:
    """The images that rows may be about.

    Attributes:
        existing: paths of those that the category has already.
        placed: paths of the delivery's that it has afterwards.
        given: of these, by what each was handed in as.
        refused: what the others were handed in as.
        unnamed: paths that these were to have, where rows would call them as another is called.
    """

    existing: Collection[str]
    placed: Collection[str]
    given: Mapping[str, str]
    refused: Collection[str]
    unnamed: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """What a delivered row stands for.

    Attributes:
        key: of the category's row that it is joined with, or becomes.
        cells: by which that row names its image.
    """

    key: str
    cells: Mapping[str, str]


def row_targets(
    table: TextTable,
    own: Mapping[str, Mapping[str, str]],
    images: Images,
    mapping: TableMapping,
) -> dict[str, Target]:
    """Return what each row stands for, by what the row calls its image.

    Args:
        table: the delivery's; rows of refused images stand for nothing.
        own: the rows that the category has.
        images: that rows may be about.
        mapping: how rows name images.

    Raises:
        MetadataRowsError: a row names no image, one of several, one that an earlier row names, or
            one whose path it cannot say.
    """
    given = {_comparable(name): path for name, path in images.given.items()}
    refused = {_comparable(name) for name in images.refused}
    known = {
        _comparable(row_key(path, mapping)): path for path in (*images.existing, *images.placed)
    }
    unnamed = {_comparable(row_key(path, mapping)): path for path in images.unnamed}
    # Rows of images that the category has lost are its own affair, and may be told anew.
    rows = {_comparable(name): name for name in own}
    targets: dict[str, Target] = {}
    taken: dict[str, int] = {}
    problems: list[RowProblem] = []
    for called, number in table.numbers.items():
        told = _told(table.rows[called], mapping)
        name = _comparable(_address(told) or called)
        path = given.get(name) or known.get(name)
        key = rows.get(name) if path is None else row_key(path, mapping)
        if key is None:
            if name not in refused:
                problems.append(RowProblem(number, f"there is no image '{told}'"))
            continue
        cells = (
            _own_cells(own[key], mapping) if path is None else image_cells(called, path, mapping)
        )
        if name in unnamed:
            text = f"'{told}' could be '{path or key}' or '{unnamed[name]}'"
            problems.append(RowProblem(number, text))
        elif key in taken:
            text = f"'{path or key}' again, first named in row {taken[key]}"
            problems.append(RowProblem(number, text))
        elif cells is None:
            text = f"'{told}' is put at '{path}', which a row cannot say by 'file_template'"
            problems.append(RowProblem(number, text))
        else:
            targets[called] = Target(key, cells)
            taken[key] = number
    if problems:
        raise MetadataRowsError(
            table.source, problems, "Correct the names, or hand the images in with the table"
        )
    return targets


def row_key(path: str, mapping: TableMapping) -> str:
    """Return what rows call the image of a path."""
    return path if mapping.file_match == "path" else PurePosixPath(path).stem


def _told(row: Mapping[str, str], mapping: TableMapping) -> str:
    """Return what a row calls its image, letter by letter: paths lose some of an address's."""
    template = mapping.file_template_or_none
    return template.fill(row.__getitem__) if template else row[mapping.file_column]


def _address(told: str) -> str | None:
    """Return the web address that a row names, written as those handed in; None if it is none."""
    if not told.lower().startswith(("http://", "https://")):
        return None
    try:
        return str(parse_address(told))
    except AddressRefused:
        return None


def _own_cells(row: Mapping[str, str], mapping: TableMapping) -> Mapping[str, str]:
    """Return the cells by which a row of the category's names an image that is not there."""
    return {} if mapping.file_template else {mapping.file_column: row[mapping.file_column]}


def _comparable(name: str) -> str:
    """Return a name as names are compared: a table's cells are paths, composed or not."""
    composed = unicodedata.normalize("NFC", name)
    return normalised_path(composed) or composed

"""Which image a row means, where it names a file by its stem."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from common.metadata.mapping import FileMatch
from common.metadata.problems import MetadataRowsError, RowProblem
from common.metadata.reading import MetadataTable

_FILES_SHOWN = 3


def match_files(table: MetadataTable, files: Iterable[str], match: FileMatch) -> MetadataTable:
    """Return a table whose rows are named by the paths of images.

    Args:
        table: as it was read; its rows are named as the table names them.
        files: paths of the images that there are.
        match: how the table names them. What is no file's stem is taken for a path.

    Raises:
        MetadataRowsError: a row's stem is that of several files, or two rows mean one file.
    """
    if match == "path":
        return table
    by_stem: dict[str, list[str]] = {}
    for file in files:
        by_stem.setdefault(PurePosixPath(file).stem, []).append(file)
    paths: dict[str, str] = {}  # by what the table calls them
    rows: dict[str, int] = {}
    problems: list[RowProblem] = []
    for name, row in table.row_numbers.items():
        found = by_stem.get(name, [name])
        paths[name] = found[0]
        if len(found) > 1:
            problems.append(RowProblem(row, f"'{name}' could be {_listed(found)}"))
        elif rows.setdefault(found[0], row) != row:
            first = rows[found[0]]
            problems.append(RowProblem(row, f"'{found[0]}' again, first named in row {first}"))
    if problems:
        raise MetadataRowsError(
            table.source, problems, "Correct these rows, or rename images so that one has each stem"
        )
    return replace(
        table,
        rows={paths[name]: row for name, row in table.rows.items()},
        row_numbers={paths[name]: number for name, number in table.row_numbers.items()},
    )


def _listed(files: list[str]) -> str:
    shown = " or ".join(f"'{file}'" for file in files[:_FILES_SHOWN])
    more = len(files) - _FILES_SHOWN
    return f"{shown}{f', or {more} more' if more > 0 else ''}"

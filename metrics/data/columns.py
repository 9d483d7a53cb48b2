"""The columns of a data set while they are read, and the checks that need all rows at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from common.errors import MetadataError
from common.metadata import MetadataRowsError, RowProblem
from metrics.data.contract import PARTS, Part, TrainingTable
from metrics.data.labels import LabelMap

BOX_COLUMNS: Final = ("x1", "y1", "x2", "y2")
_MAX_LABEL_LENGTH: Final = 200


@dataclass(slots=True)
class Columns:
    """What the rows say, one entry each in every list, and what is wrong with them.

    Only ``labels`` and ``classes`` are always filled.
    """

    labels: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    queries: list[bool] = field(default_factory=list)
    gallery: list[bool] = field(default_factory=list)
    boxes: list[tuple[float, ...]] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def label_problem(label: str, known: LabelMap | None) -> str:
    """Return what is wrong with a label; empty when nothing is."""
    if not label:
        return "the label is empty"
    if len(label) > _MAX_LABEL_LENGTH:
        return f"the label is longer than {_MAX_LABEL_LENGTH} characters"
    if not label.isprintable():
        return "the label holds line breaks or other control characters"
    if known is not None and label not in known:
        return f"'{label}' is no label of the given label map"
    return ""


def checked(
    source: str,
    files: tuple[str, ...],
    columns: Columns,
    label_map: LabelMap | None,
    names: set[str],
    row_numbers: tuple[int, ...] | None,
) -> TrainingTable:
    """Make the table of columns that were read, unless they are wrong.

    Args:
        source: see :class:`TrainingTable`.
        files: see :class:`TrainingTable`.
        columns: what the rows say.
        label_map: that knows all labels; None numbers them anew.
        names: of the columns that were there.
        row_numbers: see :class:`TrainingTable`.

    Raises:
        MetadataRowsError: there are problems among the columns, or queries without an answer.
        MetadataError: fewer than two labels.
    """
    if columns.problems:
        problems = sorted(columns.problems, key=lambda problem: problem.row)
        raise MetadataRowsError(source, problems, "Correct these rows and try again")
    distinct = sorted(set(columns.labels))
    if len(distinct) < 2:
        found = f"the one label '{distinct[0]}'" if distinct else "no image"
        raise MetadataError(
            f"{source}: there is {found}, and telling things apart takes two labels",
            "Add images of other labels",
        )
    label_map = label_map or LabelMap.of(distinct)
    labels = label_map.encode(columns.labels)
    classes = dict(zip(columns.labels, columns.classes, strict=True))
    part_ids = np.array([PARTS.index(part) for part in columns.parts] or [0] * len(files))
    in_gallery = np.array(columns.gallery if "is_gallery" in names else [True] * len(files))
    answerable = _positives(labels, part_ids, in_gallery) > 0
    asked = np.array(columns.queries) if "is_query" in names else answerable
    trained = (part_ids == 0) if "split" in names else np.zeros(len(files), dtype=np.bool_)
    table = TrainingTable(
        source,
        files,
        labels,
        label_map,
        tuple(classes.get(name, "") for name in label_map.names),
        is_query=asked & answerable,
        is_gallery=in_gallery,
        parts=tuple(columns.parts) if "split" in names else None,
        groups=tuple(columns.groups) if "group" in names else None,
        boxes=_box_array(columns.boxes) if names.issuperset(BOX_COLUMNS) else None,
        row_numbers=row_numbers,
    )
    # Training asks no queries, so its rows may leave the answer to them out.
    if lost := np.flatnonzero(asked & ~answerable & ~trained).tolist():
        raise table.refusal(
            (
                (i, f"'{files[i]}' is a query, and no other gallery image has its label")
                for i in lost
            ),
            "Add gallery images of these labels, or make these rows no queries",
        )
    return table


def _positives(
    labels: NDArray[np.int64], part_ids: NDArray[np.int64], in_gallery: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Count, for each image, the other gallery images of its label and part: shape ``(n,)``."""
    keys = labels * len(PARTS) + part_ids
    found = Counter(keys[in_gallery].tolist())
    return np.array([found[key] for key in keys.tolist()], dtype=np.int64) - in_gallery


def _box_array(boxes: Sequence[tuple[float, ...]]) -> NDArray[np.float32]:
    return np.array(boxes, dtype=np.float32).reshape(len(boxes), 4)

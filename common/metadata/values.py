"""Texts to typed values, and the types of columns that nobody declared."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date
from typing import Final

from common.metadata.raw import Cell
from common.records import FieldType, PayloadValue

LIST_SEPARATOR: Final = ";"
_INT64_MAX: Final = 2**63 - 1
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,19}")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
# 007 is a code, not the number seven: its zeros must survive.
_CODE: Final = re.compile(r"[+-]?0[0-9]")


def infer_type(cells: Iterable[Cell]) -> FieldType:
    """Return the narrowest type that loses nothing of any cell.

    ``integer`` or ``number`` where every value is one, ``list`` where a cell is a list, else
    ``keyword``.
    """
    kind: FieldType = "integer"
    empty = True
    for cell in cells:
        if isinstance(cell, tuple):
            return "list"
        if not cell or kind == "keyword":
            continue  # a list may still come
        empty = False
        if kind == "integer" and not _is(cell, "integer"):
            kind = "number"
        if kind == "number" and not _is(cell, "number"):
            kind = "keyword"
    return "keyword" if empty else kind


def convert(cell: Cell, kind: FieldType, separator: str = LIST_SEPARATOR) -> PayloadValue:
    """Return a cell's value; None for an empty one, and an empty list for a ``list``.

    Args:
        cell: a stripped text, or texts.
        kind: what the value should be.
        separator: between the elements of a list in a text.

    Raises:
        ValueError: it is no such value.
    """
    if isinstance(cell, tuple):
        if kind != "list":
            raise ValueError(cell)
        return list(cell)
    if not cell:
        return [] if kind == "list" else None
    match kind:
        case "integer":
            # int() alone would also take 1_000 and digits of other scripts.
            if not _INTEGER.fullmatch(cell) or abs(int(cell)) > _INT64_MAX:
                raise ValueError(cell)
            return int(cell)
        case "number":
            if not _NUMBER.fullmatch(cell) or not math.isfinite(float(cell)):
                raise ValueError(cell)
            return float(cell)
        case "date":
            return date.fromisoformat(cell).isoformat()
        case "list":
            return [part.strip() for part in cell.split(separator) if part.strip()]
        case "keyword" | "link":
            return cell


def _is(text: str, kind: FieldType) -> bool:
    # Longer numbers than 64 bits hold are codes too: as floats, neighbours would become one.
    if _CODE.match(text) or (kind == "number" and text.lstrip("+-").isdigit() and len(text) > 18):
        return False
    try:
        convert(text, kind)
    except ValueError:
        return False
    return True

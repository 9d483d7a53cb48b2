"""JSONL: one JSON object a line, its keys the columns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from common.metadata.problems import RowProblem
from common.metadata.raw import CELL_CHARACTERS, Cell, RawRow, RawTable, TableBudget
from common.metadata.texts import decode_text

_SHOWN_CHARACTERS: Final = 60
_SURROGATES: Final = frozenset(map(chr, range(0xD800, 0xE000)))


def read_jsonl(content: bytes, source: str) -> RawTable:
    """Read a table of JSON objects, one a line.

    The columns are all keys, in the order in which they first come. A key that an object lacks,
    and null, are empty cells. Values are texts, numbers, booleans, or lists of these; numbers keep
    the digits that they are written with.

    Args:
        content: the file's bytes, UTF-8 with or without byte order mark, or UTF-16 with it.
        source: its name, for messages.

    Raises:
        MetadataError: it is no text.
    """
    text = decode_text(content, source, "JSONL")
    columns: dict[str, int] = {}
    objects: list[tuple[int, Mapping[str, Cell]]] = []
    problems: list[RowProblem] = []
    budget = TableBudget(source)
    # JSON may hold the line separators of Unicode as they are, so only line feeds end a line.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            cells = _cells(line)
        except (ValueError, RecursionError) as error:
            problems.append(RowProblem(number, _reason(error)))
            continue
        for column in cells:
            columns.setdefault(column, len(columns))
        budget.spend(len(columns))
        objects.append((number, cells))
    rows = tuple(
        RawRow(number, tuple(cells.get(column, "") for column in columns))
        for number, cells in objects
        if any(cells.values())
    )
    return RawTable(source, tuple(columns), rows, tuple(problems))


def _cells(line: str) -> dict[str, Cell]:
    parsed = json.loads(
        line,
        object_pairs_hook=_Pairs,
        # As text: no digit is lost, and no number is too long to be one.
        parse_int=str,
        parse_float=str,
        parse_constant=_refuse_constant,
    )
    if not isinstance(parsed, _Pairs):
        raise ValueError("the line is no JSON object")
    cells: dict[str, Cell] = {}
    for key, value in parsed:
        name = _text(key).strip()
        if name in cells:
            raise ValueError(f"the key '{_shown(name)}' comes twice")
        cells[name] = _cell(name, value)
    return cells


class _Pairs(list[tuple[str, object]]):
    """An object's keys and values before they are known to be distinct."""


def _cell(name: str, value: object) -> Cell:
    if isinstance(value, _Pairs):
        raise ValueError(f"the value of '{_shown(name)}' is an object")
    if not isinstance(value, list):
        return _scalar(value)
    if any(isinstance(element, list) for element in value):
        raise ValueError(f"the value of '{_shown(name)}' is a list of lists or objects")
    return tuple(text for element in value if (text := _scalar(element)))


def _scalar(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
    return _text(str(value)).strip()


def _text(text: str) -> str:
    if "\0" in text or not _SURROGATES.isdisjoint(text):
        raise ValueError("a text holds a character that is none (NUL, or half of a pair)")
    if len(text) > CELL_CHARACTERS:
        raise ValueError(f"a text is longer than {CELL_CHARACTERS:,} characters")
    return text


def _shown(name: str) -> str:
    return name if len(name) <= _SHOWN_CHARACTERS else f"{name[:_SHOWN_CHARACTERS]}…"


def _reason(error: Exception) -> str:
    match error:
        case json.JSONDecodeError():
            return f"the line is no JSON ({error.msg} at character {error.pos + 1})"
        case RecursionError():
            return "the line is nested too deeply"
        case _:
            return str(error)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no number that JSON knows")

"""What a job's report says, as counts, as a table and as files to keep."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any, Final

from common.jobs import JsonObject

# A spreadsheet would take a cell that begins so for a formula; the text is from outside.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")

_CHANGES: Final = {
    "added": "Added",
    "replaced": "Replaced",
    "moved": "Moved",
    "updated": "Metadata changed",
    "removed": "Removed",
    "unchanged": "Unchanged",
    "kept": "Kept unread",
}


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What became of a file that did not simply become a record.

    Attributes:
        file: its name, as it was given.
        outcome: ``skipped`` or ``duplicate``.
        reason: a few words, equal for equal failures.
        detail: the sentence that says what to do; of a duplicate, what it equals.
    """

    file: str
    outcome: str
    reason: str
    detail: str


def counts(report: JsonObject) -> list[tuple[str, int]]:
    """Return what is worth counting, with its label; without what did not happen."""
    index = _index_of(report)
    changes = _mapping(index.get("changes"))
    handed_in = report is not index
    shown = [("Pictures now", _number(index.get("indexed")))]
    for name, label in _CHANGES.items():
        # What was handed in is told by the intake; of the index only what it alone knows.
        told = report if handed_in and name in report else changes
        shown.append((label, _number(told.get(name))))
    shown.append(("Skipped", _number(report.get("skipped_total"))))
    if handed_in:
        shown.append(("Left out of the index", _number(index.get("skipped_total"))))
    shown.append(("Duplicates", _number(report.get("duplicates_total"))))
    return [(label, number) for place, (label, number) in enumerate(shown) if number or not place]


def rows(report: JsonObject) -> list[ReportRow]:
    """Return the files that were skipped or are there twice, as far as the report lists them."""
    found: dict[tuple[str, str], ReportRow] = {}
    # Copies elsewhere in the category are no news to whoever handed in a few pictures.
    for row in [*_skipped(report), *_skipped(_index_of(report)), *_duplicates(report)]:
        found.setdefault((row.file, row.outcome), row)
    return list(found.values())


def is_cut(report: JsonObject) -> bool:
    """Tell whether more files were skipped than the report lists."""
    return any(
        _number(part.get("skipped_total")) > len(_sequence(part.get("skipped")))
        for part in (report, _index_of(report))
    )


def as_json(report: JsonObject) -> bytes:
    """Return the report as a JSON file."""
    return json.dumps(report, indent=2, ensure_ascii=False).encode("utf-8", "replace")


def as_csv(listed: Iterable[ReportRow]) -> bytes:
    """Return rows as a CSV file for spreadsheets: with a byte order mark, and without formulas."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(field.name for field in fields(ReportRow))
    for row in listed:
        writer.writerow(_as_text(cell) for cell in astuple(row))
    return text.getvalue().encode("utf-8-sig", "replace")


def _as_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _index_of(report: JsonObject) -> Mapping[str, Any]:
    """Return the part on the index: of an ``index`` job that is all of it."""
    index = report.get("index")
    return index if isinstance(index, Mapping) else report


def _skipped(part: Mapping[str, Any]) -> list[ReportRow]:
    return [
        ReportRow(str(skip["file"]), "skipped", str(skip["reason"]), str(skip["detail"]))
        for skip in _sequence(part.get("skipped"))
    ]


def _duplicates(part: Mapping[str, Any]) -> list[ReportRow]:
    """Return rows of copies, listed as pairs by an intake and as groups by an index."""
    pairs: list[tuple[str, str]] = []
    for entry in _sequence(part.get("duplicates")):
        if isinstance(entry, Mapping):
            pairs.append((str(entry["file"]), str(entry["same_as"])))
        else:
            pairs += [(str(file), str(entry[0])) for file in entry[1:]]
    return [
        ReportRow(file, "duplicate", "same content", f"Equal to '{same}'") for file, same in pairs
    ]


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: object) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0

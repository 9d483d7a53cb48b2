"""A job's report as counts, rows and files."""

from __future__ import annotations

import csv
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from interactive.reports import ReportRow, as_csv, as_json, counts, is_cut, rows

INDEX = {
    "indexed": 40,
    "changes": {"added": 3, "replaced": 1, "removed": 0, "unchanged": 36},
    "skipped_total": 2,
    "skipped": [
        {"file": "a.jpg", "reason": "damaged", "detail": "'a.jpg' is damaged. Send it again."},
        {"file": "b.txt", "reason": "not a supported image", "detail": "It is text."},
    ],
    "duplicates_total": 1,
    "duplicates": [["c.jpg", "d.jpg", "e.jpg"]],
}


def test_what_did_not_happen_is_not_counted() -> None:
    assert counts(INDEX) == [
        ("Pictures now", 40),
        ("Added", 3),
        ("Replaced", 1),
        ("Unchanged", 36),
        ("Skipped", 2),
        ("Duplicates", 1),
    ]


ADD = {
    "added": 2,
    "replaced": 1,
    "unchanged": 4,
    "skipped_total": 1,
    "skipped": [{"file": "x.zip", "reason": "archive", "detail": "It is damaged."}],
    "duplicates_total": 1,
    "duplicates": [{"file": "n.jpg", "same_as": "c.jpg"}],
    "index": INDEX,
}


def test_of_an_intake_its_own_files_are_counted_and_the_whole_category() -> None:
    assert counts(ADD) == [
        ("Pictures now", 40),
        ("Added", 2),
        ("Replaced", 1),
        ("Unchanged", 4),
        ("Skipped", 1),
        ("Left out of the index", 2),
        ("Duplicates", 1),
    ]
    assert [row.file for row in rows(ADD)] == ["x.zip", "a.jpg", "b.txt", "n.jpg"]


def test_the_number_of_pictures_is_told_even_where_it_is_none() -> None:
    assert counts({}) == [("Pictures now", 0)]


def test_each_skipped_file_and_each_further_copy_has_a_row() -> None:
    assert [(row.file, row.outcome) for row in rows(INDEX)] == [
        ("a.jpg", "skipped"),
        ("b.txt", "skipped"),
        ("d.jpg", "duplicate"),
        ("e.jpg", "duplicate"),
    ]
    assert rows(INDEX)[-1].detail == "Equal to 'c.jpg'"


def test_a_list_that_was_cut_is_known_as_such() -> None:
    assert not is_cut(INDEX)
    assert is_cut({**INDEX, "skipped_total": 500})


def test_the_json_file_is_the_report_itself() -> None:
    assert json.loads(as_json(INDEX)) == INDEX


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.builds(ReportRow, texts, texts, texts, texts), max_size=5))
def test_no_cell_of_the_csv_file_is_a_formula(listed: list[ReportRow]) -> None:
    # As a spreadsheet reads it, quotes and line breaks inside of cells included.
    text = as_csv(listed).decode("utf-8-sig")
    cells = list(csv.reader(io.StringIO(text, newline="")))
    assert len(cells) == len(listed) + 1
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in cells for cell in row)
    for row, listing in zip(cells[1:], listed, strict=True):
        assert row[0].removeprefix("'") == listing.file.removeprefix("'")

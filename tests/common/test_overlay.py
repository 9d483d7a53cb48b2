"""Edits on disk: what is written is read again, and a file that is none is named by its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import MetadataError, StorageUnavailable
from common.overlay import EDITS_FILE, FileEdit, LocalEdits, apply_changes
from common.records import FieldType, Payload

TEXT = st.text(st.characters(exclude_categories=("Cs",)))
VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.lists(TEXT)
)
EDITS = st.dictionaries(
    TEXT.filter(bool),
    st.builds(FileEdit, st.dictionaries(TEXT, VALUES), st.sampled_from(["record", "file", None])),
)
FIELDS: dict[str, FieldType] = {"file": "keyword", "class": "keyword", "label": "integer"}


@given(EDITS)
@settings(deadline=None, max_examples=50)
def test_edits_are_read_as_they_were_written_in_their_order(
    tmp_path_factory: pytest.TempPathFactory, edits: dict[str, FileEdit]
) -> None:
    path = tmp_path_factory.mktemp("edits") / EDITS_FILE
    LocalEdits(path).write(edits)
    assert list(LocalEdits(path).read().items()) == list(edits.items())
    assert path.exists() == bool(edits)


def test_blank_lines_and_other_line_ends_are_no_matter(tmp_path: Path) -> None:
    path = tmp_path / EDITS_FILE
    path.write_bytes(b'\r\n{"file": "a.jpg", "removed": "record"}\r\n\r\n{"file": "b\xe2\x80\xa8"}')
    expected = {"a.jpg": FileEdit(removed="record"), "b\u2028": FileEdit()}
    assert LocalEdits(path).read() == expected


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b'{"changes": {}}',
        b'{"file": ""}',
        b'{"file": 3}',
        b'{"file": "a", "remove": "record"}',
        b'{"file": "a", "removed": "all"}',
        b'{"file": "a", "removed": ["record"]}',
        b'{"file": "a", "changes": []}',
        b'{"file": "a", "changes": {"b": {}}}',
        b'{"file": "a", "changes": {"b": [1]}}',
        b'{"file": "a", "changes": {"b": NaN}}',
        b'{"file": "a", "changes": {"b": 1e999}}',
        b"[" * 100_000,
    ],
)
def test_a_line_that_is_no_edit_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / EDITS_FILE
    path.write_bytes(b'{"file": "a.jpg"}\n' + line)
    with pytest.raises(MetadataError, match="line 2 is no edit"):
        LocalEdits(path).read()


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    (tmp_path / EDITS_FILE).write_bytes(b"\xff\xfe")
    with pytest.raises(MetadataError, match="not UTF-8"):
        LocalEdits(tmp_path / EDITS_FILE).read()


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="cannot be used"):
        LocalEdits(tmp_path / "absent" / EDITS_FILE).write({"a": FileEdit(removed="file")})
    (tmp_path / EDITS_FILE).mkdir()
    with pytest.raises(StorageUnavailable, match="cannot be used"):
        LocalEdits(tmp_path / EDITS_FILE).read()


def test_new_classes_of_folders_are_numbered_on_in_the_order_of_their_edits() -> None:
    payloads: dict[str, Payload] = {
        f"{class_}/{n}.jpg": {"file": f"{class_}/{n}.jpg", "class": class_, "label": label}
        for label, class_ in enumerate(("a", "b"))
        for n in range(3)
    }
    payloads["loose.jpg"] = {"file": "loose.jpg"}
    edits = {
        "a/0.jpg": FileEdit({"class": "z"}),
        "a/1.jpg": FileEdit({"class": "c"}),
        "b/0.jpg": FileEdit({"class": "z"}),
        "b/1.jpg": FileEdit({"class": "a"}),
        "b/2.jpg": FileEdit({"class": None}),
        "loose.jpg": FileEdit({"class": "b", "label": 7}),
        "gone.jpg": FileEdit({"class": "y"}),
    }
    applied, fields = apply_changes(payloads, FIELDS, edits, {}, classes_from_folders=True)
    told = {file: (p.get("class"), p.get("label")) for file, p in applied.items()}
    assert told == {
        "a/0.jpg": ("z", 2),
        "a/1.jpg": ("c", 3),
        "a/2.jpg": ("a", 0),
        "b/0.jpg": ("z", 2),
        "b/1.jpg": ("a", 0),
        "b/2.jpg": (None, None),
        "loose.jpg": ("b", 7),
    }
    assert fields == FIELDS
    assert payloads["a/0.jpg"]["class"] == "a"


def test_a_class_of_a_table_leaves_its_label_alone() -> None:
    payloads: dict[str, Payload] = {"a.jpg": {"file": "a.jpg", "class": "a", "label": 0}}
    edits = {"a.jpg": FileEdit({"class": "z"})}
    applied, _ = apply_changes(payloads, FIELDS, edits, {}, classes_from_folders=False)
    assert applied["a.jpg"] == {"file": "a.jpg", "class": "z", "label": 0}

"""Edits that people make to records: kept beside the manifest, laid over what the files tell.

An index can be built again from a category's images and table at any time. What a person corrected
or removed must outlive that, so it is kept here and not in the index alone: ``edits.jsonl`` in the
category's directory, one JSON object a line for each edited file, in the order of their first
edit::

    {"file": "boots/1.jpg", "changes": {"price": 12.5, "note": null}}
    {"file": "boots/2.jpg", "removed": "record"}

Text, and not a database, so that it can be read, compared and kept under version control beside the
table it corrects, and copied at any moment. The file is replaced whole and atomically: a reader
finds the edits before a change or after it. Ten thousand edits are some 1 MB.

An edit belongs to a path, as a table's row does. A file that is renamed leaves its edits behind.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TypeAlias

from common.categories import CategoryManifest
from common.errors import MetadataError, StorageUnavailable
from common.files.durable import write_durably
from common.metadata import years_fields
from common.records import FieldType, Payload, PayloadValue

EDITS_FILE = "edits.jsonl"
REMOVED_REASON = "removed by a person"

Removed: TypeAlias = Literal["record", "file"]
"""What was removed: the record only, whose file is left out as long as it lies there; or the file
too, and then one that is put in its place is indexed as any other."""


@dataclass(frozen=True, slots=True)
class FileEdit:
    """What people changed of one file's record.

    Attributes:
        changes: values by payload field, in place of those that the files and the table tell.
        removed: what of it was removed, None for nothing.
    """

    changes: Payload = field(default_factory=dict)
    removed: Removed | None = None


Edits: TypeAlias = Mapping[str, FileEdit]
"""Edits by path of the image, in the order of each path's first edit."""


class RecordEdits(Protocol):
    """One category's file of edits, wherever it lies. Who writes it holds the category's lock."""

    def read(self) -> Edits:
        """Return the edits; empty where there is no file.

        Raises:
            MetadataError: a line is no edit.
            StorageUnavailable: the file is there and cannot be read.
        """
        ...

    def write(self, edits: Edits) -> None:
        """Replace all edits, durably and atomically; without any, the file goes.

        Raises:
            StorageUnavailable: it cannot be written; the former edits stay.
        """
        ...


class LocalEdits:
    """A file of edits on this machine, see :class:`RecordEdits`.

    Args:
        path: of the file; its directory exists.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Edits:
        """See :meth:`RecordEdits.read`."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise _unusable(self._path, error) from error
        return parse_edits(content, str(self._path))

    def write(self, edits: Edits) -> None:
        """See :meth:`RecordEdits.write`."""
        text = format_edits(edits)
        try:
            if text:
                write_durably(self._path, text)
            else:
                self._path.unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(self._path, error) from error


def parse_edits(content: bytes, name: str) -> Edits:
    """Read the content of a file of edits.

    Args:
        content: the whole file.
        name: of the file, for sentences.

    Raises:
        MetadataError: it is no text, or a line is no edit.
    """
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise MetadataError(f"'{name}' is not UTF-8 text", "Save it as UTF-8") from error
    edits: dict[str, FileEdit] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            file, edit = _edit(json.loads(line, parse_constant=_refuse_constant))
        except (ValueError, RecursionError) as error:
            raise MetadataError(
                f"'{name}': line {number} is no edit ({error})",
                "Correct that line, or remove it to undo that edit",
            ) from error
        edits[file] = edit
    return edits


def format_edits(edits: Edits) -> str:
    """Return the content of a file of edits, empty without any."""
    return "".join(f"{_line(file, edit)}\n" for file, edit in edits.items())


def apply_changes(
    payloads: Mapping[str, Payload],
    fields: Mapping[str, FieldType],
    edits: Edits,
    declared: Mapping[str, FieldType],
    *,
    classes_from_folders: bool,
) -> tuple[dict[str, Payload], dict[str, FieldType]]:
    """Lay people's changes over what the files and the table tell.

    A changed field that the category no longer has is left aside until it has it again. Where
    classes are folders, a changed class brings its label along, and a class that is no folder gets
    the next number.

    Args:
        payloads: by path of the image.
        fields: of the payloads, with their types.
        edits: by path; those of other files are left aside.
        declared: fields that the manifest declares, used once an edit gives one a value.
        classes_from_folders: whether ``class`` and ``label`` come from the images' folders.

    Returns:
        The payloads and the fields, the latter with those that only edits have at the end.
    """
    changed = {file: edit.changes for file, edit in edits.items() if edit.changes}
    used = {name for file in changed.keys() & payloads.keys() for name in changed[file]}
    added = {name: type_ for name, type_ in declared.items() if name in used and name not in fields}
    known = {**fields, **added}
    labels = {p["class"]: p["label"] for p in payloads.values() if "class" in p and "label" in p}
    result = dict(payloads)
    for file, changes in changed.items():
        if file not in payloads:
            continue
        applied = {name: value for name, value in changes.items() if name in known}
        if classes_from_folders and "class" in applied and "label" not in applied:
            class_ = applied["class"]
            if isinstance(class_, str):
                labels.setdefault(class_, len(labels))
            applied["label"] = labels[class_] if isinstance(class_, str) else None
        result[file] = {**payloads[file], **applied}
    return result, known


def declared_fields(manifest: CategoryManifest) -> dict[str, FieldType]:
    """Return the payload fields that a manifest declares, with their types."""
    declared: dict[str, FieldType] = {}
    for name, described in manifest.fields.items():
        if described.type == "years":
            declared[name] = "keyword"
            declared |= dict.fromkeys(years_fields(name), "integer")
        else:
            declared[name] = described.type
    return declared


def _line(file: str, edit: FileEdit) -> str:
    told: dict[str, Any] = {"file": file}
    if edit.changes:
        told["changes"] = dict(edit.changes)
    if edit.removed:
        told["removed"] = edit.removed
    return json.dumps(told, ensure_ascii=False, allow_nan=False)


def _edit(data: object) -> tuple[str, FileEdit]:
    if not isinstance(data, dict) or not data.keys() <= {"file", "changes", "removed"}:
        raise ValueError("it is no object with 'file', 'changes' and 'removed'")
    file, changes, removed = data.get("file"), data.get("changes", {}), data.get("removed")
    if not isinstance(file, str) or not file:
        raise ValueError("'file' is no path")
    if not isinstance(changes, dict) or not all(map(_is_value, changes.values())):
        raise ValueError("'changes' is no object of plain values")
    if removed not in ("record", "file", None):
        raise ValueError("'removed' is neither 'record' nor 'file'")
    return file, FileEdit(changes, removed)


def _is_value(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(element, str) for element in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return value is None or isinstance(value, str | int)


def _refuse_constant(name: str) -> PayloadValue:
    raise ValueError(f"{name} is no number")


def _unusable(path: Path, error: OSError) -> StorageUnavailable:
    return StorageUnavailable(
        f"'{path}' cannot be used ({error.strerror or error})",
        "Check the disk, its free space and the permissions of DATA_DIR",
    )

"""The list of what is in a backup, as JSON in ``backup.json``."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from common.categories import check_name
from common.embedding.card import BUNDLE_NAME
from common.errors import BackupDamaged, CategoryNameError
from common.vectors.base import GenerationManifest
from common.vectors.manifests import manifest_from_json, manifest_to_json

LIST_FILE: Final = "backup.json"
FORMAT: Final = "visual-similarity-search backup 1"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True)
class SavedFile:
    """A file in a backup.

    Attributes:
        path: relative to the backup, forward slashes.
        size_bytes: its length.
        sha256: of its content, in hexadecimal.
    """

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SavedCategory:
    """A category in a backup.

    Attributes:
        name: the category's.
        generation: that was current; None where it had no index.
        with_images: whether its pictures are in the backup too.
    """

    name: str
    generation: GenerationManifest | None
    with_images: bool


@dataclass(frozen=True, slots=True)
class SavedModel:
    """A model bundle in a backup, by name and fingerprint."""

    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Backup:
    """What is in one backup.

    Attributes:
        name: of its directory; names sort in the order of making.
        created: UTC, ISO 8601, whole seconds.
        categories: by name.
        models: by name.
        files: every file but the list itself.
    """

    name: str
    created: str
    categories: Sequence[SavedCategory]
    models: Sequence[SavedModel]
    files: Sequence[SavedFile]

    @property
    def size_bytes(self) -> int:
        """The length of all files together."""
        return sum(file.size_bytes for file in self.files)

    def below(self, folder: str) -> list[SavedFile]:
        """Return the files below a folder, sorted by path."""
        found = [file for file in self.files if file.path.startswith(f"{folder}/")]
        return sorted(found, key=lambda file: file.path)


def backup_to_json(backup: Backup) -> str:
    """Return a backup's list as text."""
    data = {
        "format": FORMAT,
        "name": backup.name,
        "created": backup.created,
        "categories": [
            {
                "name": category.name,
                "generation": None
                if category.generation is None
                else manifest_to_json(category.generation),
                "with_images": category.with_images,
            }
            for category in backup.categories
        ],
        "models": [
            {"name": model.name, "fingerprint": model.fingerprint} for model in backup.models
        ],
        "files": [
            {"path": file.path, "size_bytes": file.size_bytes, "sha256": file.sha256}
            for file in backup.files
        ],
    }
    return json.dumps(data, indent=1) + "\n"


def backup_from_json(content: bytes, name: str) -> Backup:
    """Read what :func:`backup_to_json` wrote.

    Args:
        content: of the list's file.
        name: of the directory that it lies in, which may have been renamed.

    Raises:
        BackupDamaged: it is anything else; the sentence names what is wrong.
    """
    try:
        data = _mapping(json.loads(content))
        if data.get("format") != FORMAT:
            raise ValueError("it is of another format, perhaps of another version")
        return Backup(
            name,
            _member(data, "created", str),
            [_category(_mapping(entry)) for entry in _member(data, "categories", list)],
            [_model(_mapping(entry)) for entry in _member(data, "models", list)],
            [_file(_mapping(entry)) for entry in _member(data, "files", list)],
        )
    except (ValueError, RecursionError, CategoryNameError) as error:
        raise BackupDamaged(
            f"The list of backup '{name}' cannot be read: {error}", "Choose another backup with AT"
        ) from error


def _category(data: Mapping[str, Any]) -> SavedCategory:
    name = _member(data, "name", str)
    check_name(name)  # it becomes a directory
    saved = data.get("generation")
    generation = None if saved is None else manifest_from_json(saved)
    if generation is not None and generation.category != name:
        raise ValueError(f"the generation of '{name}' is of '{generation.category}'")
    return SavedCategory(name, generation, _member(data, "with_images", bool))


def _model(data: Mapping[str, Any]) -> SavedModel:
    name = _member(data, "name", str)
    if not BUNDLE_NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be a model's name")
    return SavedModel(name, _member(data, "fingerprint", str))


def _file(data: Mapping[str, Any]) -> SavedFile:
    file = SavedFile(
        _member(data, "path", str), _member(data, "size_bytes", int), _member(data, "sha256", str)
    )
    if file.size_bytes < 0 or not _SHA256.fullmatch(file.sha256):
        raise ValueError(f"the length or the checksum of {file.path!r} is none")
    return file


def _mapping(data: object) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise ValueError("it is no JSON object")
    return data


def _member(data: Mapping[str, Any], name: str, kind: type[_Kind]) -> _Kind:
    value = data.get(name)
    if not isinstance(value, kind):
        raise ValueError(f"'{name}' is missing or no {kind.__name__}")
    return value

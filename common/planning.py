"""What there is to index in a category: its files matched with its metadata, before any writing."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from common.categories import MANIFEST_FILE, Category, CategoryManifest
from common.errors import IndexingError, MetadataError
from common.metadata import (
    ColumnRule,
    MetadataRowsError,
    MetadataTable,
    RowProblem,
    TableMapping,
    match_files,
    read_table,
    read_table_file,
)
from common.overlay import EDITS_FILE, REMOVED_REASON, Edits, apply_changes, declared_fields
from common.pipeline import Skipped
from common.records import FieldType, Payload, PayloadValue
from common.storage.base import ImageStore, StoredFile

UNWANTED_FOLDER = "images_to_remove"
"""Directory, among a category's images or beside its manifest, of pictures to leave out."""

IMAGE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".webp", ".gif", ".tif", ".tiff", ".bmp"}
    | {".avif", ".heic", ".heif"}
)
_FILES_SHOWN = 5
_UNREAD_SHOWN = 3
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to index, found before anything is written.

    Attributes:
        payloads: of each image to embed, by path, in path order.
        fields: the payload fields that can be filtered, with their types.
        skipped: files that are left out from the start.
        files: the images to embed as they were listed, by path.
        row_numbers: of the table's row of each image; empty where there is no table.
    """

    payloads: Mapping[str, Payload]
    fields: Mapping[str, FieldType]
    skipped: Sequence[Skipped] = field(default_factory=tuple)
    files: Mapping[str, StoredFile] = field(default_factory=dict)
    row_numbers: Mapping[str, int] = field(default_factory=dict)


def plan_index(
    category: Category,
    images: ImageStore,
    *,
    allow_mismatch: bool = False,
    allow_empty: bool = False,
    edits: Edits = MappingProxyType({}),
) -> Plan:
    """Match a category's images with its metadata; nothing is written.

    Args:
        category: with its manifest.
        images: the category's files.
        allow_mismatch: leave out rows without an image and images without a row instead of
            refusing them.
        allow_empty: return an empty plan where there is no image at all.
        edits: what people changed of records; what they removed is left out.

    Raises:
        StorageUnavailable: the images cannot be reached.
        MetadataError: the table cannot be read, or does not match the images.
        IndexingError: there is no image at all, and that is not allowed.
    """
    own = {
        category.images_dir / MANIFEST_FILE,
        category.images_dir / EDITS_FILE,
        category.metadata_path,
    }
    files: dict[str, StoredFile] = {}
    skipped: list[Skipped] = []
    for stored in images.walk():
        if category.images_dir / stored.path in own or _is_unwanted(stored.path):
            continue
        if not _is_utf8(stored.path):
            shown = stored.path.encode(errors="backslashreplace").decode()
            detail = f"The name '{shown}' is not UTF-8. Rename the file."
            skipped.append(Skipped(shown, "name is not UTF-8", detail))
            continue
        suffix = PurePosixPath(stored.path).suffix.lower()
        if suffix and suffix not in IMAGE_SUFFIXES:
            detail = f"'{stored.path}' does not have the name of an image."
            skipped.append(Skipped(stored.path, "not an image by its name", detail))
        elif stored.path in edits and edits[stored.path].removed == "record":
            detail = f"The record of '{stored.path}' was removed. Restore it to have it back."
            skipped.append(Skipped(stored.path, REMOVED_REASON, detail))
        else:
            files[stored.path] = stored
    if not files:
        if allow_empty:
            return Plan({}, {}, skipped)
        raise IndexingError(
            f"There is no image in '{category.images_dir}'",
            "Put images there, in one sub-folder a class",
        )
    if category.metadata_path is None:
        _refuse_templates(category)
        payloads, fields = _edited(category, *_from_folders(list(files)), edits)
        return Plan(payloads, fields, skipped, files)
    table = _without_removed(
        _read_table(category, category.metadata_path, files),
        files,
        edits,
        by_stem=category.manifest.file_match == "stem",
    )
    unmatched = _match(table, list(files), allow_mismatch=allow_mismatch)
    payloads = {file: {"file": file, **table.rows[file]} for file in files if file in table.rows}
    if not payloads:
        raise MetadataError(
            f"{table.source}: not one of its {len(table.rows)} rows names an image in "
            f"'{category.images_dir}'",
            "What the table calls the images are their paths relative to that directory"
            if category.manifest.file_match == "path"
            else "What the table calls the images are their names without folder and ending",
        )
    payloads, fields = _edited(category, payloads, {"file": "keyword", **table.fields}, edits)
    return Plan(
        payloads,
        fields,
        sorted([*skipped, *unmatched], key=lambda skip: skip.file),
        {file: files[file] for file in payloads},
        {file: table.row_numbers[file] for file in payloads},
    )


def _edited(
    category: Category,
    payloads: Mapping[str, Payload],
    fields: Mapping[str, FieldType],
    edits: Edits,
) -> tuple[dict[str, Payload], dict[str, FieldType]]:
    declared = declared_fields(category.manifest)
    by_folder = category.metadata_path is None
    return apply_changes(payloads, fields, edits, declared, classes_from_folders=by_folder)


def _without_removed(
    table: MetadataTable, files: Collection[str], edits: Edits, *, by_stem: bool
) -> MetadataTable:
    """Leave out the rows of images that people removed, with their file or without.

    Where files are matched by stem, the row of one that is not there still has the stem for a name.
    """
    removed = {file for file, edit in edits.items() if edit.removed and file not in files}
    if by_stem:
        removed |= {PurePosixPath(file).stem for file in removed} - set(files)
    return replace(table, rows={f: row for f, row in table.rows.items() if f not in removed})


def _is_unwanted(path: str) -> bool:
    return PurePosixPath(path).parts[0] == UNWANTED_FOLDER


def _is_utf8(path: str) -> bool:
    # The system hands bytes that are no UTF-8 on as lone surrogates, which nothing else accepts.
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def table_mapping(manifest: CategoryManifest) -> TableMapping:
    """Return how a category's manifest says that its table is read."""
    linked = manifest.fields.get(manifest.link_field or "")
    return TableMapping(
        rules={
            name: ColumnRule(described.type, described.column, described.separator)
            for name, described in manifest.fields.items()
            if not described.by_hand
        },
        file_column=manifest.file_column,
        file_template=manifest.file_template,
        file_match=manifest.file_match,
        link_field=None if linked and linked.by_hand else manifest.link_field,
        link_template=manifest.link_template,
    )


def _read_table(category: Category, path: Path, files: Collection[str]) -> MetadataTable:
    mapping = table_mapping(category.manifest)
    table = read_table(read_table_file(path), path.name, mapping)
    if table.unread:
        shown = "; ".join(f"row {p.row}: {p.text}" for p in table.unread[:_UNREAD_SHOWN])
        more = len(table.unread) - _UNREAD_SHOWN
        _log.warning(
            "%s: %d dates keep their text and have no years (%s%s)",
            table.source,
            len(table.unread),
            shown,
            f"; and {more} more" if more > 0 else "",
        )
    return match_files(table, files, mapping.file_match)


def _refuse_templates(category: Category) -> None:
    manifest = category.manifest
    for name, text in (
        ("file_template", manifest.file_template),
        ("link_template", manifest.link_template),
    ):
        if text:
            raise MetadataError(
                f"Category '{category.name}': its {name} '{text}' is filled from a table, and it "
                "has none",
                f"Name the table as 'metadata' in category.yaml, or remove {name}",
            )


def _from_folders(files: Sequence[str]) -> tuple[dict[str, Payload], dict[str, FieldType]]:
    folders = {file: str(PurePosixPath(file).parent) for file in files}
    classes = sorted({folder for folder in folders.values() if folder != "."})
    labels = {folder: label for label, folder in enumerate(classes)}
    payloads: dict[str, Payload] = {}
    for file, folder in folders.items():
        known: dict[str, PayloadValue] = {"file": file}
        if folder in labels:
            known |= {"class": folder, "label": labels[folder]}
        payloads[file] = known
    fields: dict[str, FieldType] = {"file": "keyword", "class": "keyword", "label": "integer"}
    return payloads, fields


def _match(table: MetadataTable, files: Sequence[str], *, allow_mismatch: bool) -> list[Skipped]:
    """Compare a table with the files; both kinds of mismatch are refused unless allowed."""
    present = set(files)
    absent = [file for file in table.rows if file not in present]
    without_row = [file for file in files if file not in table.rows]
    cure = "or add ALLOW_MISMATCH=1 to leave them out"
    if not allow_mismatch:
        if absent:
            raise MetadataRowsError(
                table.source,
                [RowProblem(table.row_numbers[f], f"there is no image '{f}'") for f in absent],
                f"Correct the paths, {cure}",
            )
        if without_row:
            shown = ", ".join(f"'{file}'" for file in without_row[:_FILES_SHOWN])
            more = len(without_row) - _FILES_SHOWN
            raise MetadataError(
                f"{table.source}: {len(without_row)} images have no row: {shown}"
                f"{f' and {more} more' if more > 0 else ''}",
                f"Add rows for them, {cure}",
            )
    return [
        *(
            Skipped(file, "named in the table, but not there", f"There is no image '{file}'.")
            for file in absent
        ),
        *(
            Skipped(file, "not in the metadata table", f"No row names '{file}'.")
            for file in without_row
        ),
    ]

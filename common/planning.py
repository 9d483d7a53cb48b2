"""What there is to index in a category: its files matched with its metadata, before any writing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from common.categories import MANIFEST_FILE, Category
from common.errors import IndexingError, MetadataError
from common.metadata import (
    MetadataRowsError,
    MetadataTable,
    RowProblem,
    read_csv,
    read_table_file,
)
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


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to index, found before anything is written.

    Attributes:
        payloads: of each image to embed, by path, in path order.
        fields: the payload fields that can be filtered, with their types.
        skipped: files that are left out from the start.
        files: the images to embed as they were listed, by path.
    """

    payloads: Mapping[str, Payload]
    fields: Mapping[str, FieldType]
    skipped: Sequence[Skipped] = field(default_factory=tuple)
    files: Mapping[str, StoredFile] = field(default_factory=dict)


def plan_index(
    category: Category,
    images: ImageStore,
    *,
    allow_mismatch: bool = False,
    allow_empty: bool = False,
) -> Plan:
    """Match a category's images with its metadata; nothing is written.

    Args:
        category: with its manifest.
        images: the category's files.
        allow_mismatch: leave out rows without an image and images without a row instead of
            refusing them.
        allow_empty: return an empty plan where there is no image at all.

    Raises:
        StorageUnavailable: the images cannot be reached.
        MetadataError: the table cannot be read, or does not match the images.
        IndexingError: there is no image at all, and that is not allowed.
    """
    own = {category.images_dir / MANIFEST_FILE, category.metadata_path}
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
        payloads, fields = _from_folders(list(files))
        return Plan(payloads, fields, skipped, files)
    table = _read_table(category, category.metadata_path)
    unmatched = _match(table, list(files), allow_mismatch=allow_mismatch)
    payloads = {file: {"file": file, **table.rows[file]} for file in files if file in table.rows}
    if not payloads:
        raise MetadataError(
            f"{table.source}: not one of its {len(table.rows)} rows names an image in "
            f"'{category.images_dir}'",
            "Paths in the column 'file' are relative to that directory",
        )
    return Plan(
        payloads,
        {"file": "keyword", **table.fields},
        sorted([*skipped, *unmatched], key=lambda skip: skip.file),
        {file: files[file] for file in payloads},
    )


def _is_unwanted(path: str) -> bool:
    return PurePosixPath(path).parts[0] == UNWANTED_FOLDER


def _is_utf8(path: str) -> bool:
    # The system hands bytes that are no UTF-8 on as lone surrogates, which nothing else accepts.
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _read_table(category: Category, path: Path) -> MetadataTable:
    declared = {name: text.type for name, text in category.manifest.fields.items()}
    return read_csv(read_table_file(path), path.name, declared)


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

"""Directories as other image search tools lay them out, recognised by what lies in them.

The open image search of a print collection keeps ``raw/<dataset>/`` with three directories:
``images`` (in sub-folders, each named by its record's number), ``metadata`` (an export of the
collection's database) and ``images_to_remove`` (placeholders and the like, compared by content).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from common.categories import CategoryManifest, FieldDescription
from common.errors import MetadataError, StorageUnavailable
from common.metadata import FILE_COLUMN, TABLE_SUFFIXES, read_raw_table, read_table_file
from common.planning import UNWANTED_FOLDER

_RECORD_COLUMNS: Final = ("recordID", "record_id")
_LINK_FIELD: Final = "record_url"
# What a field is called, and how its column is read. Exports name the column as the collection's
# database does; cleaned tables as the field.
_FIELDS: Final[Mapping[str, tuple[str, FieldDescription]]] = {
    "record_id": ("recordID", FieldDescription(label="Record number")),
    "inventory_number": ("invNr", FieldDescription(label="Inventory number")),
    "title": ("title", FieldDescription()),
    "person": ("person", FieldDescription(type="list")),
    "date": ("date", FieldDescription(type="years")),
    "classification": ("classification", FieldDescription()),
    "material_technique": (
        "matTec",
        FieldDescription(type="list", label="Material and technique", separator=","),
    ),
    "institution_isil": ("institutionIsil", FieldDescription(label="Institution")),
    "relations": ("relations", FieldDescription(type="list")),
    "image_licence": ("imageLicence", FieldDescription(label="Licence of the image")),
    "image_url": ("imageURL", FieldDescription(type="link", label="Image")),
    _LINK_FIELD: ("recordURL", FieldDescription(type="link", label="Record")),
}


@dataclass(frozen=True, slots=True)
class Layout:
    """What was found in a directory that is to become a category.

    Attributes:
        images: the directory of the images.
        metadata: the table; None: there is none.
        unwanted: a directory of pictures to leave out, beside the images; None: there is none.
    """

    images: Path
    metadata: Path | None
    unwanted: Path | None


def recognise(directory: Path, metadata: Path | None = None) -> Layout:
    """Tell where the images, the table and the pictures to leave out are.

    Args:
        directory: the images, or what holds ``images`` and ``metadata`` side by side.
        metadata: the table, where it is known.

    Raises:
        MetadataError: no table is known, and ``metadata`` holds none or several.
        StorageUnavailable: ``metadata`` cannot be read.
    """
    images, tables = directory / "images", directory / "metadata"
    if not (images.is_dir() and tables.is_dir()):
        return Layout(directory, metadata, None)
    unwanted = directory / UNWANTED_FOLDER
    return Layout(images, metadata or _only_table(tables), unwanted if unwanted.is_dir() else None)


def proposed_mapping(metadata: Path) -> dict[str, object]:
    """Return how a table is read whose columns are those of a collection's export.

    Args:
        metadata: the table.

    Returns:
        Values for a :class:`~common.categories.CategoryManifest`; none where the table names its
        images, or has no column of record numbers.

    Raises:
        MetadataError: it is no table.
    """
    columns = read_raw_table(read_table_file(metadata), metadata.name).header
    record = next((column for column in _RECORD_COLUMNS if column in columns), None)
    if record is None or FILE_COLUMN in columns:
        return {}
    fields = _fields(columns)
    return {
        "file_column": record,
        "file_match": "stem",
        "link_field": _LINK_FIELD if _LINK_FIELD in fields else None,
        "fields": fields,
    }


def is_mapped(manifest: CategoryManifest) -> bool:
    """Tell whether a manifest says how its table is read, so that nothing need be proposed."""
    return bool(manifest.fields or manifest.file_template) or manifest.file_column != FILE_COLUMN


def _fields(columns: Collection[str]) -> dict[str, FieldDescription]:
    fields: dict[str, FieldDescription] = {}
    for name, (exported, described) in _FIELDS.items():
        if name in columns:
            fields[name] = described
        elif exported in columns:
            fields[name] = described.model_copy(update={"column": exported})
    return fields


def _only_table(directory: Path) -> Path:
    try:
        tables = sorted(
            path
            for path in directory.iterdir()
            if path.suffix.lower() in TABLE_SUFFIXES and path.name[0] != "." and path.is_file()
        )
    except OSError as error:
        raise StorageUnavailable(
            f"Directory '{directory}' cannot be read ({error.strerror})", "Check its permissions"
        ) from error
    if len(tables) != 1:
        found = ", ".join(f"'{path.name}'" for path in tables) or "none"
        raise MetadataError(
            f"'{directory}' should hold one table that is read (found: {found})",
            "Give META the path of the table",
        )
    return tables[0]

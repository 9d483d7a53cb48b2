"""What a category declares about its table: which column becomes which field, and of what type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final, Literal, TypeAlias

from common.errors import MetadataError
from common.metadata.raw import RawTable
from common.metadata.templates import Template
from common.metadata.values import LIST_SEPARATOR
from common.metadata.years import years_fields
from common.records import ColumnType

FILE_COLUMN: Final = "file"

FileMatch: TypeAlias = Literal["path", "stem"]
"""How a row names its image: by its path below the images, or by the ``stem`` of its file's name,
which is the name without folder and ending, wherever the file lies."""


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """How one field is read.

    Attributes:
        type: of its values; None: the narrowest that loses nothing.
        column: that it is read from; empty: the one of its own name.
        separator: between the elements of a list.
    """

    type: ColumnType | None = None
    column: str = ""
    separator: str = LIST_SEPARATOR


@dataclass(frozen=True, slots=True)
class TableMapping:
    """How a table's columns become fields. Columns that no rule names become fields as they are.

    Attributes:
        rules: by field.
        file_column: the column that names each row's image.
        file_template: what makes the image's name of a row's columns instead, such as
            ``{id}.jpg``; empty: the column as it is.
        file_match: whether the image's name is a path or a stem.
        link_field: the field with each image's source page, for ``link_template``.
        link_template: what makes the link of a row that has none, such as
            ``https://papyri.info/ddbdp/{id}``; empty: nothing does.
    """

    rules: Mapping[str, ColumnRule] = field(default_factory=dict)
    file_column: str = FILE_COLUMN
    file_template: str = ""
    file_match: FileMatch = "path"
    link_field: str | None = None
    link_template: str = ""

    @property
    def file_template_or_none(self) -> Template | None:
        """The template of file names, if there is one."""
        return Template("file_template", self.file_template) if self.file_template else None

    @property
    def link_template_or_none(self) -> Template | None:
        """The template of links, if there is one."""
        return Template("link_template", self.link_template) if self.link_template else None


@dataclass(frozen=True, slots=True)
class FieldSource:
    """Where one field of a table comes from.

    Attributes:
        name: the field's.
        index: of its column.
        column: that column's name, for messages.
        rule: how it is read.
    """

    name: str
    index: int
    column: str
    rule: ColumnRule


def named_columns(raw: RawTable) -> dict[str, int]:
    """Return where each column is that has a name.

    Raises:
        MetadataError: two have the same.
    """
    columns: dict[str, int] = {}
    for index, name in enumerate(raw.header):
        if name and columns.setdefault(name, index) != index:
            raise MetadataError(
                f"{raw.source}: two columns are named '{name}'", "Rename or remove one of them"
            )
    return columns


def field_sources(
    raw: RawTable, columns: Mapping[str, int], mapping: TableMapping
) -> list[FieldSource]:
    """Return the fields of a table, in the order of its columns.

    Raises:
        MetadataError: the mapping names a column that the table lacks, or two fields would have
            one name, or a field one that is reserved.
    """
    _check_file_column(raw, columns, mapping)
    derived = {
        part
        for name, rule in mapping.rules.items()
        if rule.type == "years"
        for part in years_fields(name)
    }
    sources: list[FieldSource] = []
    made = {*derived, FILE_COLUMN, *([mapping.link_field] if mapping.link_template else [])}
    for name, rule in mapping.rules.items():
        column = rule.column or name
        if column in columns and (name != FILE_COLUMN or column != mapping.file_column):
            sources.append(FieldSource(name, columns[column], column, rule))
        elif name not in made:
            raise _no_column(raw, columns, name, column)
    taken = {source.column for source in sources} | _image_column(mapping)
    sources += [
        FieldSource(name, index, name, ColumnRule())
        for name, index in columns.items()
        if name not in taken
    ]
    sources.sort(key=lambda source: source.index)
    _check_names(raw, sources, derived)
    _check_link_field(raw, sources, mapping)
    return sources


def check_templates(raw: RawTable, columns: Mapping[str, int], mapping: TableMapping) -> None:
    """Make sure that the templates can be filled from a table.

    Raises:
        MetadataError: one names a column that the table lacks, or makes no web address.
    """
    try:
        if template := mapping.file_template_or_none:
            template.check(columns)
        if template := mapping.link_template_or_none:
            template.check(columns)
            template.check_address()
    except MetadataError as error:
        raise MetadataError(f"{raw.source}: {error.what}", error.cure) from error


def _image_column(mapping: TableMapping) -> set[str]:
    """Return the column that is no field of its own: paths are the field ``file``, ids are not."""
    if template := mapping.file_template_or_none:
        return {FILE_COLUMN} & set(template.columns)
    by_path = mapping.file_match == "path" or mapping.file_column == FILE_COLUMN
    return {mapping.file_column} if by_path else set()


def _no_column(raw: RawTable, columns: Mapping[str, int], name: str, column: str) -> MetadataError:
    meant = get_close_matches(column, columns, n=1)
    hint = f"Did you mean '{meant[0]}'? " if meant else ""
    return MetadataError(
        f"{raw.source}: there is no column '{column}' for the field '{name}' "
        f"(columns: {_listed(columns)})",
        f"{hint}Name the column of '{name}' in category.yaml, or say 'by_hand: true' there where "
        "people fill it",
    )


def _check_link_field(raw: RawTable, sources: list[FieldSource], mapping: TableMapping) -> None:
    if mapping.link_template and not mapping.link_field:
        raise MetadataError(
            f"{raw.source}: the link_template '{mapping.link_template}' has no field to fill",
            "Name the field as 'link_field' in category.yaml",
        )
    known = [source.name for source in sources]
    if mapping.link_field and not mapping.link_template and mapping.link_field not in known:
        raise MetadataError(
            f"{raw.source}: the link_field '{mapping.link_field}' is none of its fields "
            f"({', '.join(map(repr, known)) or 'it has none'})",
            "Correct 'link_field' in category.yaml, or remove it",
        )


def _check_file_column(raw: RawTable, columns: Mapping[str, int], mapping: TableMapping) -> None:
    if mapping.file_template or mapping.file_column in columns:
        return
    raise MetadataError(
        f"{raw.source}: row 1 has no column '{mapping.file_column}' (columns: {_listed(columns)})",
        f"Name the column with the image paths '{FILE_COLUMN}', or give its name as 'file_column' "
        "in category.yaml"
        if mapping.file_column == FILE_COLUMN
        else "Correct 'file_column' in category.yaml",
    )


def _check_names(raw: RawTable, sources: list[FieldSource], derived: set[str]) -> None:
    seen: dict[str, FieldSource] = {}
    for source in sources:
        if source.name.startswith("_"):
            raise MetadataError(
                f"{raw.source}: column '{source.name}' begins with an underscore, "
                "which is reserved",
                "Rename the column",
            )
        if source.name in derived:
            raise MetadataError(
                f"{raw.source}: column '{source.name}' has the name of the years that are read "
                "from another field",
                f"Rename the column, or give its field another name with 'column: {source.column}'",
            )
        if source.name == FILE_COLUMN:
            raise MetadataError(
                f"{raw.source}: the field '{FILE_COLUMN}' is each image's path, and the table has "
                "a column of that name that is not used for it",
                f"Rename the column, or set 'file_column: {FILE_COLUMN}' in category.yaml",
            )
        if source.name in seen:
            raise MetadataError(
                f"{raw.source}: the field '{source.name}' would be read from the column "
                f"'{seen[source.name].column}' and from '{source.column}'",
                "Rename one of them",
            )
        seen[source.name] = source


def _listed(columns: Mapping[str, int]) -> str:
    return ", ".join(f"'{name}'" for name in columns) or "none"

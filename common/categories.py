"""Categories: named sets of images, each a directory with a manifest ``category.yaml``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Protocol, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from common.errors import (
    CategoryBroken,
    CategoryError,
    CategoryNameError,
    CategoryNotFound,
    CategoryReadOnly,
    StorageUnavailable,
)
from common.files.durable import write_durably
from common.records import ColumnType

MANIFEST_FILE = "category.yaml"
MAX_NAME_LENGTH = 48
_NAME = re.compile(rf"[a-z0-9](?:[a-z0-9]|[-_](?![-_])){{0,{MAX_NAME_LENGTH - 1}}}")


_Written: TypeAlias = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    # A misspelt key must not be ignored in silence.
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Part):
    """Where a category's images come from."""

    name: str = ""
    url: str = ""


class FieldDescription(_Part):
    """How a metadata field is read and shown.

    Attributes:
        type: of its values.
        label: shown to people.
        unit: of a number.
        column: of the table, where it has another name than the field.
        separator: between the elements of a list in a text.
        by_hand: no column has it; people alone give it values, record by record.
    """

    type: ColumnType = "keyword"
    label: str = ""
    unit: str = ""
    column: str = ""
    separator: _Written = ";"
    by_hand: bool = False


class Example(_Part):
    """A query image shipped with a category; no part of its index."""

    file: str
    title: str = ""


class CategoryManifest(_Part):
    """What ``category.yaml`` says.

    Attributes:
        title: shown to people.
        description: what the category holds, in a sentence or two.
        business_usage: what searching it is good for.
        source: where the images come from.
        licence: of the images, an SPDX identifier where there is one.
        images: directory of the images, relative to the manifest or absolute.
        unwanted: a directory of pictures to leave out, relative to the manifest or absolute, beside
            ``images_to_remove`` next to the manifest.
        metadata: CSV, TSV, XLSX or JSONL table, relative to the manifest or absolute; None:
            classes are sub-folders.
        file_column: the table's column that names each row's image.
        file_template: what makes the image's name of other columns, such as ``{id}.jpg``.
        file_match: whether the image's name is its path, or its ``stem``: the file's name without
            folder and ending.
        link_field: the field that holds a link to each image's source page.
        link_template: what makes that link of columns where a row has none, such as
            ``https://papyri.info/ddbdp/{id}``.
        fields: types, labels, units and columns of metadata fields.
        examples: queries to try.
        embedder: the embedder to index with; None: the one of the settings.
    """

    title: str = ""
    description: str = ""
    business_usage: str = ""
    source: Source = Source()
    licence: str = ""
    images: str = "images"
    unwanted: str | None = None
    metadata: str | None = None
    file_column: _Written = "file"
    file_template: str = ""
    file_match: Literal["path", "stem"] = "path"
    link_field: str | None = None
    link_template: str = ""
    fields: dict[str, FieldDescription] = Field(default_factory=dict)
    examples: tuple[Example, ...] = ()
    embedder: str | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A category whose manifest was read.

    Attributes:
        name: in file names, addresses and commands.
        directory: that holds the manifest.
        manifest: what it says.
    """

    name: str
    directory: Path
    manifest: CategoryManifest

    @property
    def title(self) -> str:
        """The title people read: the manifest's, or else the name."""
        return self.manifest.title or self.name.replace("-", " ").replace("_", " ").capitalize()

    @property
    def images_dir(self) -> Path:
        """Directory of the images."""
        return self.directory / self.manifest.images

    @property
    def metadata_path(self) -> Path | None:
        """The metadata table, None where there is none."""
        return self.directory / self.manifest.metadata if self.manifest.metadata else None


@dataclass(frozen=True, slots=True)
class BrokenCategory:
    """A directory that should be a category and is not, with the error that says why."""

    name: str
    error: CategoryError


class CategorySource(Protocol):
    """Brings manifests from elsewhere below a catalog's root."""

    @property
    def address(self) -> str:
        """How that place is called in sentences."""
        ...

    def refresh(self) -> None:
        """Bring them in step, or be content with those brought earlier.

        Raises:
            StorageError: the place cannot be reached, and none were brought earlier.
        """
        ...


class CategoryCatalog:
    """The categories below one directory, read anew whenever a manifest changes.

    Args:
        root: one directory a category. It need not exist: then there is no category.
        source: is asked to bring what is there in step before each look; None: nothing does.
    """

    def __init__(self, root: Path, source: CategorySource | None = None) -> None:
        self.root = root
        self._source = source
        self._cache: dict[str, tuple[tuple[int, int], Category]] = {}

    def list(self) -> list[Category | BrokenCategory]:
        """Return all categories by name; one that is broken does not hide the others."""
        self._refresh()
        return list(self._entries())

    def get(self, name: str) -> Category:
        """Return one category.

        Raises:
            CategoryNameError: the name can be no category's.
            CategoryNotFound: there is none of that name.
            CategoryBroken: its manifest cannot be read.
        """
        check_name(name)
        self._refresh()
        return self._get(name)

    @property
    def address(self) -> str:
        """Where categories lie, for sentences."""
        return str(self.root.resolve()) if self._source is None else self._source.address

    def require_own(self) -> None:
        """Make sure that categories are made and removed here.

        Raises:
            CategoryReadOnly: they come from elsewhere, and are only copies here.
        """
        if self._source is not None:
            raise CategoryReadOnly(
                f"Categories lie in {self._source.address}, and are not made, filled or removed "
                "from here",
                "Do it on a disk, with TYPE=LOCAL, and bring it there by "
                "'make upload CATEGORY=name'",
            )

    def _get(self, name: str) -> Category:
        path = self.root / name / MANIFEST_FILE
        try:
            found = path.stat()
        except (FileNotFoundError, NotADirectoryError) as error:
            known = ", ".join(f"'{e.name}'" for e in self._entries()) or "none yet"
            raise CategoryNotFound(
                f"There is no category '{name}'",
                f"Choose one of the existing ({known}), or make it with "
                f"'make index CATEGORY={name} IMAGES=path'",
            ) from error
        except OSError as error:
            raise self._unreadable(name, error) from error
        stamp = (found.st_mtime_ns, found.st_size)
        cached = self._cache.get(name)
        if cached is not None and cached[0] == stamp:
            return cached[1]
        category = Category(name, self.root / name, self._read(name, path))
        self._cache[name] = (stamp, category)
        return category

    def exists(self, name: str) -> bool:
        """Tell whether there is a category of that name, broken ones included."""
        check_name(name)
        self._refresh()
        return (self.root / name / MANIFEST_FILE).exists()

    def _refresh(self) -> None:
        if self._source is not None:
            self._source.refresh()

    def _entries(self) -> Iterator[Category | BrokenCategory]:
        try:
            directories = sorted(
                path for path in self.root.iterdir() if path.is_dir() and path.name[0] != "."
            )
        except FileNotFoundError:
            return
        except OSError as error:
            raise StorageUnavailable(
                f"Directory '{self.root}' cannot be read ({error.strerror})",
                "Check DATA_DIR and its permissions",
            ) from error
        for directory in directories:
            if not (directory / MANIFEST_FILE).exists():
                continue
            try:
                check_name(directory.name)
                yield self._get(directory.name)
            except CategoryError as error:
                yield BrokenCategory(directory.name, error)

    def _read(self, name: str, path: Path) -> CategoryManifest:
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise self._unreadable(name, error) from error
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            detail = " ".join(str(error).split())
            raise CategoryBroken(
                f"Category '{name}': {path} is no readable YAML ({detail})", "Correct that file"
            ) from error
        try:
            return CategoryManifest.model_validate(content if content is not None else {})
        except ValidationError as error:
            problems = "; ".join(
                f"{'.'.join(map(str, e['loc'])) or 'the file'}: {e['msg'].lower()}"
                for e in error.errors()
            )
            raise CategoryBroken(
                f"Category '{name}': {path} is not right ({problems})", "Correct that file"
            ) from error

    @staticmethod
    def _unreadable(name: str, error: OSError) -> CategoryBroken:
        return CategoryBroken(
            f"Category '{name}': its manifest cannot be read ({error.strerror})",
            "Check the file's permissions",
        )


def write_manifest(directory: Path, manifest: CategoryManifest) -> None:
    """Write ``category.yaml`` into an existing directory, atomically, without default values."""
    write_durably(directory / MANIFEST_FILE, manifest_text(manifest))


def manifest_text(manifest: CategoryManifest) -> str:
    """Return what ``category.yaml`` says of a manifest, without default values."""
    return yaml.safe_dump(
        manifest.model_dump(mode="json", exclude_defaults=True),
        sort_keys=False,
        allow_unicode=True,
    )


def check_name(name: str) -> None:
    """Accept names that are safe as a directory, an address and a collection alike.

    Raises:
        CategoryNameError: it is not made of lower-case letters, digits, and single hyphens or
            underscores between them, or is longer than 48 characters.
    """
    if not _NAME.fullmatch(name) or name[-1] in "-_":
        proposal = suggest_name(name)
        raise CategoryNameError(
            f"'{name}' cannot be a category's name: use lower-case letters, digits and single "
            f"hyphens, at most {MAX_NAME_LENGTH}",
            f"Try '{proposal}'" if proposal else "Choose another name",
        )


def suggest_name(text: str) -> str:
    """Return the valid name nearest to ``text``; empty when nothing of it can be kept."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")[:MAX_NAME_LENGTH].strip("-")

"""Categories as lists and single answers show them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api.models.generations import EXAMPLE_GENERATION, GenerationBody
from common.categories import (
    MAX_NAME_LENGTH,
    Category,
    CategoryManifest,
    FieldDescription,
    Source,
)
from common.metadata import FILE_COLUMN, FileMatch

_LONGEST_TEXT = 10_000


class CategorySummary(BaseModel):
    """A category as a list shows it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "shoes", "title": "Shoes", "searchable": True, "problem": None}]
        }
    )

    name: str = Field(description="In addresses and commands.")
    title: str = Field(description="For people.")
    searchable: bool = Field(description="Whether it has an index that can be read.")
    problem: str | None = Field(
        default=None, description="Why it cannot be searched; null when it can."
    )


class NewCategory(BaseModel):
    """A category to make, without images yet."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "prints",
                    "title": "Prints",
                    "description": "Woodcuts of the sixteenth century.",
                    "licence": "CC0-1.0",
                    "fields": {"year": {"type": "integer", "label": "Year"}},
                }
            ]
        },
    )

    name: str = Field(
        pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$",
        max_length=MAX_NAME_LENGTH,
        description="In addresses and commands.",
    )
    title: str = Field("", max_length=200, description="For people; left out: the name.")
    description: str = Field("", max_length=_LONGEST_TEXT)
    business_usage: str = Field(
        "", max_length=_LONGEST_TEXT, description="What searching it is good for."
    )
    source: Source = Field(Source(), description="Where the images come from.")
    licence: str = Field("", max_length=200, description="Of the images.")
    link_field: str | None = Field(
        None, max_length=200, description="The field that links to an image's source page."
    )
    link_template: str = Field(
        "", max_length=_LONGEST_TEXT, description="What makes that link, such as https://a.b/{id}."
    )
    file_column: str = Field(
        FILE_COLUMN,
        min_length=1,
        max_length=200,
        description="The table's column that names each image.",
    )
    file_template: str = Field(
        "", max_length=_LONGEST_TEXT, description="What makes an image's name, such as {id}.jpg."
    )
    file_match: FileMatch = Field(
        "path", description="Whether an image is named by its path or by its name without ending."
    )
    fields: dict[str, FieldDescription] = Field(
        default_factory=dict, max_length=200, description="Columns, types, labels and units."
    )
    embedder: str | None = Field(
        None, max_length=100, description="To index it with; left out: the setting EMBEDDER."
    )

    def to_manifest(self) -> CategoryManifest:
        """Return the manifest of a category whose images lie in its own directory."""
        return CategoryManifest(**self.model_dump(exclude={"name"}))


class ExampleQuery(BaseModel):
    """A picture to try; no part of the index."""

    file: str
    title: str


class CategoryBody(CategorySummary):
    """A category with all that its manifest says."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "shoes",
                    "title": "Shoes",
                    "searchable": True,
                    "problem": None,
                    "description": "Drawn shoes.",
                    "business_usage": "Find the same model in another colour.",
                    "source": {"name": "Drawn here", "url": ""},
                    "licence": "MIT",
                    "link_field": "page",
                    "fields": {"price": {"type": "number", "label": "Price", "unit": "EUR"}},
                    "examples": [{"file": "examples/phone.jpg", "title": "Taken by phone"}],
                    "embedder": "histogram",
                    "index": EXAMPLE_GENERATION,
                }
            ]
        }
    )

    description: str
    business_usage: str = Field(description="What searching it is good for.")
    source: Source = Field(description="Where the images come from.")
    licence: str = Field(description="Of the images.")
    link_field: str | None = Field(description="The field that links to an image's source page.")
    fields: dict[str, FieldDescription] = Field(description="Declared types, labels and units.")
    examples: list[ExampleQuery]
    embedder: str | None = Field(description="Its own choice; null: the setting EMBEDDER.")
    index: GenerationBody | None = Field(description="The current generation; null without one.")


def category_body(
    category: Category, index: GenerationBody | None, problem: str | None
) -> CategoryBody:
    """Return all that is known of a category."""
    manifest = category.manifest
    return CategoryBody(
        name=category.name,
        title=category.title,
        searchable=problem is None,
        problem=problem,
        description=manifest.description,
        business_usage=manifest.business_usage,
        source=manifest.source,
        licence=manifest.licence,
        link_field=manifest.link_field,
        fields=manifest.fields,
        examples=[ExampleQuery(file=e.file, title=e.title) for e in manifest.examples],
        embedder=manifest.embedder,
        index=index,
    )

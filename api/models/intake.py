"""Images that are handed in: how to add them, and the list of their addresses."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from common.adding import AddOptions
from common.intake import IntakeLimits
from common.syncing.difference import DuplicatePolicy

MAX_ADDRESSES = IntakeLimits().addresses
_LONGEST_LABEL = 200


class AddingOptions(BaseModel):
    """How to add images; what is left out stays at its default."""

    model_config = ConfigDict(extra="forbid")

    label: str = Field(
        "",
        max_length=_LONGEST_LABEL,
        description="Folder, and so class, of images that come without one; left out: none.",
    )
    duplicates: DuplicatePolicy = Field(
        "keep", description="Of images of equal content: place all, or leave out all but one."
    )
    allow_mismatch: StrictBool = Field(
        False, description="Leave out rows without an image and images without a row."
    )

    def to_options(self) -> AddOptions:
        """Return the options that are meant."""
        return AddOptions(self.label, self.duplicates, self.allow_mismatch)


class AddressList(AddingOptions):
    """Web addresses of images to download and add."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "urls": ["https://images.example/boots/1.jpg"],
                    "label": "boots",
                    "duplicates": "skip",
                }
            ]
        },
    )

    urls: list[str] = Field(
        min_length=1,
        max_length=MAX_ADDRESSES,
        description="They begin with https:// or http:// and are on the public internet.",
    )


class UploadFields(AddingOptions):
    """The plain values of a form with images: as text, as forms have them."""

    # A form knows no booleans.
    allow_mismatch: bool = False


def upload_body() -> dict[str, Any]:
    """Return what OpenAPI shall say of a form with images."""
    properties: dict[str, Any] = {
        "images": {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "description": "Image files, and ZIP archives of such, told apart by content. A file's "
            "name may be a relative path, whose folder is the image's class.",
        },
        "metadata": {
            "type": "string",
            "format": "binary",
            "description": "A table of what is known of the images, in a format that its name "
            "says; its column `file` has the images' paths, as they are handed in.",
        },
    }
    for name, described in AddingOptions.model_json_schema()["properties"].items():
        properties[name] = {key: value for key, value in described.items() if key != "title"}
    schema = {
        "type": "object",
        "properties": properties,
        "required": ["images"],
        "additionalProperties": False,
    }
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}

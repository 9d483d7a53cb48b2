"""Records and pages of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from common.records import Payload, PayloadValue

EXAMPLE_RECORD: dict[str, Any] = {
    "id": "2f1c7a52-9f0e-5d3b-8a5e-2f6d0c9b7e41",
    "file": "boots/17.jpg",
    "payload": {"file": "boots/17.jpg", "class": "boots", "label": 3, "price": 59.9},
    "image": {"sha256": "9f86d081884c7d65…", "width": 640, "height": 480},
    "original": "/api/v1/categories/shoes/records/2f1c7a52-9f0e-5d3b-8a5e-2f6d0c9b7e41/original",
    "thumbnail": (
        "/api/v1/categories/shoes/records/2f1c7a52-9f0e-5d3b-8a5e-2f6d0c9b7e41/thumbnail"
        "?version=9f86d081884c7d65…"
    ),
}


class ImageFacts(BaseModel):
    """What is known of a record's image file."""

    sha256: str = Field(description="Of the file when it was indexed, 64 hex digits.")
    width: int = Field(description="In pixels, of the upright picture.")
    height: int = Field(description="In pixels, of the upright picture.")


class RecordBody(BaseModel):
    """An image of a category with its metadata."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_RECORD]})

    id: str = Field(description="Stays the same as long as the category and the path do.")
    file: str = Field(description="Path relative to the category's images, forward slashes.")
    payload: dict[str, PayloadValue] = Field(
        description="The metadata, or those of its fields that were asked for."
    )
    image: ImageFacts | None = Field(description="Null where the index does not tell.")
    original: str = Field(description="Path of the image file on this server.")
    thumbnail: str = Field(description="Path of a small copy, which may be cached for ever.")


class RecordPage(BaseModel):
    """One page of a category's records."""

    generation: str = Field(description="The generation that was read.")
    total: int = Field(description="Number of records that pass the filter.")
    records: list[RecordBody]
    next: str | None = Field(
        description="The `start` of the page after it; null at the end, and in an order of its own."
    )
    next_offset: int | None = Field(
        description="The `offset` of the page after it; null at the end, and after a `start`."
    )


def record_values(
    prefix: str, category: str, id_: str, payload: Payload, fields: Collection[str] | None
) -> dict[str, Any]:
    """Return the values of a :class:`RecordBody`.

    Args:
        prefix: path at which the API is mounted, such as ``/api``.
        category: the record's category.
        id_: the record's id.
        payload: as the index keeps it.
        fields: of the payload that are wanted, None for all.
    """
    sha256, width, height = (payload.get(name) for name in ("_sha256", "_width", "_height"))
    known = isinstance(sha256, str) and isinstance(width, int) and isinstance(height, int)
    address = f"{prefix}/v1/categories/{category}/records/{id_}"
    return {
        "id": id_,
        "file": str(payload.get("file", "")),
        # Names with an underscore are the system's own.
        "payload": {
            name: value
            for name, value in payload.items()
            if not name.startswith("_") and (fields is None or name in fields)
        },
        "image": {"sha256": sha256, "width": width, "height": height} if known else None,
        "original": f"{address}/original",
        "thumbnail": f"{address}/thumbnail" + (f"?version={quote(str(sha256))}" if known else ""),
    }

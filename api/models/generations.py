"""Generations of a category's index."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from common.records import FieldType
from common.vectors.base import GenerationManifest

EXAMPLE_GENERATION: dict[str, Any] = {
    "generation": "20260101t120000000000-5f2c1a",
    "current": True,
    "created": "2026-01-01T12:00:00+00:00",
    "count": 2736,
    "dim": 256,
    "embedder": "histogram",
    "fingerprint": "4be1c0…",
    "engine": "qdrant-edge 0.9.0",
    "size_bytes": 8_400_000,
    "fields": {"class": "keyword", "price": "number"},
}


class GenerationBody(BaseModel):
    """One build of a category's index."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_GENERATION]})

    generation: str = Field(description="Its name; names sort in the order of building.")
    current: bool = Field(description="Whether it is the one that answers.")
    created: str = Field(description="UTC, ISO 8601.")
    count: int = Field(description="Number of records.")
    dim: int = Field(description="Length of the vectors.")
    embedder: str = Field(description="The embedder that made the vectors.")
    fingerprint: str = Field(description="Of that embedder.")
    engine: str = Field(description="What holds it, with its version.")
    size_bytes: int | None = Field(description="Null where the engine does not tell.")
    fields: dict[str, FieldType] = Field(description="Fields that filters may name, by type.")


class CurrentGeneration(BaseModel):
    """The generation to make current."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"generation": EXAMPLE_GENERATION["generation"]}]},
    )

    generation: str = Field(max_length=100, description="A name from the list, or `previous`.")


def generation_body(manifest: GenerationManifest, current: str | None) -> GenerationBody:
    """Return what is known of a generation."""
    spec = manifest.spec
    return GenerationBody(
        generation=manifest.generation,
        current=manifest.generation == current,
        created=manifest.created,
        count=manifest.count,
        dim=spec.dim,
        embedder=spec.embedder,
        fingerprint=spec.fingerprint,
        engine=manifest.engine,
        size_bytes=manifest.size_bytes,
        fields=dict(spec.fields),
    )

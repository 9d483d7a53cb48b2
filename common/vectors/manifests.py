"""A generation's manifest: made at publishing, and as JSON the same whichever engine keeps it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar, cast, get_args

from common.errors import DimensionMismatch, FingerprintMismatch, VectorStoreError
from common.records import FieldType
from common.vectors.base import GenerationManifest, GenerationSpec

_Kind = TypeVar("_Kind")
_GENERATION_NAME = re.compile(r"\d{8}t\d{12}-[0-9a-f]{6}")


def is_generation_name(text: str) -> bool:
    """Tell whether ``text`` has the shape of :func:`~common.vectors.base.new_generation_name`."""
    return _GENERATION_NAME.fullmatch(text) is not None


def stamped_manifest(
    category: str,
    generation: str,
    spec: GenerationSpec,
    count: int,
    engine: str,
    size_bytes: int | None = None,
) -> GenerationManifest:
    """Return the manifest of a generation that is being published now."""
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return GenerationManifest(category, generation, spec, count, created, engine, size_bytes)


def check_removable(category: str, generation: str, current: str | None) -> None:
    """Make sure that a generation may be removed.

    Raises:
        VectorStoreError: it is the current one.
    """
    if generation == current:
        raise VectorStoreError(
            f"Generation {generation} of category '{category}' is the current one",
            "Roll back to another generation first",
        )


def check_continues(spec: GenerationSpec, current: GenerationManifest) -> None:
    """Make sure that a new generation may start as a copy of the current one.

    Raises:
        DimensionMismatch: their vectors differ in length.
        FingerprintMismatch: their vectors come from different embedders.
    """
    cure = f"Index the category '{current.category}' from scratch"
    if spec.dim != current.spec.dim:
        raise DimensionMismatch(
            f"The index of '{current.category}' holds vectors of length {current.spec.dim}, "
            f"not {spec.dim}",
            cure,
        )
    if spec.fingerprint != current.spec.fingerprint:
        raise FingerprintMismatch(
            f"The index of '{current.category}' was made by the embedder "
            f"'{current.spec.embedder}' with another fingerprint than '{spec.embedder}' has now",
            cure,
        )


def manifest_to_json(manifest: GenerationManifest) -> dict[str, Any]:
    """Return a manifest as JSON-compatible data.

    Fields become a list of pairs: their order is the order of filters on the page, and a server
    may sort an object's keys.
    """
    spec = manifest.spec
    return {
        "category": manifest.category,
        "generation": manifest.generation,
        "dim": spec.dim,
        "fingerprint": spec.fingerprint,
        "embedder": spec.embedder,
        "fields": [[name, type_] for name, type_ in spec.fields.items()],
        "count": manifest.count,
        "created": manifest.created,
        "engine": manifest.engine,
        "size_bytes": manifest.size_bytes,
    }


def manifest_from_json(data: object) -> GenerationManifest:
    """Read what :func:`manifest_to_json` wrote.

    Raises:
        ValueError: the data are anything else; the sentence names what is wrong.
    """
    if not isinstance(data, Mapping):
        raise ValueError("it is no JSON object")
    size_bytes = data.get("size_bytes")  # indexes of earlier versions have none
    spec = GenerationSpec(
        dim=_member(data, "dim", int),
        fingerprint=_member(data, "fingerprint", str),
        embedder=_member(data, "embedder", str),
        fields=dict(_field(pair) for pair in _member(data, "fields", list)),
    )
    return GenerationManifest(
        category=_member(data, "category", str),
        generation=_member(data, "generation", str),
        spec=spec,
        count=_member(data, "count", int),
        created=_member(data, "created", str),
        engine=_member(data, "engine", str),
        size_bytes=size_bytes if isinstance(size_bytes, int) else None,
    )


def _member(data: Mapping[str, Any], name: str, kind: type[_Kind]) -> _Kind:
    value = data.get(name)
    if not isinstance(value, kind):
        raise ValueError(f"'{name}' is missing or no {kind.__name__}")
    return value


def _field(pair: object) -> tuple[str, FieldType]:
    match pair:
        case [str(name), str(type_)] if type_ in get_args(FieldType):
            return name, cast("FieldType", type_)
    raise ValueError(f"{pair!r} in 'fields' is no name with a type")

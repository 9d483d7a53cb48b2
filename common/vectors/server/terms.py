"""Our terms in qdrant-client's: names of collections, payload indexes, filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from qdrant_client import models

from common.records import Condition, FieldType, Filter
from common.vectors.clauses import Clause, Range, alternatives
from common.vectors.manifests import is_generation_name
from common.vectors.points import possible_ids

_SEPARATOR = "--"

_INDEX_TYPES: Mapping[FieldType, models.PayloadSchemaType] = {
    "keyword": models.PayloadSchemaType.KEYWORD,
    "list": models.PayloadSchemaType.KEYWORD,
    "date": models.PayloadSchemaType.KEYWORD,
    "link": models.PayloadSchemaType.KEYWORD,
    "integer": models.PayloadSchemaType.INTEGER,
    "number": models.PayloadSchemaType.FLOAT,
}

_ServerCondition: TypeAlias = models.FieldCondition | models.HasIdCondition | models.Filter


def collection_of(category: str, generation: str) -> str:
    """Return the name of the collection that holds a generation."""
    return f"{category}{_SEPARATOR}{generation}"


def generation_in(collection: str, category: str) -> str | None:
    """Return the generation a collection holds, None when it is none of this category."""
    owner, _, generation = collection.rpartition(_SEPARATOR)
    return generation if owner == category and is_generation_name(generation) else None


def index_type(type_: FieldType) -> models.PayloadSchemaType:
    """Return the payload index that answers filters and facets of a field type."""
    return _INDEX_TYPES[type_]


def server_filter(
    filter: Filter | None, fields: Mapping[str, FieldType], exclude: Sequence[str] = ()
) -> models.Filter | None:
    """Return a checked filter in qdrant-client's terms, None where everything passes."""
    asked = filter or Filter()
    must = [_any_of(condition, fields) for condition in asked.must]
    must_not = [_any_of(condition, fields) for condition in asked.must_not]
    if excluded := possible_ids(exclude):
        must_not.append(models.HasIdCondition(has_id=list(excluded)))
    if not must and not must_not:
        return None
    return models.Filter(must=list(must), must_not=list(must_not))


def _any_of(condition: Condition, fields: Mapping[str, FieldType]) -> _ServerCondition:
    clauses = [_in_client(clause) for clause in alternatives(condition, fields)]
    if not clauses:
        return models.HasIdCondition(has_id=[])  # nothing passes; an empty `should` passes all
    return models.Filter(should=list(clauses))


def _in_client(clause: Clause) -> models.FieldCondition:
    if isinstance(clause, Range):
        bounds = models.Range(gte=clause.minimum, lte=clause.maximum)
        return models.FieldCondition(key=clause.path, range=bounds)
    return models.FieldCondition(key=clause.path, match=models.MatchAny(any=clause.values))

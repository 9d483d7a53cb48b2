"""Our terms in qdrant-client's: names of collections, payload indexes, filters, errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TypeAlias

from qdrant_client import models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import (
    ApiException,
    ResponseHandlingException,
    UnexpectedResponse,
)

from common.errors import GenerationNotFound, StoreUnavailable, VisualSearchError
from common.records import Condition, FieldType, Filter
from common.vectors.clauses import Clause, Range, alternatives
from common.vectors.manifests import is_generation_name
from common.vectors.points import possible_ids

_SEPARATOR = "--"
_NOT_FOUND = 404

_INDEX_TYPES: Mapping[FieldType, models.PayloadSchemaType] = {
    "keyword": models.PayloadSchemaType.KEYWORD,
    "list": models.PayloadSchemaType.KEYWORD,
    "date": models.PayloadSchemaType.KEYWORD,
    "link": models.PayloadSchemaType.KEYWORD,
    "integer": models.PayloadSchemaType.INTEGER,
    "number": models.PayloadSchemaType.FLOAT,
}

_ServerCondition: TypeAlias = models.FieldCondition | models.HasIdCondition | models.Filter


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turn whatever qdrant-client raises into an error of our tree.

    Args:
        doing: what fails, such as ``search category 'shoes'``.

    Raises:
        GenerationNotFound: the collection is gone.
        StoreUnavailable: the server does not answer, or refuses.
    """
    failed = f"The Qdrant server could not {doing}"
    try:
        yield
    except VisualSearchError:
        raise
    except ResponseHandlingException as error:  # no connection, or no answer in time
        raise StoreUnavailable(
            f"{failed}: {error}", "Check that it runs and that its address is right"
        ) from error
    except (ApiException, QdrantException, ValueError, RuntimeError) as error:
        if _is_gone(error):
            raise GenerationNotFound(
                f"{failed}: the generation was removed", "Open the category again"
            ) from error
        raise StoreUnavailable(f"{failed}: {error}") from error


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


def _is_gone(error: Exception) -> bool:
    if isinstance(error, UnexpectedResponse):
        return error.status_code == _NOT_FOUND
    # qdrant-client's local mode, which stands in for a server in tests, has only sentences.
    return isinstance(error, ValueError) and str(error).endswith("not found")

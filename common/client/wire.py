"""Queries as requests carry them, and problem details as the errors they tell of."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any, TypeAlias

import httpx
from pydantic import TypeAdapter, ValidationError

from common import errors
from common.errors import ApiUnavailable, VisualSearchError
from common.queries import (
    Example,
    ExampleQuery,
    PictureExample,
    RecordExample,
    SearchOptions,
    VectorExample,
)
from common.records import AnyOf, Condition, Filter

Json: TypeAlias = dict[str, Any]


def params(options: SearchOptions, fields: Sequence[str] | None) -> Json:
    """Return the part of an address that says how to answer."""
    chosen: Json = {
        "k": options.k,
        "offset": options.offset,
        "minimum_similarity": options.minimum_similarity,
        **filter_param(options.filter),
    }
    return chosen if fields is None else {**chosen, "fields": list(fields)}


def filter_param(filter: Filter | None) -> Json:
    """Return the part of an address that filters; empty without a filter."""
    return {} if filter is None else {"filter": json.dumps(_filter(filter))}


def query_body(query: ExampleQuery, fields: Sequence[str] | None) -> Json:
    """Return a query as the body of a request has it."""
    options = query.options
    return {
        "examples": [_example(example) for example in query.examples],
        "k": options.k,
        "offset": options.offset,
        "minimum_similarity": options.minimum_similarity,
        "filter": None if options.filter is None else _filter(options.filter),
        "fields": None if fields is None else list(fields),
    }


def _example(example: Example) -> Json:
    match example:
        case RecordExample(record, weight):
            return {"record": record, "weight": weight}
        case PictureExample(picture, weight):
            return {"picture": base64.b64encode(picture).decode(), "weight": weight}
        case VectorExample(vector, weight, fingerprint):
            return {"vector": vector.tolist(), "weight": weight, "fingerprint": fingerprint}


def _filter(filter: Filter) -> Json:
    return {
        "must": [_condition(condition) for condition in filter.must],
        "must_not": [_condition(condition) for condition in filter.must_not],
    }


def _condition(condition: Condition) -> Json:
    if isinstance(condition, AnyOf):
        return {"field": condition.field, "any_of": list(condition.values)}
    return {
        "field": condition.field,
        "minimum": condition.minimum,
        "maximum": condition.maximum,
    }


def error_of(response: httpx.Response) -> VisualSearchError:
    """Return the error that the server met: of its own class where that is one of the tree."""
    try:
        problem = TypeAdapter(dict[str, Any]).validate_json(response.content)
    except ValidationError:
        problem = {}
    kind = getattr(errors, str(problem.get("title", "")), None)
    detail = str(problem.get("detail") or "nothing that explains it")
    if isinstance(kind, type) and issubclass(kind, VisualSearchError):
        return kind(detail.removesuffix("."))
    if response.status_code == httpx.codes.UNPROCESSABLE_ENTITY:
        return errors.QueryError(detail.removesuffix("."))
    return ApiUnavailable(
        f"{response.url.copy_with(query=None)} answered {response.status_code}: "
        f"{detail.removesuffix('.')}"
    )

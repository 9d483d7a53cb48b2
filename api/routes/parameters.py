"""Parameters that several routes share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Path, Query
from fastapi.exceptions import RequestValidationError
from pydantic import FiniteFloat, ValidationError

from api.models.filters import FieldName, FilterBody
from api.models.search import DEFAULT_K
from common.errors import IndexingError
from common.queries import MAX_K, MAX_OFFSET, SearchOptions
from common.records import Filter

CategoryName = Annotated[
    str, Path(max_length=100, description="A category's name.", examples=["shoes"])
]
RecordId = Annotated[
    str,
    Path(
        max_length=100,
        description="A record's id.",
        examples=["2f1c7a52-9f0e-5d3b-8a5e-2f6d0c9b7e41"],
    ),
]
FieldNames = Annotated[
    list[FieldName] | None,
    Query(
        max_length=100,
        description="Payload field to return; may be given several times; left out: all.",
        examples=[["class", "price"]],
    ),
]
FilterText = Annotated[
    str | None,
    Query(
        alias="filter",
        max_length=100_000,
        description="A filter as JSON text.",
        examples=['{"must": [{"field": "class", "any_of": ["boots"]}]}'],
    ),
]


def refusal_to_wait(category: str) -> Callable[[], None]:
    """Return what to call where a category is being indexed and must not be changed."""

    def refuse() -> None:
        raise IndexingError(
            f"Category '{category}' is being indexed", "Try again when that has ended"
        )

    return refuse


def filter_of(text: FilterText = None) -> Filter | None:
    """Return the filter of a request's address.

    Raises:
        RequestValidationError: it is not one.
    """
    if text is None:
        return None
    try:
        return FilterBody.model_validate_json(text).to_filter()
    except ValidationError as error:
        raise RequestValidationError(
            [{**found, "loc": ("query", "filter", *found["loc"])} for found in error.errors()]
        ) from error


def options_of(
    k: Annotated[int, Query(ge=1, le=MAX_K, description="How many hits at most.")] = DEFAULT_K,
    offset: Annotated[
        int, Query(ge=0, le=MAX_OFFSET, description="How many of the best to leave out.")
    ] = 0,
    minimum_similarity: Annotated[
        FiniteFloat, Query(ge=-1, le=1, description="Cosine below which nothing is returned.")
    ] = -1.0,
    filter: FilterText = None,
) -> SearchOptions:
    """Return the options of a request's address."""
    return SearchOptions(k, offset, minimum_similarity, filter_of(filter))

"""Queries and their answers."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, FiniteFloat

from api.models.filters import FieldName, FilterBody
from api.models.records import EXAMPLE_RECORD, RecordBody
from common.queries import (
    MAX_EXAMPLES,
    MAX_K,
    MAX_OFFSET,
    MAX_WEIGHT,
    Example,
    ExampleQuery,
    PictureExample,
    RecordExample,
    SearchOptions,
    VectorExample,
)

DEFAULT_K = 9
MAX_QUERIES = 32
_LONGEST_VECTOR = 65_536
_MOST_FIELDS = 100

Weight = Annotated[
    FiniteFloat,
    Field(
        ge=-MAX_WEIGHT,
        le=MAX_WEIGHT,
        description="How much hits shall be like the example; below 0: unlike it. Not 0.",
    ),
]
Fields = Annotated[
    list[FieldName] | None,
    Field(max_length=_MOST_FIELDS, description="Payload fields to return; left out: all."),
]


class _Example(BaseModel):
    model_config = ConfigDict(extra="forbid")

    weight: Weight = 1.0


class RecordExampleBody(_Example):
    """A record of the category; it is never among the hits."""

    record: str = Field(max_length=100, description="The record's id.")

    def to_example(self) -> Example:
        """Return the example that is meant."""
        return RecordExample(self.record, self.weight)


class PictureExampleBody(_Example):
    """A picture from outside the index."""

    picture: Base64Bytes = Field(description="An image file's bytes in base64.")

    def to_example(self) -> Example:
        """Return the example that is meant."""
        return PictureExample(self.picture, self.weight)


class VectorExampleBody(_Example):
    """A vector of the index's embedder."""

    vector: list[FiniteFloat] = Field(
        min_length=1, max_length=_LONGEST_VECTOR, description="Of any length but 0."
    )
    fingerprint: str = Field(
        "", max_length=64, description="Of the embedder that made it; when given, it is checked."
    )

    def to_example(self) -> Example:
        """Return the example that is meant."""
        # What float32 cannot hold becomes infinite here, and is refused as having no direction.
        with np.errstate(over="ignore"):
            vector = np.asarray(self.vector, dtype=np.float64).astype(np.float32)
        return VectorExample(vector, self.weight, self.fingerprint)


class QueryBody(BaseModel):
    """A query by one or several examples."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "examples": [
                        {"record": EXAMPLE_RECORD["id"], "weight": 1},
                        {"record": "70ecb0a4-2f4a-5a3c-9a53-7f5c1d2e3b4a", "weight": -0.5},
                    ],
                    "k": 20,
                    "minimum_similarity": 0.4,
                    "filter": {"must": [{"field": "price", "maximum": 80}]},
                    "fields": ["class", "price"],
                }
            ]
        },
    )

    examples: list[RecordExampleBody | PictureExampleBody | VectorExampleBody] = Field(
        min_length=1, max_length=MAX_EXAMPLES
    )
    k: int = Field(DEFAULT_K, ge=1, le=MAX_K, description="How many hits at most.")
    offset: int = Field(0, ge=0, le=MAX_OFFSET, description="How many of the best to leave out.")
    minimum_similarity: FiniteFloat = Field(
        -1.0, ge=-1, le=1, description="Cosine below which nothing is returned."
    )
    filter: FilterBody | None = None
    fields: Fields = None

    def to_query(self) -> ExampleQuery:
        """Return the query that is meant.

        Raises:
            QueryError: a weight is 0.
        """
        options = SearchOptions(
            k=self.k,
            offset=self.offset,
            minimum_similarity=self.minimum_similarity,
            filter=self.filter.to_filter() if self.filter else None,
        )
        return ExampleQuery([example.to_example() for example in self.examples], options)


class BatchBody(BaseModel):
    """Several queries of one category, answered by the same generation."""

    model_config = ConfigDict(extra="forbid")

    queries: list[QueryBody] = Field(min_length=1, max_length=MAX_QUERIES)


class HitBody(RecordBody):
    """A record that was found."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"rank": 1, "similarity": 0.914, **EXAMPLE_RECORD}]}
    )

    rank: int = Field(description="1 for the best of the whole ranking, counting on over pages.")
    similarity: float = Field(description="Cosine in [-1, 1], higher is better.")


class AnswerBody(BaseModel):
    """What a query found, best first, ties by id."""

    category: str
    generation: str = Field(description="The generation that answered.")
    hits: list[HitBody]
    seconds: dict[str, float] = Field(
        description="Wall time by stage: `decode`, `embed`, `search`.",
        examples=[{"decode": 0.0038, "embed": 0.0013, "search": 0.0004}],
    )


class BatchAnswerBody(BaseModel):
    """One answer a query, in their order."""

    answers: list[AnswerBody]


def with_pictures(query: ExampleQuery) -> bool:
    """Tell whether something must be embedded to answer a query."""
    return any(isinstance(example, PictureExample) for example in query.examples)

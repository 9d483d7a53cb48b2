"""What the API takes and returns."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class Health(BaseModel):
    """A sign of life."""

    status: str


class CategorySummary(BaseModel):
    """A category as a list shows it.

    Attributes:
        name: in addresses.
        title: for people.
        searchable: whether it has an index.
        problem: the sentence that says why it cannot be used, None when it can.
    """

    name: str
    title: str
    searchable: bool
    problem: str | None = None


class HitBody(BaseModel):
    """A record that was found."""

    rank: int
    id: str
    similarity: float
    file: str
    payload: dict[str, Any]


class AnswerBody(BaseModel):
    """What a query found, best first."""

    category: str
    generation: str
    hits: list[HitBody]
    seconds: dict[str, float]

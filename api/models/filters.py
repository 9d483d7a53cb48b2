"""Filters as requests write them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, StrictBool, StrictInt, StrictStr

from common.records import AnyOf, Between, Condition, Filter

_INT64 = 2**63  # engines hold whole numbers in 64 bits
_MOST_CONDITIONS = 100

FieldName = Annotated[str, Field(min_length=1, max_length=200, description="A payload field.")]
_Text = Annotated[StrictStr, Field(max_length=10_000)]
_Whole = Annotated[StrictInt, Field(ge=-_INT64, lt=_INT64)]


class AnyOfBody(BaseModel):
    """Holds where the field, or for a list one of its elements, equals one of the values."""

    model_config = ConfigDict(extra="forbid")

    field: FieldName
    any_of: list[StrictBool | _Whole | _Text] = Field(min_length=1, max_length=1_000)


class BetweenBody(BaseModel):
    """Holds where the number in the field lies in the closed range; a side left out is open."""

    model_config = ConfigDict(extra="forbid")

    field: FieldName
    minimum: FiniteFloat | None = None
    maximum: FiniteFloat | None = None


_CONDITIONS: Any = Field(default_factory=list, max_length=_MOST_CONDITIONS)


class FilterBody(BaseModel):
    """All of ``must`` hold and none of ``must_not`` does."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "must": [
                        {"field": "class", "any_of": ["boots", "sandals"]},
                        {"field": "price", "minimum": 20, "maximum": 80},
                    ],
                    "must_not": [{"field": "colours", "any_of": ["red"]}],
                }
            ]
        },
    )

    must: list[AnyOfBody | BetweenBody] = _CONDITIONS
    must_not: list[AnyOfBody | BetweenBody] = _CONDITIONS

    def to_filter(self) -> Filter:
        """Return the filter that is meant."""
        return Filter(
            tuple(_condition(body) for body in self.must),
            tuple(_condition(body) for body in self.must_not),
        )


def _condition(body: AnyOfBody | BetweenBody) -> Condition:
    if isinstance(body, AnyOfBody):
        return AnyOf(body.field, tuple(body.any_of))
    return Between(body.field, body.minimum, body.maximum)

"""Errors as RFC 9457 problem details."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Problem(BaseModel):
    """What went wrong, by RFC 9457 (https://www.rfc-editor.org/rfc/rfc9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "CategoryNotFound",
                    "status": 404,
                    "detail": "There is no category 'shoos'. Choose one of the existing ('shoes').",
                    "instance": "/api/v1/categories/shoos",
                }
            ]
        }
    )

    title: str = Field(description="Kind of problem: equal for equal problems, to branch on.")
    status: int = Field(description="The answer's HTTP status.")
    detail: str = Field(description="What happened, to which thing, and what to do next.")
    instance: str = Field(description="Path of the request.")

"""Signs of life."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Health(BaseModel):
    """A sign of life."""

    status: Literal["ok"] = "ok"


class Dependency(BaseModel):
    """Something that answering queries rests on."""

    name: str = Field(description="`images`, `vectors` or `embedder`.")
    ok: bool
    detail: str = Field(description="What is wrong; empty when nothing is.")


class Readiness(BaseModel):
    """Whether queries can be answered, dependency by dependency."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "unavailable",
                    "dependencies": [
                        {"name": "images", "ok": True, "detail": ""},
                        {"name": "vectors", "ok": False, "detail": "The server does not answer."},
                        {"name": "embedder", "ok": True, "detail": ""},
                    ],
                    "jobs_are_run": True,
                }
            ]
        }
    )

    status: Literal["ok", "unavailable"]
    dependencies: list[Dependency]
    jobs_are_run: bool | None = Field(
        description="Whether a process here or elsewhere runs jobs; null: cannot be found out. "
        "Queries do not rest on it."
    )

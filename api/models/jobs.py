"""Jobs: long tasks on record, and what indexing may be asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from common.indexing import SyncOptions
from common.jobs import Job, JobState
from common.syncing.difference import DuplicatePolicy

_EXAMPLE: dict[str, Any] = {
    "id": "0b7e8f0a-6a35-4c39-9f0c-3f5a2f1d7c11",
    "kind": "index",
    "category": "shoes",
    "arguments": {
        "allow_mismatch": False,
        "confirm_deletes": False,
        "duplicates": "keep",
        "verify": False,
    },
    "state": "running",
    "stage": "embedding",
    "done": 640,
    "total": 2736,
    "rate": 80.0,
    "eta_seconds": 26.2,
    "created": "2026-01-01T12:00:00Z",
    "started": "2026-01-01T12:00:01Z",
    "stage_started": "2026-01-01T12:00:02Z",
    "updated": "2026-01-01T12:00:10Z",
    "finished": None,
    "report": None,
    "reason": "",
    "cure": "",
    "cancel_requested": False,
    "attempt": 1,
    "revision": 12,
}


class JobBody(BaseModel):
    """A long task: what it is, how far it came, and how it ended. Times are in UTC."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    id: str
    kind: str = Field(description="What it runs, such as `index`.")
    category: str = Field(description="That it works on; empty where it works on none.")
    arguments: dict[str, Any] = Field(description="What else it was asked for.")
    state: JobState = Field(
        description="`interrupted`: its process ended before it did, and it awaits a retry."
    )
    stage: str = Field(description="What it does now; each stage counts anew.")
    done: int = Field(description="Units of the stage that are done.")
    total: int = Field(description="Units of the stage; 0 where that is not known.")
    rate: float | None = Field(
        None, description="Units a second since the stage began; null: unknown."
    )
    eta_seconds: float | None = Field(
        None, description="From `updated` to the end of the stage, at that rate; null: unknown."
    )
    created: datetime = Field(description="When it was submitted.")
    started: datetime | None = Field(None, description="When its last attempt began.")
    stage_started: datetime | None = Field(None, description="When the stage began.")
    updated: datetime = Field(description="When anything of this last changed.")
    finished: datetime | None = Field(None, description="When it ended.")
    report: dict[str, Any] | None = Field(None, description="What it found, once it has succeeded.")
    reason: str = Field(description="Why it failed, was interrupted or is queued again, or empty.")
    cure: str = Field(description="What to do about that, or empty.")
    cancel_requested: bool = Field(description="Whether it was asked to end early.")
    attempt: int = Field(description="How often it was started.")
    revision: int = Field(description="Grows with every change: send it to wait for the next.")


class IndexOptions(BaseModel):
    """How to bring an index in step with its files; what is left out stays at its default."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"confirm_deletes": True, "duplicates": "skip"}]},
    )

    allow_mismatch: StrictBool = Field(
        False, description="Leave out rows without an image and images without a row."
    )
    confirm_deletes: StrictBool = Field(
        False, description="Remove records even if that empties the index, or most of it."
    )
    duplicates: DuplicatePolicy = Field(
        "keep", description="Of files with equal content: all of them, or the first by path."
    )
    verify: StrictBool = Field(
        False, description="Read every file instead of trusting its length and time of change."
    )

    def to_options(self) -> SyncOptions:
        """Return the options that are meant."""
        return SyncOptions(**self.model_dump())


def job_body(job: Job) -> JobBody:
    """Return all that is known of a job."""
    return JobBody.model_validate(job, from_attributes=True)

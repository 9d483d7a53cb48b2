"""One job, as it is known at a moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

JsonValue: TypeAlias = (
    "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
)
JsonObject: TypeAlias = Mapping[str, JsonValue]

JobState: TypeAlias = Literal[
    "queued", "running", "succeeded", "failed", "cancelled", "interrupted"
]
"""``interrupted``: its process ended before the job did, and it is not resumed by itself."""

OPEN_STATES: Final[tuple[JobState, ...]] = ("queued", "running")
RETRIABLE_STATES: Final[tuple[JobState, ...]] = ("failed", "cancelled", "interrupted")


@dataclass(frozen=True, slots=True)
class Job:
    """A long task: what it is, how far it came, and how it ended. Times are in UTC.

    Attributes:
        id: a canonical UUID.
        kind: what it runs, such as ``index``.
        category: that it works on; empty where it works on none.
        arguments: what else it was asked for.
        state: see :data:`JobState`.
        stage: what it does now, such as ``embedding``; each stage counts anew.
        done: units of the stage that are done.
        total: units of the stage; 0 where that is not known.
        created: when it was submitted.
        started: when its last attempt began.
        stage_started: when the stage began.
        updated: when the record last changed.
        finished: when it ended.
        report: what it found, once it has succeeded.
        reason: one sentence without its full stop: why it failed or was interrupted, or is queued
            again.
        cure: one sentence without its full stop: what to do about it. May be empty.
        cancel_requested: whether it was asked to end early.
        attempt: how often it was started.
        revision: grows with every change of the record.
    """

    id: str
    kind: str
    category: str
    arguments: JsonObject
    state: JobState
    stage: str
    done: int
    total: int
    created: datetime
    started: datetime | None
    stage_started: datetime | None
    updated: datetime
    finished: datetime | None
    report: JsonObject | None
    reason: str
    cure: str
    cancel_requested: bool
    attempt: int
    revision: int

    @property
    def is_open(self) -> bool:
        """Whether it has not ended."""
        return self.state in OPEN_STATES

    @property
    def can_retry(self) -> bool:
        """Whether it ended in a way that invites another attempt."""
        return self.state in RETRIABLE_STATES

    @property
    def rate(self) -> float | None:
        """Units done a second, on average since the stage began; None while that is not known."""
        if self.stage_started is None or self.done == 0:
            return None
        seconds = (self.updated - self.stage_started).total_seconds()
        # A clock that was set back tells nothing.
        return self.done / seconds if seconds > 0 else None

    @property
    def eta_seconds(self) -> float | None:
        """Seconds from ``updated`` to the end of the stage at its rate; None if unknown."""
        if self.state != "running" or not self.rate or not self.total:
            return None
        return max(self.total - self.done, 0) / self.rate

"""Jobs to rows and back, and text that SQLite can hold."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, get_args

from common.jobs.database import damaged
from common.jobs.record import Job, JobState, JsonObject

_LONGEST_TEXT: Final = 2000
_STATES: Final = get_args(JobState)


def read_job(row: sqlite3.Row, path: Path) -> Job:
    """Return the job of a row.

    Raises:
        StorageUnavailable: the row makes no sense; ``path`` is named as damaged.
    """
    try:
        if row["state"] not in _STATES:
            raise ValueError(f"a job in the state {row['state']!r}")
        updated, created = _time(row["updated"]), _time(row["created"])
        if updated is None or created is None:
            raise ValueError("a job without a time")
        return Job(
            id=row["id"],
            kind=row["kind"],
            category=row["category"],
            arguments=_object(row["arguments"]),
            state=row["state"],
            stage=row["stage"],
            done=int(row["done"]),
            total=int(row["total"]),
            created=created,
            started=_time(row["started"]),
            stage_started=_time(row["stage_started"]),
            updated=updated,
            finished=_time(row["finished"]),
            report=None if row["report"] is None else _object(row["report"]),
            reason=row["reason"],
            cure=row["cure"],
            cancel_requested=bool(row["cancel_requested"]),
            attempt=int(row["attempt"]),
            revision=int(row["revision"]),
        )
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise damaged(path, error) from error


def as_json(value: JsonObject) -> str:
    """Return JSON text in ASCII, equal for equal values.

    Raises:
        TypeError: a value is of a type that JSON does not know.
        ValueError: a number is not finite, or the value contains itself.
    """
    return json.dumps(value, sort_keys=True, allow_nan=False)


def storable(text: str) -> str:
    """Return text of bounded length without what UTF-8 cannot hold, as odd file names have."""
    whole = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return whole if len(whole) <= _LONGEST_TEXT else f"{whole[: _LONGEST_TEXT - 1]}…"


def now() -> float:
    """Return the time as rows keep it: seconds since 1970 in UTC."""
    return time.time()


def _time(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _object(text: str) -> JsonObject:
    value = json.loads(text)
    if not isinstance(value, Mapping):
        raise ValueError("text that is no JSON object")
    return value

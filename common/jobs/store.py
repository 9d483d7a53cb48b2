"""What people do with jobs: submit, look, wait, cancel, retry."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from common.errors import JobError, JobNotFound
from common.jobs.database import JobDatabase
from common.jobs.liveness import any_alive
from common.jobs.record import OPEN_STATES, RETRIABLE_STATES, Job, JobState, JsonObject
from common.jobs.rows import as_json, now, read_job, storable

KEPT_JOBS: Final = 500
"""Jobs that have ended are forgotten, the oldest first, when there are more."""

_LOOK_SECONDS: Final = 0.1
_LARGEST_ARGUMENTS: Final = 64_000


class JobStore:
    """The records of all jobs, in one file that several processes may share. Thread-safe.

    Nothing is run here: a :class:`~common.jobs.runner.JobRunner`, in whichever process, takes up
    what is queued and notices what is to be cancelled.

    Args:
        path: of the file, such as ``data/jobs.sqlite``; made on first use.
    """

    def __init__(self, path: Path) -> None:
        self.database = JobDatabase(path)

    def submit(self, kind: str, category: str = "", arguments: JsonObject | None = None) -> Job:
        """Queue a job. One that is queued already and asks for the same is returned instead.

        Args:
            kind: the name of a :class:`~common.jobs.kinds.JobKind`.
            category: that it works on: jobs of one category run one after the other.
            arguments: what else the kind wants to know.

        Raises:
            JobError: the arguments are no JSON object, or too large.
            StorageUnavailable: the file cannot be used.
        """
        text = _arguments_text(arguments or {})
        asked = (storable(kind), storable(category), text)
        with self.database.writing() as connection:
            same = connection.execute(
                "SELECT * FROM jobs WHERE state = 'queued' AND kind = ? AND category = ? "
                "AND arguments = ? ORDER BY queued",
                asked,
            ).fetchone()
            if same is not None:
                return read_job(same, self.database.path)
            id_, time_ = str(uuid.uuid4()), now()
            connection.execute(
                "INSERT INTO jobs (id, kind, category, arguments, state, created, queued, updated) "
                "VALUES (?, ?, ?, ?, 'queued', ?, ?, ?)",
                (id_, *asked, time_, time_, time_),
            )
            connection.execute(
                "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE finished IS NOT NULL "
                "ORDER BY finished DESC, rowid DESC LIMIT -1 OFFSET ?)",
                (KEPT_JOBS,),
            )
            return self._read(connection, id_)

    def get(self, job_id: str) -> Job:
        """Return a job.

        Raises:
            JobNotFound: there is none of that id.
            StorageUnavailable: the file cannot be used.
        """
        with self.database.reading() as connection:
            return self._read(connection, job_id)

    def list(
        self,
        *,
        states: Sequence[JobState] = (),
        category: str | None = None,
        limit: int = 100,
    ) -> list[Job]:
        """Return jobs, the newest first.

        Args:
            states: only these; empty for all.
            category: only this one's.
            limit: at most so many.

        Raises:
            StorageUnavailable: the file cannot be used.
        """
        wanted, values = ["1"], list[object]()
        if states:
            wanted.append(f"state IN ({', '.join('?' * len(states))})")
            values += states
        if category is not None:
            wanted.append("category = ?")
            values.append(storable(category))
        query = (
            f"SELECT * FROM jobs WHERE {' AND '.join(wanted)} "  # noqa: S608  # our own words
            "ORDER BY created DESC, rowid DESC LIMIT ?"
        )
        with self.database.reading() as connection:
            rows = connection.execute(query, [*values, max(limit, 0)]).fetchall()
        return [read_job(row, self.database.path) for row in rows]

    def wait(self, job_id: str, revision: int, timeout_seconds: float) -> Job:
        """Return a job as soon as it differs from what the caller knows, or when time is up.

        The file is looked at ten times a second, as another process may write it; in between
        the caller's thread sleeps.

        Args:
            job_id: of the job.
            revision: that the caller has seen.
            timeout_seconds: after which the job is returned as it is.

        Raises:
            JobNotFound: there is none of that id, or no longer.
            StorageUnavailable: the file cannot be used.
        """
        deadline = time.monotonic() + timeout_seconds
        while True:
            job = self.get(job_id)
            remaining = deadline - time.monotonic()
            if job.revision != revision or remaining <= 0:
                return job
            time.sleep(min(_LOOK_SECONDS, remaining))

    def is_served(self) -> bool:
        """Tell whether a runner is at work, in this process or another.

        Raises:
            StorageUnavailable: that cannot be found out.
        """
        return any_alive(self.database.path)

    def cancel(self, job_id: str) -> Job:
        """End a queued job at once; ask a running one to end. Asking again changes nothing.

        Raises:
            JobNotFound: there is none of that id.
            JobError: it has ended already.
            StorageUnavailable: the file cannot be used.
        """
        with self.database.writing() as connection:
            job = self._read(connection, job_id)
            if job.state not in OPEN_STATES:
                raise JobError(
                    f"The job {job.id} has ended already: it is {job.state}",
                    "There is nothing left to cancel",
                )
            if not job.cancel_requested:
                connection.execute(
                    "UPDATE jobs SET cancel_requested = 1, updated = :now, "
                    "finished = CASE state WHEN 'queued' THEN :now END, "
                    "state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END, "
                    "revision = revision + 1 WHERE id = :id",
                    {"id": job.id, "now": now()},
                )
            return self._read(connection, job_id)

    def retry(self, job_id: str) -> Job:
        """Queue a job again that failed, was cancelled or was interrupted.

        Raises:
            JobNotFound: there is none of that id.
            JobError: it has not ended, or it succeeded.
            StorageUnavailable: the file cannot be used.
        """
        with self.database.writing() as connection:
            job = self._read(connection, job_id)
            if job.state not in RETRIABLE_STATES:
                raise JobError(
                    f"The job {job.id} is {job.state}, not failed, cancelled or interrupted",
                    "Submit another one" if job.state == "succeeded" else "Wait for its end",
                )
            connection.execute(
                "UPDATE jobs SET state = 'queued', stage = '', done = 0, total = 0, "
                "queued = :now, updated = :now, started = NULL, stage_started = NULL, "
                "finished = NULL, reason = '', cure = '', cancel_requested = 0, "
                "interruptions = 0, revision = revision + 1, runner = NULL, claim = NULL "
                "WHERE id = :id",
                {"id": job.id, "now": now()},
            )
            return self._read(connection, job_id)

    def close(self) -> None:
        """Close the file. Using the store again opens it again."""
        self.database.close()

    def _read(self, connection: sqlite3.Connection, job_id: str) -> Job:
        row = connection.execute("SELECT * FROM jobs WHERE id = ?", (storable(job_id),)).fetchone()
        if row is None:
            raise JobNotFound(
                f"There is no job '{storable(job_id)[:80]}'", "List the jobs to see their ids"
            )
        return read_job(row, self.database.path)


def _arguments_text(arguments: JsonObject) -> str:
    try:
        text = as_json(arguments)
    except (TypeError, ValueError, RecursionError) as error:
        raise JobError(
            f"The job's arguments cannot be kept ({error})",
            "Give names with text, whole numbers, finite numbers, true or false",
        ) from error
    if len(text) > _LARGEST_ARGUMENTS:
        raise JobError(
            f"The job's arguments are {len(text):,} characters long",
            f"Keep them below {_LARGEST_ARGUMENTS:,}",
        )
    return text

"""What runners and workers write: a job is claimed, gets on, and ends.

Whoever claims a job gets a token, and only who has the job's last token may write about it. A
worker that was given up, and lives on all the same, cannot spoil the next attempt.
"""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias

from common.jobs.database import JobDatabase
from common.jobs.errors import ClaimLost
from common.jobs.kinds import JobKind
from common.jobs.record import Job, JobState
from common.jobs.rows import now, read_job, storable

EndState: TypeAlias = Literal["succeeded", "failed", "cancelled", "interrupted"]


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run a job and to write about it.

    Attributes:
        job: as it was when it was claimed.
        runner: whose it is.
        token: that proves it.
    """

    job: Job
    runner: str
    token: str


class JobQueue:
    """The jobs to be run and those that are running. Thread-safe.

    Args:
        database: of the jobs.
    """

    def __init__(self, database: JobDatabase) -> None:
        self._database = database

    def claim(self, runner: str, kinds: Collection[str], max_running: int) -> Claim | None:
        """Take the job that has waited longest, and mark it as running.

        Jobs of a category that another job works on are passed over: they would only wait for it.

        Args:
            runner: who takes it.
            kinds: that the runner can run.
            max_running: jobs that may run at once, those of other runners included.

        Returns:
            None when there is nothing to take now.

        Raises:
            StorageUnavailable: the file cannot be used.
        """
        places = ", ".join("?" * len(kinds))
        next_id = (
            "SELECT id FROM jobs AS job WHERE state = 'queued' "  # noqa: S608  # question marks
            f"AND kind IN ({places}) AND (category = '' OR NOT EXISTS (SELECT 1 FROM jobs "
            "WHERE state = 'running' AND category = job.category)) ORDER BY queued, rowid LIMIT 1"
        )
        with self._database.reading() as connection:  # an idle runner takes no write lock
            if connection.execute(next_id, list(kinds)).fetchone() is None:
                return None
        with self._database.writing() as connection:
            (running,) = connection.execute(
                "SELECT count(*) FROM jobs WHERE state = 'running'"
            ).fetchone()
            row = connection.execute(next_id, list(kinds)).fetchone()
            if row is None or running >= max_running:
                return None
            token = uuid.uuid4().hex
            connection.execute(
                "UPDATE jobs SET state = 'running', stage = '', done = 0, total = 0, "
                "started = :now, stage_started = :now, updated = :now, reason = '', cure = '', "
                "attempt = attempt + 1, revision = revision + 1, runner = :runner, "
                "claim = :token WHERE id = :id",
                {"id": row["id"], "now": now(), "runner": runner, "token": token},
            )
            return self._claim(_row(connection, row["id"]))

    def held(self, job_id: str, token: str) -> Claim:
        """Return a claim again, from what a worker was told of it.

        Raises:
            ClaimLost: it is no longer the job's.
            StorageUnavailable: the file cannot be used.
        """
        with self._database.reading() as connection:
            return self._claim(_held(connection, job_id, token))

    def progress(self, claim: Claim, stage: str, done: int, total: int) -> bool:
        """Write how far a job is.

        Returns:
            Whether it is to go on: False once it is to be cancelled.

        Raises:
            ClaimLost: it is no longer this claim's.
            StorageUnavailable: the file cannot be used.
        """
        with self._database.writing() as connection:
            row = _held(connection, claim.job.id, claim.token)
            same_stage = row["stage"] == storable(stage)
            connection.execute(
                "UPDATE jobs SET stage = :stage, done = :done, total = :total, updated = :now, "
                "stage_started = :stage_started, revision = revision + 1 WHERE id = :id",
                {
                    "id": claim.job.id,
                    "stage": storable(stage),
                    "done": done,
                    "total": total,
                    "now": (time_ := now()),
                    "stage_started": row["stage_started"] if same_stage else time_,
                },
            )
            return not row["cancel_requested"]

    def cancel_requested(self, claim: Claim) -> bool:
        """Tell whether a job is to be cancelled.

        Raises:
            ClaimLost: it is no longer this claim's.
            StorageUnavailable: the file cannot be used.
        """
        return self.held(claim.job.id, claim.token).job.cancel_requested

    def end(
        self,
        claim: Claim,
        state: EndState,
        *,
        report: str | None = None,
        reason: str = "",
        cure: str = "",
    ) -> None:
        """Write how a job ended.

        Args:
            claim: to the job.
            state: it ended in.
            report: a JSON object.
            reason: see :class:`~common.jobs.record.Job`.
            cure: see :class:`~common.jobs.record.Job`.

        Raises:
            ClaimLost: it is no longer this claim's.
            StorageUnavailable: the file cannot be used.
        """
        with self._database.writing() as connection:
            _held(connection, claim.job.id, claim.token)
            _end(connection, claim, state, report, reason, cure)

    def give_up(self, claim: Claim, kind: JobKind, reason: str, *, in_order: bool = False) -> None:
        """Decide about a job whose worker ended before it did; fine where it had ended after all.

        It is cancelled where that was asked for; queued again in its old place where its kind
        allows that once more; else interrupted.

        Args:
            claim: to the job.
            kind: of the job.
            reason: why the worker ended.
            in_order: it was stopped with its runner, in an orderly way: that does not count as one
                of the interruptions after which a job is queued again.

        Raises:
            StorageUnavailable: the file cannot be used.
        """
        with self._database.writing() as connection:
            try:
                row = _held(connection, claim.job.id, claim.token)
            except ClaimLost:
                return
            if row["cancel_requested"]:
                _end(connection, claim, "cancelled")
            elif kind.resumes and (in_order or row["interruptions"] < kind.resumes):
                connection.execute(
                    "UPDATE jobs SET state = 'queued', stage = '', done = 0, total = 0, "
                    "updated = ?, reason = ?, cure = ?, "
                    "interruptions = interruptions + ?, started = NULL, stage_started = NULL, "
                    "revision = revision + 1, runner = NULL, claim = NULL WHERE id = ?",
                    (
                        now(),
                        storable(reason),
                        "It goes on by itself",
                        not in_order,
                        claim.job.id,
                    ),
                )
            else:
                went_on = "; it goes on from where it was" if kind.resumes else ""
                _end(connection, claim, "interrupted", None, reason, f"Retry it{went_on}")

    def running(self) -> list[Claim]:
        """Return the claims to all jobs that are marked as running.

        Raises:
            StorageUnavailable: the file cannot be used.
        """
        with self._database.reading() as connection:
            rows = connection.execute("SELECT * FROM jobs WHERE state = 'running'").fetchall()
        return [self._claim(row) for row in rows]

    def _claim(self, row: sqlite3.Row) -> Claim:
        return Claim(read_job(row, self._database.path), row["runner"], row["claim"])


def _row(connection: sqlite3.Connection, job_id: str) -> sqlite3.Row:
    row: sqlite3.Row = connection.execute("SELECT * FROM jobs WHERE id = ?", (job_id,)).fetchone()
    return row


def _held(connection: sqlite3.Connection, job_id: str, token: str) -> sqlite3.Row:
    row: sqlite3.Row | None = connection.execute(
        "SELECT * FROM jobs WHERE id = ? AND claim = ? AND state = 'running'", (job_id, token)
    ).fetchone()
    if row is None:
        raise ClaimLost(f"The job {job_id} was given to another worker, or has ended")
    return row


def _end(
    connection: sqlite3.Connection,
    claim: Claim,
    state: JobState,
    report: str | None = None,
    reason: str = "",
    cure: str = "",
) -> None:
    connection.execute(
        "UPDATE jobs SET state = :state, report = :report, reason = :reason, cure = :cure, "
        "updated = :now, finished = :now, revision = revision + 1, runner = NULL, claim = NULL "
        "WHERE id = :id",
        {
            "id": claim.job.id,
            "state": state,
            "report": report,
            "reason": storable(reason),
            "cure": storable(cure),
            "now": now(),
        },
    )

"""What a job can run: functions that a fresh interpreter finds by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from common.jobs.record import Job, JsonObject


class JobContext(Protocol):
    """What a job's function may say and ask while it runs. Safe to use from several threads."""

    def progress(self, done: int, total: int, *, stage: str = "") -> None:
        """Tell how far the job is. Cheap: what comes too often is not written.

        Within a stage the count never goes back; another stage counts anew. Like :meth:`check`
        it does not return once the job is to end.

        Args:
            done: units done.
            total: units of this stage, 0 where that is not known.
            stage: what is being done, in a word or two.
        """

    def check(self) -> None:
        """Return, unless the job is to end: then something is raised that must not be caught."""


class JobFunction(Protocol):
    """Runs a job. Its report must be JSON, and of bounded size whatever the job's is.

    A :class:`~common.errors.VisualSearchError` that it raises becomes the job's reason and cure.
    """

    def __call__(self, job: Job, context: JobContext) -> JsonObject:
        """Do the work; return the report."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job.

    Attributes:
        name: under which it is submitted.
        target: ``module:function``, a :class:`JobFunction`. It is imported by the job's own
            process, so the runner need not be able to.
        resumes: how often an interrupted job is queued again by itself: 1 for tasks that go on
            from where they were, 0 for those that a person should decide on.
    """

    name: str
    target: str
    resumes: int = 0

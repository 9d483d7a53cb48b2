"""Jobs: long tasks with a durable record, each run in a child process of its own.

A module imports only from rows below it:

=============  ====================================================================================
``runner``     takes queued jobs, starts their workers, and looks after those that ended
``recovery``   what becomes of jobs whose runner died
``worker``     a child process, seen from its runner
``child``      a child process, seen from within
``orders``     what the one tells the other
``queue``      what runners and workers write
``store``      what people do: submit, list, wait, cancel, retry
``liveness``   proof that a runner lives
``rows``       jobs to rows and back
``database``   the SQLite file
``record``     a job; ``kinds``: what a job can run; ``errors``
=============  ====================================================================================

Records are in one SQLite file, which any number of processes may share. A worker is tied to its
runner by a pipe: when the runner ends, however it ends, the worker stops. So a job is alive exactly
as long as its runner is, and that is known by a lock that the operating system frees.
"""

from common.errors import JobError, JobNotFound
from common.jobs.kinds import JobContext, JobKind
from common.jobs.record import Job, JobState, JsonObject, JsonValue
from common.jobs.runner import JobRunner
from common.jobs.store import JobStore

__all__ = [
    "Job",
    "JobContext",
    "JobError",
    "JobKind",
    "JobNotFound",
    "JobRunner",
    "JobState",
    "JobStore",
    "JsonObject",
    "JsonValue",
]

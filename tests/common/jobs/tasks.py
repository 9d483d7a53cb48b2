"""What the jobs of these tests run, and a runner in a process of its own."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from common.errors import IndexingError
from common.jobs import Job, JobContext, JobKind, JobRunner, JobStore, JsonObject

COUNT = JobKind("count", "tests.common.jobs.tasks:count", resumes=1)
ONCE = JobKind("once", "tests.common.jobs.tasks:count")
KINDS = (
    COUNT,
    ONCE,
    *(
        JobKind(name, f"tests.common.jobs.tasks:{name}")
        for name in ("surroundings", "refuse", "stumble", "die", "sleep_on", "babble", "nowhere")
    ),
)


def count(job: Job, context: JobContext) -> JsonObject:
    """Count up to ``to``, a number each ``seconds``; tell when it began and ended."""
    began, to = time.time(), int(str(job.arguments["to"]))
    for number in range(to + 1):
        context.progress(number, to, stage="counting")
        time.sleep(float(str(job.arguments.get("seconds", 0))))
    return {"began": began, "ended": time.time(), "attempt": job.attempt}


def surroundings(job: Job, context: JobContext) -> JsonObject:
    names = ("OMP_NUM_THREADS", "FLAVOUR")
    return {"niceness": os.nice(0), **{name: os.environ.get(name) for name in names}}


def refuse(job: Job, context: JobContext) -> JsonObject:
    raise IndexingError(f"'{job.category}' \udcff has no images", "Add some")


def stumble(job: Job, context: JobContext) -> JsonObject:
    raise RuntimeError("over a stone")


def die(job: Job, context: JobContext) -> JsonObject:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def sleep_on(job: Job, context: JobContext) -> JsonObject:
    """Hear nothing for a minute, as some libraries do."""
    context.progress(0, 1, stage=str(os.getpid()))
    time.sleep(60)
    return {}


def babble(job: Job, context: JobContext) -> JsonObject:
    return {"not a number": float("nan")}


if __name__ == "__main__":
    with JobRunner(JobStore(Path(sys.argv[1])), KINDS, grace_seconds=1.0):
        time.sleep(120)

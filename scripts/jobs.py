"""List the jobs, look at one, cancel, retry, wait, run: ``make jobs``.

JOB=id        show one job, with its report
CANCEL=id     end it
RETRY=id      queue it again, after it failed, was cancelled or was interrupted
WAIT=id       wait for its end, with a bar
RUN_JOBS=1    run what is queued here and now, until nothing is left (or WAIT's job has ended)

The beginning of an id will do. Jobs are run by ``make run``; RUN_JOBS=1 is for when it does not
run.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing, nullcontext

from common.assembly import Services, assemble
from common.errors import VisualSearchError
from common.job_kinds import JOB_KINDS, job_runner
from common.jobs import Job, JobError, JobNotFound, JobStore
from common.jobs.recovery import recover
from common.logs import configure_logging
from common.settings import load_settings
from scripts.terminal import exit_status, progress_bar, switched_on

_SHORTEST_BEGINNING = 4
_WAIT_SECONDS = 30.0


def run() -> None:
    """Do what the environment asks for.

    Raises:
        VisualSearchError: it cannot be done, or the job that was waited for did not succeed.
    """
    settings = load_settings()
    configure_logging("WARNING" if settings.log_level == "INFO" else settings.log_level)
    live = assemble(settings)
    with closing(live.jobs) as store:
        recover(store, {kind.name: kind for kind in JOB_KINDS})
        _obey(live, store)


def _obey(live: Services, store: JobStore) -> None:
    show, cancel, retry, wait = (
        _named(store, os.environ.get(name, "")) for name in ("JOB", "CANCEL", "RETRY", "WAIT")
    )
    here = switched_on("RUN_JOBS")
    if cancel:
        job = store.cancel(cancel.id)
        print(f"{job.id} {'is asked to end' if job.is_open else 'is cancelled'}")
    if retry:
        print(f"{store.retry(retry.id).id} is queued again")
    if (retry or (wait and wait.state == "queued")) and not here and not store.is_served():
        print("Nobody runs jobs now: start 'make run', or add RUN_JOBS=1.", file=sys.stderr)
    if show:
        print(details(store.get(show.id)))
    with job_runner(live) if here else nullcontext():
        if wait:
            report(follow(store, wait))
        elif here:
            run_all(store)
    if not (cancel or retry or show or wait or here):
        print(as_table(store.list()))


def as_table(jobs: list[Job]) -> str:
    """Return jobs as lines, in their order."""
    return "\n".join(_line(job) for job in jobs) if jobs else "There are no jobs."


def details(job: Job) -> str:
    """Return what is known of a job as lines."""
    lines = [_line(job), f"  created {job.created:%Y-%m-%d %H:%M:%S} UTC, attempt {job.attempt}"]
    if job.arguments:
        lines.append(f"  arguments: {json.dumps(job.arguments)}")
    if job.report is not None:
        lines += [f"  {line}" for line in json.dumps(job.report, indent=2).splitlines()]
    return "\n".join(lines)


def follow(store: JobStore, job: Job) -> Job:
    """Show a bar until a job has ended; return it as it ended."""
    with progress_bar(f"{job.kind} {job.category}".strip(), "done") as on_progress:
        while job.is_open:
            job = store.wait(job.id, job.revision, _WAIT_SECONDS)
            on_progress(job.done, job.total)
    return job


def report(job: Job) -> None:
    """Print how a job ended.

    Raises:
        JobError: it did not succeed.
    """
    if job.state != "succeeded":
        ended = "failed" if job.state == "failed" else f"was {job.state}"
        raise JobError(f"The job {job.id} {ended}{job.reason and f': {job.reason}'}", job.cure)
    print(details(job))


def run_all(store: JobStore) -> None:
    """Follow what is queued or running until nothing is; print how each job ended.

    Raises:
        JobError: the last one that did not succeed; those before are printed.
    """
    failure: VisualSearchError | None = None
    while waiting := store.list(states=("queued", "running")):
        try:
            report(follow(store, waiting[-1]))
        except JobError as error:
            if failure is not None:
                print(f"Error: {failure}", file=sys.stderr)
            failure = error
    if failure is not None:
        raise failure


def _named(store: JobStore, beginning: str) -> Job | None:
    """Return the job whose id begins so, None where nothing is asked for.

    Raises:
        JobNotFound: there is none, or it is one of several.
    """
    if not beginning:
        return None
    found = [job for job in store.list(limit=1000) if job.id.startswith(beginning)]
    if len(found) > 1 or len(beginning) < _SHORTEST_BEGINNING:
        raise JobNotFound(f"'{beginning}' may be several jobs", "Give more of the id")
    return found[0] if found else store.get(beginning)


def _line(job: Job) -> str:
    what = f"{job.kind} {job.category}".strip()
    line = f"{job.id}  {job.state:<11}  {what}{_progress(job)}"
    if job.reason:
        line += f": {job.reason}. {job.cure}".rstrip(". ") + "."
    return line


def _progress(job: Job) -> str:
    if job.state != "running" or not job.stage:
        return ""
    text = f"  {job.stage} {job.done:,} of {job.total:,}" if job.total else f"  {job.stage}"
    if job.rate is not None:
        text += f", {job.rate:,.0f}/s"
    if job.eta_seconds is not None:
        text += f", {job.eta_seconds:,.0f} s left"
    return text


if __name__ == "__main__":
    sys.exit(exit_status(run))

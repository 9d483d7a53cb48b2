"""A store of jobs, and runners that are closed after the test."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from common.jobs import Job, JobRunner, JobStore
from tests.common.jobs.tasks import KINDS

Until = Callable[[str, Callable[[Job], object]], Job]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "jobs.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[JobStore]:
    with closing(JobStore(path)) as store:
        yield store


@pytest.fixture
def run(store: JobStore) -> Iterator[Callable[..., JobRunner]]:
    """Start a runner with the given options."""
    with ExitStack() as stack:

        def started(**options: object) -> JobRunner:
            settings = {"grace_seconds": 1.0, **options}
            return stack.enter_context(JobRunner(store, KINDS, **settings))

        yield started


@pytest.fixture
def until(store: JobStore) -> Until:
    """Wait until a job is as described, and return it."""

    def waited(job_id: str, is_so: Callable[[Job], object]) -> Job:
        job = store.get(job_id)
        deadline = time.monotonic() + 60
        while not is_so(job):
            assert time.monotonic() < deadline, job
            job = store.wait(job_id, job.revision, 5)
        return job

    return waited


def ended(job: Job) -> bool:
    return not job.is_open

"""The client's jobs: as the store has them, followed to their end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict

import pytest

from common.assembly import Services
from common.client import SearchClient
from common.errors import CategoryNotFound, JobError, JobNotFound, TooBusy
from common.indexing import SyncOptions
from common.job_kinds import index_arguments
from common.jobs import Job, JobStore
from common.jobs.queue import JobQueue
from tests.common.test_client import served


@pytest.fixture
def jobs(live: Services) -> Iterator[JobStore]:
    with closing(live.jobs) as store:
        yield store


@pytest.fixture
def client(live: Services, jobs: JobStore) -> Iterator[SearchClient]:
    for address in served(live):
        with SearchClient(address) as client:
            yield client


def run_to_its_end(jobs: JobStore) -> None:
    """Do what a runner and its worker write."""
    queue = JobQueue(jobs.database)
    claim = queue.claim("a runner", ["index"], 9)
    assert claim is not None
    queue.progress(claim, "embedding", 6, 12)
    queue.end(claim, "succeeded", report='{"indexed": 12}')


def test_indexing_is_asked_for_with_its_options(client: SearchClient, jobs: JobStore) -> None:
    options = SyncOptions(allow_mismatch=True, duplicates="skip")
    job = client.index("shapes", options)
    assert asdict(job) == asdict(jobs.get(job.id))
    assert job.arguments == index_arguments(options)
    assert client.index("shapes").arguments == index_arguments(SyncOptions())
    with pytest.raises(CategoryNotFound):
        client.index("nothing")


def test_jobs_are_listed_as_the_store_lists_them(client: SearchClient, jobs: JobStore) -> None:
    ended = client.cancel_job(client.index("shapes").id)
    client.index("badges")
    assert [asdict(job) for job in client.jobs()] == [asdict(job) for job in jobs.list()]
    assert [job.id for job in client.jobs(states=["cancelled", "failed"])] == [ended.id]
    assert [job.category for job in client.jobs(category="badges")] == ["badges"]
    assert len(client.jobs(limit=1)) == 1


def test_a_job_is_followed_to_its_end(client: SearchClient, jobs: JobStore) -> None:
    job = client.index("shapes")
    seen: list[Job] = []

    def note(changed: Job) -> None:
        seen.append(changed)
        if len(seen) == 1:
            threading.Timer(0.2, run_to_its_end, [jobs]).start()

    ended = client.wait_for_job(job.id, timeout_seconds=30, on_change=note)
    assert (ended.state, ended.report) == ("succeeded", {"indexed": 12})
    assert asdict(ended) == asdict(jobs.get(job.id))
    assert (seen[0].state, seen[-1]) == ("queued", ended)
    assert len({changed.revision for changed in seen}) == len(seen)


def test_waiting_for_a_job_ends_with_its_time(client: SearchClient) -> None:
    job = client.index("shapes")
    assert client.wait_for_job(job.id, timeout_seconds=0.3) == job
    assert client.job(job.id, revision=job.revision, wait_seconds=0.2) == job


def test_a_server_where_too_many_wait_is_asked_again(
    client: SearchClient, jobs: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = client.index("shapes")
    refusals = []

    def refuse(*args: object) -> Job:
        refusals.append(args)
        run_to_its_end(jobs)
        raise TooBusy("Too many wait")

    monkeypatch.setattr(JobStore, "wait", refuse)
    assert client.wait_for_job(job.id, timeout_seconds=30).state == "succeeded"
    assert len(refusals) == 1


def test_what_cannot_be_done_with_a_job_is_raised_here(client: SearchClient) -> None:
    job = client.index("shapes")
    with pytest.raises(JobError, match="Wait for its end"):
        client.retry_job(job.id)
    assert client.cancel_job(job.id).state == "cancelled"
    with pytest.raises(JobError, match="ended already"):
        client.cancel_job(job.id)
    assert client.retry_job(job.id).state == "queued"
    for ask in (client.job, client.cancel_job, client.retry_job, client.wait_for_job):
        with pytest.raises(JobNotFound):
            ask("no such job?")

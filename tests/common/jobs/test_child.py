"""What a job's function is told, and what it tells."""

from __future__ import annotations

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.errors import StorageUnavailable
from common.jobs import JobKind, JobStore
from common.jobs.child import JobCancelled, JobStopped, WorkerContext
from common.jobs.queue import Claim, JobQueue


@pytest.fixture
def queue(store: JobStore) -> JobQueue:
    return JobQueue(store.database)


@pytest.fixture
def claim(store: JobStore, queue: JobQueue) -> Claim:
    store.submit("count")
    claim = queue.claim("r", ["count"], 1)
    assert claim is not None
    return claim


@pytest.fixture
def stopping() -> threading.Event:
    return threading.Event()


@pytest.fixture
def context(queue: JobQueue, claim: Claim, stopping: threading.Event) -> WorkerContext:
    return WorkerContext(queue, claim, stopping)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(counts=st.lists(st.integers(0, 20), min_size=1, max_size=10))
def test_a_count_never_goes_back_within_a_stage(
    counts: list[int], queue: JobQueue, claim: Claim, store: JobStore
) -> None:
    context = WorkerContext(queue, claim, threading.Event())
    context.progress(0, 0, stage="another")
    written = []
    for count in counts:
        # A total that is reached is always written.
        context.progress(count, max(counts[: len(written) + 1]), stage="counting")
        written.append(store.get(claim.job.id).done)
    assert written == [max(counts[: end + 1]) for end in range(len(counts))]


def test_what_comes_too_often_is_not_written_but_the_end_of_a_stage_is(
    context: WorkerContext, store: JobStore, claim: Claim
) -> None:
    before = store.get(claim.job.id).revision
    for done in range(10_001):
        context.progress(done, 10_000, stage="counting")
    job = store.get(claim.job.id)
    assert (job.done, job.total) == (10_000, 10_000)
    assert job.revision - before < 20


def test_a_new_stage_counts_anew_and_is_written_at_once(
    context: WorkerContext, store: JobStore, claim: Claim
) -> None:
    context.progress(7, 9, stage="reading")
    context.progress(0, 3, stage="embedding")
    job = store.get(claim.job.id)
    assert (job.stage, job.done, job.total) == ("embedding", 0, 3)


def test_a_cancelled_job_is_told_so(context: WorkerContext, store: JobStore, claim: Claim) -> None:
    context.check()
    store.cancel(claim.job.id)
    with pytest.raises(JobCancelled):
        context.check()
    with pytest.raises(JobCancelled):
        context.progress(0, 3, stage="another")


def test_a_job_whose_runner_is_gone_is_told_so(
    context: WorkerContext, stopping: threading.Event
) -> None:
    stopping.set()
    for say in (context.check, lambda: context.progress(1, 2)):
        with pytest.raises(JobStopped):
            say()


def test_a_job_that_was_given_to_another_is_told_so(
    context: WorkerContext, queue: JobQueue, claim: Claim
) -> None:
    queue.give_up(claim, JobKind("count", "", resumes=1), "It ended")
    for say in (context.check, lambda: context.progress(2, 2)):
        with pytest.raises(JobStopped):
            say()


def test_a_handler_of_errors_does_not_keep_a_job_from_being_cancelled() -> None:
    assert not issubclass(JobCancelled, Exception)
    assert not issubclass(JobStopped, Exception)


def test_a_file_that_cannot_be_written_for_a_while_ends_no_job(
    claim: Claim, stopping: threading.Event, caplog: pytest.LogCaptureFixture
) -> None:
    class Unavailable(JobQueue):
        def __init__(self) -> None:
            pass

        def progress(self, claim: Claim, stage: str, done: int, total: int) -> bool:
            raise StorageUnavailable("The disk is full", "Free some space")

        def cancel_requested(self, claim: Claim) -> bool:
            raise StorageUnavailable("The disk is full", "Free some space")

    context = WorkerContext(Unavailable(), claim, stopping)
    context.progress(1, 2)
    context.check()
    assert caplog.text.count("The disk is full") == 2

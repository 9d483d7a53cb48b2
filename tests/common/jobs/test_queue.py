"""Who runs which job, and who may write about it."""

from __future__ import annotations

import random
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.jobs import JobError, JobKind, JobStore
from common.jobs.errors import ClaimLost
from common.jobs.queue import JobQueue
from common.jobs.record import OPEN_STATES

RESUMED = JobKind("a", "", resumes=1)


@pytest.fixture
def queue(store: JobStore) -> JobQueue:
    return JobQueue(store.database)


def test_jobs_are_taken_in_the_order_of_submission(store: JobStore, queue: JobQueue) -> None:
    ids = [store.submit("a", arguments={"n": n}).id for n in range(3)]
    claims = [queue.claim("r", ["a"], 9) for _ in range(4)]
    assert [claim and claim.job.id for claim in claims] == [*ids, None]
    assert {claim.job.state for claim in claims if claim} == {"running"}


def test_no_more_run_at_once_than_allowed(store: JobStore, queue: JobQueue) -> None:
    for n in range(3):
        store.submit("a", arguments={"n": n})
    first = queue.claim("one", ["a"], 2)
    assert queue.claim("other", ["a"], 2) is not None
    assert queue.claim("one", ["a"], 2) is None
    queue.end(first, "succeeded", report="{}")
    assert queue.claim("other", ["a"], 2) is not None


def test_jobs_of_one_category_take_turns_and_hold_up_no_other(
    store: JobStore, queue: JobQueue
) -> None:
    shoes = [store.submit("a", "shoes", {"n": n}) for n in range(2)]
    logos = store.submit("a", "logos")
    first = queue.claim("r", ["a"], 9)
    assert first.job.id == shoes[0].id
    assert queue.claim("r", ["a"], 9).job.id == logos.id
    assert queue.claim("r", ["a"], 9) is None
    queue.end(first, "cancelled")
    assert queue.claim("r", ["a"], 9).job.id == shoes[1].id


def test_a_job_of_a_kind_that_a_runner_does_not_know_stays_queued(
    store: JobStore, queue: JobQueue
) -> None:
    job = store.submit("train")
    assert queue.claim("r", ["index"], 9) is None
    assert queue.claim("r", [], 9) is None
    assert queue.claim("r", ["index", "train"], 9).job.id == job.id


def test_progress_is_kept_and_a_stage_has_its_own_rate(store: JobStore, queue: JobQueue) -> None:
    job = store.submit("a")
    claim = queue.claim("r", ["a"], 1)
    assert queue.progress(claim, "reading", 10, 10)
    assert queue.progress(claim, "embedding", 0, 40)
    began = store.get(job.id)
    assert (began.stage, began.done, began.total) == ("embedding", 0, 40)
    assert began.rate is None
    assert began.eta_seconds is None
    assert began.started < began.stage_started
    assert queue.progress(claim, "embedding", 8, 40)
    assert store.get(job.id).stage_started == began.stage_started


def test_rate_and_remaining_time_follow_from_what_was_done(
    store: JobStore, queue: JobQueue
) -> None:
    store.submit("a")
    running = queue.claim("r", ["a"], 1).job
    job = replace(running, done=8, total=40, updated=running.stage_started + timedelta(seconds=4))
    assert job.rate == pytest.approx(2.0)
    assert job.eta_seconds == pytest.approx(16.0)
    assert replace(job, done=50).eta_seconds == 0
    assert replace(job, total=0).eta_seconds is None
    assert replace(job, state="failed").eta_seconds is None
    assert replace(job, updated=job.stage_started - timedelta(seconds=9)).rate is None


def test_whose_claim_was_lost_can_write_nothing(store: JobStore, queue: JobQueue) -> None:
    job = store.submit("a")
    lost = queue.claim("r", ["a"], 1)
    queue.give_up(lost, RESUMED, "The server ended")
    queued = store.get(job.id)
    for write in (
        lambda: queue.progress(lost, "x", 9, 9),
        lambda: queue.cancel_requested(lost),
        lambda: queue.end(lost, "succeeded", report="{}"),
    ):
        with pytest.raises(ClaimLost):
            write()
    queue.give_up(lost, RESUMED, "again")
    assert store.get(job.id) == queued
    held = queue.claim("s", ["a"], 1)
    with pytest.raises(ClaimLost):
        queue.progress(lost, "x", 9, 9)
    assert queue.progress(held, "x", 1, 9)


def test_an_interrupted_job_is_queued_again_once_and_then_left_to_a_person(
    store: JobStore, queue: JobQueue
) -> None:
    job = store.submit("a")
    queue.give_up(queue.claim("r", ["a"], 1), RESUMED, "The server ended")
    again = store.get(job.id)
    assert (again.state, again.reason) == ("queued", "The server ended")
    queue.give_up(queue.claim("r", ["a"], 1), RESUMED, "The server ended")
    left = store.get(job.id)
    assert (left.state, left.reason) == ("interrupted", "The server ended")
    assert "Retry it" in left.cure
    store.retry(job.id)
    queue.give_up(queue.claim("r", ["a"], 1), RESUMED, "The server ended")
    assert store.get(job.id).state == "queued"


def test_an_orderly_stop_is_no_interruption(store: JobStore, queue: JobQueue) -> None:
    job = store.submit("a")
    for _ in range(4):
        queue.give_up(queue.claim("r", ["a"], 1), RESUMED, "Stopped", in_order=True)
        assert store.get(job.id).state == "queued"


def test_what_cannot_be_resumed_is_interrupted_at_once(store: JobStore, queue: JobQueue) -> None:
    for in_order in (False, True):
        job = store.submit("a", arguments={"in_order": in_order})
        queue.give_up(queue.claim("r", ["a"], 1), JobKind("a", ""), "It ended", in_order=in_order)
        assert store.get(job.id).state == "interrupted"


def test_a_cancelled_job_whose_worker_died_is_cancelled(store: JobStore, queue: JobQueue) -> None:
    job = store.submit("a")
    claim = queue.claim("r", ["a"], 1)
    store.cancel(job.id)
    queue.give_up(claim, RESUMED, "It ended")
    assert store.get(job.id).state == "cancelled"


def test_a_long_or_odd_reason_is_kept_as_text(store: JobStore, queue: JobQueue) -> None:
    job = store.submit("a", "odd \udcff name")
    queue.end(queue.claim("r", ["a"], 1), "failed", reason="\udcff" + "x" * 10_000)
    kept = store.get(job.id)
    assert kept.reason.startswith("\\udcffxxx")
    assert len(kept.reason) == 2000
    assert store.list(category="odd \udcff name") == [kept]


OPERATIONS = ("submit", "claim", "progress", "cancel", "retry", "end", "give up")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(OPERATIONS), max_size=25), st.randoms(use_true_random=False))
def test_whatever_is_done_a_record_never_contradicts_itself(
    operations: list[str], rng: random.Random
) -> None:
    with TemporaryDirectory() as folder, closing(JobStore(Path(folder, "jobs.sqlite"))) as store:
        queue, claims, seen = JobQueue(store.database), [], {}
        for number, operation in enumerate(operations):
            ids = [job.id for job in store.list()]
            chosen = rng.choice(ids) if ids else "none"
            try:
                match operation:
                    case "submit":
                        store.submit("a", rng.choice(["", "x"]), {"n": number})
                    case "claim" if (claim := queue.claim("r", ["a"], 2)) is not None:
                        claims.append(claim)
                    case "cancel":
                        store.cancel(chosen)
                    case "retry":
                        store.retry(chosen)
                    case "progress" if claims:
                        queue.progress(rng.choice(claims), rng.choice("st"), number, 25)
                    case "end" if claims:
                        state = rng.choice(["succeeded", "failed", "cancelled"])
                        queue.end(rng.choice(claims), state, report="{}")
                    case "give up" if claims:
                        queue.give_up(rng.choice(claims), RESUMED, "It ended")
            except JobError:
                continue
            jobs = store.list()
            assert {c.job.id for c in queue.running()} == {
                job.id for job in jobs if job.state == "running"
            }
            assert sum(job.state == "running" for job in jobs) <= 2
            for job in jobs:
                assert (job.finished is None) == (job.state in OPEN_STATES)
                assert (job.started is None) >= (job.state == "queued")
                assert not (job.state == "queued" and job.cancel_requested)
                before = seen.get(job.id, job)
                assert job == before or job.revision > before.revision
                seen[job.id] = job

"""Jobs on record: submitting, listing, waiting, cancelling, retrying."""

from __future__ import annotations

import threading
import time
import uuid
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from common.jobs import JobError, JobNotFound, JobStore
from common.jobs.queue import JobQueue
from common.jobs.store import KEPT_JOBS


def test_a_submitted_job_is_queued_and_keeps_what_it_was_given(store: JobStore) -> None:
    before = datetime.now(UTC)
    job = store.submit("index", "shoes", {"verify": True, "limit": 3, "name": "ü🦩"})
    assert uuid.UUID(job.id).version == 4
    assert (job.kind, job.category, job.state, job.attempt) == ("index", "shoes", "queued", 0)
    assert job.arguments == {"verify": True, "limit": 3, "name": "ü🦩"}
    assert before <= job.created <= datetime.now(UTC)
    assert job.is_open
    assert not job.can_retry
    assert store.get(job.id) == job


def test_records_survive_a_restart(store: JobStore, path: Path) -> None:
    queue = JobQueue(store.database)
    succeeded = store.submit("a", arguments={"n": 1})
    queue.end(queue.claim("r", ["a"], 1), "succeeded", report='{"found": [1, null]}')
    failed = store.submit("b")
    queue.end(queue.claim("r", ["b"], 1), "failed", reason="It broke", cure="Mend it")
    store.close()
    with closing(JobStore(path)) as again:
        assert again.get(succeeded.id).report == {"found": [1, None]}
        job = again.get(failed.id)
        assert (job.state, job.reason, job.cure) == ("failed", "It broke", "Mend it")
        assert job.finished is not None


def test_asking_twice_for_the_same_queues_it_once(store: JobStore) -> None:
    first = store.submit("index", "shoes", {"verify": True, "duplicates": "keep"})
    assert store.submit("index", "shoes", {"duplicates": "keep", "verify": True}) == first
    assert store.submit("index", "logos", {"verify": True, "duplicates": "keep"}).id != first.id
    assert store.submit("index", "shoes").id != first.id
    JobQueue(store.database).claim("r", ["index"], 9)
    # What runs already may have passed by what was changed since.
    assert store.submit("index", "shoes", first.arguments).id != first.id


def test_jobs_are_listed_newest_first_by_state_and_category(store: JobStore) -> None:
    jobs = [store.submit("index", category, {"n": n}) for n, category in enumerate("aab")]
    store.cancel(jobs[0].id)
    ids = [job.id for job in jobs]
    assert [job.id for job in store.list()] == ids[::-1]
    assert [job.id for job in store.list(states=("cancelled",))] == [ids[0]]
    assert [job.id for job in store.list(states=("queued", "cancelled"))] == ids[::-1]
    assert [job.id for job in store.list(category="a")] == [ids[1], ids[0]]
    assert [job.id for job in store.list(limit=1)] == [ids[2]]
    assert store.list(category="nobody's", states=("failed",)) == []


@pytest.mark.parametrize(
    "job_id", ["", "nobody", str(uuid.UUID(int=7)), "' OR 1=1 --", "\ud800", "x" * 10_000]
)
def test_an_unknown_id_is_named_in_one_sentence(store: JobStore, job_id: str) -> None:
    store.submit("index")
    for ask in (store.get, store.cancel, store.retry, lambda id_: store.wait(id_, 1, 5)):
        with pytest.raises(JobNotFound, match="There is no job '") as caught:
            ask(job_id)
        assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": float("inf")}, "cannot be kept"),
        ({"path": Path()}, "cannot be kept"),
        ({"text": "x" * 100_000}, "characters long"),
    ],
)
def test_arguments_that_cannot_be_kept_are_refused(
    store: JobStore, arguments: dict[str, object], message: str
) -> None:
    with pytest.raises(JobError, match=message):
        store.submit("index", "", arguments)
    assert store.list() == []


def test_a_queued_job_is_cancelled_at_once_and_never_run(store: JobStore) -> None:
    job = store.cancel(store.submit("index").id)
    assert job.state == "cancelled"
    assert job.finished is not None
    assert JobQueue(store.database).claim("r", ["index"], 1) is None


def test_a_running_job_is_asked_to_end_once(store: JobStore) -> None:
    job = store.submit("index")
    JobQueue(store.database).claim("r", ["index"], 1)
    asked = store.cancel(job.id)
    assert asked.cancel_requested
    assert asked.state == "running"
    assert store.cancel(job.id) == asked


def test_what_has_ended_cannot_be_cancelled(store: JobStore) -> None:
    job = store.cancel(store.submit("index").id)
    with pytest.raises(JobError, match="ended already: it is cancelled"):
        store.cancel(job.id)


@pytest.mark.parametrize("state", ["failed", "cancelled", "interrupted"])
def test_a_retry_starts_from_nothing(store: JobStore, state: str) -> None:
    queue = JobQueue(store.database)
    job = store.submit("index")
    claim = queue.claim("r", ["index"], 1)
    store.cancel(job.id)
    queue.progress(claim, "embedding", 5, 10)
    queue.end(claim, state, reason="It broke", cure="Mend it")
    again = store.retry(job.id)
    assert (again.state, again.stage, again.done, again.reason) == ("queued", "", 0, "")
    assert not again.cancel_requested
    assert again.started is again.finished is None
    assert queue.claim("r", ["index"], 1).job.attempt == 2


def test_only_what_ended_without_success_can_be_retried(store: JobStore) -> None:
    queue = JobQueue(store.database)
    job = store.submit("index")
    with pytest.raises(JobError, match="is queued"):
        store.retry(job.id)
    claim = queue.claim("r", ["index"], 1)
    with pytest.raises(JobError, match="is running"):
        store.retry(job.id)
    queue.end(claim, "succeeded", report="{}")
    with pytest.raises(JobError, match="Submit another one"):
        store.retry(job.id)


def test_waiting_ends_when_another_process_changes_the_job(store: JobStore, path: Path) -> None:
    job = store.submit("index")

    def change() -> None:
        with closing(JobStore(path)) as other:  # a connection of its own, as in another process
            other.cancel(job.id)

    timer = threading.Timer(0.3, change)
    timer.start()
    changed = store.wait(job.id, job.revision, 60)
    timer.join()
    assert changed.state == "cancelled"
    assert changed.revision > job.revision


def test_waiting_ends_at_once_for_who_has_seen_less_and_in_time_for_the_others(
    store: JobStore,
) -> None:
    job = store.submit("index")
    assert store.wait(job.id, job.revision - 1, 60) == job
    assert store.wait(job.id, job.revision, 0) == job
    before = time.monotonic()
    assert store.wait(job.id, job.revision, 0.25) == job
    assert time.monotonic() - before >= 0.25


def test_waiting_sleeps(store: JobStore) -> None:
    job = store.submit("index")
    before = time.thread_time()
    store.wait(job.id, job.revision, 2)
    assert time.thread_time() - before < 0.2


def test_old_jobs_that_have_ended_are_forgotten_and_open_ones_never(store: JobStore) -> None:
    oldest = store.submit("index", "open")
    with store.database.writing() as connection:
        connection.executemany(
            "INSERT INTO jobs (id, kind, category, arguments, state, created, queued, updated, "
            "finished) VALUES (?, 'index', '', '{}', 'cancelled', ?, ?, ?, ?)",
            [(f"job {n}", n, n, n, n) for n in range(KEPT_JOBS + 3)],
        )
    store.submit("index", "newest")
    kept = {job.id for job in store.list(limit=10_000)}
    assert len(kept) == KEPT_JOBS + 2
    assert oldest.id in kept
    assert {"job 0", "job 2"}.isdisjoint(kept)
    assert "job 3" in kept

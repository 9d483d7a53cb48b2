"""Jobs in processes of their own: how they end, and that they are watched."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from common.jobs import JobRunner, JobStore
from tests.common.jobs.conftest import Until, ended
from tests.common.jobs.tasks import KINDS

Run = Callable[..., JobRunner]


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_job_runs_and_its_report_is_kept(store: JobStore, run: Run, until: Until) -> None:
    run()
    job = until(store.submit("count", arguments={"to": 3}).id, ended)
    assert job.state == "succeeded"
    assert job.report["attempt"] == job.attempt == 1
    assert (job.stage, job.done, job.total) == ("counting", 3, 3)
    assert job.created <= job.started <= job.finished


def test_progress_is_seen_while_it_is_made_and_never_goes_back(
    store: JobStore, run: Run, until: Until
) -> None:
    run()
    seen = []

    def note(job) -> bool:
        if job.state == "running" and job.stage:
            seen.append((job.done, job.rate, job.eta_seconds))
        return not job.is_open

    until(store.submit("count", arguments={"to": 8, "seconds": 0.25}).id, note)
    counts = [done for done, _, _ in seen]
    assert counts == sorted(counts)
    assert len(set(counts)) >= 3
    assert all(rate > 0 and eta >= 0 for done, rate, eta in seen if done)


def test_a_worker_has_a_lower_priority_and_its_own_number_of_threads(
    store: JobStore, run: Run, until: Until
) -> None:
    run(threads=3, environment={"FLAVOUR": "salt"})
    report = until(store.submit("surroundings").id, ended).report
    assert report["niceness"] == min(os.nice(0) + 10, 19)
    assert report["OMP_NUM_THREADS"] == "3"
    assert report["FLAVOUR"] == "salt"


@pytest.mark.parametrize(
    ("kind", "state", "reason", "cure"),
    [
        ("refuse", "failed", "'shoes' \\udcff has no images", "Add some"),
        ("stumble", "failed", "unexpected went wrong (RuntimeError: over a stone)", "LOG_LEVEL"),
        ("babble", "failed", "unexpected went wrong (ValueError", "Retry it"),
        ("nowhere", "failed", "unexpected went wrong (AttributeError", "Retry it"),
        ("die", "interrupted", "Its process ended unexpectedly (SIGKILL)", "Retry it"),
    ],
)
def test_a_job_that_goes_wrong_says_why_and_what_to_do(
    store: JobStore, run: Run, until: Until, kind: str, state: str, reason: str, cure: str
) -> None:
    run()
    job = until(store.submit(kind, "shoes").id, ended)
    assert job.state == state
    assert reason in job.reason
    assert cure in job.cure
    assert job.report is None


def test_a_worker_that_is_killed_is_noticed_and_its_job_goes_on_once(
    store: JobStore, run: Run, until: Until
) -> None:
    runner = run()
    job = store.submit("count", arguments={"to": 400, "seconds": 0.1})
    until(job.id, lambda job: job.attempt == 1 and job.done > 2)
    os.kill(runner.worker_pids[0], signal.SIGKILL)
    until(job.id, lambda job: job.attempt == 2 and job.done > 2)
    os.kill(runner.worker_pids[0], signal.SIGKILL)
    left = until(job.id, ended)
    assert left.state == "interrupted"
    assert "SIGKILL" in left.reason
    assert "Retry it" in left.cure


def test_a_running_job_is_cancelled_politely_and_can_be_retried(
    store: JobStore, run: Run, until: Until
) -> None:
    run(grace_seconds=60.0)
    job = store.submit("count", arguments={"to": 300, "seconds": 0.1})
    until(job.id, lambda job: job.done > 2)
    store.cancel(job.id)
    cancelled = until(job.id, ended)
    assert cancelled.state == "cancelled"
    assert 2 < cancelled.done < 300
    store.retry(job.id)
    assert until(job.id, lambda job: job.done > 2).attempt == 2


def test_a_job_that_does_not_listen_is_killed_after_the_grace_period(
    store: JobStore, run: Run, until: Until
) -> None:
    run(grace_seconds=0.5)
    job = until(store.submit("sleep_on").id, lambda job: job.stage)
    store.cancel(job.id)
    assert until(job.id, ended).state == "cancelled"
    assert is_gone(int(job.stage))


def test_two_runners_share_the_jobs_and_the_limit(
    store: JobStore, run: Run, until: Until, path: Path
) -> None:
    run()
    second = JobStore(path)
    with JobRunner(second, KINDS, grace_seconds=1.0):
        jobs = [
            store.submit("count", arguments={"to": 2, "seconds": 0.05, "n": n}) for n in range(5)
        ]
        reports = [until(job.id, ended).report for job in jobs]
    second.close()
    assert {report["attempt"] for report in reports} == {1}
    spans = sorted((report["began"], report["ended"]) for report in reports)
    assert all(end <= begin for (_, end), (begin, _) in pairwise(spans))


def test_jobs_run_side_by_side_where_that_is_allowed(
    store: JobStore, run: Run, until: Until
) -> None:
    run(max_running=2)
    jobs = [store.submit("count", arguments={"to": 200, "seconds": 0.1, "n": n}) for n in range(2)]
    until(jobs[0].id, lambda job: job.done > 1)
    assert until(jobs[1].id, lambda job: job.done > 1).state == "running"
    assert store.get(jobs[0].id).state == "running"


def test_closing_stops_the_workers_and_puts_jobs_back_that_can_go_on(
    store: JobStore, run: Run, until: Until
) -> None:
    runner = run(max_running=2)
    resumed = store.submit("count", arguments={"to": 400, "seconds": 0.1})
    once = store.submit("once", arguments={"to": 400, "seconds": 0.1})
    for job in (resumed, once):
        until(job.id, lambda job: job.done > 1)
    pids = runner.worker_pids
    runner.close()
    runner.close()
    assert all(map(is_gone, pids))
    assert store.get(resumed.id).state == "queued"
    stopped = store.get(once.id)
    assert (stopped.state, stopped.cure) == ("interrupted", "Retry it")
    runner.start()
    assert until(resumed.id, lambda job: job.done > 1).attempt == 2


def test_a_runner_of_a_damaged_file_says_so_once_and_goes_on_when_it_is_gone(
    store: JobStore, run: Run, until: Until, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database" * 100)
    run()
    deadline = time.monotonic() + 30
    while "is damaged" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.6)
    assert caplog.text.count("is damaged") == 1
    path.unlink()
    assert until(store.submit("count", arguments={"to": 1}).id, ended).state == "succeeded"

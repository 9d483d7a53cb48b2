"""The server ends during a job: nothing is lost, nothing runs on, nothing runs twice."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from common.jobs import JobRunner, JobStore
from common.jobs.liveness import RunnerLease, is_alive, locks_folder
from common.jobs.queue import JobQueue
from common.jobs.recovery import recover
from tests.common.jobs.conftest import Until, ended
from tests.common.jobs.tasks import COUNT, KINDS
from tests.common.jobs.test_runner import is_gone

ROOT = Path(__file__).resolve().parents[3]
BY_NAME = {kind.name: kind for kind in KINDS}
SLOW = {"to": 400, "seconds": 0.1}


@pytest.fixture
def serve(path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start a runner in another process."""
    with ExitStack() as stack:

        def started() -> subprocess.Popen[bytes]:
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.common.jobs.tasks", str(path)], cwd=ROOT
                )
            )
            stack.callback(process.kill)
            return process

        yield started


def workers_of(server: subprocess.Popen[bytes]) -> list[int]:
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    # A thread starts them, and is their parent.
    tasks = Path(f"/proc/{server.pid}/task").iterdir()
    return [int(pid) for task in tasks for pid in (task / "children").read_text().split()] or [
        int(pid) for pid in children.split()
    ]


def kill(server: subprocess.Popen[bytes]) -> None:
    server.send_signal(signal.SIGKILL)
    server.wait()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks Linux for child processes")
def test_a_killed_server_takes_its_worker_along_and_the_next_one_goes_on(
    store: JobStore, run: Callable[..., JobRunner], until: Until, serve
) -> None:
    job = store.submit("count", arguments=SLOW)
    server = serve()
    until(job.id, lambda job: job.done > 2)
    (worker,) = workers_of(server)
    kill(server)
    assert store.get(job.id).state == "running"
    run()
    again = until(job.id, lambda job: job.attempt == 2 and job.done > 2)
    assert again.state == "running"
    deadline = time.monotonic() + 30
    while not is_gone(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert is_gone(worker)
    store.cancel(job.id)
    assert until(job.id, ended).state == "cancelled"


def test_a_job_that_two_servers_did_not_survive_is_interrupted_with_its_cure(
    store: JobStore, until: Until, serve
) -> None:
    job = store.submit("count", arguments=SLOW)
    for attempt in (1, 2):
        server = serve()
        until(job.id, lambda job, attempt=attempt: job.attempt == attempt and job.done > 1)
        kill(server)
    recover(store, BY_NAME)
    left = store.get(job.id)
    assert left.state == "interrupted"
    assert left.reason == "The program that ran it ended before it did"
    assert left.cure == "Retry it; it goes on from where it was"
    assert store.retry(job.id).state == "queued"


def test_what_another_living_server_runs_is_left_alone(
    store: JobStore, until: Until, serve
) -> None:
    job = store.submit("count", arguments=SLOW)
    server = serve()
    until(job.id, lambda job: job.done > 1)
    recover(store, BY_NAME)
    assert store.get(job.id).state == "running"
    # Anyone may cancel it, from any process.
    store.cancel(job.id)
    assert until(job.id, ended).state == "cancelled"
    assert server.poll() is None


def test_a_lease_tells_the_living_from_the_dead(path: Path) -> None:
    lease = RunnerLease(path)
    assert not is_alive(path, lease.runner)
    lease.take()
    assert is_alive(path, lease.runner)
    lease.free()
    lease.free()
    assert not is_alive(path, lease.runner)
    assert list(locks_folder(path).iterdir()) == []


def test_a_store_knows_whether_anybody_runs_its_jobs(store: JobStore, path: Path) -> None:
    assert not store.is_served()
    living, dead = RunnerLease(path), RunnerLease(path)
    living.take()
    left = locks_folder(path) / dead.runner
    left.touch()
    assert store.is_served()
    assert not left.exists()
    living.free()
    assert not store.is_served()


@pytest.mark.parametrize("name", ["", "..", "../jobs.sqlite", "/etc/hostname", "A" * 32])
def test_a_name_that_no_runner_has_leads_to_no_file(path: Path, name: str) -> None:
    path.parent.mkdir()
    path.touch()
    assert not is_alive(path, name)
    assert path.exists()


def test_a_job_of_a_kind_that_is_gone_does_not_block_the_others(store: JobStore) -> None:
    queue = JobQueue(store.database)
    old, new = store.submit("forgotten"), store.submit("count", arguments={"to": 1})
    assert queue.claim("0" * 32, ["forgotten"], 1).job.id == old.id
    assert queue.claim("0" * 32, [COUNT.name], 1) is None
    recover(store, BY_NAME)
    assert store.get(old.id).state == "interrupted"
    assert queue.claim("0" * 32, [COUNT.name], 1).job.id == new.id


def test_recovering_twice_changes_nothing(store: JobStore) -> None:
    job = store.submit("count", arguments={"to": 1})
    JobQueue(store.database).claim("0" * 32, ["count"], 1)
    recover(store, BY_NAME)
    queued = store.get(job.id)
    assert queued.state == "queued"
    recover(store, BY_NAME)
    assert store.get(job.id) == queued

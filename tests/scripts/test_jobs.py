"""``make jobs`` in a terminal."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from common.jobs import JobStore
from common.jobs.queue import JobQueue
from scripts import jobs
from scripts.terminal import exit_status

Make = Callable[..., tuple[int, str, str]]


@pytest.fixture
def store(data_dir: Path) -> Iterator[JobStore]:
    with closing(JobStore(data_dir / "jobs.sqlite")) as store:
        yield store


@pytest.fixture
def make_jobs(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Make:
    """Run the entry point with the given variables; return its status, output and errors."""

    def run(**variables: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            for name in ("JOB", "CANCEL", "RETRY", "WAIT", "RUN_JOBS", "QDRANT_URL", "QDRANT_HOST"):
                patch.delenv(name, raising=False)
            for name, value in {"DATA_DIR": str(data_dir), **variables}.items():
                patch.setenv(name, value)
            status = exit_status(jobs.run)
        return status, *capsys.readouterr()

    return run


def test_without_jobs_the_list_says_so(make_jobs: Make) -> None:
    assert make_jobs() == (0, "There are no jobs.\n", "")


def test_jobs_are_listed_with_state_progress_and_reason(make_jobs: Make, store: JobStore) -> None:
    queue = JobQueue(store.database)
    failed = store.submit("index", "shapes")
    queue.end(queue.claim("r", ["index"], 1), "failed", reason="It broke", cure="Mend it")
    queued = store.submit("index", "badges")
    status, out, _ = make_jobs()
    assert status == 0
    assert out.splitlines() == [
        f"{queued.id}  queued       index badges",
        f"{failed.id}  failed       index shapes: It broke. Mend it.",
    ]


def test_a_running_job_tells_how_far_it_is(store: JobStore) -> None:
    queue = JobQueue(store.database)
    job = store.submit("index", "shapes")
    claim = queue.claim("r", ["index"], 1)
    queue.progress(claim, "embedding", 0, 2000)
    queue.progress(claim, "embedding", 1500, 2000)
    line = jobs.as_table([store.get(job.id)])
    assert "running      index shapes  embedding 1,500 of 2,000, " in line
    assert line.endswith("s left")


def test_a_queued_job_is_run_here_and_now_and_waited_for(make_jobs: Make, store: JobStore) -> None:
    job = store.submit("index", "shapes")
    status, out, err = make_jobs(WAIT=job.id[:8], RUN_JOBS="1")
    assert (status, err) == (0, "")
    report = json.loads(out[out.index("{\n") :])
    assert report["indexed"] == 12
    assert f"{job.id}  succeeded    index shapes" in out
    status, out, _ = make_jobs(JOB=job.id)
    assert status == 0
    assert f'"generation": "{report["generation"]}"' in out


def test_everything_queued_is_run_and_a_failure_stops_nothing(
    make_jobs: Make, store: JobStore
) -> None:
    for category in ("nobody", "shapes", "no-one"):
        store.submit("index", category)
    status, out, err = make_jobs(RUN_JOBS="1")
    assert status == 2
    assert "succeeded    index shapes" in out
    assert "'nobody'" in err
    assert "'no-one'" in err
    assert "Traceback" not in err
    assert store.list(states=("queued", "running")) == []


def test_a_job_is_cancelled_and_queued_again(make_jobs: Make, store: JobStore) -> None:
    job = store.submit("index", "shapes")
    assert make_jobs(CANCEL=job.id) == (0, f"{job.id} is cancelled\n", "")
    assert store.get(job.id).state == "cancelled"
    status, out, err = make_jobs(RETRY=job.id)
    assert (status, out) == (0, f"{job.id} is queued again\n")
    assert "Nobody runs jobs now: start 'make run', or add RUN_JOBS=1." in err
    assert store.get(job.id).state == "queued"
    status, _, err = make_jobs(RETRY=job.id)
    assert status == 2
    assert "is queued, not failed" in err


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"JOB": "12345678"}, "There is no job '12345678'"),
        ({"CANCEL": "a"}, "may be several jobs"),
        ({"WAIT": "../../etc/passwd"}, "There is no job"),
    ],
)
def test_an_unknown_job_is_one_sentence(
    make_jobs: Make, variables: dict[str, str], message: str
) -> None:
    status, out, err = make_jobs(**variables)
    assert (status, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_a_damaged_file_is_one_sentence(make_jobs: Make, data_dir: Path) -> None:
    (data_dir / "jobs.sqlite").write_bytes(os.urandom(5000))
    status, out, err = make_jobs()
    assert (status, out) == (2, "")
    assert "is damaged" in err
    assert err.count("\n") == 1


def test_a_job_whose_server_is_gone_is_listed_as_what_it_is(
    make_jobs: Make, store: JobStore
) -> None:
    store.submit("index", "shapes")
    JobQueue(store.database).claim("0" * 32, ["index"], 1)
    _, out, _ = make_jobs()
    assert "queued       index shapes: The program that ran it ended" in out

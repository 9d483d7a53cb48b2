"""Jobs over HTTP: started, listed, waited for, cancelled and retried."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from fastapi.testclient import TestClient

from api.guards.slots import MAX_WAITING
from common.assembly import Services
from common.jobs import JobStore
from common.jobs.liveness import RunnerLease, locks_folder
from common.jobs.queue import Claim, JobQueue
from tests.api.conftest import MakeClient

READ, WRITE = "read-key-0123456789", "write-key-0123456789"
INDEX = "/v1/categories/shapes/index"
NOBODY = "/v1/jobs/00000000-0000-0000-0000-000000000000"


@pytest.fixture
def jobs(live: Services) -> Iterator[JobStore]:
    with closing(live.jobs) as store:
        yield store


def claimed(jobs: JobStore) -> Claim:
    """Take the job that waits, as a runner would."""
    claim = JobQueue(jobs.database).claim("a runner", ["index"], 9)
    assert claim is not None
    return claim


def test_indexing_is_a_job_to_be_found_under_its_address(
    client: TestClient, jobs: JobStore
) -> None:
    answer = client.post(INDEX, json={"confirm_deletes": True, "duplicates": "skip"})
    assert answer.status_code == 202
    body = answer.json()
    assert (body["kind"], body["category"], body["state"]) == ("index", "shapes", "queued")
    assert body["arguments"] == {
        "allow_mismatch": False,
        "confirm_deletes": True,
        "duplicates": "skip",
        "verify": False,
    }
    assert answer.headers["location"] == f"/v1/jobs/{body['id']}"
    assert client.get(answer.headers["location"]).json() == body
    assert jobs.get(body["id"]).arguments == body["arguments"]


def test_without_a_body_the_defaults_are_meant_and_what_is_queued_is_not_queued_twice(
    client: TestClient,
) -> None:
    first, second = client.post(INDEX), client.post(INDEX, json={})
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert client.post(INDEX, json={"verify": True}).json()["id"] != first.json()["id"]


@pytest.mark.parametrize(
    "wrong", [{"verify": "yes"}, {"verify": 1}, {"duplicates": "drop"}, {"nothing": True}, [], "x"]
)
def test_options_that_make_no_sense_start_nothing(
    client: TestClient, jobs: JobStore, wrong: object
) -> None:
    assert client.post(INDEX, json=wrong).status_code == 422
    assert jobs.list() == []


@pytest.mark.parametrize(
    ("category", "title"), [("nothing", "CategoryNotFound"), ("No Name", "CategoryNameError")]
)
def test_no_job_is_made_for_a_category_that_there_is_not(
    client: TestClient, jobs: JobStore, category: str, title: str
) -> None:
    answer = client.post(f"/v1/categories/{category}/index")
    assert (answer.status_code, answer.json()["title"]) == (404, title)
    assert jobs.list() == []


def test_jobs_are_listed_newest_first_by_category_and_state(
    client: TestClient, jobs: JobStore
) -> None:
    old, other, new = (jobs.submit("index", name) for name in ("shapes", "badges", "gone"))
    jobs.cancel(old.id)

    def listed(**query: object) -> list[str]:
        return [job["id"] for job in client.get("/v1/jobs", params=query).json()]

    assert listed() == [new.id, other.id, old.id]
    assert listed(limit=1) == [new.id]
    assert listed(category="badges") == [other.id]
    assert listed(state="cancelled") == [old.id]
    assert listed(state=["queued", "cancelled"], category="shapes") == [old.id]
    assert listed(category="nothing") == []
    for wrong in ({"limit": 0}, {"limit": 101}, {"state": "asleep"}):
        assert client.get("/v1/jobs", params=wrong).status_code == 422


def test_a_job_tells_how_far_it_is_and_what_it_found(client: TestClient, jobs: JobStore) -> None:
    address = f"/v1/jobs/{jobs.submit('index', 'shapes').id}"
    claim, queue = claimed(jobs), JobQueue(jobs.database)
    queue.progress(claim, "embedding", 3, 12)
    time.sleep(0.01)
    queue.progress(claim, "embedding", 6, 12)
    body = client.get(address).json()
    assert (body["state"], body["stage"], body["done"], body["total"]) == (
        *("running", "embedding"),
        *(6, 12),
    )
    assert body["rate"] * body["eta_seconds"] == pytest.approx(6)
    queue.end(claim, "succeeded", report='{"indexed": 12}')
    body = client.get(address).json()
    assert (body["state"], body["report"]) == ("succeeded", {"indexed": 12})
    assert body["finished"] >= body["started"]


def test_waiting_ends_with_the_first_change(client: TestClient, jobs: JobStore) -> None:
    job = jobs.submit("index", "shapes")
    started = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        query = {"wait_seconds": 30, "revision": job.revision}
        answer = pool.submit(client.get, f"/v1/jobs/{job.id}", params=query)
        while "job_waits_in_progress 1.0" not in client.get("/v1/metrics").text:
            assert time.monotonic() - started < 20
        claimed(jobs)
        assert answer.result().json()["state"] == "running"
    assert time.monotonic() - started < 20
    assert "job_waits_in_progress 0.0" in client.get("/v1/metrics").text


@pytest.mark.parametrize("query", [{}, {"revision": 1}])
def test_waiting_ends_with_its_time(
    client: TestClient, jobs: JobStore, query: dict[str, int]
) -> None:
    job = jobs.submit("index", "shapes")
    started = time.monotonic()
    answer = client.get(f"/v1/jobs/{job.id}", params={"wait_seconds": 0.3, **query})
    assert time.monotonic() - started >= 0.3
    assert (answer.status_code, answer.json()["revision"]) == (200, job.revision)


def test_what_is_known_to_differ_or_has_ended_is_not_waited_for(
    client: TestClient, jobs: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise AssertionError("waited")

    monkeypatch.setattr(JobStore, "wait", fail)
    job = jobs.submit("index", "shapes")
    later = {"wait_seconds": 30, "revision": job.revision + 1}
    assert client.get(f"/v1/jobs/{job.id}", params=later).status_code == 200
    ended = jobs.cancel(job.id)
    same = {"wait_seconds": 30, "revision": ended.revision}
    assert client.get(f"/v1/jobs/{job.id}", params=same).json()["state"] == "cancelled"
    assert client.get(NOBODY, params={"wait_seconds": 30}).status_code == 404
    too_long = client.get(f"/v1/jobs/{job.id}", params={"wait_seconds": 31})
    assert too_long.status_code == 422


def test_those_who_wait_leave_the_others_a_way_in(
    client: TestClient, jobs: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave = threading.Event()
    job = jobs.submit("index", "shapes")
    address = f"/v1/jobs/{job.id}"

    def wait(self: JobStore, job_id: str, revision: int, timeout_seconds: float) -> object:
        assert leave.wait(30)
        return job

    monkeypatch.setattr(JobStore, "wait", wait)
    with ThreadPoolExecutor(MAX_WAITING) as pool:
        try:
            waiting = [
                pool.submit(client.get, address, params={"wait_seconds": 30})
                for _ in range(MAX_WAITING)
            ]
            deadline = time.monotonic() + 20
            while f"waits_in_progress {MAX_WAITING}.0" not in client.get("/v1/metrics").text:
                assert time.monotonic() < deadline
            refused = client.get(address, params={"wait_seconds": 30})
            assert (refused.status_code, refused.json()["title"]) == (503, "TooBusy")
            assert refused.headers["Retry-After"] == "1"
            assert client.get(address).status_code == 200
        finally:
            leave.set()
        assert {answer.result().status_code for answer in waiting} == {200}
    assert client.get(address, params={"wait_seconds": 1}).status_code == 200


def test_a_job_is_cancelled_and_retried_but_not_twice(client: TestClient, jobs: JobStore) -> None:
    address = f"/v1/jobs/{jobs.submit('index', 'shapes').id}"
    assert client.post(f"{address}/retry").json()["title"] == "JobError"
    cancelled = client.post(f"{address}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    again = client.post(f"{address}/cancel")
    assert (again.status_code, again.json()["title"]) == (409, "JobError")
    retried = client.post(f"{address}/retry")
    assert (retried.status_code, retried.json()["state"]) == (202, "queued")
    claimed(jobs)
    asked = client.post(f"{address}/cancel").json()
    assert (asked["state"], asked["cancel_requested"]) == ("running", True)


@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("POST", "/cancel"), ("POST", "/retry")])
def test_a_job_that_there_is_not_is_not_found(client: TestClient, method: str, end: str) -> None:
    for address in (NOBODY, "/v1/jobs/%00'\"", "/v1/jobs/..%5C"):
        answer = client.request(method, address + end)
        assert (answer.status_code, answer.json()["title"]) == (404, "JobNotFound")


def test_a_key_for_reading_follows_jobs_and_changes_none(
    make_client: MakeClient, jobs: JobStore
) -> None:
    client = make_client(api_keys=f"read:{READ},write:{WRITE}")
    reader = {"Authorization": f"Bearer {READ}"}
    writer = {"Authorization": f"Bearer {WRITE}"}
    address = f"/v1/jobs/{jobs.submit('index', 'shapes').id}"
    for path in ("/v1/jobs", address):
        assert client.get(path).status_code == 401
        assert client.get(path, headers=reader).status_code == 200
    for path in (INDEX, f"{address}/cancel", f"{address}/retry"):
        assert client.post(path).status_code == 401
        assert client.post(path, headers=reader).status_code == 403
        assert client.post(path, headers=writer).status_code == 202


def test_figures_tell_how_many_jobs_wait_and_run(client: TestClient, jobs: JobStore) -> None:
    def told(state: str) -> str:
        lines = client.get("/v1/metrics").text.splitlines()
        (line,) = (
            line for line in lines if line.startswith(f'visual_search_jobs{{state="{state}"')
        )
        return line.rpartition(" ")[2]

    assert (told("queued"), told("running")) == ("0.0", "0.0")
    for category in ("shapes", "badges", "prints"):
        jobs.submit("index", category)
    claimed(jobs)
    assert (told("queued"), told("running")) == ("2.0", "1.0")


def test_a_damaged_file_of_jobs_is_told_and_keeps_nothing_else_from_working(
    client: TestClient, jobs: JobStore
) -> None:
    jobs.database.path.parent.mkdir(exist_ok=True)
    jobs.database.path.write_bytes(b"nonsense" * 1_000)
    answer = client.get("/v1/jobs")
    assert (answer.status_code, answer.json()["title"]) == (503, "StorageUnavailable")
    assert 'visual_search_jobs{state="queued"} NaN' in client.get("/v1/metrics").text
    assert client.get("/v1/health/ready").status_code == 200


def test_readiness_tells_whether_jobs_are_run_and_does_not_rest_on_it(
    client: TestClient, live: Services
) -> None:
    def told() -> object:
        answer = client.get("/v1/health/ready")
        assert answer.status_code == 200
        return answer.json()["jobs_are_run"]

    assert told() is False
    lease = RunnerLease(live.jobs.database.path)
    lease.take()
    assert told() is True
    lease.free()
    assert told() is False
    (locks_folder(live.jobs.database.path) / ("0" * 32)).mkdir()  # a lock that cannot be opened
    assert told() is None

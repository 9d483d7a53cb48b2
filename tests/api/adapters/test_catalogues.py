"""S4's clients: catalogues handed in, searches by picture, and both polled."""

from __future__ import annotations

import json
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from api.guards.slots import MAX_WAITING
from common.adding import MAX_QUEUED, add_delivery, add_options, add_report
from common.assembly import Services
from common.indexing import SyncCallbacks
from common.jobs import JobStore
from common.jobs.queue import Claim, JobQueue
from tests.api.adapters.shapes import S4_ENDED, S4_FOUND, S4_PENDING, S4_TASK, check
from tests.api.conftest import MakeClient
from tests.samples import picture

UPLOAD, SEARCH = "/upload_catalogue", "/search_with_image"
NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def jobs(live: Services) -> Iterator[JobStore]:
    with closing(live.jobs) as store:
        yield store


def search(client: TestClient, **form: object) -> str:
    answer = client.post(SEARCH, files={"file": ("q.jpg", picture("teal", 1))}, data=form)
    assert answer.status_code == 200, answer.json()
    check(answer.json(), S4_TASK)
    return str(answer.json()["task_id"])


def upload(
    client: TestClient, *files: tuple[str, bytes], **form: str
) -> tuple[int, dict[str, str]]:
    parts = [("files", file) for file in files]
    answer = client.post(UPLOAD, files=parts, data=form)
    return answer.status_code, answer.json()


def archive(**files: bytes) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def poll(client: TestClient, task: str, **query: object) -> dict[str, object]:
    answer = client.get(f"/poll_task_status/{task}", params={"timeout": 0, **query})
    assert answer.status_code == 200, answer.json()
    return dict(answer.json())


def claimed(jobs: JobStore) -> Claim:
    claim = JobQueue(jobs.database).claim("a runner", ["add"], 9)
    assert claim is not None
    return claim


def run(live: Services, jobs: JobStore) -> None:
    """Do what the job that waits is for, as its own process would."""
    claim = claimed(jobs)
    delivery, options = add_options(jobs.get(claim.job.id).arguments)
    report = add_delivery(
        live, live.deliveries.get(delivery), options, lambda *_, **__: None, SyncCallbacks()
    )
    JobQueue(jobs.database).end(claim, "succeeded", report=json.dumps(add_report(report)))


def test_a_search_is_polled_in_the_old_shape_and_finds_what_the_api_finds(
    client: TestClient,
) -> None:
    found = poll(client, search(client, model_id="resnet50_1", top_k="5"))
    check(found, S4_FOUND)
    images = found["result"]
    assert isinstance(images, list)
    new = client.post(
        "/v1/categories/shapes/search",
        files={"file": ("q", picture("teal", 1))},
        params={"k": 5},
    ).json()["hits"]
    assert [1 - image["distance"] for image in images] == pytest.approx(
        [hit["similarity"] for hit in new]
    )
    # Clients read the file's name off the address.
    assert [image["image_uri"].rpartition("/")[2] for image in images] == [
        hit["file"].rpartition("/")[2] for hit in new
    ]
    shown = client.get(urlsplit(images[0]["image_uri"]).path)
    assert shown.content == picture("teal", 1)


def test_the_model_names_the_category_where_there_is_one_of_that_name(
    client: TestClient, make_client: MakeClient
) -> None:
    def found(task: str) -> int:
        images = poll(client, task)["result"]
        assert isinstance(images, list)
        return len(images)

    assert found(search(client)) == 12
    assert found(search(client, model_id="resnet50_1")) == 12
    assert found(search(client, model_id="badges")) == 6
    file = {"file": ("q.jpg", picture("teal", 1))}
    asked = client.post(
        SEARCH, files=file, data={"model_id": "shapes"}, params={"category": "badges"}
    )
    assert found(asked.json()["task_id"]) == 6
    assert client.post(SEARCH, files=file, params={"category": "nothing"}).status_code == 404
    unset = make_client(api_adapters="s4")
    assert unset.post(SEARCH, files=file).json()["title"] == "QueryError"
    unknown = unset.post(SEARCH, files=file, data={"model_id": "vgg16_1"})
    assert (unknown.status_code, unknown.json()["title"]) == (404, "CategoryNotFound")


@pytest.mark.parametrize("name", ["../../outside.jpg", "/etc/passwd", "..\\outside.jpg", "a\x00b"])
def test_the_name_of_a_query_is_no_path(client: TestClient, live: Services, name: str) -> None:
    before = {path for path in live.settings.data_dir.rglob("*") if "answers" not in path.parts}
    answer = client.post(SEARCH, files={"file": (name, picture("teal", 1))})
    assert answer.status_code == 200
    after = {path for path in live.settings.data_dir.rglob("*") if "answers" not in path.parts}
    assert after - before <= {live.settings.data_dir / "cache"}
    assert not (live.settings.data_dir.parent / "outside.jpg").exists()


def test_an_uploaded_catalogue_is_pending_then_started_then_searched(
    client: TestClient, live: Services, jobs: JobStore
) -> None:
    packed = archive(amber__new1=picture("amber", 31), amber__new2=picture("amber", 32))
    status, started = upload(
        client, ("badges/teal/30.jpg", picture("teal", 30)), ("all.zip", packed), model_id="badges"
    )
    assert status == 200
    check(started, S4_TASK)
    task = started["task_id"]
    check(poll(client, task), S4_PENDING)
    assert poll(client, task) == {"status": "PENDING"}
    run(live, jobs)
    ended = poll(client, task)
    check(ended, S4_ENDED)
    assert ended == {
        "status": "SUCCESS",
        "result": "The catalogue is up to date: 3 images were added, 0 replaced and 0 skipped.",
    }
    assert len(client.get("/v1/categories/badges/records").json()["records"]) == 9


def test_what_failed_or_was_cancelled_says_so(client: TestClient, jobs: JobStore) -> None:
    _, started = upload(client, ("1.jpg", picture("teal", 30)))
    claim, queue = claimed(jobs), JobQueue(jobs.database)
    assert poll(client, started["task_id"]) == {"status": "STARTED"}
    queue.end(claim, "failed", reason="The disk is full", cure="Make room")
    ended = poll(client, started["task_id"])
    assert ended == {"status": "FAILURE", "result": "The disk is full. Make room."}
    check(ended, S4_ENDED)
    _, other = upload(client, ("2.jpg", picture("teal", 31)))
    jobs.cancel(other["task_id"])
    cancelled = poll(client, other["task_id"])
    assert cancelled["status"] == "REVOKED"
    check(cancelled, S4_ENDED)


def test_polling_ends_with_the_state_that_is_waited_for(client: TestClient, jobs: JobStore) -> None:
    _, started = upload(client, ("1.jpg", picture("teal", 30)))
    task = started["task_id"]
    assert poll(client, task, timeout=30, target_status="PENDING") == {"status": "PENDING"}
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(poll, client, task, timeout=30, target_status="STARTED")
        deadline = time.monotonic() + 20
        while "job_waits_in_progress 1.0" not in client.get("/v1/metrics").text:
            assert time.monotonic() < deadline
        claimed(jobs)
        assert answer.result() == {"status": "STARTED"}


def test_who_polls_while_too_many_wait_is_told_at_once(
    client: TestClient, jobs: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, started = upload(client, ("1.jpg", picture("teal", 30)))
    task, leave = started["task_id"], threading.Event()
    job = jobs.get(task)

    def wait(self: JobStore, job_id: str, revision: int, timeout_seconds: float) -> object:
        assert leave.wait(30)
        return jobs.cancel(job.id) if jobs.get(job.id).is_open else jobs.get(job.id)

    monkeypatch.setattr(JobStore, "wait", wait)
    with ThreadPoolExecutor(MAX_WAITING) as pool:
        try:
            waiting = [pool.submit(poll, client, task, timeout=30) for _ in range(MAX_WAITING)]
            deadline = time.monotonic() + 20
            while f"waits_in_progress {MAX_WAITING}.0" not in client.get("/v1/metrics").text:
                assert time.monotonic() < deadline
            assert poll(client, task, timeout=30) == {"status": "PENDING"}
        finally:
            jobs.cancel(job.id)
            leave.set()
        assert {answer.result()["status"] for answer in waiting} == {"REVOKED"}


def test_only_tasks_of_these_routes_are_polled(client: TestClient, jobs: JobStore) -> None:
    other = jobs.submit("index", "shapes").id
    for id_ in (NOBODY, other, "undefined", "..%2F..%2Fetc"):
        assert client.get(f"/poll_task_status/{id_}").status_code == 404
    task = search(client)
    for wrong in ({"timeout": -1}, {"retry_limit": "many"}, {"target_status": "x" * 21}):
        assert client.get(f"/poll_task_status/{task}", params=wrong).status_code == 422


def test_a_form_in_which_no_file_was_chosen_says_so(client: TestClient) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename=""\r\n\r\n\r\n--x--\r\n'
    typed = {"content-type": "multipart/form-data; boundary=x"}
    answer = client.post(UPLOAD, content=body, headers=typed)
    assert (answer.status_code, answer.json()["title"]) == (422, "IntakeError")
    assert "Nothing was handed in" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("files", "status", "title"),
    [
        ([], 415, "UnsupportedMediaType"),
        ([("all.zip", b"PK\x03\x04 and then nothing")], 422, "ArchiveError"),
        ([("", b"")], 422, "IntakeError"),
    ],
)
def test_what_holds_no_image_starts_nothing(
    client: TestClient,
    live: Services,
    jobs: JobStore,
    files: list[tuple[str, bytes]],
    status: int,
    title: str,
) -> None:
    found, problem = upload(client, *files)
    assert (found, problem["title"]) == (status, title)
    assert jobs.list() == []
    assert list((live.settings.data_dir / "deliveries").glob("*")) == []


def test_a_catalogue_for_no_category_leaves_nothing_behind(
    make_client: MakeClient, live: Services, jobs: JobStore
) -> None:
    client = make_client(api_adapters="s4")
    status, problem = upload(client, ("1.jpg", picture("teal", 1)), model_id="vgg16_1")
    assert (status, problem["title"]) == (404, "CategoryNotFound")
    assert list((live.settings.data_dir / "deliveries").glob("*")) == []
    assert jobs.list() == []


def test_a_catalogue_may_be_larger_than_other_requests_and_no_larger_than_an_upload(
    make_client: MakeClient, jobs: JobStore
) -> None:
    client = make_client(
        api_adapters="s4:shapes", max_request_megabytes=0.001, max_upload_megabytes=0.02
    )
    assert upload(client, ("1.jpg", picture("teal", 1)))[0] == 200
    status, problem = upload(client, ("1.jpg", b"x" * 30_000))
    assert status == 413
    assert "MAX_UPLOAD_MEGABYTES" in problem["detail"]
    assert len(jobs.list()) == 1


def test_more_catalogues_than_may_wait_are_told_to_come_again(
    client: TestClient, jobs: JobStore
) -> None:
    for number in range(MAX_QUEUED):
        jobs.submit("add", "shapes", {"delivery": str(number)})
    answer = client.post(UPLOAD, files=[("files", ("1.jpg", picture("teal", 1)))])
    assert (answer.status_code, answer.json()["title"]) == (503, "TooBusy")
    assert answer.headers["Retry-After"] == "1"

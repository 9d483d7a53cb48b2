"""Images that come over HTTP: forms read part by part, lists of addresses, and what is refused."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.guards.slots import MAX_UPLOADS
from api.routes import intake
from common.adding import MAX_QUEUED
from common.assembly import Services
from common.jobs import JobStore
from tests.api.conftest import MakeClient
from tests.common.intake.zips import TRAVERSALS, zipped
from tests.samples import picture

IMAGES = "/v1/categories/shapes/images"
URLS = "/v1/categories/shapes/urls"
READ, WRITE = "read-key-0123456789", "write-key-0123456789"
ONE = picture("crimson", 41)


@pytest.fixture
def jobs(live: Services) -> Iterator[JobStore]:
    with closing(live.jobs) as store:
        yield store


def delivered(live: Services, body: dict[str, object]) -> dict[str, object]:
    """Return the listing of the delivery that a job is about."""
    id_ = body["arguments"]["delivery"]  # type: ignore[index]
    return json.loads((live.deliveries.root / id_ / "delivery.json").read_text())


def kept(live: Services) -> list[Path]:
    return sorted(live.deliveries.root.iterdir()) if live.deliveries.root.exists() else []


def test_a_form_with_files_becomes_a_job_to_be_found_under_its_address(
    client: TestClient, live: Services, jobs: JobStore
) -> None:
    files = [
        ("images", ("boots/1.jpg", ONE, "image/jpeg")),
        ("images", ("Füße.zip", zipped({"a/2.jpg": ONE}), "application/octet-stream")),
        ("metadata", ("m.csv", b"file,year\nboots/1.jpg,1800\n", "text/csv")),
    ]
    values = {"label": "loose", "duplicates": "skip", "allow_mismatch": "true"}
    answer = client.post(IMAGES, files=files, data=values)
    assert answer.status_code == 202
    body = answer.json()
    assert (body["kind"], body["category"], body["state"]) == ("add", "shapes", "queued")
    assert answer.headers["location"] == f"/v1/jobs/{body['id']}"
    assert client.get(answer.headers["location"]).json() == body
    arguments = dict(body["arguments"])
    assert arguments.pop("delivery")
    assert arguments == {"label": "loose", "duplicates": "skip", "allow_mismatch": True}
    listing = delivered(live, body)
    assert [(file["name"], file["is_archive"]) for file in listing["files"]] == [
        ("boots/1.jpg", False),
        ("Füße.zip", True),
    ]
    assert (listing["table"], listing["category"]) == ("m.csv", "shapes")


def test_names_that_lead_elsewhere_are_data_and_write_nothing(
    client: TestClient, live: Services, jobs: JobStore, tmp_path: Path
) -> None:
    before = {path for path in tmp_path.rglob("*") if "deliveries" not in path.parts}
    sent = [name for name in TRAVERSALS if name and "\n" not in name and "\x00" not in name]
    files = [("images", (name, ONE)) for name in sent]
    answer = client.post(IMAGES, files=files)
    assert answer.status_code == 202
    after = {path for path in tmp_path.rglob("*") if "deliveries" not in path.parts}
    assert {path for path in after - before if "jobs.sqlite" not in path.name} == set()


def test_a_form_in_which_nothing_was_chosen_is_refused_and_nothing_kept(
    client: TestClient, live: Services, jobs: JobStore
) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="images"; filename=""\r\n\r\n\r\n'
        b'--x\r\nContent-Disposition: form-data; name="label"\r\n\r\nboots\r\n--x--\r\n'
    )
    typed = {"content-type": "multipart/form-data; boundary=x"}
    empty = client.post(IMAGES, content=body, headers=typed)
    assert (empty.status_code, empty.json()["title"]) == (422, "IntakeError")
    assert "Nothing was handed in" in empty.json()["detail"]
    assert (kept(live), jobs.list()) == ([], [])


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.zip", zipped({"b.zip": zipped({"c.jpg": ONE})}), "an archive within an archive"),
        ("a.zip", b"PK\x03\x04 and no more", "'a.zip' is damaged"),
        ("a.zip", zipped({}), "holds no file"),
    ],
)
def test_an_archive_that_is_of_no_use_is_refused_by_name(
    client: TestClient, live: Services, jobs: JobStore, name: str, content: bytes, told: str
) -> None:
    answer = client.post(IMAGES, files=[("images", ("good.jpg", ONE)), ("images", (name, content))])
    assert (answer.status_code, answer.json()["title"]) == (422, "ArchiveError")
    assert told in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert (kept(live), jobs.list()) == ([], [])


@pytest.mark.parametrize(
    ("files", "values", "told"),
    [
        ([("pictures", ("1.jpg", ONE))], {}, "a part 'pictures', which means nothing here"),
        ([("images", ("1.jpg", ONE))], {"labels": "x"}, "a part 'labels'"),
        ([("images", ("1.jpg", ONE))], {"duplicates": "drop"}, "body.duplicates"),
        ([("images", ("1.jpg", ONE))], {"allow_mismatch": "perhaps"}, "body.allow_mismatch"),
        ([("images", ("1.jpg", ONE))], {"label": "../up"}, "no path below a directory"),
        ([("images", ("1.jpg", ONE))], {"label": "x" * 201}, "body.label"),
        ([("images", ("1.jpg", ONE)), ("metadata", ("t.csv", b"a,b\n"))], {}, "no column 'file'"),
        ([("images", ("1.jpg", ONE)), ("metadata", ("t.doc", b"a,b\n"))], {}, "no table"),
    ],
)
def test_a_form_that_makes_no_sense_is_refused_in_a_sentence(
    client: TestClient, live: Services, jobs: JobStore, files, values, told: str
) -> None:
    answer = client.post(IMAGES, files=files, data=values)
    assert answer.status_code == 422
    assert told in answer.json()["detail"]
    assert (kept(live), jobs.list()) == ([], [])


def test_what_is_no_form_is_refused(client: TestClient, live: Services) -> None:
    assert client.post(IMAGES, json={}).status_code == 415
    assert client.post(IMAGES).status_code == 415
    typed = {"content-type": "multipart/form-data; boundary=x"}
    head = b'--x\r\nContent-Disposition: form-data; name="images"; filename="1.jpg"\r\n\r\n'
    for broken in (b"", b"nonsense", head + b"cut", b"--x\r\n\r\n", head + b"\r\n--x"):
        answer = client.post(IMAGES, content=broken, headers=typed)
        assert answer.status_code in (400, 422), broken
    no_boundary = {"content-type": "multipart/form-data"}
    assert client.post(IMAGES, content=head, headers=no_boundary).status_code == 400
    long = {"content-type": f"multipart/form-data; boundary={'x' * 500}"}
    assert client.post(IMAGES, content=head, headers=long).status_code == 400
    assert kept(live) == []


def test_a_form_may_be_longer_than_other_requests_and_not_longer_than_its_own_limit(
    make_client: MakeClient, live: Services
) -> None:
    client = make_client(max_request_megabytes=0.1, max_upload_megabytes=1)
    packed = zipped({f"{n}.jpg": bytes([n]) * 10 + ONE for n in range(100)}, 0)
    assert 200_000 < len(packed) < 900_000
    assert client.post(IMAGES, files={"images": ("a.zip", packed)}).status_code == 202
    files = [("images", (f"{n}.jpg", bytes(300_000))) for n in range(4)]
    announced = client.post(IMAGES, files=files)
    assert (announced.status_code, announced.json()["title"]) == (413, "ContentTooLarge")
    assert "raise MAX_UPLOAD_MEGABYTES" in announced.json()["detail"]

    def unannounced() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="images"; filename="1.zip"\r\n\r\n'
        yield b"PK\x03\x04"
        for _ in range(20):
            yield bytes(100_000)

    typed = {"content-type": "multipart/form-data; boundary=x"}
    counted = client.post(IMAGES, content=unannounced(), headers=typed)
    assert counted.status_code == 413
    assert "MAX_UPLOAD_MEGABYTES" in counted.json()["detail"]
    assert len(kept(live)) == 1


def test_a_list_of_addresses_becomes_a_job(
    client: TestClient, live: Services, jobs: JobStore
) -> None:
    urls = [
        "https://images.example/1.jpg",
        "http://images.example/2.jpg#x",
        " ",
        "https://a.example",
    ]
    answer = client.post(URLS, json={"urls": urls, "label": "boots"})
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/jobs/{answer.json()['id']}"
    assert delivered(live, answer.json())["addresses"] == [
        "https://images.example/1.jpg",
        "http://images.example/2.jpg",
        "https://a.example",
    ]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("ftp://images.example/1.jpg", "no address of the web"),
        ("file:///etc/passwd", "no address of the web"),
        ("/etc/passwd", "no address of the web"),
        ("https://", "no address of the web"),
        ("https://user:secret@images.example/1.jpg", "user name or password"),
        ("https://images.example/" + "x" * 2_000, "longer than 2,000"),
        ("https://[::1/1.jpg", "no web address"),
        ("http://127.0.0.1/1.jpg", "not on the public internet"),
        ("http://[::1]:8080/1.jpg", "not on the public internet"),
        ("http://169.254.169.254/latest/meta-data", "not on the public internet"),
    ],
)
def test_an_address_that_is_none_or_private_is_refused_at_once(
    client: TestClient, live: Services, jobs: JobStore, address: str, told: str
) -> None:
    answer = client.post(URLS, json={"urls": ["https://images.example/1.jpg", address]})
    assert (answer.status_code, answer.json()["title"]) == (422, "AddressRefused")
    assert told in answer.json()["detail"]
    assert "secret" not in answer.json()["detail"]
    assert (kept(live), jobs.list()) == ([], [])


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"urls": []},
        {"urls": "https://a.example"},
        {"urls": [1]},
        {"urls": ["https://a.example"], "more": 1},
        {"urls": ["https://a.example"], "duplicates": "drop"},
        {"urls": ["https://a.example"] * 10_001},
        [],
    ],
)
def test_a_list_that_makes_no_sense_starts_nothing(
    client: TestClient, live: Services, wrong: object
) -> None:
    assert client.post(URLS, json=wrong).status_code == 422
    assert kept(live) == []


@pytest.mark.parametrize("end", ["images", "urls"])
def test_there_must_be_such_a_category(client: TestClient, live: Services, end: str) -> None:
    request = {"images": {"files": {"images": ("1.jpg", ONE)}}}.get(
        end, {"json": {"urls": ["https://a.example/1.jpg"]}}
    )
    answer = client.post(f"/v1/categories/nothing/{end}", **request)
    assert (answer.status_code, answer.json()["title"]) == (404, "CategoryNotFound")
    assert kept(live) == []


def test_a_key_for_reading_adds_nothing(make_client: MakeClient, live: Services) -> None:
    client = make_client(api_keys=f"read:{READ},write:{WRITE}")
    for path, request in (
        (IMAGES, {"files": {"images": ("1.jpg", ONE)}}),
        (URLS, {"json": {"urls": ["https://a.example/1.jpg"]}}),
    ):
        for headers, status in (
            ({}, 401),
            ({"Authorization": f"Bearer {READ}"}, 403),
            ({"Authorization": f"Bearer {WRITE}"}, 202),
        ):
            assert client.post(path, headers=headers, **request).status_code == status


def test_when_too_many_deliveries_wait_one_is_told_to_come_again(
    client: TestClient, live: Services, jobs: JobStore
) -> None:
    body = {"urls": ["https://a.example/1.jpg"]}
    for _ in range(MAX_QUEUED):
        assert client.post(URLS, json=body).status_code == 202
    for refused in (
        client.post(URLS, json=body),
        client.post(IMAGES, files={"images": ("1.jpg", ONE)}),
    ):
        assert (refused.status_code, refused.json()["title"]) == (503, "TooBusy")
        assert int(refused.headers["Retry-After"]) >= 1
    assert len(kept(live)) == MAX_QUEUED


def test_only_so_many_uploads_come_at_once(
    client: TestClient, jobs: JobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave, begun = threading.Event(), threading.Semaphore(0)
    require = intake.require_room

    def waiting(live: Services) -> None:
        begun.release()
        assert leave.wait(30)
        require(live)

    monkeypatch.setattr(intake, "require_room", waiting)
    request = {"files": {"images": ("1.jpg", ONE)}}
    with ThreadPoolExecutor(MAX_UPLOADS) as pool:
        try:
            sent = [pool.submit(client.post, IMAGES, **request) for _ in range(MAX_UPLOADS)]
            for _ in range(MAX_UPLOADS):
                assert begun.acquire(timeout=30)
            assert f"uploads_in_progress {MAX_UPLOADS}.0" in client.get("/v1/metrics").text
            refused = client.post(IMAGES, **request)
            assert (refused.status_code, refused.json()["title"]) == (503, "TooBusy")
            assert int(refused.headers["Retry-After"]) >= 1
        finally:
            leave.set()
        assert {answer.result().status_code for answer in sent} == {202}
    assert "uploads_in_progress 0.0" in client.get("/v1/metrics").text

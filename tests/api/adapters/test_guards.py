"""The adapters' routes stand behind the same guards as all others."""

from __future__ import annotations

import json
import logging

import pytest
from fastapi.testclient import TestClient

from tests.api.adapters.conftest import ALL
from tests.api.conftest import MakeClient
from tests.samples import picture

READ, WRITE = "read-key-0123456789", "write-key-0123456789"
_ID = "00000000-0000-0000-0000-000000000000"
READING = [
    ("GET", "/ping"),
    ("POST", "/search/shapes"),
    ("POST", "/papyrus/submit/"),
    ("GET", f"/papyrus/result/{_ID}"),
    ("POST", "/search_with_image"),
    ("GET", f"/poll_task_status/{_ID}"),
]
WRITING = [("POST", "/upload_catalogue")]


def test_the_table_below_has_every_route(client: TestClient, make_client: MakeClient) -> None:
    names = {"{collection}": "shapes", "{task_id}": _ID, "{task}": _ID}

    def filled(path: str) -> str:
        return "/".join(names.get(part, part) for part in path.split("/"))

    def operations(of: TestClient) -> set[tuple[str, str]]:
        return {
            (method.upper(), filled(path))
            for path, methods in of.get("/openapi.json").json()["paths"].items()
            for method in methods
        }

    assert operations(client) - operations(make_client()) == {*READING, *WRITING}


@pytest.mark.parametrize(
    ("keys", "given", "reads", "writes"),
    [
        ("", None, True, True),
        (f"write:{WRITE}", None, True, False),
        (f"write:{WRITE}", WRITE, True, True),
        (f"write:{WRITE},read:{READ}", None, False, False),
        (f"write:{WRITE},read:{READ}", READ, True, False),
        (f"write:{WRITE},read:{READ}", WRITE, True, True),
    ],
)
def test_each_route_opens_to_the_keys_that_it_should(
    make_client: MakeClient, keys: str, given: str | None, reads: bool, writes: bool
) -> None:
    guarded = make_client(api_adapters=ALL, api_keys=keys)
    headers = {"Authorization": f"Bearer {given}"} if given else {}
    for operations, may in ((READING, reads), (WRITING, writes)):
        for method, path in operations:
            answer = guarded.request(method, path, headers=headers)
            assert (answer.status_code not in {401, 403}) == may, (method, path)


def test_pages_of_other_sites_may_ask_but_hand_nothing_in(client: TestClient) -> None:
    site = {"Origin": "https://site.example"}
    file = ("1.jpg", picture("teal", 1))
    assert client.post("/search/shapes", files={"file": file}, headers=site).status_code == 200
    answer = client.post("/upload_catalogue", files={"files": file}, headers=site)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("path", "part", "form"),
    [
        ("/search/shapes", "file", {}),
        ("/papyrus/submit/", "image", {"coordinates": json.dumps([[0, 0]] * 4)}),
        ("/search_with_image", "file", {}),
    ],
)
def test_bodies_pictures_and_places_are_bounded(
    make_client: MakeClient, path: str, part: str, form: dict[str, str]
) -> None:
    client = make_client(api_adapters=ALL, max_request_megabytes=0.1, max_image_megabytes=0.05)
    too_long = client.post(path, files={part: ("q", b"x" * 100_001)}, data=form)
    assert (too_long.status_code, too_long.json()["title"]) == (413, "ContentTooLarge")
    too_large = client.post(path, files={part: ("q", b"\xff\xd8\xff" * 20_000)}, data=form)
    assert (too_large.status_code, too_large.json()["title"]) == (413, "ImageTooLarge")


def test_every_answer_has_an_id_and_a_line_without_what_was_sent(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "api"):
        answer = client.post(
            "/papyrus/submit/",
            files={"image": ("name-of-file", b"picture-content")},
            data={"coordinates": "[[1, 2], [3, 4], [5, 6], [7, 777]]"},
            headers={"X-Request-ID": "my-id.1"},
        )
    assert answer.headers["X-Request-ID"] == "my-id.1"
    assert "POST /papyrus/submit/ 415 in" in caplog.text
    for secret in ("picture-content", "name-of-file", "777"):
        assert secret not in caplog.text
    metrics = client.get("/v1/metrics").text
    assert 'route="/papyrus/submit/",status="415"} 1.0' in metrics

"""What stands before the routes: keys, sites, sizes, places, ids and figures."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from api.app import create_api
from api.guards.access import parse_keys
from api.guards.bodies import BodyLimit
from common.assembly import Services
from common.errors import SettingsError
from tests.api.conftest import MakeClient
from tests.samples import picture

READ, WRITE, OTHER = "read-key-0123456789", "write-key-0123456789", "other-key-0123456789"
SEARCH = "/v1/categories/shapes/search"
_ID = "00000000-0000-0000-0000-000000000000"


def operations(client: TestClient) -> list[tuple[str, str, bool]]:
    """Every operation of the API: method, an address, and whether it needs no key at all."""
    names = {"category": "shapes", "record": _ID, "name": "histogram", "job": _ID}
    return [
        (method.upper(), path.format(**names), "security" not in operation)
        for path, methods in client.get("/openapi.json").json()["paths"].items()
        for method, operation in methods.items()
    ]


def is_write(method: str, path: str) -> bool:
    return method != "GET" and "/search" not in path


@pytest.mark.parametrize(
    ("keys", "given", "reads", "writes"),
    [
        ("", None, True, True),
        ("", OTHER, True, True),
        (f"write:{WRITE}", None, True, False),
        (f"write:{WRITE}", OTHER, True, False),
        (f"write:{WRITE}", WRITE, True, True),
        (f"write:{WRITE},read:{READ}", None, False, False),
        (f"write:{WRITE},read:{READ}", OTHER, False, False),
        (f"write:{WRITE},read:{READ}", READ, True, False),
        (f"write:{WRITE},read:{READ}", WRITE, True, True),
        (f"read:{READ}", READ, True, False),
    ],
)
def test_each_operation_opens_to_the_keys_that_it_should(
    make_client: MakeClient, keys: str, given: str | None, reads: bool, writes: bool
) -> None:
    headers = {"Authorization": f"Bearer {given}"} if given else {}
    guarded = make_client(api_keys=keys)
    for method, path, without_key in operations(make_client()):
        answer = guarded.request(method, path, headers=headers)
        open_ = without_key or (writes if is_write(method, path) else reads)
        assert (answer.status_code not in {401, 403}) == open_, (method, path)
        if answer.status_code == 401:
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.json()["title"] == "KeyRequired"


@pytest.mark.parametrize(
    "header", [READ, f"Basic {READ}", "Bearer", f"Bearer {READ}x", f"Bearer {READ[:-1]}", ""]
)
def test_only_the_whole_key_as_a_bearer_counts(make_client: MakeClient, header: str) -> None:
    guarded = make_client(api_keys=f"read:{READ}")
    assert guarded.get("/v1/categories", headers={"Authorization": header}).status_code == 401


@pytest.mark.parametrize("text", ["secret-0123456789ab", "admin:0123456789abcdef", "read:short"])
def test_keys_that_cannot_be_used_are_refused_without_showing_them(text: str) -> None:
    with pytest.raises(SettingsError, match="entry 2") as caught:
        parse_keys(f"write:{WRITE}, {text}")
    assert text.partition(":")[2] not in str(caught.value) or ":" not in text
    assert text not in str(caught.value)


def test_pages_of_other_sites_may_read_but_change_nothing_unless_listed(
    make_client: MakeClient,
) -> None:
    address = "/v1/categories/shapes/generations/current"
    body = {"generation": "nothing"}
    site = {"Origin": "https://site.example"}
    assert make_client().put(address, json=body, headers=site).status_code == 403
    assert make_client().get("/v1/categories", headers=site).status_code == 200
    own = {"Origin": "http://testserver"}
    assert make_client().put(address, json=body, headers=own).status_code == 404
    listing = make_client(cors_origins="https://other.example, https://site.example")
    assert listing.put(address, json=body, headers=site).status_code == 404


def test_cors_answers_listed_sites_only(make_client: MakeClient) -> None:
    client = make_client(cors_origins="https://site.example")
    asked = {"Access-Control-Request-Method": "POST", "Origin": "https://site.example"}
    allowed = client.options(SEARCH, headers=asked)
    assert allowed.headers["access-control-allow-origin"] == "https://site.example"
    foreign = client.get("/v1/categories", headers={"Origin": "https://foreign.example"})
    assert "access-control-allow-origin" not in foreign.headers
    assert "access-control-allow-origin" not in make_client().get("/v1/categories").headers


def test_a_body_announced_as_too_large_is_refused_before_it_is_read(
    make_client: MakeClient,
) -> None:
    client = make_client(max_request_megabytes=0.1)
    answer = client.post(SEARCH, files={"file": ("q", b"x" * 100_001)})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "ContentTooLarge"
    assert "0.1 MB" in answer.json()["detail"]


def test_a_body_of_unknown_length_is_cut_off_at_the_limit(make_client: MakeClient) -> None:
    client = make_client(max_request_megabytes=0.1)

    def parts() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="q"\r\n\r\n'
        for _ in range(1_000):
            yield b"x" * 10_000

    answer = client.post(
        SEARCH, content=parts(), headers={"Content-Type": "multipart/form-data; boundary=b"}
    )
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("announced", [None, b"10", b"nonsense"])
def test_no_more_of_a_body_is_taken_in_than_the_limit(announced: bytes | None) -> None:
    """Whatever the client announces: what lies beyond the limit never reaches the application."""
    taken = 0

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal taken
        while True:
            taken += len((await receive())["body"])

    async def receive() -> Message:
        return {"type": "http.request", "body": b"x" * 30, "more_body": True}

    async def send(message: Message) -> None:
        raise AssertionError(message)

    headers = [] if announced is None else [(b"content-length", announced)]
    scope = {"type": "http", "path": "/", "headers": headers}
    with pytest.raises(HTTPException) as caught:
        asyncio.run(BodyLimit(application, max_bytes=100)(scope, receive, send))
    assert caught.value.status_code == 413
    assert taken == 90


def test_a_body_within_the_limit_passes(make_client: MakeClient) -> None:
    client = make_client(max_request_megabytes=0.1)
    answer = client.post(SEARCH, files={"file": ("q", picture("teal", 1))})
    assert answer.status_code == 200


def test_more_queries_at_once_than_there_are_places_are_told_to_come_again(
    make_client: MakeClient, live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make_client(max_queries_at_once=1)
    entered, leave = threading.Event(), threading.Event()
    by_image = type(live.search).by_image

    def slow(*arguments: object):
        entered.set()
        assert leave.wait(30)
        return by_image(*arguments)

    monkeypatch.setattr(type(live.search), "by_image", slow)

    def ask():
        return client.post(SEARCH, files={"file": ("q", picture("teal", 1))})

    answers = []
    first = threading.Thread(target=lambda: answers.append(ask()))
    first.start()
    assert entered.wait(30)
    assert "visual_search_embeddings_in_progress 1.0" in client.get("/v1/metrics").text
    refused = ask()
    assert (refused.status_code, refused.json()["title"]) == (503, "TooBusy")
    assert refused.headers["Retry-After"] == "1"
    # What needs no embedding is answered all the same.
    assert client.get("/v1/categories/shapes/records").status_code == 200
    leave.set()
    first.join()
    assert answers[0].status_code == 200
    assert ask().status_code == 200
    assert "visual_search_embeddings_in_progress 0.0" in client.get("/v1/metrics").text


def test_every_answer_has_an_id_that_a_client_may_choose(client: TestClient) -> None:
    chosen = client.get("/v1/categories", headers={"X-Request-ID": "my-id.1"})
    assert chosen.headers["X-Request-ID"] == "my-id.1"
    odd = client.get("/v1/categories", headers={"X-Request-ID": "two words"})
    assert odd.headers["X-Request-ID"] not in ("", "two words")
    assert client.get("/v1/nothing").headers["X-Request-ID"]


def test_the_log_has_a_line_a_request_and_neither_keys_nor_queries_nor_pictures(
    make_client: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    client = make_client(api_keys=f"read:{READ}")
    with caplog.at_level(logging.INFO, "api"):
        client.post(
            SEARCH,
            files={"file": ("name-of-file", b"picture-content")},
            params={"k": 3, "fields": "asked-field"},
            headers={"Authorization": f"Bearer {READ}"},
        )
        client.get("/v1/categories/a%0Aforged%20line", headers={"Authorization": f"Bearer {OTHER}"})
    lines = caplog.text.splitlines()
    assert len(lines) == 2
    assert "POST /v1/categories/shapes/search 415 in" in lines[0]
    assert "/v1/categories/a%0Aforged%20line 401" in lines[1]
    for secret in (READ, OTHER, "picture-content", "name-of-file", "asked-field"):
        assert secret not in caplog.text


def test_figures_tell_requests_by_route_and_stages(client: TestClient) -> None:
    client.post(SEARCH, files={"file": ("q", picture("teal", 1))})
    client.get("/v1/categories/one")
    client.get("/v1/categories/two")
    client.get("/elsewhere")
    answer = client.get("/v1/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert (
        'visual_search_requests_total{method="GET",route="/v1/categories/{category}",status="404"}'
        " 2.0"
    ) in answer.text
    assert 'route="unmatched",status="404"} 1.0' in answer.text
    for stage in ("decode", "embed", "search"):
        assert f'visual_search_stage_seconds_count{{stage="{stage}"}} 1.0' in answer.text


def test_a_sign_of_life_needs_nothing(client: TestClient) -> None:
    assert client.get("/v1/health/live").json() == {"status": "ok"}


def test_readiness_tells_each_dependency(client: TestClient) -> None:
    answer = client.get("/v1/health/ready")
    assert answer.status_code == 200
    assert {d["name"]: d["ok"] for d in answer.json()["dependencies"]} == {
        "images": True,
        "vectors": True,
        "embedder": True,
    }


def test_readiness_names_what_is_down(live: Services, make_client: MakeClient) -> None:
    answer = make_client(embedder="absent").get("/v1/health/ready")
    assert answer.status_code == 503
    down = [d for d in answer.json()["dependencies"] if not d["ok"]]
    assert [d["name"] for d in down] == ["embedder"]
    assert "absent" in down[0]["detail"]


def test_an_unforeseen_failure_of_one_dependency_is_told_without_its_details(
    live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(live.store), "categories", fail)
    answer = TestClient(create_api(live)).get("/v1/health/ready")
    assert answer.status_code == 503
    assert "secret" not in answer.text

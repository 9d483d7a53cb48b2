"""The HTTP API: what it answers, and that errors are problem details."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from common.assembly import Services
from tests.samples import picture


def search(client: TestClient, category: str, data: bytes, **query: object):
    return client.post(
        f"/v1/categories/{category}/search", files={"file": ("q", data)}, params=query
    )


def test_categories_are_listed_broken_ones_included(client: TestClient, data_dir: Path) -> None:
    (data_dir / "metric_datasets/badges/category.yaml").write_text("title: [")
    badges, shapes = client.get("/v1/categories").json()
    assert badges["name"] == "badges"
    assert not badges["searchable"]
    assert "YAML" in badges["problem"]
    assert shapes == {"name": "shapes", "title": "Shapes", "searchable": True, "problem": None}


def test_a_category_tells_its_manifest_and_its_index(client: TestClient, live: Services) -> None:
    body = client.get("/v1/categories/shapes").json()
    assert body["description"] == "Shapes <i>drawn</i> in code."
    assert body["fields"]["price"] == {
        "type": "number", "label": "Price", "unit": "EUR",
        "column": "", "separator": ";", "by_hand": False,
    }  # fmt: skip
    assert body["examples"] == [{"file": "examples/1.jpg", "title": "A crimson disc"}]
    assert body["index"]["generation"] == live.store.current("shapes")
    assert body["index"]["count"] == 12
    assert body["index"]["fields"]["colours"] == "list"


def test_a_category_without_an_index_tells_how_to_get_one(
    client: TestClient, live: Services
) -> None:
    live.store.remove("shapes")
    body = client.get("/v1/categories/shapes").json()
    assert body["index"] is None
    assert not body["searchable"]
    assert "make index CATEGORY=shapes" in body["problem"]


@pytest.mark.parametrize(
    ("category", "data", "query", "status", "title"),
    [
        ("nothing", picture("teal", 1), {}, 404, "CategoryNotFound"),
        ("No Name", picture("teal", 1), {}, 404, "CategoryNameError"),
        ("shapes", b"words", {}, 415, "ImageFormatError"),
        ("shapes", picture("teal", 1)[:700], {}, 422, "ImageCorrupt"),
        ("shapes", b"\xff\xd8" * 11_000_000, {}, 413, "ImageTooLarge"),
    ],
)
def test_errors_are_problem_details(
    client: TestClient,
    category: str,
    data: bytes,
    query: dict[str, object],
    status: int,
    title: str,
) -> None:
    answer = search(client, category, data, **query)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["title"] == title
    assert body["status"] == status
    assert body["detail"].endswith(".")


@pytest.mark.parametrize("query", [{"k": 0}, {"k": 201}, {"minimum_similarity": 2}, {"offset": -1}])
def test_values_out_of_range_are_refused(client: TestClient, query: dict[str, object]) -> None:
    answer = search(client, "shapes", picture("teal", 1), **query)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert next(iter(query)) in answer.json()["detail"]


def test_an_unknown_address_and_a_wrong_method_are_problems_too(client: TestClient) -> None:
    for answer, status in (
        (client.get("/v1/nothing"), 404),
        (client.delete("/v1/categories"), 405),
    ):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"


def test_what_a_problem_repeats_of_a_request_can_always_be_sent(client: TestClient) -> None:
    answer = client.post(
        "/v1/categories/shapes/search/examples",
        content=b'{"examples": [{"record": "\\ud800"}], "\\udfff": 1}',
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 422
    assert answer.json()["title"] == "InvalidRequest"


def test_a_damaged_index_is_told_beside_the_others(client: TestClient, data_dir: Path) -> None:
    (data_dir / "qdrant_storage/badges/current").write_text("nonsense")
    badges, shapes = client.get("/v1/categories").json()
    assert not badges["searchable"]
    assert "damaged" in badges["problem"]
    assert shapes["searchable"]


def test_an_unforeseen_error_shows_no_traceback_and_is_logged_under_the_request_id(
    client: TestClient,
    live: Services,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(live.search), "by_image", fail)
    answer = search(client, "shapes", picture("teal", 1))
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["X-Request-ID"]
    assert "secret" not in answer.text
    assert "secret detail" in caplog.text


def test_embedders_show_their_cards_and_broken_ones_why(
    client: TestClient, data_dir: Path, live: Services
) -> None:
    (data_dir / "models/half").mkdir(parents=True)
    (data_dir / "models/half/card.json").write_text("{}")
    body = client.get("/v1/embedders").json()
    cards = {card["name"]: card for card in body["embedders"]}
    card = live.embedders.get("histogram").card
    assert cards["histogram"]["fingerprint"] == card.fingerprint
    assert [name for name in cards if cards[name]["default"]] == [live.settings.embedder]
    assert [entry["name"] for entry in body["broken"]] == ["half"]
    assert client.get("/v1/embedders/histogram").json() == cards["histogram"]
    assert client.get("/v1/embedders/nothing").status_code == 404
    assert client.get("/v1/embedders/half").status_code == 503


def test_generations_can_be_listed_and_gone_back_to(client: TestClient, live: Services) -> None:
    first = live.store.current("shapes")
    index = live.store.open("shapes")
    builder = live.store.build("shapes", index.manifest.spec, from_current=True)
    second = builder.publish().generation
    listed = client.get("/v1/categories/shapes/generations").json()
    assert [(g["generation"], g["current"]) for g in listed] == [(first, False), (second, True)]
    address = "/v1/categories/shapes/generations/current"
    assert client.put(address, json={"generation": "previous"}).json()["generation"] == first
    answer = search(client, "shapes", picture("teal", 1)).json()
    assert answer["generation"] == first
    assert client.put(address, json={"generation": "nothing"}).status_code == 404
    assert client.put(address, json={"generation": "previous"}).status_code == 404
    assert client.put(address, json={"generation": second}).json()["current"]


def test_generations_stay_while_a_category_is_being_indexed(
    client: TestClient, live: Services
) -> None:
    with live.generations("shapes").workplace.locked(lambda: None):
        answer = client.put(
            "/v1/categories/shapes/generations/current", json={"generation": "previous"}
        )
    assert answer.status_code == 409
    assert "being indexed" in answer.json()["detail"]

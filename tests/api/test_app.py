"""The HTTP API: what it answers, and that errors are problem details."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_api
from common.assembly import Services
from tests.samples import picture


@pytest.fixture
def client(live: Services) -> TestClient:
    return TestClient(create_api(live), raise_server_exceptions=False)


def search(client: TestClient, category: str, data: bytes, **query: object):
    return client.post(
        f"/v1/categories/{category}/search", files={"file": ("q", data)}, params=query
    )


def test_a_sign_of_life(client: TestClient) -> None:
    assert client.get("/v1/health/live").json() == {"status": "ok"}


def test_categories_are_listed_broken_ones_included(client: TestClient, data_dir: Path) -> None:
    (data_dir / "metric_datasets/badges/category.yaml").write_text("title: [")
    badges, shapes = client.get("/v1/categories").json()
    assert badges["name"] == "badges"
    assert not badges["searchable"]
    assert "YAML" in badges["problem"]
    assert shapes == {"name": "shapes", "title": "Shapes", "searchable": True, "problem": None}


def test_a_search_returns_the_hits_of_the_service(client: TestClient, live: Services) -> None:
    data = picture("teal", 50)
    body = search(client, "shapes", data, k=3).json()
    expected = live.search.by_image("shapes", data)
    assert [hit["id"] for hit in body["hits"]] == [hit.id for hit in expected.hits[:3]]
    assert body["hits"][0]["payload"]["class"] == "teal shape"
    assert body["generation"] == expected.generation


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


def test_an_unknown_address_is_a_problem_too(client: TestClient) -> None:
    answer = client.get("/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_damaged_index_is_told_beside_the_others(client: TestClient, data_dir: Path) -> None:
    (data_dir / "qdrant_storage/badges/current").write_text("nonsense")
    badges, shapes = client.get("/v1/categories").json()
    assert not badges["searchable"]
    assert "damaged" in badges["problem"]
    assert shapes["searchable"]


def test_an_unforeseen_error_shows_no_traceback(
    client: TestClient, live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(type(live.search), "by_image", fail)
    answer = search(client, "shapes", picture("teal", 1))
    assert answer.status_code == 500
    assert "secret" not in answer.text

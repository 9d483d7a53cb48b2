"""Searching over HTTP: every way to ask gives what the search service gives."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from streamlit.testing.v1 import AppTest

from common.assembly import Services
from common.queries import ExampleQuery, PictureExample, RecordExample, SearchOptions
from common.records import Between, Filter
from interactive import context
from tests.samples import picture

PAGE = Path(__file__).resolve().parents[2] / "interactive" / "search_app.py"
EXAMPLES = "/v1/categories/shapes/search/examples"


def by_file(client: TestClient, **query: object):
    return client.post(
        "/v1/categories/shapes/search",
        files={"file": ("q", picture("teal", 50))},
        params=query,
    )


def ids(body: dict[str, list[dict[str, str]]]) -> list[str]:
    return [hit["id"] for hit in body["hits"]]


@pytest.fixture
def records(live: Services) -> list[str]:
    return [point.id for point in live.store.open("shapes").scroll().points]


def test_a_file_is_answered_as_the_service_answers(client: TestClient, live: Services) -> None:
    body = by_file(client, k=3).json()
    expected = live.search.by_image("shapes", picture("teal", 50), SearchOptions(k=3))
    assert ids(body) == [hit.id for hit in expected.hits]
    assert [hit["similarity"] for hit in body["hits"]] == [h.similarity for h in expected.hits]
    assert [hit["rank"] for hit in body["hits"]] == [1, 2, 3]
    assert body["hits"][0]["payload"]["class"] == "teal shape"
    assert not [name for name in body["hits"][0]["payload"] if name.startswith("_")]
    assert body["hits"][0]["image"]["width"] == 96
    assert body["generation"] == expected.generation
    assert set(body["seconds"]) == {"decode", "embed", "search"}


def test_options_in_the_address_are_kept_to(client: TestClient) -> None:
    chosen = {
        "must": [
            {"field": "colours", "any_of": ["teal", "amber"]},
            {"field": "price", "minimum": 11, "maximum": 12.5},
        ],
        "must_not": [{"field": "file", "any_of": ["teal/1.jpg"]}],
    }
    body = by_file(client, filter=json.dumps(chosen), fields=["class", "price"]).json()
    files = [hit["file"] for hit in body["hits"]]
    assert set(files) == {"teal/2.jpg", "amber/1.jpg", "amber/2.jpg"}
    assert all(set(hit["payload"]) == {"class", "price"} for hit in body["hits"])
    rest = by_file(client, filter=json.dumps(chosen), offset=1).json()
    assert ids(rest) == ids(body)[1:]
    assert rest["hits"][0]["rank"] == 2
    least = body["hits"][1]["similarity"]
    near = by_file(client, filter=json.dumps(chosen), minimum_similarity=least).json()
    assert ids(near) == ids(body)[:2]


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        '{"must": 1}',
        '{"must": [{"field": "price"}], "x": 1}',
        '{"must": [{"field": "nothing", "any_of": ["a"]}]}',
        '{"must": [{"field": "class", "minimum": 1}]}',
    ],
)
def test_a_filter_that_cannot_be_used_is_refused(client: TestClient, text: str) -> None:
    answer = by_file(client, filter=text)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_record_is_asked_with_by_its_address(
    client: TestClient, live: Services, records: list[str]
) -> None:
    body = client.get(
        f"/v1/categories/shapes/records/{records[3]}/similar", params={"k": 100}
    ).json()
    expected = live.search.by_record("shapes", records[3], SearchOptions(k=100))
    assert ids(body) == [hit.id for hit in expected.hits]
    assert len(body["hits"]) == 11
    assert client.get("/v1/categories/shapes/records/nothing/similar").status_code == 404


def test_several_examples_with_weights_are_answered_as_the_service_answers(
    client: TestClient, live: Services, records: list[str]
) -> None:
    question = {
        "examples": [
            {"record": records[0], "weight": 2},
            {"record": records[5], "weight": -0.5},
            {"picture": base64.b64encode(picture("amber", 60)).decode()},
        ],
        "k": 20,
        "filter": {"must_not": [{"field": "price", "maximum": 10.6}]},
        "fields": ["class"],
    }
    body = client.post(EXAMPLES, json=question).json()
    (expected,) = live.search.by_examples(
        "shapes",
        [
            ExampleQuery(
                [
                    RecordExample(records[0], 2),
                    RecordExample(records[5], -0.5),
                    PictureExample(picture("amber", 60)),
                ],
                SearchOptions(k=20, filter=Filter(must_not=(Between("price", None, 10.6),))),
            )
        ],
    )
    assert ids(body) == [hit.id for hit in expected.hits]
    assert not {records[0], records[5]} & set(ids(body))
    assert all(set(hit["payload"]) == {"class"} for hit in body["hits"])


def test_a_vector_finds_the_record_it_was_taken_from(
    client: TestClient, live: Services, records: list[str]
) -> None:
    point = live.search.record("shapes", records[4])
    spec = live.search.manifest("shapes").spec
    example = {"vector": (3 * point.vector).tolist(), "fingerprint": spec.fingerprint}
    (hit,) = client.post(EXAMPLES, json={"examples": [example], "k": 1}).json()["hits"]
    assert hit["id"] == records[4]
    assert hit["similarity"] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("example", "status", "title"),
    [
        ({"vector": [1.0, 2.0]}, 422, "DimensionMismatch"),
        ({"vector": []}, 422, "InvalidRequest"),
        ({"record": "nothing"}, 404, "RecordNotFound"),
        ({"record": "nothing", "weight": 0}, 422, "QueryError"),
        ({"picture": "d29yZHM="}, 415, "ImageFormatError"),
        ({"picture": "?", "weight": 1e400}, 422, "InvalidRequest"),
        ({}, 422, "InvalidRequest"),
    ],
)
def test_examples_that_cannot_be_used_are_refused(
    client: TestClient, example: dict[str, object], status: int, title: str
) -> None:
    answer = client.post(
        EXAMPLES,
        content=json.dumps({"examples": [example]}),
        headers={"Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json()["title"]) == (status, title)


def test_vectors_without_a_direction_or_of_another_model_are_refused(
    client: TestClient, live: Services
) -> None:
    dim = live.search.manifest("shapes").spec.dim
    for example, status in (
        ({"vector": [0.0] * dim}, 422),
        ({"vector": [1e300] * dim}, 422),
        ({"vector": [1.0] * dim, "fingerprint": "0" * 64}, 409),
    ):
        assert client.post(EXAMPLES, json={"examples": [example]}).status_code == status


def test_a_batch_is_the_same_as_its_queries_one_by_one(
    client: TestClient, records: list[str]
) -> None:
    queries = [
        {"examples": [{"record": record}], "k": k, "fields": ["class"]}
        for record, k in zip(records[:4], (1, 5, 9, 100), strict=True)
    ]
    answers = client.post("/v1/categories/shapes/search/batch", json={"queries": queries}).json()
    for query, answer in zip(queries, answers["answers"], strict=True):
        assert answer["hits"] == client.post(EXAMPLES, json=query).json()["hits"]


def test_a_batch_with_one_wrong_query_is_refused_whole(
    client: TestClient, records: list[str]
) -> None:
    queries = [{"examples": [{"record": name}]} for name in (records[0], "nothing")]
    answer = client.post("/v1/categories/shapes/search/batch", json={"queries": queries})
    assert answer.status_code == 404


@pytest.fixture
def page(live: Services) -> Iterator[AppTest]:
    context.provide_services(live)
    yield AppTest.from_file(str(PAGE), default_timeout=60).run()
    context._services = None


def test_page_and_api_find_the_same_for_the_same_picture(client: TestClient, page: AppTest) -> None:
    page.segmented_control(key="category_picker").set_value("shapes").run()
    (source,) = [c for c in page.segmented_control if c.label == "Ask with"]
    source.set_value("upload").run()
    page.file_uploader[0].set_value(("q.jpg", picture("teal", 50), "image/jpeg")).run()
    keys = [button.key or "" for button in page.button]
    shown = [key.removeprefix("view_") for key in keys if key.startswith("view_")]
    assert shown == ids(by_file(client).json())
    assert len(shown) == 9

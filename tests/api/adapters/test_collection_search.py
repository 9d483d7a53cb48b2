"""S1's clients: a ping, and a search by an uploaded file."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from common.assembly import Services
from tests.api.adapters.shapes import S1_PING, S1_SEARCH, check
from tests.api.conftest import MakeClient
from tests.samples import picture


@pytest.fixture(scope="module")
def client(shared_client: TestClient) -> TestClient:
    return shared_client


def test_a_ping_is_answered(client: TestClient) -> None:
    answer = client.get("/ping")
    assert answer.status_code == 200
    check(answer.json(), S1_PING)


def test_a_search_answers_in_the_old_shape_what_the_api_answers(client: TestClient) -> None:
    file = {"file": ("any.name", picture("teal", 1))}
    old = client.post("/search/shapes", files=file, params={"limit": 5}).json()
    check(old, S1_SEARCH)
    new = client.post("/v1/categories/shapes/search", files=file, params={"k": 5}).json()["hits"]
    assert [hit["payload"]["file"] for hit in old] == [hit["file"] for hit in new]
    assert [hit["score"] for hit in old] == [hit["similarity"] for hit in new]
    assert old[0]["payload"] == {"class_": "teal shape", "file": "teal/1.jpg", "label": 1}


def test_without_a_limit_twenty_are_meant(client: TestClient) -> None:
    found = client.post("/search/shapes", files={"file": ("q", picture("teal", 1))}).json()
    assert len(found) == 12  # all there are
    for wrong in (0, 201, -1, "many"):
        answer = client.post(
            "/search/shapes",
            files={"file": ("q", picture("teal", 1))},
            params={"limit": wrong},
        )
        assert answer.status_code == 422


def test_numbers_stand_for_records_and_fit_into_any_language(client: TestClient) -> None:
    def ids(name: str) -> list[int]:
        found = client.post(f"/search/{name}", files={"file": ("q", picture("teal", 1))})
        return [hit["id"] for hit in found.json()]

    assert ids("shapes") == ids("shapes")
    together = ids("shapes") + ids("badges")
    assert len(set(together)) == len(together)
    assert all(0 <= id_ < 2**53 for id_ in together)


def test_images_without_class_and_label_are_found_too(
    live: Services, make_client: MakeClient
) -> None:
    folder = live.settings.data_dir / "metric_datasets" / "loose"
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "one.jpg").write_bytes(picture("amber", 1))
    (folder / "category.yaml").write_text("title: Loose\n")
    live.index(live.catalog.get("loose"))
    client = make_client(api_adapters="s1")
    found = client.post("/search/loose", files={"file": ("q", picture("amber", 1))}).json()
    check(found, S1_SEARCH)
    assert found[0]["payload"] == {"class_": "", "file": "one.jpg", "label": -1}


@pytest.mark.parametrize(
    ("collection", "content", "status", "title"),
    [
        ("nothing", b"", 404, "CategoryNotFound"),
        ("..%2Fshapes", b"", 404, "NotFound"),
        ("shapes", b"", 415, "ImageFormatError"),
        ("shapes", b"GIF89a", 422, "ImageCorrupt"),
    ],
)
def test_what_cannot_be_answered_is_a_problem_with_its_detail(
    client: TestClient, collection: str, content: bytes, status: int, title: str
) -> None:
    file = {"file": ("../../etc/passwd", content or b"no picture")}
    answer = client.post(f"/search/{collection}", files=file)
    assert (answer.status_code, answer.json()["title"]) == (status, title)
    assert answer.json()["detail"]


def test_more_queries_than_there_are_places_are_told_to_come_again(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, live: Services
) -> None:
    client = make_client(api_adapters="s1", max_queries_at_once=1)
    by_image = type(live.search).by_image
    inner = []

    def ask() -> int:
        return client.post("/search/shapes", files={"file": ("q", picture("teal", 1))}).status_code

    def asking_meanwhile(*arguments: object) -> object:
        if not inner:
            inner.append(None)
            inner.append(ask())
        return by_image(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(type(live.search), "by_image", asking_meanwhile)
    assert ask() == 200
    assert inner == [None, 503]

"""Making and removing categories over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from common.assembly import Services
from tests.samples import fill_folder, picture

NEW = {
    "name": "prints",
    "title": "Prints",
    "description": "Woodcuts: 'old' ones\n# not a comment",
    "fields": {"year": {"type": "integer", "label": "Year"}},
    "embedder": "histogram",
}


def test_a_category_is_made_filled_indexed_searched_and_removed(
    client: TestClient, live: Services, data_dir: Path
) -> None:
    made = client.post("/v1/categories", json=NEW)
    assert made.status_code == 201
    assert made.headers["location"] == "/v1/categories/prints"
    body = client.get("/v1/categories/prints").json()
    assert body == made.json()
    assert body["description"] == NEW["description"]
    assert not body["searchable"]
    fill_folder(live.catalog.get("prints").images_dir, each=1)
    live.index(live.catalog.get("prints"))
    search = {"url": "/v1/categories/prints/search", "files": {"file": ("q", picture("teal", 0))}}
    assert client.post(**search).json()["hits"][0]["file"] == "teal/0.jpg"
    assert client.delete("/v1/categories/prints").status_code == 204
    assert client.post(**search).status_code == 404
    assert "prints" not in {entry["name"] for entry in client.get("/v1/categories").json()}
    assert not [path for path in data_dir.rglob("*prints*") if ".locks" not in path.parts]
    assert not list((data_dir / "metric_datasets").glob(".*"))
    assert client.delete("/v1/categories/prints").status_code == 404


def test_a_category_made_again_does_not_answer_with_the_old_index(client: TestClient) -> None:
    assert client.delete("/v1/categories/shapes").status_code == 204
    assert client.post("/v1/categories", json={"name": "shapes"}).status_code == 201
    body = client.get("/v1/categories/shapes").json()
    assert (body["index"], body["searchable"]) == (None, False)


def test_a_name_that_is_taken_is_refused_and_what_has_it_stays(
    client: TestClient, data_dir: Path
) -> None:
    before = (data_dir / "metric_datasets/shapes/category.yaml").read_text()
    assert client.post("/v1/categories", json={"name": "shapes"}).status_code == 409
    assert (data_dir / "metric_datasets/shapes/category.yaml").read_text() == before
    assert not list((data_dir / "metric_datasets").glob(".*"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "../outside"},
        {"name": "/etc"},
        {"name": "Upper"},
        {"name": "a" * 49},
        {"name": "fine\n"},
        {"name": "fine", "images": "/etc"},
        {"name": "fine", "metadata": "/etc/passwd"},
        {"name": "fine", "fields": {"a": {"type": "unknown"}}},
    ],
)
def test_no_request_decides_where_files_lie(
    client: TestClient, data_dir: Path, wrong: dict[str, object]
) -> None:
    before = sorted(data_dir.rglob("*"))
    assert client.post("/v1/categories", json=wrong).status_code == 422
    assert sorted(data_dir.rglob("*")) == before


def test_an_unknown_embedder_is_refused(client: TestClient) -> None:
    answer = client.post("/v1/categories", json={"name": "fine", "embedder": "nothing"})
    assert (answer.status_code, answer.json()["title"]) == (404, "EmbedderNotFound")


def test_images_elsewhere_stay_when_their_category_goes(
    client: TestClient, live: Services, tmp_path: Path
) -> None:
    fill_folder(tmp_path / "mine", each=1)
    directory = live.catalog.root / "linked"
    directory.mkdir()
    (directory / "images").symlink_to(tmp_path / "mine")
    (directory / "category.yaml").write_text("title: Linked")
    assert client.delete("/v1/categories/linked").status_code == 204
    assert not directory.exists()
    assert len(list((tmp_path / "mine").rglob("*.jpg"))) == 3


def test_a_broken_category_can_be_removed(client: TestClient, data_dir: Path) -> None:
    (data_dir / "metric_datasets/badges/category.yaml").write_text("title: [")
    assert client.delete("/v1/categories/badges").status_code == 204
    assert [entry["name"] for entry in client.get("/v1/categories").json()] == ["shapes"]


def test_a_category_stays_while_it_is_being_indexed(client: TestClient, live: Services) -> None:
    with live.generations("shapes").workplace.locked(lambda: None):
        answer = client.delete("/v1/categories/shapes")
    assert answer.status_code == 409
    assert live.search.manifest("shapes").count == 12

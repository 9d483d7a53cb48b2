"""Records over HTTP: pages, single ones, originals and thumbnails with what caches need."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from common.assembly import Services
from common.images import content_hash

RECORDS = "/v1/categories/shapes/records"


@pytest.fixture
def record(client: TestClient) -> dict[str, str]:
    chosen = {"must": [{"field": "file", "any_of": ["teal/1.jpg"]}]}
    (found,) = client.get(RECORDS, params={"filter": json.dumps(chosen)}).json()["records"]
    return found


def test_pages_follow_each_other_without_repeats(client: TestClient, live: Services) -> None:
    seen: list[str] = []
    start = None
    while True:
        page = client.get(RECORDS, params={"limit": 5, "start": start} if start else {"limit": 5})
        body = page.json()
        assert body["total"] == 12
        seen += [found["id"] for found in body["records"]]
        start = body["next"]
        if start is None:
            break
    assert seen == sorted({point.id for point in live.store.open("shapes").scroll().points})


def test_a_list_is_filtered_and_its_payload_cut_down(client: TestClient) -> None:
    chosen = json.dumps({"must": [{"field": "class", "any_of": ["teal shape"]}]})
    body = client.get(RECORDS, params={"filter": chosen, "fields": ["class"], "limit": 3}).json()
    assert body["total"] == 4
    assert [found["payload"] for found in body["records"]] == [{"class": "teal shape"}] * 3


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 1001}, {"filter": "[]"}])
def test_a_page_that_cannot_be_is_refused(client: TestClient, query: dict[str, object]) -> None:
    assert client.get(RECORDS, params=query).status_code == 422


def test_a_page_that_starts_nowhere_is_not_found(client: TestClient) -> None:
    assert client.get(RECORDS, params={"start": "nothing"}).status_code == 404


def test_one_record_is_read_with_its_image_facts(
    client: TestClient, record: dict[str, str], data_dir: Path
) -> None:
    body = client.get(f"{RECORDS}/{record['id']}").json()
    assert body == record
    data = (data_dir / "metric_datasets/shapes/images/teal/1.jpg").read_bytes()
    assert body["image"] == {"sha256": content_hash(data), "width": 96, "height": 96}
    assert client.get(f"{RECORDS}/nothing").json()["title"] == "RecordNotFound"


def test_the_original_is_the_file_under_a_tag_of_its_content(
    client: TestClient, record: dict[str, str], data_dir: Path
) -> None:
    path = data_dir / "metric_datasets/shapes/images/teal/1.jpg"
    answer = client.get(record["original"])
    assert answer.content == path.read_bytes()
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''1.jpg"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "private, no-cache"
    tag = answer.headers["etag"]
    again = client.get(record["original"], headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    # A file that was exchanged since it was indexed is not passed off as the old one.
    path.write_bytes(path.with_name("2.jpg").read_bytes())
    changed = client.get(record["original"], headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


def test_a_thumbnail_of_a_known_version_may_be_kept_for_ever(
    client: TestClient, record: dict[str, str]
) -> None:
    answer = client.get(record["thumbnail"])
    assert Image.open(io.BytesIO(answer.content)).format == "JPEG"
    assert "immutable" in answer.headers["cache-control"]
    plain = client.get(record["thumbnail"].partition("?")[0])
    assert plain.content == answer.content
    assert plain.headers["cache-control"] == "private, no-cache"
    again = client.get(record["thumbnail"], headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("content", "status"), [(None, 404), (b"<html>", 503), (b"\xff\xd8\xff broken", 503)]
)
def test_a_picture_that_is_gone_or_broken_since_is_said_to_be(
    client: TestClient,
    record: dict[str, str],
    data_dir: Path,
    content: bytes | None,
    status: int,
) -> None:
    path = data_dir / "metric_datasets/shapes/images/teal/1.jpg"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    answer = client.get(record["thumbnail"])
    assert answer.status_code == status
    assert "index the category again" in answer.json()["detail"].lower()


def test_a_link_that_leads_out_of_the_images_is_not_followed(
    client: TestClient, record: dict[str, str], data_dir: Path, tmp_path: Path
) -> None:
    path = data_dir / "metric_datasets/shapes/images/teal/1.jpg"
    secret = tmp_path / "secret.jpg"
    path.rename(secret)
    path.symlink_to(secret)
    for address in (record["original"], record["thumbnail"]):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["..", "../badges", "%2e%2e", "..%2f..%2fetc%2fpasswd", "a%00b"])
def test_no_path_leads_out_of_the_data_and_nothing_is_written(
    client: TestClient, data_dir: Path, name: str
) -> None:
    def files() -> list[Path]:  # the engine tidies up among its own when it opens an index
        return [p for p in sorted(data_dir.rglob("*")) if "qdrant_storage" not in p.parts]

    before = files()
    for address in (
        f"/v1/categories/{name}",
        f"{RECORDS}/{name}/original",
        f"/v1/embedders/{name}",
    ):
        assert client.get(address).status_code in {404, 422}
    assert client.post(
        f"/v1/categories/{name}/search/examples", json={"examples": [{"record": "x"}]}
    ).status_code in {404, 405}
    assert files() == before

"""The page and the API over a bucket, while its server answers and while it does not."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from streamlit.testing.v1 import AppTest

from api.app import create_api
from common.assembly import Services
from common.job_kinds import as_environment
from common.settings import load_settings
from interactive import context
from scripts import serve
from tests.common.bucket.conftest import MakeLive, Site
from tests.samples import picture

PAGE = Path(__file__).resolve().parents[3] / "interactive" / "search_app.py"
OpenPage = Callable[[Services], AppTest]


@pytest.fixture
def live(make_live: MakeLive) -> Services:
    """Live objects over the bucket, 'shapes' indexed."""
    live = make_live()
    live.index(live.catalog.get("shapes"))
    return live


@pytest.fixture
def open_page() -> Iterator[OpenPage]:
    def open_page(services: Services) -> AppTest:
        context.provide_services(services)
        return AppTest.from_file(str(PAGE), default_timeout=60).run()

    yield open_page
    context._services = None


def client_of(live: Services) -> TestClient:
    return TestClient(create_api(live), raise_server_exceptions=False, follow_redirects=False)


def first_record(live: Services) -> str:
    return live.search.index("shapes").scroll(limit=1).points[0].id


def test_a_query_by_picture_is_answered_with_pictures_from_the_bucket(live: Services) -> None:
    client = client_of(live)
    answer = client.post(
        "/v1/categories/shapes/search", files={"file": ("q", picture("teal", 50))}
    ).json()
    best = answer["hits"][0]
    assert best["payload"]["class"] == "teal shape"
    path = f"/v1/categories/shapes/records/{best['id']}"
    variant = int(best["file"].split("/")[1][0])
    assert client.get(f"{path}/original").content == picture("teal", variant)
    assert client.get(f"{path}/thumbnail").headers["content-type"].startswith("image/")


def test_during_an_outage_the_api_answers_503_in_one_sentence_and_search_goes_on(
    site: Site, live: Services
) -> None:
    client, record = client_of(live), first_record(live)
    site.wire.cut()
    for path in ("original", "thumbnail"):
        answer = client.get(f"/v1/categories/shapes/records/{record}/{path}")
        assert answer.status_code == 503
        assert "cannot be reached" in answer.json()["detail"]
        assert "tester-secret" not in answer.text
    ready = client.get("/v1/health/ready")
    assert ready.status_code == 503
    states = {one["name"]: one["ok"] for one in ready.json()["dependencies"]}
    assert states == {"images": False, "vectors": True, "embedder": True}
    answer = client.post("/v1/categories/shapes/search", files={"file": ("q", picture("teal", 50))})
    assert answer.status_code == 200
    site.wire.mend()
    assert client.get("/v1/health/ready").status_code == 200
    assert client.get(f"/v1/categories/shapes/records/{record}/original").status_code == 200


def test_presigned_links_lead_to_the_bucket_s_own_server(site: Site, make_live: MakeLive) -> None:
    live = make_live(minio_links="presigned")
    live.index(live.catalog.get("shapes"))
    record = live.search.index("shapes").scroll(limit=1).points[0]
    client = client_of(live)
    answer = client.get(f"/v1/categories/shapes/records/{record.id}/original")
    assert answer.status_code == 307
    link = answer.headers["location"]
    assert link.startswith(f"http://{site.wire.host}/{site.bucket}/work/data/metric_datasets/")
    assert "tester-secret" not in link
    with urllib.request.urlopen(link) as there:
        assert there.read() == live.pictures.original("shapes", str(record.payload["file"]))
    # Thumbnails are made here, and so come from here.
    assert client.get(f"/v1/categories/shapes/records/{record.id}/thumbnail").status_code == 200


def test_categories_of_a_bucket_are_not_made_over_http(live: Services) -> None:
    answer = client_of(live).post("/v1/categories", json={"name": "mine", "title": "Mine"})
    assert answer.status_code == 409
    assert answer.json()["title"] == "CategoryReadOnly"
    assert "s3://" in answer.json()["detail"]


def search_with_example(page: AppTest) -> AppTest:
    button = next(b for b in page.button if (b.key or "").startswith("ask_example_0"))
    return button.click().run()


def hits(page: AppTest) -> list[str]:
    keys = [button.key or "" for button in page.button]
    return [key.removeprefix("view_") for key in keys if key.startswith("view_")]


def choose_shapes(page: AppTest) -> AppTest:
    return page.segmented_control(key="category_picker").set_value("shapes").run()


def test_the_page_searches_a_category_of_the_bucket(live: Services, open_page: OpenPage) -> None:
    page = search_with_example(choose_shapes(open_page(live)))
    assert not page.exception
    assert not page.error
    best = live.search.record("shapes", hits(page)[0])
    assert best.payload["class"] == "crimson shape"


def test_the_page_says_what_is_missing_in_an_outage_and_recovers_by_itself(
    site: Site, make_live: MakeLive, open_page: OpenPage
) -> None:
    live = make_live(thumbnail_cache_megabytes=0)
    live.index(live.catalog.get("shapes"))
    page = choose_shapes(open_page(live))
    site.wire.cut()
    page = page.run()
    assert not page.exception
    assert page.error
    assert all("cannot be reached" in error.value for error in page.error)
    assert not any("tester-secret" in error.value for error in page.error)
    site.wire.mend()
    page = search_with_example(page.run())
    assert not page.exception
    assert not page.error
    assert hits(page)


def test_a_page_that_never_reached_the_bucket_says_so_and_recovers_by_itself(
    site: Site, make_live: MakeLive, open_page: OpenPage, capsys: pytest.CaptureFixture[str]
) -> None:
    live = make_live("new")
    site.wire.cut()
    serve.prepare(live)
    assert "cannot be reached" in capsys.readouterr().err
    page = open_page(live)
    assert not page.exception
    assert ["cannot be reached" in error.value for error in page.error] == [True]
    site.wire.mend()
    page = page.run()
    assert not page.error
    assert page.segmented_control(key="category_picker").options == ["Badges", "Shapes"]


def test_no_demo_is_drawn_into_a_bucket(
    site: Site, make_live: MakeLive, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("badges", "shapes"):
        site.places.categories.delete(f"{name}/category.yaml")
    live = make_live(demo_data=True)
    serve.prepare(live)
    assert live.catalog.list() == []


def test_workers_get_the_bucket_s_settings_and_nothing_shows_its_keys(
    live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in as_environment(live.settings).items():
        monkeypatch.setenv(name, value)
    again = load_settings(env_file=None)
    assert again.minio_secret_key == "tester-secret"
    assert (again.type, again.minio_bucket_name) == ("DEV", live.settings.minio_bucket_name)
    for shown in (repr(again), repr(live), str(live.files), repr(live.catalog)):
        assert "tester-secret" not in shown

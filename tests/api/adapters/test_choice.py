"""Which adapters are on, and where they search."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from api.adapters.choice import asked_category, parse_adapters
from common.errors import QueryError, SettingsError
from tests.api.conftest import MakeClient
from tests.api.snapshot import SNAPSHOT

ROUTES = {
    "s1": {"/ping", "/search/{collection}"},
    "s2": {"/papyrus/submit/", "/papyrus/result/{task_id}"},
    "s4": {"/upload_catalogue", "/search_with_image", "/poll_task_status/{task}"},
}


def paths(client: TestClient) -> set[str]:
    return set(client.get("/openapi.json").json()["paths"])


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("", {}),
        (" , ", {}),
        ("s1", {"s1": ""}),
        ("s4:shoes, s2", {"s4": "shoes", "s2": ""}),
        ("s1,s2:papyri,s4:", {"s1": "", "s2": "papyri", "s4": ""}),
    ],
)
def test_the_setting_names_adapters_and_where_they_search(
    text: str, chosen: dict[str, str]
) -> None:
    assert parse_adapters(text) == chosen


@pytest.mark.parametrize(
    ("text", "wrong"), [("s3", "'s3'"), ("s1 s2", "'s1 s2'"), ("s1,S2", "'S2'"), ("s1,s1", "'s1'")]
)
def test_a_setting_that_makes_no_sense_keeps_the_api_from_starting(
    make_client: MakeClient, text: str, wrong: str
) -> None:
    with pytest.raises(SettingsError, match=f"API_ADAPTERS cannot be used: {wrong}"):
        make_client(api_adapters=text)


def test_a_request_names_the_category_or_else_the_setting_does() -> None:
    assert asked_category("shoes", "logos", "s2") == "shoes"
    assert asked_category(None, "logos", "s2") == "logos"
    with pytest.raises(QueryError, match="API_ADAPTERS=s2:NAME"):
        asked_category(None, "", "s2")


def test_without_the_setting_there_is_no_adapter(make_client: MakeClient) -> None:
    known = set(json.loads(SNAPSHOT.read_text(encoding="utf-8"))["paths"])
    assert not known & set().union(*ROUTES.values())
    client = make_client()
    assert not paths(client) & set().union(*ROUTES.values())
    assert client.get("/ping").status_code == 404


@pytest.mark.parametrize("name", ROUTES)
def test_each_adapter_adds_its_own_routes_only(make_client: MakeClient, name: str) -> None:
    assert paths(make_client(api_adapters=name)) - paths(make_client()) == ROUTES[name]

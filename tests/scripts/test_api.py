"""The HTTP API served alone."""

from __future__ import annotations

import socket

import pytest
from starlette.testclient import TestClient

from common.assembly import Services
from common.errors import SettingsError
from scripts import api, serve
from tests.samples import make_services


def test_alone_the_api_has_the_addresses_that_it_has_beside_the_page(live: Services) -> None:
    client = TestClient(api.application(live))
    assert client.get("/api/v1/health/ready").status_code == 200
    page = client.get("/api/v1/categories/shapes/records", params={"limit": 1}).json()
    thumbnail = client.get(page["records"][0]["thumbnail"])
    assert thumbnail.headers["content-type"] == "image/jpeg"
    assert "/api" in [server["url"] for server in client.get("/api/openapi.json").json()["servers"]]


def test_keys_that_cannot_be_used_keep_it_from_starting(live: Services) -> None:
    wrong = make_services(live.settings.data_dir, api_keys="all:0123456789abcdef")
    with pytest.raises(SettingsError, match="API_KEYS"):
        api.application(wrong)


def test_its_own_port_is_named_when_in_use(live: Services) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        settings = live.settings.model_copy(update={"api_port": port})
        with pytest.raises(SettingsError, match=rf"{port}.* another API_PORT"):
            serve.require_free_port(settings, "api_port")

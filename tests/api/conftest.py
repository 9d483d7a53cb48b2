"""Clients of the API, with and without keys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_api
from common.assembly import Services
from tests.samples import make_services

MakeClient = Callable[..., TestClient]


@pytest.fixture
def client(live: Services) -> TestClient:
    return TestClient(create_api(live), raise_server_exceptions=False)


@pytest.fixture
def make_client(data_dir: Path) -> MakeClient:
    """Make a client of an API with other settings."""

    def make(**settings: object) -> TestClient:
        live = make_services(data_dir, **settings)
        return TestClient(create_api(live), raise_server_exceptions=False)

    return make

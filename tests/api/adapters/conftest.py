"""Clients of an API with all adapters."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_api
from common.vectors.edge.sparse import copy_sparse
from tests.api.conftest import MakeClient
from tests.samples import make_services

ALL = "s1,s2:shapes,s4:shapes"


@pytest.fixture
def client(make_client: MakeClient) -> TestClient:
    return make_client(api_adapters=ALL)


@pytest.fixture(scope="module")
def shared_client(_indexed_data: Path, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A client for all tests of a module, none of which changes what it searches."""
    data_dir = tmp_path_factory.mktemp("shared") / "data"
    shutil.copytree(_indexed_data, data_dir, copy_function=copy_sparse)
    live = make_services(data_dir, api_adapters=ALL)
    return TestClient(create_api(live), raise_server_exceptions=False)

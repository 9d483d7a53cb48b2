"""Fixtures shared by all tests."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from common.assembly import Services
from common.vectors.edge.sparse import copy_sparse
from tests.samples import add_category, index_all, make_services

if TYPE_CHECKING:
    from tests.s3.server import S3Server


@pytest.fixture(autouse=True)
def _let_applications_go() -> Iterator[None]:
    """Empty FastAPI's caches: they keep every application's routes, and so its model, 100 MB."""
    yield
    module = sys.modules.get("fastapi.dependencies.models")
    for function in [] if module is None else list(vars(module).values()):
        if hasattr(function, "cache_clear"):
            function.cache_clear()


@pytest.fixture(scope="session")
def _indexed_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data_dir = tmp_path_factory.mktemp("data")
    add_category(data_dir, "shapes", "Shapes")
    add_category(data_dir, "badges", "Badges", each=2)
    index_all(make_services(data_dir))
    return data_dir


@pytest.fixture
def data_dir(_indexed_data: Path, tmp_path: Path) -> Path:
    """A data directory of this test's own: 'shapes' (12 pictures) and 'badges' (6), indexed."""
    return Path(shutil.copytree(_indexed_data, tmp_path / "data", copy_function=copy_sparse))


@pytest.fixture
def live(data_dir: Path) -> Services:
    """Live objects over ``data_dir``."""
    return make_services(data_dir)


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    """An S3 server that is spoken to by HTTP."""
    from tests.s3.server import running_server  # moto takes a while to import

    with running_server() as server:
        yield server

"""Stacks to save and to restore into."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from common.assembly import Services
from common.storage.folder import FolderStore
from common.vectors.server.store import ServerStore
from tests.samples import make_services


@pytest.fixture
def place(tmp_path: Path) -> FolderStore:
    """An empty place for backups."""
    (tmp_path / "backups").mkdir()
    return FolderStore(tmp_path / "backups")


def empty_stack(data_dir: Path, engine: str = "embedded") -> Services:
    """Live objects over a directory that need not exist, with an engine of either kind."""
    live = make_services(data_dir)
    return (
        replace(live, store=ServerStore(QdrantClient(":memory:"))) if engine != "embedded" else live
    )

"""An embedded store of the test's own, and where it lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.vectors.edge.store import EdgeStore


@pytest.fixture
def store(tmp_path: Path) -> EdgeStore:
    return EdgeStore(tmp_path / "index")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


def hidden(root: Path) -> list[str]:
    return sorted(entry.name for entry in (root / "shoes").glob(".*"))

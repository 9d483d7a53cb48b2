"""Which embedders are compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.embedding.registry import EmbedderRegistry
from common.errors import EmbedderNotFound
from metrics.comparing import load_candidates
from tests.common.embedding.bundles import make_bundle


@pytest.fixture
def roots(tmp_path: Path) -> list[Path]:
    make_bundle(tmp_path / "own", "tiny")
    altered = make_bundle(tmp_path / "shipped", "altered")
    (altered / "model.onnx").write_bytes(b"something else")
    return [tmp_path / "own", tmp_path / "shipped"]


def test_all_embedders_are_loaded_and_a_broken_bundle_is_listed_with_its_reason(
    roots: list[Path],
) -> None:
    candidates, excluded = load_candidates(EmbedderRegistry(roots, threads=1), roots)
    assert [candidate.name for candidate in candidates] == ["histogram", "tiny"]
    assert [one.name for one in excluded] == ["altered"]
    assert "sha256 differs" in excluded[0].reason


def test_the_size_is_that_of_the_model_file_that_serves(roots: list[Path]) -> None:
    candidates, _ = load_candidates(EmbedderRegistry(roots, threads=1), roots)
    sizes = {candidate.name: candidate.model_bytes for candidate in candidates}
    model = roots[0] / "tiny" / "model.onnx"
    assert sizes == {"histogram": 0, "tiny": model.stat().st_size}


def test_only_named_embedders_are_loaded_each_once(roots: list[Path]) -> None:
    names = ["tiny", "tiny"]
    candidates, excluded = load_candidates(EmbedderRegistry(roots, threads=1), roots, names)
    assert ([candidate.name for candidate in candidates], excluded) == (["tiny"], [])


def test_an_unknown_name_is_an_error_that_names_the_known_ones(roots: list[Path]) -> None:
    with pytest.raises(EmbedderNotFound, match="histogram"):
        load_candidates(EmbedderRegistry(roots, threads=1), roots, ["histogramm"])

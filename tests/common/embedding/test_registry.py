"""Embedders are found by name, loaded once, and never from outside their directories."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from common.embedding.base import embed
from common.embedding.onnx import OnnxEmbedder
from common.embedding.registry import EmbedderRegistry
from common.errors import EmbedderNotFound, ModelBundleError
from scripts.zoo import scene
from tests.common.embedding.bundles import make_bundle, model


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The bundles loaded, in order; each load takes its time, so that a race would show."""
    loaded: list[Path] = []
    load = OnnxEmbedder.load

    def slowly(bundle_dir: Path, threads: int | None = None) -> OnnxEmbedder:
        loaded.append(bundle_dir)
        time.sleep(0.05)
        return load(bundle_dir, threads)

    monkeypatch.setattr(OnnxEmbedder, "load", slowly)
    return loaded


def test_the_baseline_is_there_without_any_directory(tmp_path: Path) -> None:
    registry = EmbedderRegistry([tmp_path / "missing"])
    assert registry.names() == ["histogram"]
    assert registry.get("histogram") is registry.get("histogram")
    assert registry.cards()["histogram"].dim == 308


def test_bundles_of_all_roots_are_found_and_the_first_root_wins(tmp_path: Path) -> None:
    make_bundle(tmp_path / "own", "logos", model(1))
    make_bundle(tmp_path / "shipped", "logos", model(2))
    make_bundle(tmp_path / "shipped", "general")
    registry = EmbedderRegistry([tmp_path / "own", tmp_path / "shipped"])
    assert registry.names() == ["histogram", "general", "logos"]
    assert list(registry.cards()) == registry.names()
    own = OnnxEmbedder.load(tmp_path / "own" / "logos")
    assert registry.get("logos").card.fingerprint == own.card.fingerprint


def test_an_unknown_name_is_answered_with_the_known_ones(tmp_path: Path) -> None:
    make_bundle(tmp_path, "general")
    with pytest.raises(EmbedderNotFound, match=r"'generel'.*mean general.*histogram, general"):
        EmbedderRegistry([tmp_path]).get("generel")
    with pytest.raises(EmbedderNotFound) as caught:
        EmbedderRegistry([tmp_path]).get("xyz")
    assert "mean" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["../outside", "inner/../../outside", "/etc", "", ".", "..", "a\x00b", "outside/"]
)
def test_a_name_never_leads_out_of_its_root(tmp_path: Path, name: str) -> None:
    make_bundle(tmp_path, "outside")
    (tmp_path / "root").mkdir()
    with pytest.raises(EmbedderNotFound):
        EmbedderRegistry([tmp_path / "root"]).get(name)


@pytest.mark.parametrize("name", [".hidden", "with space", "histogram"])
def test_directories_of_other_names_are_passed_over(tmp_path: Path, name: str) -> None:
    make_bundle(tmp_path, name)
    assert EmbedderRegistry([tmp_path]).names() == ["histogram"]


def test_a_broken_bundle_is_reported_and_the_others_work(tmp_path: Path) -> None:
    make_bundle(tmp_path, "good")
    (make_bundle(tmp_path, "bad") / "card.json").write_text("{")
    make_bundle(tmp_path, "moved").rename(tmp_path / "elsewhere")
    registry = EmbedderRegistry([tmp_path])
    assert list(registry.cards()) == ["histogram", "good"]
    assert list(registry.broken()) == ["bad", "elsewhere"]
    assert "is of 'moved'" in str(registry.broken()["elsewhere"])
    with pytest.raises(ModelBundleError, match=r"bad.card\.json"):
        registry.get("bad")
    assert registry.get("good").card.name == "good"


def test_many_who_ask_at_once_share_one_load(tmp_path: Path, loads: list[Path]) -> None:
    make_bundle(tmp_path, "shared")
    registry = EmbedderRegistry([tmp_path])
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: registry.get("shared"), range(24)))
    assert loads == [tmp_path / "shared"]
    assert all(embedder is found[0] for embedder in found)


def test_listing_loads_nothing(tmp_path: Path, loads: list[Path]) -> None:
    make_bundle(tmp_path, "lazy")
    registry = EmbedderRegistry([tmp_path])
    assert "lazy" in registry.names()
    assert "lazy" in registry.cards()
    assert not registry.broken()
    assert loads == []


def test_a_replaced_bundle_is_loaded_anew_and_the_old_one_still_works(tmp_path: Path) -> None:
    make_bundle(tmp_path, "model-a", model(1))
    registry = EmbedderRegistry([tmp_path])
    old = registry.get("model-a")
    assert registry.get("model-a") is old
    before = embed(old, [scene()])
    make_bundle(tmp_path, "model-a", model(2))
    new = registry.get("model-a")
    assert new.card.fingerprint != old.card.fingerprint
    assert np.array_equal(embed(old, [scene()]), before)
    assert not np.allclose(embed(new, [scene()]), before)


def test_a_failed_load_is_tried_again(tmp_path: Path) -> None:
    directory = make_bundle(tmp_path, "late")
    content = (directory / "model.onnx").read_bytes()
    (directory / "model.onnx").unlink()
    registry = EmbedderRegistry([tmp_path])
    with pytest.raises(ModelBundleError):
        registry.get("late")
    (directory / "model.onnx").write_bytes(content)
    assert registry.get("late").card.name == "late"


def test_a_bundle_that_comes_later_is_found(tmp_path: Path) -> None:
    registry = EmbedderRegistry([tmp_path])
    assert registry.names() == ["histogram"]
    make_bundle(tmp_path, "new")
    assert registry.get("new").card.name == "new"

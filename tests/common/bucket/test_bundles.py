"""Models in a bucket: fetched when wanted, verified, and never half there."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from common.bucket.bundles import BucketBundles
from common.embedding.registry import EmbedderRegistry
from common.errors import EmbedderError, EmbedderNotFound, ModelBundleError
from common.storage.minio import MinioStore
from tests.common.bucket.conftest import MakeLive, Site
from tests.common.embedding.bundles import make_bundle, model


def put(site: Site, bundle: Path) -> None:
    for path in bundle.iterdir():
        site.places.models.write(f"{bundle.name}/{path.name}", path.read_bytes())


@pytest.fixture
def models(tmp_path: Path) -> Path:
    return tmp_path / "away" / "models"


@pytest.fixture
def bundle(site: Site, tmp_path: Path) -> Path:
    """A good bundle, in the bucket too."""
    made = make_bundle(tmp_path / "made")
    put(site, made)
    return made


def found(models: Path) -> list[str]:
    return sorted(path.name for path in models.iterdir() if not path.name.endswith(".lock"))


def test_a_model_is_fetched_when_it_is_asked_for_and_only_then(
    site: Site, bundle: Path, models: Path, make_live: MakeLive
) -> None:
    live = make_live()
    assert live.embedders.names() == ["histogram", "compact"]
    assert not models.exists()
    assert live.embedders.get("tiny").card.name == "tiny"
    assert {p.name: p.read_bytes() for p in (models / "tiny").iterdir()} == {
        p.name: p.read_bytes() for p in bundle.iterdir()
    }
    site.wire.cut()
    assert make_live().embedders.get("tiny").card.name == "tiny"


def test_many_who_ask_at_once_fetch_it_once(
    site: Site, bundle: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    downloads: list[str] = []
    real = MinioStore.download

    def noting(store: MinioStore, path: str, target: io.BufferedWriter) -> None:
        downloads.append(path)
        real(store, path, target)

    monkeypatch.setattr(MinioStore, "download", noting)
    started = threading.Barrier(4)

    def get(_: int) -> str:
        # Each with a registry of its own, as processes have.
        registry = EmbedderRegistry([models], 1, BucketBundles(site.places.models, models))
        started.wait()
        return registry.get("tiny").card.fingerprint

    with ThreadPoolExecutor(4) as executor:
        assert len(set(executor.map(get, range(4)))) == 1
    assert downloads == ["tiny/model.onnx"]
    assert found(models) == ["tiny"]


def replaced(file: str, content: bytes) -> Callable[[MinioStore], None]:
    return lambda store: store.write(f"tiny/{file}", content)


def another_name(store: MinioStore) -> None:
    card = json.loads(store.read("tiny/card.json")) | {"name": "other"}
    store.write("tiny/card.json", json.dumps(card).encode())


def another_fingerprint(store: MinioStore) -> None:
    card = json.loads(store.read("tiny/card.json")) | {"fingerprint": "0" * 64}
    store.write("tiny/card.json", json.dumps(card).encode())


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (replaced("model.onnx", model(seed=1)), "is not the one of its card"),
        (replaced("model.onnx", b""), "is not the one of its card"),
        (lambda store: store.delete("tiny/model.onnx"), r"is without its model\.onnx"),
        (replaced("card.json", b"{"), "is wrong at"),
        (another_name, "is of 'other'"),
        (another_fingerprint, "fingerprint"),
    ],
)
def test_a_bundle_that_is_not_what_its_card_says_is_refused_and_leaves_nothing(
    site: Site, bundle: Path, models: Path, damage: Callable[[MinioStore], None], said: str
) -> None:
    damage(site.places.models)
    source = BucketBundles(site.places.models, models)
    with pytest.raises(ModelBundleError, match=said):
        source.fetch("tiny")
    assert found(models) == []
    put(site, bundle)
    assert source.fetch("tiny")
    assert found(models) == ["tiny"]


def test_a_card_names_no_file_outside_its_bundle(
    site: Site, bundle: Path, models: Path, tmp_path: Path
) -> None:
    card = json.loads((bundle / "card.json").read_bytes())
    card["files"]["../../outside"] = card["files"]["model.onnx"]
    site.places.models.write("tiny/card.json", json.dumps(card).encode())
    before = sorted(tmp_path.rglob("outside"))
    with pytest.raises(ModelBundleError):
        BucketBundles(site.places.models, models).fetch("tiny")
    assert sorted(tmp_path.rglob("outside")) == before == []


@pytest.mark.parametrize("name", ["missing", "../tiny", "..", ".hidden", "a/b", ""])
def test_an_unknown_or_impossible_name_is_not_found(make_live: MakeLive, name: str) -> None:
    with pytest.raises(EmbedderNotFound):
        make_live().embedders.get(name)


def test_what_a_killed_fetch_left_is_cleared_away(site: Site, bundle: Path, models: Path) -> None:
    (models / ".fetching-left").mkdir(parents=True)
    (models / ".fetching-left" / "model.onnx").write_bytes(b"half of it")
    registry = EmbedderRegistry([models], 1, BucketBundles(site.places.models, models))
    assert "tiny" not in registry.names()
    assert registry.get("tiny").card.name == "tiny"
    assert found(models) == ["tiny"]


def test_an_outage_is_told_and_over_when_it_is_over(
    site: Site, bundle: Path, make_live: MakeLive
) -> None:
    live = make_live()
    site.wire.cut()
    with pytest.raises(EmbedderError, match=r"'tiny' cannot be fetched: .* cannot be reached"):
        live.embedders.get("tiny")
    assert live.embedders.get("histogram").card.name == "histogram"
    site.wire.mend()
    assert live.embedders.get("tiny").card.name == "tiny"


def test_a_category_is_indexed_with_its_model_from_the_bucket(
    site: Site, bundle: Path, make_live: MakeLive
) -> None:
    manifest = site.places.categories.read("shapes/category.yaml") + b"embedder: tiny\n"
    site.places.categories.write("shapes/category.yaml", manifest)
    live = make_live()
    report = live.index(live.catalog.get("shapes"))
    assert report.manifest.spec.embedder == "tiny"
    assert report.manifest.spec.fingerprint == live.embedders.get("tiny").card.fingerprint

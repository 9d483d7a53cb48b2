"""Damaged files, failing disks and names that leave the root, met by the embedded store."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from common.errors import CategoryNameError, GenerationNotFound, StoreUnavailable
from common.files import durable
from common.vectors.edge.folder import Building
from common.vectors.edge.store import EdgeStore
from tests.common.vectors.conftest import hidden
from tests.contracts.vector_samples import SPEC, one_point, publish


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"../../etc", b"20200101t0000"])
def test_a_damaged_pointer_is_named_and_repaired_by_the_next_build(
    store: EdgeStore, root: Path, content: bytes
) -> None:
    kept = publish(store, "shoes", [one_point()])
    (root / "shoes" / "current").write_bytes(content)
    for ask in (lambda: store.open("shoes"), lambda: store.current("shoes")):
        with pytest.raises(GenerationNotFound, match=r"current' is damaged.*Index the category"):
            ask()
    store.switch("shoes", kept.generation)
    assert store.open("shoes").count() == 1
    (root / "shoes" / "current").write_bytes(content)
    publish(store, "shoes", [])
    assert store.open("shoes").count() == 0


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", b'{"dim": "8"}', b'{"dim": 8, "fingerprint": ""}']
)
def test_a_damaged_manifest_is_named(store: EdgeStore, root: Path, content: bytes) -> None:
    generation = publish(store, "shoes", [one_point()]).generation
    (root / "shoes" / generation / "manifest.json").write_bytes(content)
    with pytest.raises(GenerationNotFound, match=r"manifest\.json' is damaged.*Index the category"):
        store.open("shoes")
    with pytest.raises(GenerationNotFound, match="damaged"):
        store.build("shoes", SPEC, from_current=True)
    assert store.generations("shoes") == []
    publish(store, "shoes", [])
    assert store.open("shoes").count() == 0


@pytest.mark.parametrize(
    "file",
    ["edge_config.json", "segments/*/segment.json", "segments/*/vector_storage/*/status.dat"],
)
def test_a_damaged_shard_is_an_error_of_ours(
    store: EdgeStore, root: Path, file: str, capfd: pytest.CaptureFixture[str]
) -> None:
    generation = publish(store, "shoes", [one_point()]).generation
    for path in (root / "shoes" / generation / "shard").glob(file):
        path.write_bytes(b"garbage")
    with pytest.raises(GenerationNotFound, match=f"{generation}.*Index the category") as caught:
        store.open("shoes")
    assert caught.value.__cause__ is not None
    capfd.readouterr()  # a panicking engine speaks to the terminal


def test_points_that_the_engine_lost_in_silence_are_noticed(store: EdgeStore, root: Path) -> None:
    generation = publish(store, "shoes", [one_point(n) for n in range(9)]).generation
    manifest = root / "shoes" / generation / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"count": 9', '"count": 10'))
    with pytest.raises(GenerationNotFound, match="holds 9 of its 10 points"):
        store.open("shoes")


def test_a_publish_that_fails_leaves_the_current_generation(store: EdgeStore, root: Path) -> None:
    current = publish(store, "shoes", [one_point(1)])
    builder = store.build("shoes", SPEC)
    builder.upsert([one_point(2)])
    shutil.rmtree(root / "shoes" / f".building-{builder.generation}")
    with pytest.raises(StoreUnavailable, match="could not publish"):
        builder.publish()
    builder.abandon()
    assert store.generations("shoes") == [current]
    assert hidden(root) == []


def test_a_publish_that_fails_after_the_switch_does_not_lose_the_current_generation(
    store: EdgeStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(store, "shoes", [one_point(1)])
    builder = store.build("shoes", SPEC)

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable, "sync_folder", full_disk)  # used when the pointer is replaced
    monkeypatch.setattr(Building, "complete", lambda *_: None)
    with pytest.raises(StoreUnavailable, match="No space left"):
        builder.publish()
    builder.abandon()
    assert store.current("shoes") == builder.generation
    assert (root / "shoes" / builder.generation).is_dir()


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../up", "/etc", ".hidden", "nul\0"])
def test_a_name_that_leaves_the_root_is_refused(store: EdgeStore, name: str) -> None:
    for use in (
        lambda: store.build(name, SPEC),
        lambda: store.open(name),
        lambda: store.current(name),
        lambda: store.remove(name),
    ):
        with pytest.raises(CategoryNameError):
            use()

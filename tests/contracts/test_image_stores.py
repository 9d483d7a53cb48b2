"""What every image store promises. A new backend adds a fixture here, not tests."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.errors import ObjectNotFound, PathOutsideRoot
from common.storage.base import ImageStore
from common.storage.folder import FolderStore
from common.storage.minio import MinioStore
from tests.s3.server import S3Server

FILES = {
    "b/2.jpg": b"two",
    "a.jpg": b"root",
    "b/1.jpg": b"one",
    "b-c/3.jpg": b"three",
    "b/ñandú ünï 🦩.png": b"unicode",
    "z.jpg": b"",
}


@pytest.fixture(params=["folder", "s3"])
def empty_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ImageStore]:
    match request.param:
        case "folder":
            root = tmp_path / "images"
            root.mkdir()
            yield FolderStore(root)
        case "s3":
            server: S3Server = request.getfixturevalue("s3")
            with server.new_bucket() as bucket:
                MinioStore(bucket).write("data/other/images-of-another.jpg", b"no part of it")
                yield MinioStore(bucket, "data/images")


@pytest.fixture
def store(empty_store: ImageStore) -> ImageStore:
    for path, content in FILES.items():
        empty_store.write(path, content)
    return empty_store


def test_walk_yields_every_file_once_sorted_by_path(store: ImageStore) -> None:
    assert [found.path for found in store.walk()] == sorted(FILES)


def test_walk_tells_sizes(store: ImageStore) -> None:
    assert {found.path: found.size_bytes for found in store.walk()} == {
        path: len(content) for path, content in FILES.items()
    }


@pytest.mark.parametrize("prefix", ["", "b", "b/", "b/1", "b-", "a.jpg", "nothing"])
def test_walk_keeps_to_the_prefix(store: ImageStore, prefix: str) -> None:
    expected = [path for path in sorted(FILES) if path.startswith(prefix)]
    assert [found.path for found in store.walk(prefix)] == expected


def test_walk_of_an_empty_store_yields_nothing(empty_store: ImageStore) -> None:
    assert list(empty_store.walk()) == []


def test_hidden_files_and_directories_are_left_out(store: ImageStore) -> None:
    store.write(".hidden.jpg", b"x")
    store.write(".thumbnails/1.jpg", b"x")
    assert [found.path for found in store.walk()] == sorted(FILES)


def test_read_returns_what_was_written(store: ImageStore) -> None:
    assert {path: store.read(path) for path in FILES} == FILES


def test_read_can_be_bounded(store: ImageStore) -> None:
    assert store.read("b-c/3.jpg", max_bytes=3) == b"thr"


def test_write_replaces_the_content_whole(store: ImageStore) -> None:
    store.write("a.jpg", b"a longer content than before")
    store.write("a.jpg", b"short")
    assert store.read("a.jpg") == b"short"
    assert [found.path for found in store.walk()] == sorted(FILES)


def test_stat_agrees_with_walk(store: ImageStore) -> None:
    for found in store.walk():
        assert store.stat(found.path) == found


def test_a_deleted_file_is_gone_and_deleting_it_again_is_fine(store: ImageStore) -> None:
    store.delete("b/1.jpg")
    store.delete("b/1.jpg")
    store.delete("never/was/there.jpg")
    store.delete("a.jpg/below-a-file")
    with pytest.raises(ObjectNotFound, match=r"b/1\.jpg"):
        store.read("b/1.jpg")
    assert [found.path for found in store.walk()] == sorted(set(FILES) - {"b/1.jpg"})


@pytest.mark.parametrize("path", ["missing.jpg", "b", "a.jpg/below-a-file", "b/"])
def test_a_path_without_a_file_is_named_in_the_error(store: ImageStore, path: str) -> None:
    for access in (store.read, store.stat):
        with pytest.raises(ObjectNotFound, match=path.rstrip("/")):
            access(path)


@pytest.mark.parametrize(
    "path", ["../outside.jpg", "b/../../outside.jpg", "/etc/passwd", "", ".", "a\0.jpg", "b/.."]
)
def test_a_path_that_leaves_the_root_is_refused_by_every_method(
    store: ImageStore, path: str
) -> None:
    for access in (store.read, store.stat, store.delete, lambda p: store.write(p, b"x")):
        with pytest.raises(PathOutsideRoot):
            access(path)


def test_a_sample_is_distinct_existing_and_reproducible(store: ImageStore) -> None:
    drawn = store.sample(4, random.Random(1))
    assert len(set(drawn)) == 4
    assert set(drawn) <= set(FILES)
    assert drawn == store.sample(4, random.Random(1))


def test_a_sample_larger_than_the_store_is_all_of_it(store: ImageStore) -> None:
    assert sorted(store.sample(100, random.Random(1))) == sorted(FILES)


def test_every_file_has_a_chance_in_a_sample(store: ImageStore) -> None:
    rng = random.Random(2)
    counts = dict.fromkeys(FILES, 0)
    for _ in range(600):
        (path,) = store.sample(1, rng)
        counts[path] += 1
    # Expected 100 each, standard deviation about 9.
    assert all(60 < count < 140 for count in counts.values())

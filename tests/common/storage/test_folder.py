"""What is particular to directories: links, permissions, a root that is not there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from common.errors import ObjectNotFound, ObjectUnreadable, PathOutsideRoot, StorageUnavailable
from common.storage.folder import FolderStore


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "images"
    root.mkdir()
    (root / "a.jpg").write_bytes(b"a")
    return root


def test_a_root_that_does_not_exist_is_named_with_the_cure(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "unplugged")
    with pytest.raises(StorageUnavailable, match=r"unplugged.*mount the disk"):
        list(store.walk())
    with pytest.raises(StorageUnavailable, match="unplugged"):
        store.read("a.jpg")


def test_a_root_that_is_a_file_is_refused(root: Path) -> None:
    with pytest.raises(StorageUnavailable, match="no directory"):
        list(FolderStore(root / "a.jpg").walk())


def test_a_link_to_a_file_outside_is_listed_and_refused_when_read(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (root / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    store = FolderStore(root)
    assert [found.path for found in store.walk()] == ["a.jpg", "link.jpg"]
    with pytest.raises(PathOutsideRoot, match=r"link\.jpg"):
        store.read("link.jpg")


def test_a_link_to_a_file_inside_is_followed(root: Path) -> None:
    (root / "same.jpg").symlink_to(root / "a.jpg")
    assert FolderStore(root).read("same.jpg") == b"a"


@pytest.mark.parametrize("target", [".", "no-such-file", "odd.jpg"])
def test_links_that_are_not_followed_are_listed_and_refused_when_read(
    root: Path, target: str
) -> None:
    # To the directory itself, to nothing, and to the link itself.
    (root / "odd.jpg").symlink_to(root / target)
    store = FolderStore(root)
    assert [found.path for found in store.walk()] == ["a.jpg", "odd.jpg"]
    with pytest.raises((ObjectNotFound, ObjectUnreadable), match=r"odd\.jpg"):
        store.read("odd.jpg")


def test_a_sub_directory_that_cannot_be_read_is_listed_and_hides_no_other(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("closed", "open"):
        (root / name).mkdir()
        (root / name / "1.jpg").write_bytes(b"1")
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if Path(path).name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("os.scandir", refuse)
    assert [found.path for found in FolderStore(root).walk()] == ["a.jpg", "closed", "open/1.jpg"]


def test_a_root_reached_by_a_link_works(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    assert FolderStore(tmp_path / "link").read("a.jpg") == b"a"


def test_a_file_that_cannot_be_read_is_told_from_an_unreachable_root(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Permissions do not bind root, which tests often run as: the refusal is injected.
    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied")

    store = FolderStore(root)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ObjectUnreadable, match=r"a\.jpg.*Permission denied"):
        store.read("a.jpg")


def test_a_failed_write_leaves_the_old_content_and_no_temporary_file(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageUnavailable, match=r"a\.jpg.*No space left"):
        FolderStore(root).write("a.jpg", b"new")
    assert [(path.name, path.read_bytes()) for path in root.iterdir()] == [("a.jpg", b"a")]

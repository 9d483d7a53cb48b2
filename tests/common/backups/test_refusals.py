"""What keeps a backup from being made or restored, and that nothing is changed then."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from common.assembly import Services
from common.backups.manifest import LIST_FILE, Backup
from common.backups.places import backup_names
from common.backups.restoring import restore_backup
from common.backups.saving import save_backup
from common.errors import (
    BackupDamaged,
    BackupError,
    BackupNotFound,
    CategoryExists,
    IndexDiffers,
    PathOutsideRoot,
    StorageError,
    StorageUnavailable,
    VisualSearchError,
)
from common.records import Point
from common.storage.folder import FolderStore
from common.vectors.memory import MemoryBuilder, MemoryStore
from tests.common.backups.test_round_trips import files_below, save
from tests.common.embedding.bundles import make_bundle, model
from tests.samples import make_services, picture


@pytest.fixture
def backup(live: Services, place: FolderStore) -> Backup:
    """A backup of 'shapes', with its pictures."""
    return save(live, place, "shapes", with_images=True)


@pytest.fixture
def fresh(tmp_path: Path) -> Services:
    return make_services(tmp_path / "fresh")


def assert_untouched(live: Services) -> None:
    assert live.catalog.list() == []
    assert live.store.categories() == []
    assert files_below(live.settings.data_dir) == {} or not live.settings.data_dir.exists()


def forge(place: FolderStore, backup: Backup, change: dict[str, object]) -> None:
    path = place.root / backup.name / LIST_FILE
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **change}))


@pytest.mark.parametrize("part", ["files/meta.csv", "images/teal/1.jpg", "index/00000.f32"])
@pytest.mark.parametrize("harm", ["altered", "shortened", "lengthened", "removed"])
def test_a_file_that_is_not_what_it_was_is_found_before_anything_changes(
    place: FolderStore, backup: Backup, fresh: Services, part: str, harm: str
) -> None:
    path = place.root / backup.name / "categories" / "shapes" / part
    content = path.read_bytes()
    match harm:
        case "altered":
            path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        case "shortened":
            path.write_bytes(content[:-1])
        case "lengthened":
            path.write_bytes(content + b"\0")
        case "removed":
            path.unlink()
    with pytest.raises(BackupDamaged, match=part):
        restore_backup(place, fresh.stack())
    assert_untouched(fresh)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"format": "another"}',
        b"\xff",
        b"[" * 100_000,
        b'{"format": "visual-similarity-search backup 1"}',
    ],
)
def test_a_list_that_is_none_is_a_damaged_backup(
    place: FolderStore, backup: Backup, fresh: Services, content: bytes
) -> None:
    (place.root / backup.name / LIST_FILE).write_bytes(content)
    with pytest.raises(BackupDamaged, match=f"list of backup '{backup.name}'"):
        restore_backup(place, fresh.stack())
    assert_untouched(fresh)


@pytest.mark.parametrize(
    "change",
    [
        {"categories": [{"name": "../up", "generation": None, "with_images": False}]},
        {"categories": [{"name": "shapes", "generation": {}, "with_images": False}]},
        {"models": [{"name": "..", "fingerprint": "0"}]},
        {"files": [{"path": "x", "size_bytes": -1, "sha256": "0" * 64}]},
        {"files": [{"path": "x", "size_bytes": 1, "sha256": "zz"}]},
        {"files": "all"},
    ],
)
def test_a_forged_list_is_refused(
    place: FolderStore, backup: Backup, fresh: Services, change: dict[str, object]
) -> None:
    forge(place, backup, change)
    with pytest.raises(BackupDamaged, match="cannot be read"):
        restore_backup(place, fresh.stack())
    assert_untouched(fresh)


def test_a_forged_path_does_not_leave_the_backup_nor_the_category(
    tmp_path: Path, place: FolderStore, backup: Backup, fresh: Services
) -> None:
    files = json.loads((place.root / backup.name / LIST_FILE).read_bytes())["files"]
    stolen = tmp_path / "secret"
    stolen.write_bytes(b"secret")
    for path in ("categories/shapes/files/../../../../../secret", "categories/shapes/files//etc/x"):
        forge(place, backup, {"files": [*files, {**files[0], "path": path}]})
        with pytest.raises((PathOutsideRoot, BackupDamaged)):
            restore_backup(place, fresh.stack())
        assert fresh.catalog.list() == []


def test_what_is_there_is_not_written_over_unasked(
    live: Services, place: FolderStore, backup: Backup
) -> None:
    before = files_below(live.catalog.root)
    current = live.store.current("shapes")
    with pytest.raises(CategoryExists, match=r"'shapes' already.*FORCE=1"):
        restore_backup(place, live.stack())
    assert files_below(live.catalog.root) == before
    assert live.store.current("shapes") == current
    shutil.rmtree(live.catalog.root / "shapes")  # its index alone is reason enough
    with pytest.raises(CategoryExists):
        restore_backup(place, live.stack())


def test_by_force_files_of_the_backup_come_back_and_others_stay(
    live: Services, place: FolderStore
) -> None:
    backup = save(live, place, "shapes")  # without pictures
    directory = live.catalog.root / "shapes"
    original = (directory / "category.yaml").read_bytes()
    (directory / "category.yaml").write_text("title: Changed\n")
    (directory / "images" / "teal" / "new.jpg").write_bytes(picture("teal", 40))
    live.index(live.catalog.get("shapes"))
    former = live.store.current("shapes")
    restore_backup(place, live.stack(), name=backup.name, force=True)
    assert (directory / "category.yaml").read_bytes() == original
    assert (directory / "images" / "teal" / "new.jpg").exists()
    assert live.store.open("shapes").count() == 12
    assert former in {m.generation for m in live.store.generations("shapes")}
    assert not list(live.catalog.root.glob(".restoring*"))


def test_another_model_of_the_same_name_is_not_written_over_unasked(
    tmp_path: Path, data_dir: Path, place: FolderStore
) -> None:
    bundle = make_bundle(data_dir / "models")
    live = make_services(data_dir, embedder=bundle.name)
    live.index(live.catalog.get("badges"))
    save(live, place, "badges")
    other = make_bundle(tmp_path / "fresh" / "models", content=model() + b"\x12\x01x")
    fresh = make_services(tmp_path / "fresh")
    before = files_below(other)
    with pytest.raises(BackupError, match=f"another model '{bundle.name}'"):
        restore_backup(place, fresh.stack())
    assert files_below(other) == before
    assert fresh.store.categories() == []
    restore_backup(place, fresh.stack(), force=True)
    assert files_below(other) == files_below(bundle)


class ForgetfulStore(MemoryStore):
    """Publishes one point less than it was given."""

    def publish(self, index: object) -> None:
        index.points.popitem()  # type: ignore[attr-defined]
        super().publish(index)  # type: ignore[arg-type]


@pytest.mark.parametrize("there_before", [True, False])
def test_an_index_that_answers_differently_is_taken_back_with_its_files(
    tmp_path: Path, place: FolderStore, backup: Backup, there_before: bool
) -> None:
    fresh = replace(make_services(tmp_path / "fresh"), store=ForgetfulStore())
    directory = fresh.catalog.root / "shapes"
    if there_before:
        directory.mkdir(parents=True)
        (directory / "category.yaml").write_text("title: Mine\n")
        (directory / "notes.txt").write_text("mine")
    before = files_below(fresh.catalog.root) if there_before else {}
    with pytest.raises(IndexDiffers, match="11 records where the original holds 12"):
        restore_backup(place, fresh.stack(), force=True)
    assert files_below(fresh.catalog.root) == before
    assert fresh.store.current("shapes") is None


def test_a_failure_before_the_switch_leaves_the_files_as_they_were(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: FolderStore, backup: Backup
) -> None:
    def fail(self: MemoryBuilder, points: list[Point]) -> None:
        raise StorageUnavailable("The disk is full")

    monkeypatch.setattr(MemoryBuilder, "upsert", fail)
    fresh = replace(make_services(tmp_path / "fresh"), store=MemoryStore())
    with pytest.raises(StorageUnavailable, match="disk is full"):
        restore_backup(place, fresh.stack())
    assert files_below(fresh.catalog.root) == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "backup-20200101t000000000000-abcdef"}, "There are: backup-"),
        ({"name": "../etc"}, "There is no backup"),
        ({"category": "unknown"}, "There are: 'shapes'"),
    ],
)
def test_what_is_not_in_the_place_cannot_be_restored(
    place: FolderStore, backup: Backup, fresh: Services, options: dict[str, str], message: str
) -> None:
    with pytest.raises(BackupNotFound, match=message):
        restore_backup(place, fresh.stack(), **options)  # type: ignore[arg-type]
    assert_untouched(fresh)


def test_nothing_can_be_restored_from_an_empty_place(place: FolderStore, fresh: Services) -> None:
    with pytest.raises(BackupNotFound, match="no backup there"):
        restore_backup(place, fresh.stack())


def test_nothing_cannot_be_saved(live: Services, place: FolderStore) -> None:
    with pytest.raises(BackupError, match="no category to save"):
        save_backup([], live.store, live.embedders.directory, place)
    assert files_below(place.root) == {}


def test_without_the_edits_there_is_no_backup(live: Services, place: FolderStore) -> None:
    (live.catalog.root / "shapes" / "edits.jsonl").symlink_to("/nowhere")
    with pytest.raises(StorageError, match=r"edits\.jsonl"):
        save(live, place, "shapes")
    assert backup_names(place) == []


class FullPlace(FolderStore):
    """A place that takes a few files only."""

    left = 5

    def write(self, path: str, content: bytes) -> None:
        self.left -= 1
        if self.left < 0:
            raise StorageUnavailable("The disk is full")
        super().write(path, content)


def test_a_backup_that_fails_half_way_leaves_no_file(live: Services, place: FolderStore) -> None:
    full = FullPlace(place.root)
    with pytest.raises(VisualSearchError, match="disk is full"):
        save(live, full, "shapes", with_images=True)
    assert list(place.root.iterdir()) == []
    assert backup_names(place) == []

"""The backups in one place: named by time, found when whole, removed when old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from common.backups.files import BackupWriter
from common.backups.manifest import LIST_FILE, Backup, SavedCategory
from common.backups.places import (
    backup_names,
    new_backup_name,
    read_backup,
    remove_old_backups,
)
from common.errors import BackupError, BackupNotFound
from common.storage.folder import FolderStore
from common.vectors.base import new_generation_name
from tests.common.backups.test_round_trips import files_below


def make(
    place: FolderStore,
    name: str | None = None,
    *,
    whole: bool = True,
    categories: tuple[str, ...] = ("a",),
) -> Backup:
    writer = BackupWriter(place, name or new_backup_name())
    writer.write("categories/a/files/category.yaml", b"title: A\n")
    if not whole:
        return Backup(writer.name, "", [], [], [])
    return writer.finish(
        "2026-01-01T00:00:00+00:00",
        [SavedCategory(category, None, with_images=False) for category in categories],
        [],
    )


def named(age: timedelta) -> str:
    return f"backup-{new_generation_name(datetime.now(UTC) - age)}"


def test_the_newest_is_read_unless_another_is_named(place: FolderStore) -> None:
    made = [make(place) for _ in range(3)]
    assert backup_names(place) == [backup.name for backup in made]
    assert read_backup(place) == made[-1]
    assert read_backup(place, made[0].name) == made[0]


def test_one_without_its_list_is_none(place: FolderStore) -> None:
    whole = make(place)
    interrupted = make(place, whole=False)
    assert backup_names(place) == [whole.name]
    assert read_backup(place) == whole
    with pytest.raises(BackupNotFound):
        read_backup(place, interrupted.name)


def test_all_but_the_newest_are_removed(place: FolderStore) -> None:
    made = [make(place).name for _ in range(5)]
    assert remove_old_backups(place, 2) == made[:3]
    assert backup_names(place) == made[3:]
    assert {path.name for path in place.root.iterdir()} == set(made[3:])
    assert remove_old_backups(place, 2) == []


def test_what_was_interrupted_long_ago_is_removed_and_what_may_be_at_work_is_not(
    place: FolderStore,
) -> None:
    dead = make(place, named(timedelta(hours=25)), whole=False).name
    young = make(place, named(timedelta(hours=23)), whole=False).name
    whole = make(place).name
    assert remove_old_backups(place, 1) == []
    left = {path.name for path in place.root.iterdir()}
    assert left == {young, whole}
    assert dead not in left


def test_what_is_no_backup_is_never_touched(place: FolderStore, tmp_path: Path) -> None:
    theirs = [
        "photos/1.jpg",
        "backup-of-mine/backup.json",
        "backup.json",
        "x-backup-20200101t000000000000-abcdef/backup.json",
    ]
    for path in theirs:
        place.write(path, b"{}")
    make(place)
    make(place)
    remove_old_backups(place, 1)
    assert set(theirs) < set(files_below(place.root))


def test_the_newest_of_each_category_stay_whatever_others_hold(place: FolderStore) -> None:
    shoes = [make(place, categories=("shoes",)).name for _ in range(3)]
    both = make(place, categories=("logos", "shoes")).name
    logos = [make(place, categories=("logos",)).name for _ in range(2)]
    assert remove_old_backups(place, 2) == shoes[:2]
    assert remove_old_backups(place, 1) == shoes[2:] + logos[:1]
    assert backup_names(place) == [both, logos[1]]


def test_one_whose_list_cannot_be_read_is_never_removed(place: FolderStore) -> None:
    damaged = make(place).name
    place.write(f"{damaged}/{LIST_FILE}", b"{")
    newer = [make(place).name for _ in range(2)]
    assert remove_old_backups(place, 1) == newer[:1]
    assert backup_names(place) == [damaged, newer[1]]


def test_the_newest_that_holds_a_category_is_read(place: FolderStore) -> None:
    shoes = make(place, categories=("shoes",))
    make(place, categories=("logos",))
    assert read_backup(place, category="shoes") == shoes
    with pytest.raises(BackupNotFound, match=r"'hats' in any backup there.*'logos', 'shoes'"):
        read_backup(place, category="hats")


@pytest.mark.parametrize("keep", [0, -1])
def test_not_even_the_newest_can_be_removed(place: FolderStore, keep: int) -> None:
    make(place)
    with pytest.raises(BackupError, match="at least 1"):
        remove_old_backups(place, keep)
    assert len(backup_names(place)) == 1

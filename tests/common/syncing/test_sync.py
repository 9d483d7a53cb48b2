"""Bringing an index in step with its files: what is embedded, what is not, and what stays."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from common.errors import IndexingError, MetadataError, ObjectUnreadable, StorageUnavailable
from common.indexing import SyncCallbacks, SyncOptions, plan_sync, sync_index
from common.records import record_id
from common.storage.folder import FolderStore
from tests.common.syncing.conftest import CountingEmbedder, Site, assert_equal_indexes, tiny


def check_against_clean_build(site: Site) -> None:
    assert_equal_indexes(site.store.open("mine"), site.clean_build().store.open("mine"))


def state(site: Site) -> dict[Path, bytes]:
    """Every file but those that Qdrant keeps, which it may tidy when they are read."""
    files = (path for path in site.root.rglob("*") if path.is_file() and "shard" not in path.parts)
    return {path: path.read_bytes() for path in files}


def test_ten_thousand_files_of_which_one_in_a_hundred_is_corrupt(site: Site) -> None:
    good = tiny(1)
    for number in range(10_000):
        # What follows a picture's end is not read: equal pictures, different contents.
        data = good + number.to_bytes(4) if number % 100 else good[:40] + number.to_bytes(4)
        (site.folder / f"{number}.png").write_bytes(data)
    first = sync_index(site.task(batch_size=256))
    assert first.indexed == first.embedded == site.embedder.embedded == 9_900
    assert len(first.skipped) == 100
    assert sum(first.reasons().values()) == 100
    again = sync_index(site.task(batch_size=256))
    assert (again.embedded, again.indexed, len(again.skipped)) == (0, 9_900, 100)
    assert not again.published
    assert again.manifest == first.manifest
    assert site.embedder.embedded == 9_900

    (site.folder / "moved").mkdir()
    for number in range(1_000):
        (site.folder / f"{number}.png").rename(site.folder / "moved" / f"{number}.png")
    moved = sync_index(site.task(batch_size=256))
    assert (moved.embedded, moved.changes.moved, moved.changes.removed) == (0, 990, 0)
    assert moved.indexed == 9_900
    assert site.embedder.embedded == 9_900


def test_each_kind_of_change_is_applied_and_counted(filled: Site) -> None:
    filled.put("0/new.png", tiny(100))
    filled.put("1/1.png", tiny(101))
    (filled.folder / "2" / "2.png").rename(filled.folder / "3" / "renamed.png")
    (filled.folder / "4" / "4.png").unlink()
    report = sync_index(filled.task())
    changes = report.changes
    assert (changes.added, changes.replaced, changes.moved, changes.removed) == (1, 1, 1, 1)
    assert (changes.updated, changes.unchanged, changes.kept) == (0, 17, 0)
    assert report.embedded == filled.embedder.embedded == 2
    assert report.reused == 1
    check_against_clean_build(filled)


def test_a_change_of_metadata_alone_embeds_nothing(filled: Site) -> None:
    files = sorted(str(p.relative_to(filled.folder)) for p in filled.folder.rglob("*.png"))
    table = filled.root / "meta.csv"
    table.write_text("file,price,note\n" + "".join(f"{file},10.0,a;b\n" for file in files))
    typed = {"metadata": "meta.csv", "fields": {"note": {"type": "list"}}}
    report = sync_index(filled.task(**typed))
    assert (report.changes.updated, report.embedded) == (20, 0)
    point = filled.store.open("mine").get([record_id("mine", "0/0.png")])[0]
    assert (point.payload["price"], point.payload["note"]) == (10.0, ["a", "b"])
    assert not sync_index(filled.task(**typed)).published
    table.write_text(table.read_text().replace("0/0.png,10.0", "0/0.png,11.5"))
    report = sync_index(filled.task(**typed))
    assert (report.changes.updated, report.changes.unchanged, report.embedded) == (1, 19, 0)
    table.write_text(table.read_text().replace("file,price,note", "file,cost,note"))
    sync_index(filled.task(**typed))
    assert list(filled.store.open("mine").manifest.spec.fields) == ["file", "cost", "note"]
    typed["fields"] = {"note": {"type": "keyword"}}
    assert sync_index(filled.task(**typed)).manifest.spec.fields["note"] == "keyword"
    assert filled.embedder.embedded == 0


def test_a_file_that_was_only_touched_is_read_and_found_the_same(filled: Site) -> None:
    os.utime(filled.folder / "0" / "0.png", (1_000_000_000, 1_000_000_000))
    assert not sync_index(filled.task()).published
    assert filled.embedder.embedded == 0


def test_files_that_have_not_changed_are_not_read_again(
    filled: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in filled.folder.rglob("*.png"):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    sync_index(filled.task())
    read: list[str] = []
    original = FolderStore.read

    def reading(self: FolderStore, path: str, max_bytes: int | None = None) -> bytes:
        read.append(path)
        return original(self, path, max_bytes)

    monkeypatch.setattr(FolderStore, "read", reading)
    sync_index(filled.task())
    assert read == []
    sync_index(filled.task(), SyncOptions(verify=True))
    assert len(read) == 20


def test_a_change_that_keeps_length_and_time_is_found_by_verifying(filled: Site) -> None:
    path = filled.folder / "0" / "0.png"
    data = tiny(0) + b"one"
    path.write_bytes(data)
    os.utime(path, (1_000_000_000, 1_000_000_000))
    sync_index(filled.task())
    path.write_bytes(tiny(0) + b"two")
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert sync_index(filled.task()).changes.replaced == 0
    assert sync_index(filled.task(), SyncOptions(verify=True)).changes.replaced == 1


def test_a_file_changed_within_the_clocks_resolution_is_read_again(filled: Site) -> None:
    # All files of this site are younger than two seconds: no length or time is trusted yet.
    path = filled.folder / "0" / "0.png"
    before = path.stat()
    path.write_bytes(tiny(0)[:-1] + b"\x83")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert sync_index(filled.task()).changes.replaced == 1


def test_another_embedder_embeds_everything_and_the_one_before_nothing(filled: Site) -> None:
    first = filled.embedder
    filled.embedder = CountingEmbedder("b" * 64)
    report = sync_index(filled.task())
    assert (report.embedded, report.indexed) == (20, 20)
    assert report.manifest.spec.fingerprint == "b" * 64
    filled.embedder = first  # its generation is still kept: its vectors are taken from there
    report = sync_index(filled.task())
    assert (report.embedded, report.reused, report.indexed) == (0, 20, 20)
    check_against_clean_build(filled)


def test_a_source_that_is_suddenly_empty_removes_nothing(filled: Site) -> None:
    shutil.rmtree(filled.folder)
    with pytest.raises(StorageUnavailable, match="does not exist"):
        sync_index(filled.task(), SyncOptions(confirm_deletes=True))
    filled.folder.mkdir()
    with pytest.raises(IndexingError, match=r"20 of the 20 images.*CONFIRM_DELETES=1"):
        sync_index(filled.task())
    assert filled.store.open("mine").count() == 20
    assert sync_index(filled.task(), SyncOptions(confirm_deletes=True)).indexed == 0


def test_most_records_of_many_are_not_removed_without_a_word_but_a_few_are(site: Site) -> None:
    site.fill(60)
    sync_index(site.task())
    for folder in ("0", "1", "2"):
        shutil.rmtree(site.folder / folder)
    with pytest.raises(IndexingError, match="36 of the 60 images"):
        sync_index(site.task())
    assert plan_sync(site.task()).refusal.startswith("36 of the 60")
    report = sync_index(site.task(), SyncOptions(confirm_deletes=True))
    assert (report.indexed, report.changes.removed) == (24, 36)
    shutil.rmtree(site.folder / "3")
    assert sync_index(site.task()).changes.removed == 12


def test_files_that_all_became_corrupt_are_questioned_like_removed_ones(filled: Site) -> None:
    before = filled.store.current("mine")
    for path in filled.folder.rglob("*.png"):
        path.write_bytes(b"")
    with pytest.raises(IndexingError, match="20 of the 20 images"):
        sync_index(filled.task())
    assert filled.store.current("mine") == before


def test_a_file_that_became_corrupt_is_left_out_with_its_reason(filled: Site) -> None:
    filled.put("0/0.png", b"words")
    for _ in range(2):
        report = sync_index(filled.task())
        assert report.indexed == 19
        assert [skip.file for skip in report.skipped] == ["0/0.png"]
    assert report.changes.removed == 0
    check_against_clean_build(filled)


def test_records_whose_files_cannot_be_read_this_time_stay(
    filled: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A directory that may not be listed is walked as if it were a file; a file may resist as well.
    walk, read = FolderStore.walk, FolderStore.read
    (filled.folder / "1" / "1.png").write_bytes(tiny(50))

    def walking(self: FolderStore, prefix: str = "") -> object:
        found = [stored for stored in walk(self, prefix) if not stored.path.startswith("0/")]
        return iter([type(found[0])("0", 0, 0.0), *found] if found else [])

    def reading(self: FolderStore, path: str, max_bytes: int | None = None) -> bytes:
        if path in ("0", "1/1.png"):
            raise ObjectUnreadable(f"File '{path}' cannot be read (Permission denied)")
        return read(self, path, max_bytes)

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "walk", walking)
        patch.setattr(FolderStore, "read", reading)
        report = sync_index(filled.task())
        assert report.indexed == 20
        assert (report.changes.kept, report.changes.removed) == (5, 0)
        assert report.reasons() == {"unreadable file": 2}
    assert sync_index(filled.task()).changes.replaced == 1


def test_a_dry_run_tells_what_would_be_done_and_writes_nothing(filled: Site) -> None:
    filled.put("0/new.png", tiny(100))
    filled.put("0/copy.png", tiny(3))
    (filled.folder / "2" / "2.png").rename(filled.folder / "3" / "renamed.png")
    (filled.folder / "4" / "4.png").unlink()
    files = state(filled)
    before = filled.store.current("mine")
    plan = plan_sync(filled.task())
    assert state(filled) == files
    assert (plan.to_embed, plan.reused, plan.refusal) == (1, 2, "")
    assert filled.embedder.embedded == 0
    assert filled.store.current("mine") == before
    report = sync_index(filled.task())
    assert report.changes == plan.changes
    assert (report.embedded, report.reused) == (1, 2)
    after = plan_sync(filled.task())
    assert (after.to_embed, after.changes.unchanged) == (0, 21)


def test_a_first_sync_that_fails_leaves_nothing_but_the_lock(site: Site) -> None:
    site.put("a.png", b"words")
    with pytest.raises(IndexingError, match="None of the 1 images"):
        sync_index(site.task())
    left = {path.name for path in site.root.rglob("*") if path.is_file()}
    assert left == {"a.png", "mine"}


def test_a_table_that_does_not_match_changes_nothing(filled: Site) -> None:
    before = filled.store.current("mine")
    (filled.root / "meta.csv").write_text("file\nnowhere.png\n")
    with pytest.raises(MetadataError):
        sync_index(filled.task(metadata="meta.csv"))
    assert filled.store.current("mine") == before


def test_an_index_that_someone_else_changed_meanwhile_is_not_replaced(filled: Site) -> None:
    filled.put("new.png", tiny(100))

    def elsewhere(done: int, total: int) -> None:
        if done == total:
            spec = filled.store.open("mine").manifest.spec
            filled.store.build("mine", spec, from_current=True).publish()

    with pytest.raises(IndexingError, match="changed from elsewhere"):
        sync_index(filled.task(), callbacks=SyncCallbacks(on_progress=elsewhere))
    assert sync_index(filled.task()).indexed == 21


def test_the_category_is_committed_even_where_nothing_has_changed(filled: Site) -> None:
    committed: list[bool] = []
    callbacks = SyncCallbacks(before_switch=lambda: committed.append(True))
    assert not sync_index(filled.task(), callbacks=callbacks).published
    assert committed == [True]


def test_payloads_are_json_and_name_the_content(filled: Site) -> None:
    (point,) = filled.store.open("mine").get([record_id("mine", "0/0.png")])
    assert json.loads(json.dumps(point.payload)) == point.payload
    assert Path(str(point.payload["file"])).name == "0.png"
    assert len(str(point.payload["_sha256"])) == 64

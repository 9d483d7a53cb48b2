"""Making a category searchable: what is indexed, what is skipped and why, and what stays."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from common.assembly import Services, image_store
from common.categories import Category, CategoryManifest
from common.errors import IndexingError, MetadataError, StorageUnavailable, VisualSearchError
from common.images import content_hash
from common.indexing import IndexingReport, SyncCallbacks
from common.planning import plan_index
from common.records import record_id
from tests.samples import fill_folder, make_services, picture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    fill_folder(tmp_path / "images", each=3)
    return tmp_path / "images"


@pytest.fixture
def fresh(tmp_path: Path) -> Services:
    return make_services(tmp_path / "data", embedding_batch_size=4)


def category(folder: Path, **manifest: str) -> Category:
    return Category("mine", folder.parent, CategoryManifest(images=str(folder), **manifest))


def index(live: Services, folder: Path, **manifest: str) -> IndexingReport:
    return live.index(category(folder, **manifest))


def test_every_image_is_indexed_with_its_class_size_and_hash(fresh: Services, folder: Path) -> None:
    report = index(fresh, folder)
    assert report.indexed == 9
    assert not report.skipped
    (point,) = fresh.store.open("mine").get([record_id("mine", "teal/1.jpg")])
    assert re.fullmatch("[0-9a-f]{16}", str(point.payload["_phash"]))
    assert point.payload == {
        "file": "teal/1.jpg",
        "class": "teal",
        "label": 2,
        "_sha256": content_hash(picture("teal", 1)),
        "_phash": point.payload["_phash"],
        "_width": 96,
        "_height": 96,
    }


def test_a_file_in_no_sub_folder_has_no_class(fresh: Services, folder: Path) -> None:
    (folder / "loose.jpg").write_bytes(picture("teal", 5))
    index(fresh, folder)
    (point,) = fresh.store.open("mine").get([record_id("mine", "loose.jpg")])
    assert "class" not in point.payload


def test_every_file_ends_indexed_or_skipped_with_a_reason(fresh: Services, folder: Path) -> None:
    good = picture("amber", 7)
    odd = {
        "zero.jpg": (b"", "empty file"),
        "words.jpg": (b"only words", "not a supported image"),
        "cut.jpg": (good[: len(good) // 2], "damaged"),
        "notes.txt": (b"notes", "not an image by its name"),
        "no-suffix": (good, None),
        "renamed.png": (good, None),
        "ünï 🦩 space.JPG": (good, None),
    }
    for name, (data, _) in odd.items():
        (folder / name).write_bytes(data)
    (folder / "outside.jpg").symlink_to("/etc/hostname")
    report = index(fresh, folder)
    reasons = {skip.file: skip.reason for skip in report.skipped}
    assert reasons == {
        **{name: reason for name, (_, reason) in odd.items() if reason},
        "outside.jpg": "link that leads out of the directory",
    }
    assert report.indexed == 9 + 3
    assert sum(report.reasons().values()) == 5
    assert [skip.file for skip in report.skipped] == sorted(reasons)


def test_progress_counts_up_to_the_total(fresh: Services, folder: Path) -> None:
    seen: list[tuple[int, int]] = []
    callbacks = SyncCallbacks(on_progress=lambda done, total: seen.append((done, total)))
    fresh.index(category(folder), callbacks=callbacks)
    assert seen == [(0, 9), (4, 9), (8, 9), (9, 9)]


def test_the_vector_of_a_file_does_not_depend_on_its_neighbours(
    fresh: Services, folder: Path, tmp_path: Path
) -> None:
    index(fresh, folder)
    together = fresh.store.open("mine").get([record_id("mine", "teal/1.jpg")])[0].vector
    alone = make_services(tmp_path / "other", embedding_batch_size=1, embedding_threads=1)
    index(alone, folder)
    apart = alone.store.open("mine").get([record_id("mine", "teal/1.jpg")])[0].vector
    assert together == pytest.approx(apart, abs=1e-5)


def test_a_table_in_the_image_folder_is_not_taken_for_an_image(
    fresh: Services, folder: Path
) -> None:
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.jpg"))
    (folder / "meta.csv").write_text("file\n" + "\n".join(files))
    (folder / "category.yaml").write_text("title: here\n")
    report = index(fresh, folder, metadata=str(folder / "meta.csv"))
    assert report.indexed == 9
    assert not report.skipped


def test_a_table_that_names_no_image_at_all_is_refused_even_if_mismatches_are_allowed(
    folder: Path,
) -> None:
    (folder.parent / "meta.csv").write_text("file\nelsewhere/1.jpg\n")
    mine = category(folder, metadata="meta.csv")
    with pytest.raises(MetadataError, match="not one of its 1 rows names an image"):
        plan_index(mine, image_store(mine), allow_mismatch=True)


def test_a_missing_table_is_named(folder: Path) -> None:
    mine = category(folder, metadata="absent.csv")
    with pytest.raises(MetadataError, match=r"absent\.csv"):
        plan_index(mine, image_store(mine))


def test_whatever_fails_the_current_generation_stays(
    fresh: Services, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = index(fresh, folder).manifest

    def fail() -> None:
        raise IndexingError("Stopped")

    with pytest.raises(IndexingError):
        fresh.index(category(folder), callbacks=SyncCallbacks(before_switch=fail))
    shutil.rmtree(folder)
    with pytest.raises(StorageUnavailable):
        index(fresh, folder)
    assert fresh.store.open("mine").manifest == before
    assert fresh.store.generations("mine") == [before]


def test_images_that_go_away_during_a_run_stop_it_instead_of_thinning_the_index(
    fresh: Services, folder: Path
) -> None:
    index(fresh, folder)
    for variant in range(20, 30):
        (folder / "teal" / f"{variant}.jpg").write_bytes(picture("teal", variant))

    def unplug(done: int, total: int) -> None:
        if done == 0:
            folder.rename(folder.with_name("unplugged"))

    with pytest.raises(VisualSearchError, match="does not exist"):
        fresh.index(category(folder), callbacks=SyncCallbacks(on_progress=unplug))
    assert fresh.store.open("mine").count() == 9


def test_a_category_can_name_its_own_embedder(fresh: Services, folder: Path) -> None:
    with pytest.raises(VisualSearchError, match="no-such-model"):
        index(fresh, folder, embedder="no-such-model")


def test_a_name_that_is_not_utf8_is_reported_and_stops_nothing(
    fresh: Services, folder: Path
) -> None:
    (Path(os.fsdecode(os.fsencode(folder) + b"/\xff.jpg"))).write_bytes(picture("teal", 1))
    report = index(fresh, folder)
    assert report.indexed == 9
    assert [(skip.file, skip.reason) for skip in report.skipped] == [
        ("\\udcff.jpg", "name is not UTF-8")
    ]


def test_links_that_are_not_followed_are_reported(fresh: Services, folder: Path) -> None:
    (folder / "linked-class").symlink_to(folder / "teal")
    (folder / "dangling.jpg").symlink_to(folder / "nowhere")
    (folder / "loop.jpg").symlink_to(folder / "loop.jpg")
    report = index(fresh, folder)
    assert report.indexed == 9
    assert {skip.file for skip in report.skipped} == {"linked-class", "dangling.jpg", "loop.jpg"}


def test_the_category_is_committed_only_when_the_generation_is_finished(
    fresh: Services, folder: Path
) -> None:
    index(fresh, folder)
    root = fresh.settings.data_dir / "qdrant_storage" / "mine"
    seen: list[bool] = []

    def look() -> None:
        # Complete on disk, manifest included, and still not the current one.
        (building,) = root.glob(".building-*")
        seen.append((building / "manifest.json").exists())

    before = fresh.store.current("mine")
    (folder / "teal" / "new.jpg").write_bytes(picture("teal", 20))
    fresh.index(category(folder), callbacks=SyncCallbacks(before_switch=look))
    assert seen == [True]
    assert fresh.store.current("mine") != before

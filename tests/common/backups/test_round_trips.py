"""What was saved comes back: same files, same records, same answers, in either engine."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from common.assembly import Services, backup_place
from common.backups.files import BackupReader, BackupWriter
from common.backups.places import backup_names, read_backup, remove_old_backups
from common.backups.points import read_points, write_points
from common.backups.restoring import restore_backup
from common.backups.saving import SavingCallbacks, save_backup
from common.categories import CategoryManifest, write_manifest
from common.embedding.card import read_card
from common.errors import GenerationNotFound
from common.records import Point
from common.storage.base import ImageStore
from common.storage.folder import FolderStore
from common.vectors.base import VectorIndex, VectorStore
from common.vectors.memory import MemoryStore
from common.vectors.scrolling import all_points
from tests.common.backups.conftest import empty_stack
from tests.common.embedding.bundles import make_bundle
from tests.contracts.conftest import LOCAL_MODE_SPEAKS
from tests.contracts.vector_samples import (
    WIDE_SPEC,
    found,
    points_of,
    publish,
    published,
    random_rows,
)
from tests.s3.server import S3Server
from tests.samples import add_category, make_services, picture

pytestmark = LOCAL_MODE_SPEAKS


def save(live: Services, place: ImageStore, *names: str, with_images: bool = False):
    categories = [live.catalog.get(name) for name in names]
    parts = [live.saved_parts(category) for category in categories]
    return save_backup(
        parts, live.store, live.embedders.directory, place, with_images=with_images
    ).backup


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def all_records(index: VectorIndex) -> dict[str, Point]:
    return {point.id: point for points in all_points(index) for point in points}


def answers(index: VectorIndex, count: int = 100) -> list[list[tuple[str, float]]]:
    rows = random_rows_like(index, count)
    return [found(index.search(row, 10)) for row in rows]


def random_rows_like(index: VectorIndex, count: int) -> np.ndarray:
    rows = np.random.default_rng(5).normal(size=(count, index.manifest.spec.dim))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("target", ["embedded", "server"])
@pytest.mark.parametrize("source", ["embedded", "server"])
def test_an_empty_stack_answers_100_queries_as_the_saved_one_did(
    tmp_path: Path, data_dir: Path, place: FolderStore, source: str, target: str
) -> None:
    saved = empty_stack(data_dir, source)
    points = points_of(
        random_rows(np.random.default_rng(1), 700),
        [{"file": f"{i}.jpg", "brand": "ab"[i % 2], "tags": ["x"]} for i in range(700)],
    )
    publish(saved.store, "shapes", points, WIDE_SPEC)
    before = saved.store.open("shapes")
    backup = save(saved, place, "shapes")
    fresh = empty_stack(tmp_path / "fresh", target)
    report = restore_backup(place, fresh.stack())
    after = fresh.store.open("shapes")
    assert report.backup == backup
    assert report.queries == 100
    assert after.manifest.spec == before.manifest.spec
    old, new = all_records(before), all_records(after)
    assert {id_: p.payload for id_, p in new.items()} == {id_: p.payload for id_, p in old.items()}
    for id_, point in old.items():
        np.testing.assert_allclose(new[id_].vector, point.vector, atol=1e-6)
    for a, b in zip(answers(before), answers(after), strict=True):
        assert [id_ for id_, _ in a] == [id_ for id_, _ in b]
        assert [s for _, s in a] == pytest.approx([s for _, s in b], abs=1e-6)


def test_all_categories_come_back_and_are_searched(
    tmp_path: Path, live: Services, place: FolderStore
) -> None:
    save(live, place, "shapes", "badges", with_images=True)
    fresh = make_services(tmp_path / "fresh")
    report = restore_backup(place, fresh.stack())
    assert [saved.name for saved, _ in report.categories] == ["shapes", "badges"]
    for name in ("shapes", "badges"):
        before, after = (s.catalog.root / name for s in (live, fresh))
        assert files_below(after) == files_below(before)
        record = next(iter(all_records(live.store.open(name))))
        assert fresh.search.by_record(name, record).hits == live.search.by_record(name, record).hits
        assert fresh.index(fresh.catalog.get(name)).embedded == 0


def test_without_pictures_everything_but_them_is_saved(
    tmp_path: Path, live: Services, place: FolderStore
) -> None:
    (live.catalog.root / "shapes" / "edits.jsonl").write_text("{}\n")
    backup = save(live, place, "shapes")
    assert not any("/images/" in file.path for file in backup.files)
    fresh = make_services(tmp_path / "fresh")
    restore_backup(place, fresh.stack())
    assert files_below(fresh.catalog.root / "shapes").keys() == {
        "category.yaml",
        "meta.csv",
        "edits.jsonl",
        "examples/1.jpg",
    }


def test_images_and_a_table_from_elsewhere_become_the_categorys_own(
    tmp_path: Path, live: Services, place: FolderStore
) -> None:
    directory = live.catalog.root / "shapes"
    shutil.move(directory / "images", tmp_path / "pictures")
    shutil.move(directory / "meta.csv", tmp_path / "table.csv")
    manifest = live.catalog.get("shapes").manifest
    elsewhere = {"images": str(tmp_path / "pictures"), "metadata": str(tmp_path / "table.csv")}
    write_manifest(directory, manifest.model_copy(update=elsewhere))
    save(live, place, "shapes", with_images=True)
    for name in ("pictures", "table.csv"):
        shutil.move(tmp_path / name, tmp_path / f"gone-{name}")
    fresh = make_services(tmp_path / "fresh")
    restore_backup(place, fresh.stack())
    restored = fresh.catalog.get("shapes")
    assert (restored.manifest.images, restored.manifest.metadata) == ("images", "metadata.csv")
    assert restored.manifest.title == manifest.title
    assert len(files_below(restored.images_dir)) == 12
    assert fresh.index(restored).changes.unchanged == 12


@pytest.mark.parametrize("with_images", [True, False])
def test_what_is_no_picture_is_saved_where_pictures_lie_beside_the_manifest(
    tmp_path: Path, live: Services, place: FolderStore, with_images: bool
) -> None:
    directory = live.catalog.root / "shapes"
    for folder in sorted((directory / "images").iterdir()):
        folder.rename(directory / folder.name)
    (directory / "edits.jsonl").write_text('{"file": "teal/1.jpg", "removed": "record"}\n')
    (directory / "images_to_remove").mkdir()
    (directory / "images_to_remove" / "no.jpg").write_bytes(picture("teal", 2))
    manifest = live.catalog.get("shapes").manifest
    write_manifest(directory, manifest.model_copy(update={"images": "."}))
    save(live, place, "shapes", with_images=with_images)
    fresh = make_services(tmp_path / "fresh")
    restore_backup(place, fresh.stack())
    assert files_below(fresh.catalog.root / "shapes").keys() >= {
        "category.yaml",
        "meta.csv",
        "edits.jsonl",
        "examples/1.jpg",
        "images_to_remove/no.jpg",
    }
    restored = (path.parts[-2:] for path in (fresh.catalog.root / "shapes").rglob("*.jpg"))
    assert (("teal", "3.jpg") in restored) == with_images


def test_pictures_to_leave_out_come_along_from_wherever_they_lie(
    tmp_path: Path, live: Services, place: FolderStore
) -> None:
    directory = live.catalog.root / "shapes"
    for folder, variant in ((directory / "images_to_remove", 1), (tmp_path / "unwanted", 2)):
        folder.mkdir()
        (folder / "x.jpg").write_bytes(picture("teal", variant))
    manifest = live.catalog.get("shapes").manifest
    named = {"unwanted": str(tmp_path / "unwanted")}
    write_manifest(directory, manifest.model_copy(update=named))
    save(live, place, "shapes", with_images=True)
    shutil.rmtree(tmp_path / "unwanted")
    fresh = make_services(tmp_path / "fresh")
    restore_backup(place, fresh.stack())
    assert fresh.catalog.get("shapes").manifest.unwanted is None
    assert fresh.index(fresh.catalog.get("shapes")).indexed == 10


def test_what_cannot_be_read_is_left_out_and_named(live: Services, place: FolderStore) -> None:
    directory = live.catalog.root / "shapes"
    for path in ("images/teal/lost.jpg", "notes"):
        (directory / path).symlink_to("/nowhere")
    manifest = live.catalog.get("shapes").manifest
    write_manifest(directory, manifest.model_copy(update={"unwanted": "gone"}))
    report = save_backup(
        [live.saved_parts(live.catalog.get(name)) for name in ("shapes", "badges")],
        live.store,
        live.embedders.directory,
        place,
        with_images=True,
    )
    assert report.left_out == {"shapes": ["notes", "gone", "images/teal/lost.jpg"]}


def test_the_model_of_an_index_comes_along(
    tmp_path: Path, data_dir: Path, place: FolderStore
) -> None:
    bundle = make_bundle(data_dir / "models")
    live = make_services(data_dir, embedder=bundle.name)
    live.index(live.catalog.get("badges"))
    backup = save(live, place, "badges")
    assert [model.name for model in backup.models] == [bundle.name]
    fresh = make_services(tmp_path / "fresh")
    report = restore_backup(place, fresh.stack())
    assert report.models == [bundle.name]
    restored = tmp_path / "fresh" / "models" / bundle.name
    assert files_below(restored) == files_below(bundle)
    assert read_card(restored) == read_card(bundle)
    again = make_services(tmp_path / "again")
    shutil.copytree(bundle, tmp_path / "again" / "models" / bundle.name)
    assert restore_backup(place, again.stack()).models == []


def test_a_category_without_an_index_is_saved_and_restored(
    tmp_path: Path, place: FolderStore
) -> None:
    add_category(tmp_path / "data", "shapes", "Shapes")
    live = make_services(tmp_path / "data")
    assert save(live, place, "shapes").categories[0].generation is None
    fresh = make_services(tmp_path / "fresh")
    report = restore_backup(place, fresh.stack())
    assert report.queries == 0
    assert fresh.catalog.get("shapes").title == "Shapes"
    with pytest.raises(GenerationNotFound):
        fresh.store.open("shapes")


def test_an_empty_index_is_restored_as_one(tmp_path: Path, place: FolderStore) -> None:
    live = empty_stack(tmp_path / "data")
    (live.catalog.root / "shapes").mkdir(parents=True)
    write_manifest(live.catalog.root / "shapes", CategoryManifest())
    publish(live.store, "shapes", [], WIDE_SPEC)
    save(live, place, "shapes")
    fresh = make_services(tmp_path / "fresh")
    restore_backup(place, fresh.stack())
    assert fresh.store.open("shapes").count() == 0


def test_points_are_cut_into_files_of_bounded_size(place: FolderStore) -> None:
    rows = random_rows(np.random.default_rng(2), 1_111)
    payloads = [{"n": i, "text": "\ud800 ż\n😀" * (i % 9)} for i in range(1_111)]
    index = published(MemoryStore(), "shapes", points_of(rows, payloads), WIDE_SPEC)
    writer = BackupWriter(place, "backup-20260101t000000000000-abcdef")
    steps: list[tuple[int, int]] = []
    written = write_points(
        index,
        writer,
        "index",
        on_progress=lambda done, total: steps.append((done, total)),
        chunk_bytes=10_000,
    )
    backup = writer.finish("2026-01-01T00:00:00+00:00", [], [])
    assert written == 1_111
    assert steps[0] == (0, 1_111)
    assert steps[-1] == (1_111, 1_111)
    assert len(backup.files) > 10
    assert max(file.size_bytes for file in backup.files) < 10_000 + 500
    reader = BackupReader(place, read_backup(place))
    read = {p.id: p for points in read_points(reader, "index", index.manifest) for p in points}
    for id_, point in all_records(index).items():
        assert read[id_].payload == point.payload
        assert np.array_equal(read[id_].vector, point.vector)
    assert len(read) == 1_111


def test_who_watches_is_told_of_records_and_pictures(live: Services, place: FolderStore) -> None:
    records: list[tuple[int, int]] = []
    pictures: list[tuple[int, int]] = []
    callbacks = SavingCallbacks(
        lambda done, total: records.append((done, total)),
        lambda done, total: pictures.append((done, total)),
    )
    save_backup(
        [live.saved_parts(live.catalog.get("shapes"))],
        live.store,
        live.embedders.directory,
        place,
        with_images=True,
        callbacks=callbacks,
    )
    assert records[-1] == pictures[-1] == (12, 12)


def test_restoring_tells_the_same(tmp_path: Path, live: Services, place: FolderStore) -> None:
    save(live, place, "shapes", with_images=True)
    told: list[tuple[int, int]] = []
    callbacks = SavingCallbacks(on_images=lambda done, total: told.append((done, total)))
    restore_backup(place, make_services(tmp_path / "fresh").stack(), callbacks=callbacks)
    assert told == [(n, 12) for n in range(1, 13)]


def test_a_store_is_only_asked_through_its_protocol(
    tmp_path: Path, live: Services, place: FolderStore
) -> None:
    store: VectorStore = MemoryStore()
    save(live, place, "shapes")
    fresh = replace(make_services(tmp_path / "fresh"), store=store)
    restore_backup(place, fresh.stack())
    assert store.open("shapes").count() == 12


def test_a_bucket_keeps_backups_as_a_directory_does(
    tmp_path: Path, live: Services, s3: S3Server
) -> None:
    with s3.new_bucket() as bucket:
        settings = make_services(live.settings.data_dir, **s3.settings(bucket.name)).settings
        place = backup_place(settings, f"s3://{bucket.name}/kept/here")
        backups = [save(live, place, "shapes", with_images=True) for _ in range(2)]
        assert backup_names(place) == [backup.name for backup in backups]
        fresh = make_services(tmp_path / "fresh")
        report = restore_backup(place, fresh.stack())
        assert report.backup == backups[1]
        assert report.queries == 12
        before, after = (s.catalog.root / "shapes" for s in (live, fresh))
        assert files_below(after) == files_below(before)
        assert remove_old_backups(place, 1) == [backups[0].name]
        keys = {stored.path.split("/")[0] for stored in place.walk()}
        assert keys == {backups[1].name}

"""Categories in a bucket: found, read, indexed and searched as if they lay on the disk."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest

from common.assembly import Services
from common.cataloguing import create_category, remove_category
from common.categories import BrokenCategory, CategoryManifest
from common.errors import (
    CategoryBroken,
    CategoryNotFound,
    CategoryReadOnly,
    IndexingError,
    MetadataError,
    ObjectUnreadable,
    SettingsError,
    StorageError,
    StorageUnavailable,
)
from common.importing import StagedCategory
from common.indexing import SyncOptions
from common.overlay import FileEdit
from common.storage.minio import MinioStore
from tests.common.bucket.conftest import MakeLive, Site
from tests.samples import make_services, picture


def names(live: Services) -> list[str]:
    return [entry.name for entry in live.catalog.list()]


def test_the_bucket_s_categories_are_listed_with_what_their_manifests_say(
    site: Site, live: Services
) -> None:
    assert names(live) == ["badges", "shapes"]
    told = live.catalog.get("shapes").manifest
    assert told == site.home.catalog.get("shapes").manifest


def test_changes_in_the_bucket_are_seen_without_a_restart(site: Site, live: Services) -> None:
    assert names(live) == ["badges", "shapes"]
    site.places.categories.write("new/category.yaml", b"title: New")
    site.places.categories.write("shapes/category.yaml", b"title: Forms")
    site.places.categories.delete("badges/category.yaml")
    assert [entry.title for entry in live.catalog.list()] == ["New", "Forms"]
    with pytest.raises(CategoryNotFound, match="badges"):
        live.catalog.get("badges")


def test_a_broken_manifest_does_not_hide_the_others(site: Site, live: Services) -> None:
    site.places.categories.write("badges/category.yaml", b"title: [")
    badges, shapes = live.catalog.list()
    assert isinstance(badges, BrokenCategory)
    assert "YAML" in str(badges.error)
    assert shapes.name == "shapes"


def test_a_manifest_that_cannot_be_read_does_not_hide_the_others(
    site: Site, live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = MinioStore.read

    def fail(store: MinioStore, path: str, max_bytes: int | None = None) -> bytes:
        if path == "badges/category.yaml":
            raise ObjectUnreadable("It is archived", "Have it restored")
        return real(store, path, max_bytes)

    with monkeypatch.context() as patch:
        patch.setattr(MinioStore, "read", fail)
        assert names(live) == ["shapes"]
    assert "badges" in names(live)


@pytest.mark.parametrize("name", ["No Name", "..", "a..b", ".hidden", "-x"])
def test_folders_that_can_be_no_category_are_left_aside(
    site: Site, live: Services, name: str, tmp_path: Path
) -> None:
    bucket = site.places.categories.bucket
    key = f"work/data/metric_datasets/{name}/category.yaml"
    if name != "..":  # no client sends that key
        bucket.client.put_object(bucket.name, key, io.BytesIO(b"title: X"), 8)
    assert names(live) == ["badges", "shapes"]
    assert not list(tmp_path.rglob("category.yaml.*"))


def test_a_category_is_indexed_and_searched_and_its_examples_and_pictures_shown(
    live: Services,
) -> None:
    report = live.index(live.catalog.get("shapes"))
    assert (report.indexed, report.skipped) == (12, [])
    example = live.pictures.example("shapes", "examples/1.jpg")
    answer = live.search.by_image("shapes", example)
    assert answer.hits[0].payload["class"] == "crimson shape"
    assert answer.hits[0].payload["price"] == pytest.approx(10.5, abs=4)
    hit = answer.hits[0]
    assert live.pictures.original("shapes", hit.file) == picture(
        "crimson", int(hit.file.split("/")[1][0])
    )
    assert live.pictures.thumbnail("shapes", hit.file, str(hit.payload["_sha256"]))
    assert live.pictures.example_thumbnail("shapes", "examples/1.jpg")


def test_the_records_are_those_of_the_disk(site: Site, live: Services) -> None:
    site.home.index(site.home.catalog.get("shapes"))
    live.index(live.catalog.get("shapes"))
    here, there = (
        {
            point.id: point.payload
            for point in services.search.index("shapes").scroll(limit=99).points
        }
        for services in (site.home, live)
    )
    assert here == there


def test_what_has_not_changed_is_neither_downloaded_nor_embedded_again(
    site: Site, live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    category = live.catalog.get("shapes")
    monkeypatch.setattr("common.syncing.notes._UNSETTLED_SECONDS", -60.0)
    live.index(category)
    read: list[str] = []
    real = MinioStore.read

    def noting(store: MinioStore, path: str, max_bytes: int | None = None) -> bytes:
        read.append(path)
        return real(store, path, max_bytes)

    monkeypatch.setattr(MinioStore, "read", noting)
    assert not live.index(category).published
    assert [path for path in read if path.endswith(".jpg")] == []
    # The same length, perhaps within the same second: the etag tells.
    changed = picture("teal", 1)[:-2] + b"\xff\xd9"
    images = site.places.categories.below("shapes/images")
    images.write("crimson/1.jpg", changed.ljust(len(picture("crimson", 1)), b"\0"))
    report = live.index(category)
    assert (report.embedded, report.changes.replaced) == (1, 1)


def test_removed_pictures_leave_the_index_and_unwanted_ones_never_enter(
    site: Site, live: Services
) -> None:
    images = site.places.categories.below("shapes/images")
    images.delete("teal/1.jpg")
    site.places.categories.write("shapes/images_to_remove/x.jpg", picture("amber", 2))
    report = live.index(live.catalog.get("shapes"), SyncOptions(allow_mismatch=True))
    assert report.indexed == 10


def test_the_table_is_read_anew_for_each_sync(site: Site, live: Services) -> None:
    live.index(live.catalog.get("badges"))
    table = site.places.categories.read("badges/meta.csv").decode().replace("10.5", "99")
    site.places.categories.write("badges/meta.csv", table.encode())
    assert live.index(live.catalog.get("badges")).changes.updated == 3
    site.places.categories.delete("badges/meta.csv")
    with pytest.raises(MetadataError, match=r"'badges' has no metadata table 'meta\.csv'"):
        live.index(live.catalog.get("badges"))


@pytest.mark.parametrize(
    "manifest",
    [b"images: /etc", b"images: ../shapes/images", b"metadata: /etc/passwd", b"metadata: ../a.csv"],
)
def test_no_manifest_in_a_bucket_leads_to_files_of_this_machine(
    site: Site, live: Services, manifest: bytes
) -> None:
    site.places.categories.write("badges/category.yaml", manifest)
    with pytest.raises(CategoryBroken, match="no place in a bucket"):
        live.index(live.catalog.get("badges"))


def test_edits_of_records_lie_in_the_bucket_and_are_there_for_every_machine(
    site: Site, live: Services, make_live: MakeLive
) -> None:
    live.index(live.catalog.get("badges"))
    point = live.search.index("badges").scroll(limit=1).points[0]
    live.editor(live.catalog.get("badges")).patch(point.id, {"price": 77})
    assert b"77" in site.places.categories.read("badges/edits.jsonl")
    other = make_live("elsewhere")
    other.index(other.catalog.get("badges"))
    assert other.search.record("badges", point.id).payload["price"] == 77


def test_edits_in_a_bucket_do_not_go_by_way_of_this_machine_s_disk(
    live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program that shares the directory would see a half written copy."""
    edits = live.files.edits("badges")
    expected = {"a.jpg": FileEdit({"price": 1}), "żółć/b.jpg": FileEdit(removed="file")}
    with monkeypatch.context() as patched:

        def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        for name in ("write_bytes", "write_text", "mkdir", "open"):
            patched.setattr(Path, name, full)
        assert edits.read() == {}
        edits.write(expected)
        assert edits.read() == expected
        edits.write({})
        assert edits.read() == {}


def test_a_line_in_a_bucket_that_is_no_edit_is_named(site: Site, live: Services) -> None:
    site.places.categories.write("badges/edits.jsonl", b'{"file": "a.jpg"}\n[]')
    with pytest.raises(MetadataError, match=r"badges/edits\.jsonl': line 2 is no edit"):
        live.files.edits("badges").read()


def test_categories_are_made_and_removed_where_they_lie(live: Services, tmp_path: Path) -> None:
    pictures = tmp_path / "home/metric_datasets/shapes/images"
    for act in (
        lambda: create_category(live.catalog, "mine", CategoryManifest()),
        lambda: remove_category(live.catalog, live.generations("shapes")),
        lambda: StagedCategory(live.catalog, "mine", pictures),
    ):
        with pytest.raises(CategoryReadOnly, match="s3://") as caught:
            act()
        assert "make upload" in caught.value.cure
    assert names(live) == ["badges", "shapes"]


def test_an_outage_leaves_categories_and_search_and_says_what_is_missing(
    site: Site, live: Services, caplog: pytest.LogCaptureFixture
) -> None:
    live.index(live.catalog.get("shapes"))
    hit = live.search.by_image("shapes", picture("teal", 50)).hits[0]
    site.wire.cut()
    caplog.set_level(logging.WARNING)
    for _ in range(3):
        assert names(live) == ["badges", "shapes"]
    assert caplog.text.count("the last known categories are shown") == 1
    assert live.search.by_image("shapes", picture("teal", 50)).hits[0] == hit
    for act in (
        lambda: live.pictures.original("shapes", hit.file),
        lambda: live.index(live.catalog.get("shapes")),
        live.files.check,
    ):
        with pytest.raises(StorageUnavailable, match="cannot be reached"):
            act()
    site.wire.mend()
    assert live.pictures.original("shapes", hit.file)
    assert not live.index(live.catalog.get("shapes")).published
    site.places.categories.delete("badges/category.yaml")
    assert names(live) == ["shapes"]


def test_an_outage_at_the_start_is_told_and_over_when_it_is_over(
    site: Site, make_live: MakeLive
) -> None:
    make_live("before").catalog.list()
    site.wire.cut()
    with pytest.raises(StorageError, match="cannot be reached"):
        (live := make_live("new")).catalog.list()
    # A machine that has been there before knows its categories.
    assert names(make_live("before")) == ["badges", "shapes"]
    site.wire.mend()
    assert names(live) == ["badges", "shapes"]


def test_an_outage_in_the_middle_of_a_sync_removes_nothing(site: Site, live: Services) -> None:
    live.index(live.catalog.get("shapes"))
    before = live.store.current("shapes")
    seen = 0

    def cut_after_a_while(data: bytes) -> None:
        nonlocal seen
        seen += data.startswith(b"GET ")
        if seen == 5:
            site.wire.cut()

    site.wire.on_bytes = cut_after_a_while
    with pytest.raises(StorageUnavailable):
        live.index(live.catalog.get("shapes"), SyncOptions(verify=True))
    assert live.store.current("shapes") == before
    site.wire.on_bytes = lambda data: None
    site.wire.mend()
    assert not live.index(live.catalog.get("shapes"), SyncOptions(verify=True)).published


def test_an_emptied_bucket_does_not_empty_the_index_unasked(site: Site, live: Services) -> None:
    live.index(live.catalog.get("shapes"))
    for found in list(site.places.categories.below("shapes/images").walk()):
        site.places.categories.delete(f"shapes/images/{found.path}")
    with pytest.raises((IndexingError, MetadataError)):
        live.index(live.catalog.get("shapes"), SyncOptions(allow_mismatch=True))


def test_thumbnails_stay_on_disk_within_their_bound(
    site: Site, make_live: MakeLive, tmp_path: Path
) -> None:
    live = make_live(thumbnail_cache_megabytes=0.01)
    live.index(live.catalog.get("shapes"))
    points = live.search.index("shapes").scroll(limit=99).points
    for point in points:
        live.pictures.thumbnail("shapes", str(point.payload["file"]), str(point.payload["_sha256"]))
    kept = list((tmp_path / "away/cache/thumbnails").glob("*/*"))
    assert 0 < sum(path.stat().st_size for path in kept) <= 10_000
    roomy = make_live(thumbnail_cache_megabytes=1)
    point = points[0].payload
    first = roomy.pictures.thumbnail("shapes", str(point["file"]), str(point["_sha256"]))
    site.wire.cut()
    restarted = make_live(thumbnail_cache_megabytes=1)
    assert first == restarted.pictures.thumbnail(
        "shapes", str(point["file"]), str(point["_sha256"])
    )


@pytest.mark.parametrize("missing", ["minio_host", "minio_bucket_name"])
def test_a_bucket_that_is_not_named_is_a_setting_that_is_missing(
    tmp_path: Path, missing: str, site: Site
) -> None:
    with pytest.raises(SettingsError, match="no bucket in the settings") as caught:
        make_services(tmp_path, **{**site.settings(), missing: ""})
    assert "MINIO_HOST" in caught.value.cure

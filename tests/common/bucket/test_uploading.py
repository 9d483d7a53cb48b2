"""Uploads to a bucket: complete, resumable, and never half visible."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from common.bucket.uploading import Upload, upload
from common.categories import CategoryManifest, write_manifest
from common.errors import StorageUnavailable
from common.storage.folder import FolderStore
from common.storage.minio import MinioStore
from scripts import upload as command
from scripts.terminal import exit_status
from tests.common.bucket.conftest import MakeLive, Site
from tests.common.embedding.bundles import make_bundle
from tests.s3.wire import wire_to
from tests.samples import add_category, fill_folder, make_services, picture

REPOSITORY = Path(__file__).parents[3]
Make = Callable[..., tuple[int, str, str]]


def held(site: Site, name: str) -> dict[str, bytes]:
    store = site.places.categories.below(name)
    return {found.path: store.read(found.path) for found in store.walk()}


def on_disk(site: Site, name: str) -> dict[str, bytes]:
    folder = FolderStore(site.home.catalog.root / name)
    return {found.path: folder.read(found.path) for found in folder.walk()}


@pytest.fixture
def make_upload(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Make:
    """Run the entry point with the given variables; return its status, output and errors."""

    def run(**variables: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            for name in ("CATEGORY", "MODEL", "DRY_RUN", "CONFIRM_DELETES"):
                patch.delenv(name, raising=False)
            for name, value in {**environment(site), **variables}.items():
                patch.setenv(name, value)
            status = exit_status(command.run)
        return status, *capsys.readouterr()

    return run


def environment(site: Site, host: str | None = None) -> dict[str, str]:
    told = site.server.settings(site.bucket, host) | {"minio_main_path": "work/data"}
    return {
        **{name.upper(): str(value) for name, value in told.items() if name != "type"},
        "DATA_DIR": str(site.home.settings.data_dir),
    }


def test_an_upload_has_everything_in_the_layout_of_the_disk(site: Site) -> None:
    assert held(site, "shapes") == on_disk(site, "shapes")


def test_images_and_a_table_from_elsewhere_come_to_their_usual_places(
    site: Site, tmp_path: Path, make_live: MakeLive
) -> None:
    fill_folder(tmp_path / "elsewhere", each=1)
    (tmp_path / "list.tsv").write_text("file\tclass\ncrimson/0.jpg\tred\n")
    (tmp_path / "elsewhere/notes.txt").write_text("private")
    directory = site.home.catalog.root / "mine"
    directory.mkdir()
    write_manifest(
        directory,
        CategoryManifest(
            title="Mine",
            images=str(tmp_path / "elsewhere"),
            metadata=str(tmp_path / "list.tsv"),
        ),
    )
    site.upload("mine")
    assert set(held(site, "mine")) == {
        "category.yaml",
        "meta.tsv",
        "images/amber/0.jpg",
        "images/crimson/0.jpg",
        "images/teal/0.jpg",
    }
    there = make_live().catalog.get("mine").manifest
    assert (there.title, there.images, there.metadata) == ("Mine", "images", "meta.tsv")


def test_what_is_there_is_not_uploaded_again(site: Site) -> None:
    report = site.upload("shapes")
    assert (report.uploaded, report.equal) == ([], 15)
    changed = site.home.catalog.root / "shapes/images/teal/1.jpg"
    changed.write_bytes(picture("amber", 77))
    report = site.upload("shapes")
    assert (report.uploaded, report.equal) == (["images/teal/1.jpg"], 14)
    assert held(site, "shapes") == on_disk(site, "shapes")


def test_a_dry_run_tells_the_same_and_changes_nothing(site: Site) -> None:
    (site.home.catalog.root / "shapes/images/teal/1.jpg").write_bytes(picture("amber", 77))
    before = held(site, "shapes")
    assert site.upload("shapes", dry_run=True).uploaded == ["images/teal/1.jpg"]
    assert held(site, "shapes") == before
    assert site.upload("shapes").uploaded == ["images/teal/1.jpg"]


def test_what_is_only_in_the_bucket_goes_when_that_is_confirmed(site: Site) -> None:
    (site.home.catalog.root / "shapes/images/teal/1.jpg").unlink()
    site.places.categories.write("shapes/edits.jsonl", b'{"file": "x.jpg", "removed": "file"}')
    report = site.upload("shapes")
    assert (report.only_there, report.removed) == (["images/teal/1.jpg"], False)
    assert "images/teal/1.jpg" in held(site, "shapes")
    report = site.upload("shapes", remove=True)
    assert report.removed
    assert "images/teal/1.jpg" not in held(site, "shapes")
    # People's edits were made in the bucket: they are nobody's leftovers.
    assert "edits.jsonl" in held(site, "shapes")


@pytest.mark.parametrize("name", ["teal", "teal.2024"])
def test_nothing_is_removed_while_a_directory_here_cannot_be_read(
    site: Site, tmp_path: Path, make_upload: Make, name: str
) -> None:
    images = site.home.catalog.root / "shapes/images"
    (images / "teal").rename(images / name)
    site.upload("shapes")
    (images / name).rename(tmp_path / "moved")
    (images / name).symlink_to(tmp_path / "moved")  # as a sub-directory that cannot be listed
    before = held(site, "shapes")
    status, out, _ = make_upload(CATEGORY="shapes", CONFIRM_DELETES="1")
    assert status == 0
    assert "(kept, as files here cannot be read" in out
    assert held(site, "shapes") == before


def test_pictures_to_leave_out_come_along_from_wherever_they_lie(
    site: Site, tmp_path: Path, make_live: MakeLive
) -> None:
    directory = site.home.catalog.root / "shapes"
    for folder, variant in ((directory / "images_to_remove", 1), (tmp_path / "unwanted", 2)):
        folder.mkdir()
        (folder / "x.jpg").write_bytes(picture("teal", variant))
    manifest = site.home.catalog.get("shapes").manifest
    named = {"unwanted": str(tmp_path / "unwanted")}
    write_manifest(directory, manifest.model_copy(update=named))
    site.upload("shapes")
    assert str(tmp_path).encode() not in held(site, "shapes")["category.yaml"]
    live = make_live()
    assert live.catalog.get("shapes").manifest.unwanted is None
    assert live.index(live.catalog.get("shapes")).indexed == 10
    shutil.rmtree(tmp_path / "unwanted")
    with pytest.raises(StorageUnavailable, match="pictures to leave out"):
        site.upload("shapes", remove=True)


def test_edits_are_uploaded_once_and_those_in_the_bucket_stay(site: Site) -> None:
    edits = site.home.catalog.root / "shapes/edits.jsonl"
    edits.write_text('{"file": "teal/1.jpg", "changes": {"price": 1}}\n')
    assert site.upload("shapes").uploaded == ["edits.jsonl"]
    edits.write_text('{"file": "teal/1.jpg", "changes": {"price": 2}}\n')
    assert site.upload("shapes").uploaded == []
    assert b'"price": 1' in held(site, "shapes")["edits.jsonl"]


def test_files_that_cannot_be_read_are_left_out_and_named(site: Site, tmp_path: Path) -> None:
    images = site.home.catalog.root / "shapes/images"
    (images / "huge.jpg").write_bytes(b"\xff\xd8" * 11_000_000)
    (tmp_path / "secret.jpg").write_bytes(b"not of this category")
    (images / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    report = site.upload("shapes")
    assert report.uploaded == []
    assert {skip.file: skip.reason for skip in report.skipped} == {
        "images/huge.jpg": "too many bytes",
        "images/link.jpg": "link that leads out of the directory",
    }


def test_the_manifest_comes_last_and_a_failure_before_it_shows_nothing(site: Site) -> None:
    store = site.places.categories.below("half")

    def fail() -> bytes:
        raise StorageUnavailable("The disk is gone", "Look for it")

    stages = [
        [Upload("images/1.jpg", lambda: b"1")],
        [Upload("meta.csv", fail)],
        [Upload("category.yaml", lambda: b"title: Half")],
    ]
    with pytest.raises(StorageUnavailable, match="The disk is gone"):
        upload(stages, store, threads=2)
    assert [found.path for found in store.walk()] == ["images/1.jpg"]


def test_a_server_that_goes_away_stops_the_upload_and_the_next_one_goes_on(
    site: Site, make_upload: Make
) -> None:
    add_category(site.home.settings.data_dir, "many", "Many", each=20)
    puts = 0

    def cut_after_a_while(data: bytes) -> None:
        nonlocal puts
        puts += data.startswith(b"PUT ")
        if puts == 25:
            site.wire.cut()

    site.wire.on_bytes = cut_after_a_while
    status, out, err = make_upload(CATEGORY="many", MINIO_HOST=site.wire.host)
    assert (status, out) == (2, "")
    assert "cannot be reached" in err
    assert "Traceback" not in err
    arrived = held(site, "many")
    assert 10 <= len(arrived) < 40
    assert "category.yaml" not in arrived
    site.wire.on_bytes = lambda data: None
    site.wire.mend()
    status, out, _ = make_upload(CATEGORY="many", MINIO_HOST=site.wire.host)
    assert status == 0
    assert f"Already there: {len(arrived)}" in out
    assert held(site, "many") == on_disk(site, "many")


def test_an_upload_that_is_killed_goes_on_where_it_stopped(site: Site) -> None:
    add_category(site.home.settings.data_dir, "many", "Many", each=20)
    with wire_to(site.server.host) as wire:
        wire.on_bytes = lambda data: time.sleep(0.02)
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.upload"],
            cwd=REPOSITORY,
            env={**os.environ, **environment(site, wire.host), "CATEGORY": "many"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        store = site.places.categories.below("many")
        while len(list(store.walk())) < 5:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    arrived = held(site, "many")
    assert "category.yaml" not in arrived
    assert all(on_disk(site, "many")[path] == content for path, content in arrived.items())
    report = site.upload("many")
    assert report.equal >= len(arrived)
    assert held(site, "many") == on_disk(site, "many")


def test_another_machine_indexes_what_was_uploaded(
    site: Site, make_upload: Make, make_live: MakeLive
) -> None:
    status, out, _ = make_upload(CATEGORY="badges", DRY_RUN="1")
    assert (status, out.splitlines()[1]) == (0, "Already there: 9")
    live = make_live()
    assert live.index(live.catalog.get("badges")).indexed == 6


def test_readers_see_whole_files_while_they_are_replaced(site: Site) -> None:
    store = site.places.categories.below("shapes")
    versions = [bytes([number]) * 200_000 for number in range(4)]

    def read(_: int) -> bool:
        return store.read("images/teal/1.jpg") in versions

    store.write("images/teal/1.jpg", versions[0])
    with ThreadPoolExecutor(4) as executor:
        reads = executor.map(read, range(40))
        for version in versions:
            store.write("images/teal/1.jpg", version)
        assert all(reads)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "Neither category nor model is named"),
        ({"CATEGORY": "nothing"}, "There is no category 'nothing'"),
        ({"CATEGORY": "../shapes"}, "cannot be a category's name"),
        ({"MODEL": "nothing"}, "There is no model bundle 'nothing'"),
        ({"MODEL": "../compact"}, "There is no model bundle"),
        ({"CATEGORY": "shapes", "MINIO_HOST": ""}, "There is no bucket in the settings"),
        ({"CATEGORY": "shapes", "MINIO_BUCKET_NAME": "never-made"}, "There is no bucket"),
    ],
)
def test_what_cannot_be_uploaded_ends_in_one_sentence(
    make_upload: Make, variables: dict[str, str], said: str
) -> None:
    status, out, err = make_upload(**variables)
    assert (status, out) == (2, "")
    assert said in err
    assert err.startswith("Error: ")
    assert err.count("\n") == 1


def test_models_reach_every_machine_that_asks_for_them(
    site: Site, make_upload: Make, make_live: MakeLive, bundles: Path
) -> None:
    status, out, _ = make_upload(MODEL="tiny", DATA_DIR=str(bundles))
    assert status == 0
    assert "tiny: 2 files uploaded to s3://" in out
    live = make_live()
    here = make_services(bundles).embedders.get("tiny")
    assert live.embedders.get("tiny").card == here.card


@pytest.fixture
def bundles(tmp_path: Path) -> Path:
    return make_bundle(tmp_path / "bundles" / "models").parent.parent


def test_stores_share_one_bucket_without_meeting(site: Site) -> None:
    first, second = MinioStore(site.places.categories.bucket, "a"), site.places.models
    first.write("x", b"1")
    assert list(second.walk()) == []

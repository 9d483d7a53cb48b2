"""A sync that is killed, watched or starved: nothing is lost and no reader is disturbed."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections import namedtuple
from pathlib import Path

import pytest

from common.errors import IndexingError, StorageUnavailable, StoreUnavailable, VisualSearchError
from common.indexing import SyncCallbacks, sync_index
from common.syncing.workplace import Workplace
from tests.common.syncing.conftest import Site, assert_equal_indexes, tiny

REPOSITORY = Path(__file__).parents[3]
BATCH = 8


def start(root: Path, seconds: float = 0.0) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.common.syncing.child", str(root), str(seconds)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def embedded_by(output: str) -> int:
    return sum(int(line.split()[1]) for line in output.splitlines() if line.startswith("embedded"))


def test_killed_at_ten_random_moments_it_ends_as_a_clean_build_does(site: Site) -> None:
    rng = random.Random(7)
    site.fill(60)
    sync_index(site.task())
    site.fill(40)  # the same again …
    for number in range(100, 200):  # … and new ones, changed ones, removed ones
        site.put(f"new/{number}.png", tiny(number))
    for number in range(10):
        site.put(f"{number % 5}/{number}.png", tiny(1000 + number))
    (site.folder / "4" / "59.png").unlink()
    first = site.store.current("mine")
    embedded = 0
    for _ in range(10):
        process = start(site.root, seconds=0.02)
        time.sleep(rng.uniform(0.0, 0.35))
        process.kill()
        output, _ = process.communicate()
        embedded += embedded_by(output)
        # Whatever was current can be searched, whole.
        manifest = site.store.open("mine").manifest
        assert manifest.count == (60 if manifest.generation == first else 159)
    process = start(site.root)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert output.splitlines()[-1].endswith(" 159")
    # 110 contents are new: at most one batch is embedded again for each kill.
    assert embedded + embedded_by(output) <= 110 + 10 * BATCH
    assert_equal_indexes(site.store.open("mine"), site.clean_build().store.open("mine"))
    assert not list((site.root / "index" / "mine").glob(".building-*"))
    assert not (site.root / "cache" / "mine" / "journal.sqlite").exists()


def test_what_was_embedded_before_a_kill_is_not_embedded_again(site: Site) -> None:
    site.fill(80)
    process = start(site.root, seconds=0.05)
    assert process.stdout is not None
    for _ in range(5):
        assert process.stdout.readline() == f"embedded {BATCH}\n"
    process.kill()
    output, _ = process.communicate()
    before = 5 * BATCH + embedded_by(output)
    assert site.store.current("mine") is None
    report = sync_index(site.task())
    assert report.indexed == 80
    assert report.embedded <= 80 - before + BATCH
    assert report.embedded + report.reused == 80


def test_a_sync_stopped_by_an_error_goes_on_where_it_stopped(site: Site) -> None:
    site.fill(40)

    def stop(done: int, total: int) -> None:
        if done == 24:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync_index(site.task(), callbacks=SyncCallbacks(on_progress=stop))
    assert site.store.current("mine") is None
    assert sync_index(site.task()).embedded == 16
    assert site.embedder.embedded == 40


def test_the_second_of_two_syncs_says_that_it_waits_and_finds_nothing_to_do(site: Site) -> None:
    site.fill(40)
    second: list[subprocess.Popen[str]] = []

    def begin_second(done: int, total: int) -> None:
        if done == 2 * BATCH:
            second.append(start(site.root))
            assert second[0].stdout is not None
            assert second[0].stdout.readline() == "waiting\n"

    report = sync_index(site.task(), callbacks=SyncCallbacks(on_progress=begin_second))
    output, _ = second[0].communicate(timeout=60)
    assert report.embedded == 40
    assert output == "done 0 0 40\n"


def test_a_lock_whose_holder_was_killed_blocks_nobody(site: Site) -> None:
    site.fill(40)
    process = start(site.root, seconds=0.2)
    process.kill()
    process.communicate()
    waited: list[bool] = []
    callbacks = SyncCallbacks(on_waiting=lambda: waited.append(True))
    assert sync_index(site.task(), callbacks=callbacks).indexed == 40
    assert waited == []


def test_searches_during_twenty_publishes_never_fail_and_see_one_generation_each(
    site: Site,
) -> None:
    site.fill(12)
    sync_index(site.task())
    query = site.store.open("mine").scroll(limit=1, with_vectors=True).points[0].vector
    errors: list[BaseException] = []
    seen: set[int] = set()
    stop = threading.Event()

    def search() -> None:
        index = site.store.open("mine")
        while not stop.wait(0.002):
            try:
                # As the search service does: opened again after each publish.
                if site.store.current("mine") != index.manifest.generation:
                    index = site.store.open("mine")
                hits = index.search(query, 100)
                builds = {hit.payload["build"] for hit in hits if "build" in hit.payload}
                # Every picture of one sync has the same metadata: a mixture would show.
                assert len(builds) <= 1
                assert len(hits) == index.manifest.count == len({hit.id for hit in hits})
                seen.update(int(str(build)) for build in builds)
            except BaseException as error:  # noqa: BLE001
                errors.append(error)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for build in range(20):
            site.put(f"later/{build}.png", tiny(500 + build))
            files = sorted(str(p.relative_to(site.folder)) for p in site.folder.rglob("*.png"))
            rows = "".join(f"{file},{build}\n" for file in files)
            (site.root / "meta.csv").write_text(f"file,build\n{rows}")
            report = sync_index(site.task(metadata="meta.csv"))
            assert report.published
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert errors == []
    assert report.indexed == 32
    assert len(seen) > 5


Usage = namedtuple("Usage", "total used free")


def test_a_full_disk_is_one_sentence_and_the_current_generation_stays(
    filled: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = filled.store.current("mine")
    filled.put("new.png", tiny(100))
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: Usage(10**9, 10**9, 1_000_000))
        with pytest.raises(StoreUnavailable, match="is full: 1 MB are free") as caught:
            sync_index(filled.task())
    assert str(caught.value).count("\n") == 0
    assert filled.store.current("mine") == before
    assert not list((filled.root / "index" / "mine").glob(".building-*"))
    # What was embedded before the disk was full is in the journal.
    assert sync_index(filled.task()).embedded == 0
    assert filled.store.open("mine").count() == 21


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file sizes are POSIX")
def test_files_that_may_not_grow_end_in_a_sentence(filled: Site) -> None:
    """As on a full disk, every write past a limit fails: here at 4 kB."""
    for number in range(100, 140):
        filled.put(f"new/{number}.png", tiny(number))
    before = filled.store.current("mine")
    script = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from common.errors import VisualSearchError\n"
        "from common.indexing import sync_index\n"
        "from tests.common.syncing.conftest import Site\n"
        "site = Site(Path(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n"
        "    sync_index(site.task())\n"
        "except VisualSearchError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(filled.root)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.count("\n") == 1
    assert "cannot be used" in done.stdout
    assert "free space" in done.stdout
    assert filled.store.current("mine") == before
    assert sync_index(filled.task()).indexed == 60


@pytest.mark.parametrize("place", ["cache", "index"])
def test_a_directory_that_cannot_be_written_is_one_sentence(site: Site, place: str) -> None:
    # A file in its place refuses every write, to root as well.
    site.fill(5)
    (site.root / place).write_text("")
    with pytest.raises(VisualSearchError) as caught:
        sync_index(site.task())
    assert str(site.root / place) in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert str(caught.value).count("\n") == 0


def test_a_current_generation_outlives_a_directory_that_became_unwritable(
    filled: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = filled.store.current("mine")
    filled.put("new.png", tiny(100))

    def refuse(self: Path, target: object) -> Path:
        raise PermissionError(13, "Permission denied", str(target))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", refuse)  # the step that gives a generation its name
        with pytest.raises(StoreUnavailable, match="Permission denied"):
            sync_index(filled.task())
    assert filled.store.current("mine") == before
    assert filled.store.open("mine").count() == 20
    assert sync_index(filled.task()).indexed == 21


@pytest.mark.parametrize("name", ["files.sqlite", "journal.sqlite"])
@pytest.mark.parametrize("damage", [b"not a database at all" * 100, b""], ids=["garbage", "empty"])
def test_a_damaged_cache_is_thrown_away(site: Site, name: str, damage: bytes) -> None:
    site.fill(16)
    with pytest.raises(IndexingError):
        sync_index(site.task(), callbacks=SyncCallbacks(before_switch=fail))
    path = site.root / "cache" / "mine" / name
    assert path.exists()
    path.write_bytes(damage)
    assert sync_index(site.task()).indexed == 16
    assert not sync_index(site.task()).published


def test_a_torn_vector_in_the_journal_is_embedded_again(site: Site) -> None:
    site.fill(16)
    with pytest.raises(IndexingError):
        sync_index(site.task(), callbacks=SyncCallbacks(before_switch=fail))
    with sqlite3.connect(site.root / "cache" / "mine" / "journal.sqlite") as connection:
        rows = connection.execute("SELECT sha256 FROM vectors ORDER BY sha256").fetchall()
        (short,), (odd,) = rows[:2]
        connection.execute("UPDATE vectors SET vector = x'00' WHERE sha256 = ?", (short,))
        connection.execute("UPDATE vectors SET facts = '{}' WHERE sha256 = ?", (odd,))
    connection.close()
    report = sync_index(site.task())
    assert (report.embedded, report.reused, report.indexed) == (2, 14, 16)
    assert_equal_indexes(site.store.open("mine"), site.clean_build().store.open("mine"))


def test_a_damaged_current_generation_is_built_anew(filled: Site) -> None:
    generation = filled.store.current("mine")
    shutil.rmtree(filled.root / "index" / "mine" / str(generation) / "shard")
    assert sync_index(filled.task()).embedded == 20
    assert filled.store.open("mine").count() == 20


def test_a_workplace_cannot_lie_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(VisualSearchError):
        Workplace(tmp_path, "../up")


def test_a_lock_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("")
    with (
        pytest.raises(StorageUnavailable, match="cache"),
        Workplace(tmp_path / "cache", "mine").locked(lambda: None),
    ):
        pass


def fail() -> None:
    raise IndexingError("Stopped")

"""The jobs' file: shared, damaged, of another version, out of reach."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from common.errors import StorageUnavailable, VisualSearchError
from common.jobs import JobStore


def test_nothing_is_made_before_it_is_used(path: Path) -> None:
    with closing(JobStore(path)):
        assert not path.parent.exists()


def test_many_may_meet_a_missing_file_at_once(path: Path) -> None:
    barrier, failures = threading.Barrier(8), list[VisualSearchError]()

    def submit(number: int) -> None:
        with closing(JobStore(path)) as store:  # a connection each, as processes have
            barrier.wait()
            try:
                for again in range(3):
                    store.submit("index", f"{number} {again}")
            except VisualSearchError as error:
                failures.append(error)

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with closing(JobStore(path)) as store:
        assert len({job.category for job in store.list()}) == 24


def test_threads_may_share_a_store(store: JobStore) -> None:
    def submit(number: int) -> None:
        for again in range(10):
            job = store.submit("index", f"{number} {again}")
            assert store.cancel(job.id).state == "cancelled"

    threads = [threading.Thread(target=submit, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.list(states=("cancelled",))) == 40


def damage_header(path: Path) -> None:
    path.write_bytes(b"this is no database, whatever its name says" * 100)


def damage_pages(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * (size - 100))


def damage_arguments(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE jobs SET arguments = '[1, 2'")


def damage_state(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE jobs SET state = 'asleep'")


def damage_time(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE jobs SET created = 'noon'")


@pytest.mark.parametrize(
    "damage", [damage_header, damage_pages, damage_arguments, damage_state, damage_time]
)
def test_a_damaged_file_is_one_sentence_with_its_cure(path: Path, damage: object) -> None:
    with closing(JobStore(path)) as store:
        for n in range(50):
            store.submit("index", str(n))
    damage(path)
    before = path.read_bytes()
    with closing(JobStore(path)) as store:
        with pytest.raises(StorageUnavailable, match=r"jobs\.sqlite' is damaged .*move the file"):
            store.list()
        with pytest.raises(StorageUnavailable) as caught:
            store.retry(store.list()[0].id)
        assert "\n" not in str(caught.value)
    assert path.read_bytes() == before


def test_a_file_of_a_newer_version_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=99")
    with closing(JobStore(path)) as store, pytest.raises(StorageUnavailable, match="newer version"):
        store.submit("index")
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_a_place_where_no_file_can_be_is_named(path: Path) -> None:
    path.mkdir(parents=True)
    for place in (path, path / "jobs.sqlite" / "jobs.sqlite"):
        (path / "jobs.sqlite").touch()
        with closing(JobStore(place)) as store, pytest.raises(StorageUnavailable, match="DATA_DIR"):
            store.list()


def test_a_file_that_is_locked_for_a_moment_is_waited_for(store: JobStore, path: Path) -> None:
    job = store.submit("index")
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        timer = threading.Timer(0.3, other.execute, ["COMMIT"])
        timer.start()
        assert store.get(job.id) == job  # readers do not wait for a writer
        assert store.cancel(job.id).state == "cancelled"
        timer.join()

"""The cache on disk: it saves work, keeps to its bound, and is never the reason of a failure."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from common.files.disk_cache import DiskCache


class Maker:
    """Makes contents, and counts how often."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def of(self, key: str, size: int = 1000) -> Callable[[], bytes]:
        def make() -> bytes:
            self.made.append(key)
            return key.encode().ljust(size, b".")

        return make


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_a_content_is_made_once_even_by_another_cache_of_the_same_folder(tmp_path: Path) -> None:
    maker = Maker()
    for cache in (DiskCache(tmp_path, 10**6), DiskCache(tmp_path, 10**6)):
        assert cache.get("a", maker.of("a")) == maker.of("a", 1000)()
    assert maker.made.count("a") == 3  # once by the first cache, and twice by this test


def test_keys_are_data_and_name_no_path(tmp_path: Path) -> None:
    cache, maker = DiskCache(tmp_path / "cache", 10**6), Maker()
    for key in ("../../outside", "/etc/passwd", "", "a" * 5000, "\udce9", "nul\0"):
        content = cache.get(key, lambda: b"x")
        assert content == b"x"
        assert cache.get(key, maker.of("never")) == b"x"
    assert maker.made == []
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


def test_the_bound_holds_and_what_was_asked_for_lately_stays(tmp_path: Path) -> None:
    cache, maker = DiskCache(tmp_path, 100_000), Maker()
    for number in range(400):
        cache.get(f"{number}", maker.of(f"{number}"))
        assert size_of(tmp_path) <= 100_000
        if number:
            cache.get("0", maker.of("0"))
        for path in tmp_path.glob("*/*"):  # each second of the test's stands for a minute
            moment = path.stat().st_mtime - 60
            os.utime(path, (moment, moment))
    assert maker.made.count("0") == 1
    assert size_of(tmp_path) > 50_000


def test_what_is_larger_than_the_bound_is_not_kept(tmp_path: Path) -> None:
    cache, maker = DiskCache(tmp_path, 500), Maker()
    for _ in range(2):
        assert len(cache.get("a", maker.of("a"))) == 1000
    assert maker.made == ["a", "a"]
    assert size_of(tmp_path) == 0


@pytest.mark.parametrize("damage", [b"", b"short", b"\0" * 1032])
def test_a_damaged_entry_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    cache, maker = DiskCache(tmp_path, 10**6), Maker()
    content = cache.get("a", maker.of("a"))
    (entry,) = tmp_path.glob("*/*")
    entry.write_bytes(damage)
    assert cache.get("a", maker.of("a")) == content
    assert maker.made == ["a", "a"]
    assert cache.get("a", maker.of("a")) == content
    assert maker.made == ["a", "a"]


def test_a_place_that_cannot_be_written_costs_time_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = DiskCache(tmp_path / "file", 10**6)
    assert cache.get("a", lambda: b"content") == b"content"
    assert "cannot keep an entry" in caplog.text


def test_what_making_raises_is_raised_and_nothing_kept(tmp_path: Path) -> None:
    cache = DiskCache(tmp_path, 10**6)

    def fail() -> bytes:
        raise ValueError("no picture")

    with pytest.raises(ValueError, match="no picture"):
        cache.get("a", fail)
    assert cache.get("a", lambda: b"content") == b"content"


def test_many_threads_may_use_it_at_once(tmp_path: Path) -> None:
    cache, maker = DiskCache(tmp_path, 20_000), Maker()

    def ask(number: int) -> bool:
        key = str(number % 37)
        return cache.get(key, maker.of(key)) == key.encode().ljust(1000, b".")

    with ThreadPoolExecutor(8) as executor:
        assert all(executor.map(ask, range(800)))
    assert size_of(tmp_path) <= 20_000
    assert not list(tmp_path.rglob(".*"))

"""Looking after generations: listing, rolling back, removing."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.errors import CategoryNameError, GenerationNotFound, VectorStoreError
from common.generations import Generations
from common.indexing import sync_index
from common.syncing.workplace import Workplace
from tests.common.syncing.conftest import Site, tiny


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    for number in range(3):
        site.put(f"{number}.png", tiny(number))
        sync_index(site.task())
    return site


@pytest.fixture
def generations(site: Site) -> Generations:
    return Generations("mine", site.store, site.task().workplace, lambda: None)


def test_the_list_tells_records_embedder_date_and_size(generations: Generations) -> None:
    found = generations.list()
    assert [manifest.count for manifest in found] == [2, 3]  # the one before the last is kept
    assert generations.current() == found[-1].generation
    for manifest in found:
        assert manifest.spec.embedder == "counting"
        assert manifest.created.startswith("20")
        assert 10_000 < (manifest.size_bytes or 0) < 10_000_000


def test_a_rollback_makes_the_one_before_current_and_keeps_the_newer(
    generations: Generations, site: Site
) -> None:
    older, newer = (manifest.generation for manifest in generations.list())
    assert generations.roll_back().generation == older
    assert site.store.open("mine").count() == 2
    assert [m.generation for m in generations.list()] == [older, newer]
    with pytest.raises(GenerationNotFound, match="no generation older"):
        generations.roll_back()
    assert generations.roll_back(newer).count == 3
    with pytest.raises(GenerationNotFound):
        generations.roll_back("../elsewhere")
    assert generations.current() == newer


def test_a_damaged_generation_does_not_become_current(generations: Generations, site: Site) -> None:
    older, newer = (manifest.generation for manifest in generations.list())
    (site.root / "index" / "mine" / older / "manifest.json").write_text("{}")
    with pytest.raises(GenerationNotFound):
        generations.roll_back(older)
    assert generations.current() == newer


def test_removing_never_touches_the_current_one(generations: Generations, site: Site) -> None:
    older, newer = (manifest.generation for manifest in generations.list())
    with pytest.raises(VectorStoreError, match="is the current one"):
        generations.remove(newer)
    generations.roll_back()
    assert generations.remove() == [newer]
    assert generations.remove() == []
    assert [m.generation for m in generations.list()] == [older]
    assert site.store.open("mine").count() == 2


def test_after_a_rollback_the_next_sync_goes_on_from_there(
    generations: Generations, site: Site
) -> None:
    generations.roll_back()
    site.embedder.embedded = 0
    report = sync_index(site.task())
    assert report.indexed == 3
    assert report.embedded == 0  # its vector is in the newer generation


def test_a_name_that_leaves_the_cache_is_refused(site: Site) -> None:
    with pytest.raises(CategoryNameError):
        Workplace(site.root, "..")

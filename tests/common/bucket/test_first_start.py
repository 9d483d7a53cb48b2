"""The first start of a stack over a bucket: its indexes come from the newest backup."""

from __future__ import annotations

import re

import pytest

from common.assembly import Services, backup_place
from common.backups.indexes import restore_missing_indexes
from common.backups.saving import save_backup
from common.errors import BackupDamaged
from common.search import SearchService
from common.storage.base import ImageStore
from scripts.restore_indexes import run, told
from tests.common.bucket.conftest import MakeLive, Site
from tests.contracts.conftest import LOCAL_MODE_SPEAKS
from tests.samples import picture

pytestmark = LOCAL_MODE_SPEAKS


def save(live: Services, place: ImageStore, *names: str) -> None:
    parts = [live.saved_parts(live.catalog.get(name)) for name in names]
    save_backup(parts, live.store, live.embedders.directory, place)


def answers(search: SearchService) -> list[tuple[str, float]]:
    found = search.by_image("shapes", picture("teal", 50)).hits
    return [(hit.id, round(hit.similarity, 5)) for hit in found]


@pytest.fixture
def place(live: Services, site: Site) -> ImageStore:
    """Where backups lie, in the same bucket; one is there of two indexed categories."""
    for name in ("shapes", "badges"):
        live.index(live.catalog.get(name))
    place = backup_place(live.settings, f"s3://{site.bucket}/backups")
    save(live, place, "shapes", "badges")
    return place


def test_a_fresh_stack_answers_as_the_saved_one_without_embedding_again(
    live: Services, make_live: MakeLive, place: ImageStore
) -> None:
    fresh = make_live("fresh")
    report = restore_missing_indexes(place, fresh.stack())
    assert [copy.category for copy in report.restored] == ["shapes", "badges"]
    assert answers(fresh.search) == answers(live.search)
    plan = fresh.plan(fresh.catalog.get("shapes"))
    assert (plan.to_embed, plan.rebuild) == (0, False)


def test_what_has_an_index_keeps_it_and_a_second_start_does_nothing(
    make_live: MakeLive, place: ImageStore
) -> None:
    fresh = make_live("fresh")
    fresh.index(fresh.catalog.get("badges"))
    own = fresh.store.current("badges")
    first = restore_missing_indexes(place, fresh.stack())
    assert [copy.category for copy in first.restored] == ["shapes"]
    assert (list(first.indexed), fresh.store.current("badges")) == (["badges"], own)
    second = restore_missing_indexes(place, fresh.stack())
    assert (list(second.restored), list(second.indexed)) == ([], ["shapes", "badges"])


def test_a_category_that_has_left_the_bucket_is_named_and_not_brought_back(
    site: Site, make_live: MakeLive, place: ImageStore
) -> None:
    site.places.categories.below("badges").delete("category.yaml")
    fresh = make_live("fresh")
    report = restore_missing_indexes(place, fresh.stack())
    assert list(report.unknown) == ["badges"]
    assert fresh.store.categories() == ["shapes"]
    assert any(line.startswith("badges: is in the backup, but not here") for line in told(report))


def test_a_damaged_backup_leaves_no_index_behind(make_live: MakeLive, place: ImageStore) -> None:
    vectors = next(s.path for s in place.walk() if re.search(r"/shapes/.*\.f32$", s.path))
    content = bytearray(place.read(vectors))
    content[0] ^= 1
    place.write(vectors, bytes(content))
    fresh = make_live("fresh")
    with pytest.raises(BackupDamaged, match=vectors.partition("/")[2]):
        restore_missing_indexes(place, fresh.stack())
    assert fresh.store.categories() == []


def test_without_a_backup_the_first_start_goes_on(
    live: Services, site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in site.settings().items():
        monkeypatch.setenv(name.upper(), str(value))
    monkeypatch.setenv("DATA_DIR", str(live.settings.data_dir))
    monkeypatch.setenv("FROM", f"s3://{site.bucket}/backups")
    run()
    assert capsys.readouterr().out == "There is no backup yet: nothing is restored.\n"

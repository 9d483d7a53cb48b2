"""The first start of a stack over a bucket: its indexes come from the newest backup."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from common.assembly import Services, backup_place
from common.backups.indexes import restore_missing_indexes
from common.backups.places import backup_names
from common.backups.saving import save_backup
from common.errors import EmbedderNotFound, FingerprintMismatch
from common.search import SearchService
from common.storage.base import ImageStore
from scripts.restore_indexes import run, told
from tests.common.bucket.conftest import MakeLive, Site
from tests.common.embedding.bundles import make_bundle, model
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
    assert [copy.category for copy, _ in report.restored] == ["shapes", "badges"]
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
    assert [copy.category for copy, _ in first.restored] == ["shapes"]
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


def damage(place: ImageStore, pattern: str) -> str:
    """Alter the first file of the newest backup whose path matches; return its path in there."""
    newest = backup_names(place)[-1]
    path = next(s.path for s in place.walk(f"{newest}/") if re.search(pattern, s.path))
    content = bytearray(place.read(path))
    content[0] ^= 1
    place.write(path, bytes(content))
    return path.partition("/")[2]


def test_a_damaged_backup_leaves_no_index_behind(make_live: MakeLive, place: ImageStore) -> None:
    vectors = damage(place, r"/shapes/.*\.f32$")
    fresh = make_live("fresh")
    report = restore_missing_indexes(place, fresh.stack())
    assert [vectors in str(error) for error in report.unfit] == [True]
    assert fresh.store.categories() == ["badges"]


@pytest.mark.parametrize("pattern", [r"/shapes/.*\.f32$", r"/backup\.json$"])
def test_what_is_damaged_in_the_newest_backup_comes_from_an_older_one(
    live: Services, make_live: MakeLive, place: ImageStore, pattern: str
) -> None:
    older = backup_names(place)[-1]
    save(live, place, "shapes")
    damage(place, pattern)
    report = restore_missing_indexes(place, make_live("fresh").stack())
    assert {backup.name for _, backup in report.restored} == {older}
    assert len(report.unfit) == 1


def test_each_category_comes_from_the_newest_backup_that_holds_it(
    live: Services, make_live: MakeLive, place: ImageStore
) -> None:
    save(live, place, "badges")
    older, newer = backup_names(place)
    report = restore_missing_indexes(place, make_live("fresh").stack())
    assert {copy.category: backup.name for copy, backup in report.restored} == {
        "badges": newer,
        "shapes": older,
    }
    only = restore_missing_indexes(place, make_live("fresher").stack(), name=newer)
    assert [copy.category for copy, _ in only.restored] == ["badges"]


def test_an_index_of_another_model_than_there_is_here_is_not_restored(
    site: Site, make_live: MakeLive, tmp_path: Path
) -> None:
    live = make_live(embedder=make_bundle(tmp_path / "away" / "models").name)
    live.index(live.catalog.get("badges"))
    place = backup_place(live.settings, f"s3://{site.bucket}/backups")
    save(live, place, "badges")
    make_bundle(tmp_path / "fresh" / "models", content=model() + b"\x12\x01x")
    fresh = make_live("fresh")
    report = restore_missing_indexes(place, fresh.stack())
    assert [type(error) for error in report.unfit] == [FingerprintMismatch]
    bare = restore_missing_indexes(place, make_live("bare").stack())
    assert [type(error) for error in bare.unfit] == [EmbedderNotFound]
    assert fresh.store.categories() == []


@pytest.fixture
def start(
    live: Services, site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[str, str]]:
    """Run the entry point with the given variables; return its output and warnings."""

    def start(**variables: str) -> tuple[str, str]:
        told = {name.upper(): str(value) for name, value in site.settings().items()}
        told |= {"DATA_DIR": str(live.settings.data_dir), "FROM": f"s3://{site.bucket}/backups"}
        for name, value in {**told, **variables}.items():
            monkeypatch.setenv(name, value)
        run()
        return capsys.readouterr()

    return start


def test_without_a_backup_the_first_start_goes_on(start: Callable[..., tuple[str, str]]) -> None:
    assert start() == ("There is no backup yet: nothing is restored.\n", "")


def test_an_outage_of_the_bucket_does_not_keep_the_stack_down(
    site: Site, start: Callable[..., tuple[str, str]]
) -> None:
    site.wire.cut()
    out, warned = start()
    assert out == ""
    assert warned.startswith("Warning: indexes are not restored: ")


def test_nor_does_a_backup_that_is_damaged_or_gone(
    place: ImageStore, start: Callable[..., tuple[str, str]]
) -> None:
    assert "no backup 'backup-x'" in start(AT="backup-x")[1]
    damage(place, r"/backup\.json$")
    out, warned = start(AT="")
    assert out == "There is no backup that can be used: nothing is restored.\n"
    assert "The list of backup" in warned

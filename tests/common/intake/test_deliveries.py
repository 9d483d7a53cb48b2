"""Deliveries: kept whole or not at all, within limits, and gone when nobody needs them."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.errors import ArchiveError, DeliveryTooLarge, IntakeError, StorageUnavailable
from common.images import ImageLimits
from common.intake import DeliveryStore, IntakeLimits
from common.intake.contents import count_contents
from tests.common.intake.zips import zipped
from tests.samples import picture

ONE = picture("crimson", 1)
NOW = time.time()


@pytest.fixture
def store(tmp_path: Path) -> DeliveryStore:
    return DeliveryStore(tmp_path / "deliveries", IntakeLimits(), lambda: NOW)


def small(tmp_path: Path, **limits: object) -> DeliveryStore:
    return DeliveryStore(tmp_path / "deliveries", IntakeLimits(**limits))  # type: ignore[arg-type]


def test_what_was_handed_in_is_there_once_sealed(store: DeliveryStore) -> None:
    opened = store.begin("prints")
    opened.add("a/1.jpg", io.BytesIO(ONE))
    opened.add("../\udcff.zip", iter([zipped({"2.jpg": ONE})[:10], zipped({"2.jpg": ONE})[10:]]))
    opened.add_table("meta.csv", b"file\n")
    opened.add_addresses(["https://a.example/1.jpg", "", "https://a.example/1.jpg#again"])
    with pytest.raises(IntakeError):
        store.get(opened.id)
    delivery = store.get(opened.seal())
    assert (delivery.category, delivery.table, delivery.created) == ("prints", "meta.csv", NOW)
    assert delivery.addresses == ("https://a.example/1.jpg",)
    assert [(file.name, file.is_archive) for file in delivery.files] == [
        ("a/1.jpg", False),
        ("../\udcff.zip", True),
    ]
    assert delivery.file_path(delivery.files[0]).read_bytes() == ONE
    assert delivery.table_path.read_bytes() == b"file\n"
    assert {path.name for path in (delivery.folder / "files").iterdir()} == {"000000", "000001"}


def test_nothing_makes_no_delivery(store: DeliveryStore) -> None:
    opened = store.begin("prints")
    opened.add_addresses(["", "  "])
    with pytest.raises(IntakeError, match="Nothing was handed in"):
        opened.seal()
    opened.discard()
    assert list(store.root.iterdir()) == []


def test_of_a_file_too_long_for_an_image_only_enough_to_refuse_it_is_kept(tmp_path: Path) -> None:
    store = small(tmp_path, image=ImageLimits(max_bytes=1_000))
    opened = store.begin("prints")
    opened.add("large.jpg", (b"\xff" * 400 for _ in range(100)))
    archive = zipped({"1.jpg": ONE}, 0)
    assert len(archive) > 1_001
    opened.add("a.zip", (bytes([byte]) for byte in archive))
    delivery = store.get(opened.seal())
    assert delivery.file_path(delivery.files[0]).stat().st_size == 1_001
    assert delivery.file_path(delivery.files[1]).read_bytes() == archive


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"archive_bytes": 5_000}, r"0.006 MB.*0.005 MB.*MAX_ARCHIVE_MEGABYTES"),
        ({"files": 3}, r"4 files.*more than the 3"),
    ],
)
def test_the_archives_of_a_delivery_are_bounded_together(
    tmp_path: Path, limits: dict[str, int], told: str
) -> None:
    archive = zipped({"1.jpg": bytes(1_500), "2.jpg": bytes(1_500)})
    opened = small(tmp_path, **limits).begin("prints")
    opened.add("a.zip", [archive])
    with pytest.raises(DeliveryTooLarge, match=told):
        opened.add("b.zip", [archive])
    delivery = small(tmp_path).get(opened.seal())
    assert [file.name for file in delivery.files] == ["a.zip"]
    assert len(list((delivery.folder / "files").iterdir())) == 1


def test_archives_that_were_handed_in_under_wider_limits_are_bounded_when_they_are_read(
    store: DeliveryStore,
) -> None:
    opened = store.begin("prints")
    for name in ("a.zip", "b.zip"):
        opened.add(name, [zipped({"1.jpg": bytes(1_500)})])
    delivery = store.get(opened.seal())
    assert count_contents(delivery, IntakeLimits(archive_bytes=3_000)) == 2
    with pytest.raises(DeliveryTooLarge):
        count_contents(delivery, IntakeLimits(archive_bytes=2_999))


def test_a_delivery_longer_than_it_may_be_is_refused_while_it_comes(tmp_path: Path) -> None:
    opened = small(tmp_path, delivery_bytes=1_000).begin("prints")
    opened.add("1.jpg", [bytes(600)])
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield bytes(100)

    with pytest.raises(DeliveryTooLarge, match=r"More than 0\.001 MB .*MAX_UPLOAD_MEGABYTES"):
        opened.add("2.jpg", endless())
    assert taken == 5


def test_counts_are_bounded_too(tmp_path: Path) -> None:
    opened = small(tmp_path, files=2, addresses=2, table_bytes=10).begin("prints")
    for name in ("1.jpg", "2.jpg"):
        opened.add(name, [ONE])
    with pytest.raises(DeliveryTooLarge, match="More than 2 files"):
        opened.add("3.jpg", [ONE])
    with pytest.raises(DeliveryTooLarge, match="3 addresses, more than the 2"):
        opened.add_addresses(f"https://a.example/{n}" for n in range(3))
    with pytest.raises(DeliveryTooLarge, match=r"'t\.csv' is larger"):
        opened.add_table("t.csv", bytes(11))
    opened.add_table("t.csv", bytes(10))
    with pytest.raises(IntakeError, match=r"two metadata tables, 't\.csv' and 'u\.csv'"):
        opened.add_table("u.csv", b"")


def test_an_archive_of_no_use_is_refused_at_once_and_not_kept(store: DeliveryStore) -> None:
    opened = store.begin("prints")
    with pytest.raises(ArchiveError, match=r"'b\.zip' is damaged"):
        opened.add("b.zip", [b"PK\x03\x04nonsense"])
    opened.add("1.jpg", [ONE])
    delivery = store.get(opened.seal())
    assert [file.name for file in delivery.files] == ["1.jpg"]
    assert {path.name for path in (delivery.folder / "files").iterdir()} == {"000001"}


def test_a_source_that_breaks_leaves_nothing_of_its_file(store: DeliveryStore) -> None:
    def breaking() -> Iterator[bytes]:
        yield ONE
        raise ConnectionError

    opened = store.begin("prints")
    with pytest.raises(ConnectionError):
        opened.add("1.jpg", breaking())
    assert list((store.root / opened.id / "files").iterdir()) == []


def test_what_nobody_completes_within_a_day_goes_at_the_next_delivery(
    store: DeliveryStore,
) -> None:
    old, young, sealed = (store.begin("prints") for _ in range(3))
    sealed.add("1.jpg", [ONE])
    sealed.seal()
    for opened, age in ((old, 90_000), (young, 80_000), (sealed, 90_000)):
        for folder in (store.root / opened.id, store.root / opened.id / "files"):
            os.utime(folder, (NOW - age, NOW - age))
    stranger = store.root / "notes"
    stranger.mkdir()
    store.begin("prints")
    left = {path.name for path in store.root.iterdir()}
    assert old.id not in left
    assert {young.id, sealed.id, "notes"} <= left


def test_complete_ones_go_when_unwanted_and_old(store: DeliveryStore) -> None:
    def sealed(age: float) -> str:
        opened = store.begin("prints")
        opened.add("1.jpg", [ONE])
        id_ = opened.seal()
        os.utime(store.root / id_ / "delivery.json", (NOW - age, NOW - age))
        return id_

    wanted, unwanted, young = sealed(100), sealed(100), sealed(5)
    unsealed = store.begin("prints").id
    store.sweep({wanted}, 50)
    assert {path.name for path in store.root.iterdir()} == {wanted, young, unsealed}
    assert unwanted not in {wanted, young}


def test_once_taken_in_only_the_report_is_kept(store: DeliveryStore) -> None:
    opened = store.begin("prints")
    opened.add("1.jpg", [ONE])
    opened.add_table("t.csv", b"file\n")
    id_ = opened.seal()
    assert store.report(id_) is None
    store.finish(id_, {"added": 1})
    assert store.report(id_) == {"added": 1}
    assert {path.name for path in (store.root / id_).iterdir()} == {"delivery.json", "report.json"}
    store.discard(id_)
    store.discard(id_)
    assert list(store.root.iterdir()) == []


@pytest.mark.parametrize("id_", ["", "..", "../deliveries", "0" * 32, "A" * 32, "/etc", "x" * 99])
def test_a_name_that_is_none_leads_to_no_delivery(store: DeliveryStore, id_: str) -> None:
    kept = store.begin("prints")
    with pytest.raises(IntakeError, match="not kept any more"):
        store.get(id_)
    if id_ != "0" * 32:
        with pytest.raises(IntakeError):
            store.discard(id_)
    assert (store.root / kept.id).is_dir()


def test_a_damaged_listing_is_told(store: DeliveryStore) -> None:
    opened = store.begin("prints")
    opened.add("1.jpg", [ONE])
    id_ = opened.seal()
    for damage in ("", "[]", '{"category": "x"}', "nonsense"):
        (store.root / id_ / "delivery.json").write_text(damage)
        with pytest.raises(StorageUnavailable, match=r"delivery\.json' is damaged"):
            store.get(id_)


def test_a_disk_that_takes_nothing_is_told(tmp_path: Path) -> None:
    (tmp_path / "deliveries").write_bytes(b"a file")
    with pytest.raises(StorageUnavailable, match="cannot be used"):
        DeliveryStore(tmp_path / "deliveries", IntakeLimits()).begin("prints")

"""What the form holds, as a delivery and a job."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from common.assembly import Services
from common.errors import AddressRefused, IntakeError
from interactive.handing_in import HandedIn, hand_in, without_common_folder
from tests.samples import picture


def test_sub_folders_of_a_folder_become_classes() -> None:
    names = ["prints/flora/1.jpg", "prints/fauna/deer/2.jpg", "prints/3.jpg"]
    assert without_common_folder(names) == ["flora/1.jpg", "fauna/deer/2.jpg", "3.jpg"]


def test_a_folder_without_sub_folders_is_the_class() -> None:
    assert without_common_folder(["boots/1.jpg", "boots/2.jpg"]) == ["boots/1.jpg", "boots/2.jpg"]


def test_several_folders_and_none_stay_as_they_are() -> None:
    assert without_common_folder(["a/x/1.jpg", "b/2.jpg"]) == ["a/x/1.jpg", "b/2.jpg"]
    assert without_common_folder([]) == []


def test_what_is_handed_in_waits_for_its_job(live: Services) -> None:
    handed_in = HandedIn(
        files=[("1.jpg", io.BytesIO(picture("teal", 71)))],
        folder=[
            ("all/x/2.jpg", io.BytesIO(picture("teal", 72))),
            ("all/y/3.jpg", io.BytesIO(picture("teal", 73))),
        ],
        addresses="https://museum.example/4.jpg\n\n",
        label="teal",
        duplicates="skip",
    )
    job = hand_in(live, "badges", handed_in)
    assert (job.kind, job.category, job.state) == ("add", "badges", "queued")
    delivery = live.deliveries.get(str(job.arguments["delivery"]))
    assert [file.name for file in delivery.files] == ["1.jpg", "x/2.jpg", "y/3.jpg"]
    assert delivery.addresses == ("https://museum.example/4.jpg",)
    assert (job.arguments["label"], job.arguments["duplicates"]) == ("teal", "skip")


@pytest.mark.parametrize(
    ("handed_in", "error"),
    [
        (HandedIn(), IntakeError),
        (HandedIn(addresses="ftp://museum.example/1.jpg"), AddressRefused),
    ],
)
def test_what_is_refused_leaves_nothing_behind(
    live: Services, data_dir: Path, handed_in: HandedIn, error: type[Exception]
) -> None:
    with pytest.raises(error):
        hand_in(live, "badges", handed_in)
    assert not live.jobs.list()
    assert not list((data_dir / "deliveries").iterdir())

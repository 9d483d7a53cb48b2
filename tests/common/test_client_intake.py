"""The client brings images as if they were handed in where the server is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from common.assembly import Services
from common.client import SearchClient
from common.errors import (
    AddressRefused,
    ApiUnavailable,
    ArchiveError,
    CategoryNotFound,
    IntakeError,
)
from common.intake import Delivery
from common.job_kinds import job_runner
from common.jobs import Job
from tests.common.intake.zips import zipped
from tests.common.test_client import served
from tests.samples import make_services, picture

ONE = picture("crimson", 41)


@pytest.fixture
def client(live: Services) -> Iterator[SearchClient]:
    with closing(live.jobs):
        for address in served(live):
            with SearchClient(address) as client:
                yield client


def delivery_of(live: Services, job: Job) -> Delivery:
    return live.deliveries.get(str(job.arguments["delivery"]))


def test_files_and_their_names_arrive_as_they_are(
    client: SearchClient, live: Services, tmp_path: Path
) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(os.urandom(700_000))
    names = ["boots/1.jpg", 'a "quoted" \\ name.jpg', "Füße 日本.jpg", "line\r\nend: x.jpg", "../u"]
    job = client.add_images(
        "shapes",
        [*((name, ONE) for name in names), ("file.bin", path)],
        table=("t.csv", b"file,n\n"),
        label="loose",
        duplicates="skip",
        allow_mismatch=True,
    )
    assert job.arguments == {
        "delivery": job.arguments["delivery"],
        "label": "loose",
        "duplicates": "skip",
        "allow_mismatch": True,
    }
    delivery = delivery_of(live, job)
    assert [file.name for file in delivery.files] == [
        *names[:3],
        "line  end: x.jpg",
        "../u",
        "file.bin",
    ]
    assert delivery.file_path(delivery.files[0]).read_bytes() == ONE
    assert delivery.file_path(delivery.files[-1]).read_bytes() == path.read_bytes()
    assert delivery.table_path.read_bytes() == b"file,n\n"


def test_images_are_added_by_the_job_and_found(client: SearchClient, live: Services) -> None:
    with job_runner(live):
        job = client.add_images("badges", [("a.zip", zipped({"new/1.jpg": ONE}))])
        ended = client.wait_for_job(job.id, timeout_seconds=100)
    assert ended.state == "succeeded", ended.reason
    assert ended.report is not None
    assert (ended.report["added"], ended.report["index"]["indexed"]) == (1, 7)
    assert client.search("badges", ONE).hits[0].file == "new/1.jpg"


def test_errors_are_those_of_the_server(client: SearchClient, live: Services) -> None:
    with pytest.raises(CategoryNotFound):
        client.add_images("nothing", [("1.jpg", ONE)])
    with pytest.raises(ArchiveError, match="holds no file"):
        client.add_images("shapes", [("a.zip", zipped({}))])
    with pytest.raises(IntakeError, match="Nothing was handed in"):
        client.add_images("shapes", [])
    with pytest.raises(AddressRefused, match="user name or password"):
        client.add_urls("shapes", ["https://user:secret@a.example/1.jpg"])


def test_addresses_become_a_job(client: SearchClient, live: Services) -> None:
    urls = ["https://a.example/1.jpg", "https://a.example/2.jpg"]
    job = client.add_urls("shapes", urls, label="boots", duplicates="skip")
    assert delivery_of(live, job).addresses == tuple(urls)
    assert (job.arguments["label"], job.arguments["duplicates"]) == ("boots", "skip")


def test_more_than_is_taken_is_refused_while_it_is_sent(data_dir: Path) -> None:
    live = make_services(data_dir, max_upload_megabytes=1)
    with closing(live.jobs):
        for address in served(live):
            with SearchClient(address) as client:
                files = [(f"{n}.jpg", bytes(400_000)) for n in range(20)]
                with pytest.raises(ApiUnavailable, match=r"413|does not answer"):
                    client.add_images("shapes", files)
        assert list(live.deliveries.root.iterdir()) == []

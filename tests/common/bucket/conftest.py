"""A bucket with two categories, and live objects that use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from common.assembly import Services, bucket_places
from common.bucket.places import BucketPlaces
from common.bucket.selection import select_category
from common.bucket.uploading import UploadReport, upload
from common.settings import load_settings
from tests.s3.server import S3Server
from tests.s3.wire import Wire, wire_to
from tests.samples import add_category, make_services

MakeLive = Callable[..., Services]


@dataclass(frozen=True)
class Site:
    """A bucket, the wire to it, and the machine from which it was filled."""

    server: S3Server
    bucket: str
    wire: Wire
    home: Services
    places: BucketPlaces

    def upload(self, name: str, **options: object) -> UploadReport:
        selection = select_category(self.home.catalog.get(name), self.home.files, self.home.limits)
        target = self.places.categories.below(name)
        return upload(selection.stages, target, **{"threads": 4, "keep": selection.keep, **options})

    def settings(self) -> dict[str, object]:
        """Settings that use the bucket by way of the wire."""
        told = self.server.settings(self.bucket, self.wire.host)
        return {**told, "minio_main_path": "work/data"}


@pytest.fixture
def site(s3: S3Server, tmp_path: Path) -> Iterator[Site]:
    with s3.new_bucket() as bucket, wire_to(s3.host) as wire:
        home = tmp_path / "home"
        add_category(home, "shapes", "Shapes")
        add_category(home, "badges", "Badges", each=2)
        settings = load_settings(env_file=None).model_copy(
            update={**s3.settings(bucket.name), "minio_main_path": "work/data"}
        )
        places = bucket_places(settings)
        site = Site(s3, bucket.name, wire, make_services(home), places)
        site.upload("shapes")
        site.upload("badges")
        yield site
        places.categories.bucket.close()


@pytest.fixture
def make_live(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeLive:
    """Make live objects of a machine that has nothing but the settings, and waits for nothing."""
    monkeypatch.setattr("common.storage.s3_connection._PAUSE_SECONDS", 0.0)
    monkeypatch.setattr("common.bucket.mirror.FRESH_SECONDS", 0.0)

    def make(name: str = "away", **settings: object) -> Services:
        return make_services(tmp_path / name, **{**site.settings(), **settings})

    return make


@pytest.fixture
def live(make_live: MakeLive) -> Services:
    return make_live()

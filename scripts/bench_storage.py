"""Time a category in a bucket against the same one on the disk: upload, sync, and queries.

The bucket is the one of the settings, in a directory of its own that is removed afterwards; without
MINIO_HOST, moto's S3 server is started for it (from the development packages; it is a server for
tests, far slower than MinIO).

    python -m scripts.bench_storage --files 1000
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from common.assembly import Services, assemble, bucket_places
from common.bucket.places import BucketPlaces
from common.bucket.selection import select_category
from common.bucket.uploading import upload
from common.categories import CategoryManifest, write_manifest
from common.errors import StorageUnavailable
from common.search import SearchOptions
from common.settings import Settings, load_settings
from scripts.bench_sync import draw
from scripts.terminal import exit_status, progress_bar

NAME = "bench"
THREADS = 8
RESULTS = 9
_START_SECONDS = 30.0
_PAUSE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Queries:
    """Seconds from a picture to its ranked hits with their thumbnails.

    Attributes:
        first: of a process that has only just started.
        new: median of later ones, whose hits were not shown before.
        warm: median of the same ones asked again.
    """

    first: float
    new: float
    warm: float


@contextmanager
def bucket_settings(settings: Settings) -> Iterator[Settings]:
    """Yield settings with a bucket to measure in; what is in it is removed at the end."""
    if settings.minio_host:
        path = f"{settings.minio_main_path}/bench-{uuid.uuid4().hex[:8]}"
        chosen = settings.model_copy(update={"minio_main_path": path})
        try:
            yield chosen
        finally:
            store = bucket_places(chosen).categories
            for found in store.walk():
                store.delete(found.path)
        return
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(  # noqa: S603  # nothing in it is from outside
        [sys.executable, "-m", "moto.server", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        chosen = settings.model_copy(
            update={
                "minio_host": f"127.0.0.1:{port}",
                "minio_access_key": "bench",
                "minio_secret_key": "bench-bench",
                "minio_bucket_name": "bench",
                "minio_secure": False,
                "minio_region": "us-east-1",
            }
        )
        _make_bucket(bucket_places(chosen))
        yield chosen
    finally:
        process.kill()
        process.wait()


def queried(make: Callable[[], Services], pictures: list[bytes]) -> Queries:
    """Ask with pictures: once by a fresh process's objects, then each of the rest twice.

    Args:
        make: the live objects of a process.
        pictures: to ask with.
    """
    live = make()
    seconds = [_asked(live, picture) for picture in pictures]
    again = [_asked(live, picture) for picture in pictures]
    return Queries(seconds[0], float(np.median(seconds[1:])), float(np.median(again)))


def run() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--side-px", type=int, default=480)
    parser.add_argument("--queries", type=int, default=20)
    parser.add_argument("--embedder", default="histogram")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, bucket_settings(load_settings()) as settings:
        shared = settings.model_copy(update={"embedder": options.embedder})
        on_disk = shared.model_copy(update={"data_dir": Path(folder, "disk"), "type": "LOCAL"})
        in_bucket = shared.model_copy(update={"data_dir": Path(folder, "bucket"), "type": "PROD"})
        home = assemble(on_disk)
        images = home.catalog.root / NAME / "images"
        images.mkdir(parents=True)
        write_manifest(images.parent, CategoryManifest())
        with progress_bar("Drawing", "pictures") as on_progress:
            for number in range(options.files):
                draw(images / f"{number:06}.jpg", number, options.side_px)
                on_progress(number + 1, options.files)
        size = sum(path.stat().st_size for path in images.iterdir())
        upload_seconds, again_seconds = (_uploaded(home, in_bucket) for _ in range(2))
        away = assemble(in_bucket)
        syncs = {
            where: [live.index(live.catalog.get(NAME)).seconds for _ in range(2)]
            for where, live in (("disk", home), ("bucket", away))
        }
        pictures = [
            (images / f"{number:06}.jpg").read_bytes()
            for number in np.linspace(0, options.files - 1, options.queries, dtype=int)
        ]
        times = {
            "disk": queried(lambda: assemble(on_disk), pictures),
            "bucket": queried(lambda: assemble(in_bucket), pictures),
        }
    count = options.files
    print(
        f"{count:,} pictures of {options.side_px} px ({size / 1e6:.0f} MB), embedder "
        f"{options.embedder}, bucket at {settings.minio_host}"
    )
    print(
        f"upload: {count / upload_seconds:,.0f} images/s; again, all there: {again_seconds:.1f} s"
    )
    for where, (full, unchanged) in syncs.items():
        print(
            f"sync from {where}: {count / full:,.0f} images/s; nothing changed: {unchanged:.2f} s"
        )
    for where, found in times.items():
        print(
            f"picture to {RESULTS} hits with thumbnails, images on {where}, ms: "
            f"first {found.first * 1e3:.0f}, new p50 {found.new * 1e3:.0f}, "
            f"warm p50 {found.warm * 1e3:.1f}"
        )


def _uploaded(home: Services, settings: Settings) -> float:
    selection = select_category(home.catalog.get(NAME), home.files, home.limits)
    started = time.perf_counter()
    upload(selection.stages, bucket_places(settings).categories.below(NAME), threads=THREADS)
    return time.perf_counter() - started


def _asked(live: Services, picture: bytes) -> float:
    started = time.perf_counter()
    for hit in live.search.by_image(NAME, picture, SearchOptions(k=RESULTS)).hits:
        live.pictures.thumbnail(NAME, hit.file, str(hit.payload["_sha256"]))
    return time.perf_counter() - started


def _make_bucket(places: BucketPlaces) -> None:
    bucket = places.categories.bucket
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            with bucket.asked():
                bucket.client.make_bucket(bucket.name)
        except StorageUnavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return


if __name__ == "__main__":
    sys.exit(exit_status(run))

"""Searching over HTTP with several clients, idle and while a job takes pictures in."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from common.assembly import Services, assemble
from common.categories import CategoryManifest, write_manifest
from common.client import SearchClient
from common.errors import ApiUnavailable, StoreUnavailable
from common.records import Answer, Point, record_id
from common.settings import load_settings
from common.vectors.base import GenerationSpec
from scripts.bench_ingest.pictures import drawn_jpeg, write_pictures
from scripts.terminal import progress_bar

LARGE: Final = "large"
BUSY: Final = "busy"
_BATCH: Final = 1_000
_START_SECONDS: Final = 60.0
_PUBLISHES: Final = 5
_QUERY_MEGAPIXELS: Final = 1.0
_PICTURES: Final = 8
_POLL_SECONDS: Final = 0.05


def measure(records: int, clients: int, seconds: float, job_files: int) -> Iterator[str]:
    """Yield lines of figures.

    Args:
        records: of the category that is searched.
        clients: that ask at once, each as soon as it has its answer.
        seconds: how long to ask, idle.
        job_files: pictures that a job takes in meanwhile, into another category.
    """
    with tempfile.TemporaryDirectory(prefix="served-") as folder:
        settings = load_settings().model_copy(update={"data_dir": Path(folder)})
        live = assemble(settings)
        _fill(live, records)
        with progress_bar(f"Writing {job_files:,}", "pictures") as on_progress:
            write_pictures(live.catalog.root / BUSY / "images", job_files, on_progress)
        with (
            _served(settings.data_dir) as address,
            SearchClient(address, timeout_seconds=_START_SECONDS) as client,
        ):
            # Only now, as a server indexes what has no index yet before it starts.
            write_manifest(live.catalog.root / BUSY, CategoryManifest())
            yield f"{records:,} records, {clients} clients over HTTP, page and API in one process"
            for name, ask in _ways(client, records).items():
                for number in range(clients):
                    ask(number)  # models and files are opened at first use
                yield _line(f"{name}, idle", _asked(ask, clients, _after(seconds)))
                live.store.remove(BUSY)  # so that every picture is embedded once more
                job = client.index(BUSY).id
                while client.job(job).state == "queued":
                    time.sleep(_POLL_SECONDS)
                found = _asked(ask, clients, _ended(client, job))
                state = client.job(job).state
                yield _line(f"{name}, a job takes in {job_files:,} pictures ({state})", found)
            delays = [_until_visible(live, client, number) for number in range(_PUBLISHES)]
            yield (
                f"published to visible in the running server, longest of {_PUBLISHES}: "
                f"{max(delays):.2f} s"
            )


def _ways(client: SearchClient, records: int) -> dict[str, Callable[[int], object]]:
    pictures = [drawn_jpeg(number, _QUERY_MEGAPIXELS) for number in range(_PICTURES)]

    def by_record(number: int) -> Answer:
        return client.similar(LARGE, record_id(LARGE, f"{number % records}.jpg"))

    def by_picture(number: int) -> Answer:
        return client.search(LARGE, pictures[number % _PICTURES])

    return {"by record": by_record, f"by picture of {_QUERY_MEGAPIXELS:g} megapixel": by_picture}


def _after(seconds: float) -> Callable[[], bool]:
    until = time.monotonic() + seconds
    return lambda: time.monotonic() > until


def _ended(client: SearchClient, job: str) -> Callable[[], bool]:
    return lambda: client.job(job).state not in ("queued", "running")


def _fill(live: Services, records: int) -> None:
    (live.catalog.root / LARGE / "images").mkdir(parents=True)
    write_manifest(live.catalog.root / LARGE, CategoryManifest())
    card = live.embedders.get(live.settings.embedder).card
    spec = GenerationSpec(card.dim, card.fingerprint, card.name, {"file": "keyword"})
    builder = live.store.build(LARGE, spec)
    rng = np.random.default_rng(0)
    with progress_bar("Filling", "records") as on_progress:
        for start in range(0, records, _BATCH):
            numbers = range(start, min(start + _BATCH, records))
            vectors = rng.normal(size=(len(numbers), card.dim)).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            builder.upsert([_point(n, vector) for n, vector in zip(numbers, vectors, strict=True)])
            on_progress(numbers.stop, records)
    builder.publish()


def _point(number: int, vector: np.ndarray) -> Point:
    file = f"{number}.jpg"
    return Point(record_id(LARGE, file), vector, {"file": file})


@contextmanager
def _served(data_dir: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "DATA_DIR": str(data_dir),
        "INTERACTIVE_PORT": str(port),
        "DEMO_DATA": "false",
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "scripts.serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:  # noqa: S603
        address = f"http://127.0.0.1:{port}/api"
        try:
            _await(address)
            yield address
        finally:
            process.terminate()


def _await(address: str) -> None:
    until = time.monotonic() + _START_SECONDS
    with SearchClient(address) as client:
        while True:
            try:
                client.categories()
            except ApiUnavailable:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                return


def _asked(ask: Callable[[int], object], clients: int, ended: Callable[[], bool]) -> list[float]:
    """Let clients ask until something has ended; return the seconds of each answer."""
    stop = False

    def one(number: int) -> list[float]:
        seconds = []
        while not stop:
            started = time.perf_counter()
            ask(number)
            seconds.append(time.perf_counter() - started)
            number += clients
        return seconds

    with ThreadPoolExecutor(clients) as executor:
        asking = [executor.submit(one, number) for number in range(clients)]
        try:
            while not ended():
                time.sleep(0.1)
        finally:
            stop = True
        return [seconds for each in asking for seconds in each.result()]


def _line(name: str, seconds: list[float]) -> str:
    p50, p95 = np.percentile(seconds, [50, 95]) * 1e3
    return (
        f"{name}: {len(seconds):,} answers, p50 {p50:.0f} ms, p95 {p95:.0f} ms, "
        f"longest {max(seconds) * 1e3:.0f} ms"
    )


def _until_visible(live: Services, client: SearchClient, number: int) -> float:
    """Publish from this process; return the seconds until the server answers from it."""
    first = record_id(LARGE, "0.jpg")
    with closing(live.store.open(LARGE)) as index:
        point = index.get([first])[0]
        builder = live.store.build(LARGE, index.manifest.spec, from_current=True)
    builder.upsert([Point(first, point.vector, {"file": "0.jpg", "number": number})])
    generation = builder.publish().generation
    published = time.perf_counter()
    while client.similar(LARGE, first).generation != generation:
        if time.perf_counter() - published > _START_SECONDS:
            raise StoreUnavailable("The new generation was never seen", "Read the server's log")
        time.sleep(0.005)
    return time.perf_counter() - published

"""How fast a sync takes pictures in, beside what its stages reach alone, and its memory."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from common.assembly import Services, assemble, image_store, thread_count
from common.categories import CategoryManifest, write_manifest
from common.embedding.base import Embedder
from common.pipeline import embed_files
from common.records import Vector
from common.settings import load_settings
from scripts.bench_ingest.pictures import write_pictures
from scripts.terminal import progress_bar

NAME: Final = "bench"
_STAGE_FILES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Sync:
    """A sync in a process of its own.

    Attributes:
        files: that were new.
        seconds: from its start to its end, starting the interpreter included.
        peak_megabytes: the most memory that it, or a process it started, held.
    """

    files: int
    seconds: float
    peak_megabytes: float


class _WithoutModel:
    """An embedder that only prepares: what is left is reading, decoding and scaling."""

    def __init__(self, embedder: Embedder) -> None:
        self.card = embedder.card
        self.prepare = embedder.prepare

    def infer(self, batch: NDArray[Any]) -> Vector:
        """Return unit vectors of no meaning."""
        vectors = np.zeros((len(batch), self.card.dim), dtype=np.float32)
        vectors[:, 0] = 1
        return vectors


def measure(few: int, many: int) -> Iterator[str]:
    """Yield lines of figures.

    Args:
        few: pictures of a first category.
        many: pictures of a second one; equal peaks mean that memory does not grow with them.
    """
    with tempfile.TemporaryDirectory(prefix="ingest-") as folder:
        settings = load_settings().model_copy(update={"data_dir": Path(folder)})
        live = assemble(settings)
        syncs = []
        for number, count in enumerate((few, many)):
            name = f"{NAME}-{number}"
            directory = live.catalog.root / name
            with progress_bar(f"Writing {count:,}", "pictures") as on_progress:
                write_pictures(directory / "images", count, on_progress)
            write_manifest(directory, CategoryManifest())
            syncs.append(_synced(live, name, count))
        decode, embed = _stages(live, f"{NAME}-1")
    last = syncs[-1]
    whole = last.files / last.seconds
    yield (
        f"{last.files:,} JPEGs of 0.3 to 2 megapixels, embedder {settings.embedder}, "
        f"{thread_count(settings)} threads: {whole:.0f} images/s end to end"
    )
    both = 1 / (1 / decode + 1 / embed)
    yield f"reading and decoding alone: {decode:.0f} images/s; embedding: {embed:.0f} images/s"
    yield (
        f"end to end against the slower stage alone: {100 * whole / min(decode, embed):.0f} %; "
        f"against both by turns on the same cores ({both:.0f} images/s): {100 * whole / both:.0f} %"
    )
    for sync in syncs:
        yield f"peak memory at {sync.files:,} files: {sync.peak_megabytes:.0f} MB"
    growth = last.peak_megabytes / syncs[0].peak_megabytes - 1
    yield f"growth: {100 * growth:+.1f} %"


def _synced(live: Services, name: str, count: int) -> Sync:
    environment = {**os.environ, "DATA_DIR": str(live.settings.data_dir), "CATEGORY": name}
    started = time.monotonic()
    process = os.posix_spawn(sys.executable, [sys.executable, "-m", "scripts.index"], environment)
    _, status, usage = os.wait4(process, 0)
    seconds = time.monotonic() - started
    if status:
        raise SystemExit(os.waitstatus_to_exitcode(status))
    return Sync(count, seconds, usage.ru_maxrss / 1024)


def _stages(live: Services, name: str) -> tuple[float, float]:
    """Return images a second of decoding alone and of embedding alone."""
    category = live.catalog.get(name)
    images, threads = image_store(category), thread_count(live.settings)
    embedder = live.embedder_for(category)
    batch_size = live.settings.embedding_batch_size
    files = [stored.path for stored in images.walk()][:_STAGE_FILES]
    started = time.perf_counter()
    for _ in embed_files(
        files, images, _WithoutModel(embedder), live.limits, batch_size=batch_size, threads=threads
    ):
        pass
    decode = len(files) / (time.perf_counter() - started)
    side = embedder.card.preprocessing.size_px
    picture = np.asarray(np.random.default_rng(0).integers(0, 256, (side, side, 3)), dtype=np.uint8)
    batch = np.stack([embedder.prepare(Image.fromarray(picture))] * batch_size)
    embedder.infer(batch)
    rounds = max(1, len(files) // batch_size)
    started = time.perf_counter()
    for _ in range(rounds):
        embedder.infer(batch)
    return decode, rounds * batch_size / (time.perf_counter() - started)

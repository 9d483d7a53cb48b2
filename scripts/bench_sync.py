"""Time bringing an index in step with its files: nothing changed, little changed, all new.

Also searches all the while another process publishes, and tells the longest of these searches.
Pictures are drawn into a directory of their own, which is removed afterwards.

    python -m scripts.bench_sync --files 10000 --changed 100
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from common.assembly import Services, assemble
from common.categories import CategoryManifest, write_manifest
from common.records import record_id
from common.settings import load_settings
from scripts.terminal import exit_status, progress_bar

NAME = "bench"
IDLE_SECONDS = 3.0
PAUSE_SECONDS = 0.002


def draw(path: Path, number: int, side_px: int) -> None:
    """Draw a picture that differs for every number, changed a minute ago."""
    rng = np.random.default_rng(number)
    image = Image.new("RGB", (side_px, side_px), tuple(rng.integers(0, 256, 3).tolist()))
    pen = ImageDraw.Draw(image)
    for _ in range(8):
        x, y = np.sort(rng.integers(0, side_px, (2, 2)), axis=1).tolist()
        pen.ellipse((x[0], y[0], x[1], y[1]), fill=tuple(rng.integers(0, 256, 3).tolist()))
    image.save(path, "JPEG", quality=85)
    # A file's time is trusted only once it is older than the resolution of clocks.
    moment = time.time() - 60
    os.utime(path, (moment, moment))


def searched(live: Services, until: Callable[[], bool]) -> list[float]:
    """Search one record after the other; return the seconds of each search."""
    seconds: list[float] = []
    while not until():
        record = record_id(NAME, f"{len(seconds) % 10}.jpg")
        started = time.perf_counter()
        live.search.by_record(NAME, record)
        seconds.append(time.perf_counter() - started)
        time.sleep(PAUSE_SECONDS)
    return seconds


def searched_during_publish(live: Services) -> list[float]:
    """Search while another process brings the index in step."""
    with subprocess.Popen(
        [sys.executable, "-m", "scripts.index"],
        env={**os.environ, "DATA_DIR": str(live.settings.data_dir), "CATEGORY": NAME},
        stdout=subprocess.DEVNULL,
    ) as process:
        return searched(live, lambda: process.poll() is not None)


def spread(name: str, seconds: list[float]) -> str:
    """Return a line with the count, the median and the longest of some searches."""
    p50, p99 = np.percentile(seconds, [50, 99]) * 1e3
    return (
        f"{name}: {len(seconds):,} searches, p50 {p50:.1f} ms, p99 {p99:.1f} ms, "
        f"longest {max(seconds) * 1e3:.1f} ms"
    )


def run() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--changed", type=int, default=100)
    parser.add_argument("--new", type=int, default=10)
    parser.add_argument("--side-px", type=int, default=224)
    parser.add_argument("--embedder", default="histogram")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings().model_copy(
            update={"data_dir": Path(folder), "embedder": options.embedder}
        )
        os.environ["EMBEDDER"] = options.embedder
        live = assemble(settings)
        images = live.catalog.root / NAME / "images"
        images.mkdir(parents=True)
        write_manifest(images.parent, CategoryManifest())
        category = live.catalog.get(NAME)
        with progress_bar("Drawing", "pictures") as on_progress:
            for number in range(options.files):
                draw(images / f"{number}.jpg", number, options.side_px)
                on_progress(number + 1, options.files)
        full = live.index(category)
        unchanged = live.index(category)
        for number in range(options.changed):
            draw(images / f"{number}.jpg", options.files + number, options.side_px)
        partly = live.index(category)
        for number in range(options.new):
            draw(
                images / f"{options.files + number}.jpg",
                3 * options.files + number,
                options.side_px,
            )
        added = live.index(category)
        in_step = live.plan(category).changes.unchanged
        idle_until = time.perf_counter() + IDLE_SECONDS
        idle = searched(live, lambda: time.perf_counter() > idle_until)
        before = live.store.current(NAME)
        for number in range(options.changed):
            draw(images / f"{number}.jpg", 2 * options.files + number, options.side_px)
        during = searched_during_publish(live)
        published = live.store.current(NAME) != before
    print(f"{options.files:,} files of {options.side_px} px, embedder {options.embedder}")
    print(f"full build: {full.seconds:.2f} s, {full.embedded:,} embedded")
    print(f"nothing changed: {unchanged.seconds:.2f} s, {unchanged.embedded:,} embedded")
    print(
        f"{options.changed:,} changed: {partly.seconds:.2f} s, {partly.embedded:,} embedded, "
        f"{full.seconds / partly.seconds:.1f} times faster than the full build"
    )
    print(f"{options.new:,} new: {added.seconds:.2f} s, {added.embedded:,} embedded")
    print(f"in step afterwards: {in_step:,} of {options.files + options.new:,}")
    print(spread("idle", idle))
    print(spread(f"during a publish ({'done' if published else 'FAILED'})", during))


if __name__ == "__main__":
    sys.exit(exit_status(run))

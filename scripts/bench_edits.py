"""Time what people do to records by hand: correcting, removing, leafing through in any order.

The index is made of random vectors, with no picture behind them: editing embeds and decodes none.
It lies in a directory of its own, which is removed afterwards. Without ``--graph`` the index is
scanned; with it, it has a graph, whose first build takes a minute that is not told.

    python -m scripts.bench_edits --records 50000 --dim 256 --graph
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from common.assembly import Services, assemble
from common.browsing import BrowseService
from common.categories import CategoryManifest, write_manifest
from common.overlay import FileEdit
from common.records import AnyOf, FieldType, Filter, PayloadValue, Point, Vector, record_id
from common.settings import load_settings
from common.vectors.base import GenerationSpec
from scripts.terminal import exit_status, progress_bar

NAME = "bench"
BATCH = 1_000
REPEATS = 5
CLASSES = 40
FIELDS: dict[str, FieldType] = {
    "file": "keyword",
    "class": "keyword",
    "price": "number",
    "year": "integer",
    "drawn": "date",
    "colours": "list",
    "page": "link",
}


def point(number: int, vector: Vector) -> Point:
    """Return a record with as much metadata as a museum's or a shop's has."""
    file = f"{number % CLASSES}/{number}.jpg"
    payload: dict[str, PayloadValue] = {
        "file": file,
        "class": f"class {number % CLASSES}",
        "price": number % 997 + 0.5,
        "year": 1500 + number * 7 % 520,
        "drawn": f"{1500 + number * 7 % 520}-05-31",
        "colours": ["red", "blue"],
        "page": f"https://example.org/{number}",
        "note": "A few words that describe what can be seen. " * 3,
        "_sha256": f"{number:064x}",
        "_phash": f"{number:016x}",
        "_width": 640,
        "_height": 480,
    }
    return Point(record_id(NAME, file), vector, payload)


def fill(live: Services, records: int, dim: int) -> None:
    """Publish a generation of random unit vectors."""
    rng = np.random.default_rng(0)
    builder = live.store.build(NAME, GenerationSpec(dim, "0" * 64, "none", FIELDS))
    with progress_bar("Writing", "records") as on_progress:
        for first in range(0, records, BATCH):
            vectors = rng.standard_normal((min(BATCH, records - first), dim)).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            builder.upsert([point(first + i, vector) for i, vector in enumerate(vectors)])
            on_progress(first + len(vectors), records)
    builder.publish()


def seconds_of(action: Callable[[int], object]) -> list[float]:
    """Do something several times; return the seconds of each."""
    seconds: list[float] = []
    for repeat in range(REPEATS):
        started = time.perf_counter()
        action(repeat)
        seconds.append(time.perf_counter() - started)
    return seconds


def told(name: str, seconds: list[float]) -> str:
    """Return a line with the median and the longest."""
    return f"{name}: median {np.median(seconds) * 1e3:.0f} ms, longest {max(seconds) * 1e3:.0f} ms"


def longest_search(live: Services, record: str, until: threading.Event) -> float:
    """Search one time after the other; return the longest in seconds."""
    longest = 0.0
    while not until.is_set():
        started = time.perf_counter()
        live.search.by_record(NAME, record)
        longest = max(longest, time.perf_counter() - started)
    return longest


def measure(live: Services, records: int) -> list[str]:
    """Return what was measured, a line each."""
    editor = live.editor(live.catalog.get(NAME))
    ids = [record_id(NAME, f"{n % CLASSES}/{n}.jpg") for n in range(records)]
    lines = [
        told(
            f"first page ordered by {order or 'id'}, anew",
            seconds_of(partial(anew, live, order)),
        )
        for order in (None, "class", "price", "drawn")
    ]
    one_class = Filter((AnyOf("class", ("class 1",)),))
    lines.append(
        told(
            f"the same of one class in {CLASSES}, by price, anew",
            seconds_of(lambda n: anew(live, "price", n, one_class)),
        )
    )
    lines.append(
        told(
            "any further page by price",
            seconds_of(
                lambda n: live.browse.page(
                    NAME, order_by="price", offset=n * records // REPEATS, limit=60
                )
            ),
        )
    )
    lines.append(
        told("one record changed", seconds_of(lambda n: editor.patch(ids[n], {"year": n})))
    )
    lines.append(told("one record removed", seconds_of(lambda n: editor.delete([ids[-1 - n]]))))
    lines.append(
        told(
            "500 records changed together",
            seconds_of(lambda n: editor.patch_many({i: {"year": n} for i in ids[1000:1500]})),
        )
    )
    files = [f"{n % CLASSES}/{n}.jpg" for n in range(20_000)]
    live.files.edits(NAME).write({file: FileEdit({"price": 1.0}) for file in files})
    lines.append(
        told(
            "one record changed beside 20,000 earlier edits",
            seconds_of(lambda n: editor.patch(ids[n], {"year": -n - 1})),
        )
    )
    done = threading.Event()
    longest: list[float] = []
    searching = threading.Thread(target=lambda: longest.append(longest_search(live, ids[50], done)))
    searching.start()
    seconds_of(lambda n: editor.patch(ids[n], {"year": n + 100}))
    done.set()
    searching.join()
    lines.append(f"searching all the while: longest {longest[0] * 1e3:.0f} ms")
    return lines


def anew(live: Services, order: str | None, _: int, filter: Filter | None = None) -> None:
    """Ask for a first page as if its generation were new."""
    BrowseService(live.search).page(NAME, order_by=order, filter=filter, limit=60)


def run() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--graph", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        threshold = options.records // 2 if options.graph else options.records + 1
        update = {"data_dir": Path(folder), "hnsw_from_points": threshold, "type": "LOCAL"}
        live = assemble(load_settings().model_copy(update=update))
        (live.catalog.root / NAME / "images").mkdir(parents=True)
        write_manifest(live.catalog.root / NAME, CategoryManifest())
        fill(live, options.records, options.dim)
        lines = measure(live, options.records)
    kind = "with a graph" if options.graph else "without a graph"
    print(f"{options.records:,} records of {options.dim} numbers, {kind}")
    print("\n".join(lines))


if __name__ == "__main__":
    sys.exit(exit_status(run))

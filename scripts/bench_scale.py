"""Measure how far one machine goes: the embedded engine at growing sizes, and what that means.

    python -m scripts.bench_scale --scan 50000,200000,500000 --graph 50000

Every index is built in one process and asked in a fresh one, whose resident memory is thus the
index's. The same clustered vectors are scanned exactly and searched by a graph (HNSW); the truth
for recall is an exact search with NumPy. A straight line through the scans, fitted by least squares
and printed as a formula, says what a scan of other sizes would take; nothing else is extrapolated.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np

from common.records import AnyOf, Filter, Point, Vector, record_id
from common.vectors.base import GenerationSpec
from common.vectors.edge.store import EdgeStore
from scripts.bench_store import clustered
from scripts.cluster_sizing import as_table, cluster_sizes
from scripts.terminal import exit_status

Way: TypeAlias = Literal["scan", "graph"]
K: Final = 10
CLUSTERS: Final = 1_000
GROUPS: Final = 20  # a filtered query lets pass one group: 5 % of the points
BATCH: Final = 2_000
NOISE: Final = 1.0  # around a cluster's centre, as of the centres
_NEVER: Final = sys.maxsize


@dataclass(frozen=True, slots=True)
class Size:
    """One measurement to make.

    Attributes:
        way: how the index answers.
        points: in it.
        dim: of a vector.
        queries: asked, after a tenth of them that is not counted.
        seed: of points and queries.
    """

    way: Way
    points: int
    dim: int
    queries: int
    seed: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What was measured of one index.

    Attributes:
        p50_ms: of a query without a filter, and so on.
        recall_at_10: against an exact search.
        memory_bytes: the resident memory of the process that asked, less what it had before it
            opened the index; what the engine itself takes is part of it.
    """

    p50_ms: float
    p95_ms: float
    filtered_p50_ms: float
    filtered_p95_ms: float
    recall_at_10: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Figures:
    """One line of the report."""

    way: Way
    points: int
    build_seconds: float
    disk_bytes: int
    asked: Asked


def questions(size: Size) -> Vector:
    """Draw the queries, shape ``(queries, dim)``: the same for every way and number of points."""
    rng = np.random.default_rng([size.seed, 1])
    return clustered(rng, size.queries + size.queries // 10, _centres(size), NOISE)


def build(folder: Path, size: Size) -> tuple[float, int, list[list[str]]]:
    """Publish an index.

    Returns:
        Seconds, bytes on the disk, and each query's truly best ids.
    """
    queries = questions(size)
    best_ids = np.full((len(queries), 0), "", dtype=object)
    best_scores = np.empty((len(queries), 0), dtype=np.float32)
    store = EdgeStore(folder, hnsw_from_points=0 if size.way == "graph" else _NEVER)
    spec = GenerationSpec(size.dim, "bench", "bench", {"group": "keyword"})
    seconds = 0.0
    builder = store.build("bench", spec)
    for points in _batches(size):
        rows = np.stack([point.vector for point in points])
        ids = np.array([point.id for point in points], dtype=object)
        scores = np.concatenate([best_scores, queries @ rows.T], axis=1)
        known = np.concatenate([best_ids, np.broadcast_to(ids, (len(queries), len(ids)))], axis=1)
        order = np.argsort(-scores, axis=1, kind="stable")[:, :K]
        best_scores = np.take_along_axis(scores, order, axis=1)
        best_ids = np.take_along_axis(known, order, axis=1)
        started = time.perf_counter()
        builder.upsert(points)
        seconds += time.perf_counter() - started
    started = time.perf_counter()
    manifest = builder.publish()
    seconds += time.perf_counter() - started
    return seconds, manifest.size_bytes or 0, best_ids.tolist()


def ask(folder: Path, size: Size, truth: Sequence[Sequence[str]]) -> Asked:
    """Ask an index that another process has built."""
    queries = questions(size)
    before = resident_bytes()
    index = EdgeStore(folder).open("bench")
    plain: list[float] = []
    filtered: list[float] = []
    found = 0
    for number, query in enumerate(queries):
        only = Filter(must=(AnyOf("group", (f"g{number % GROUPS}",)),))
        started = time.perf_counter()
        hits = index.search(query, K)
        between = time.perf_counter()
        index.search(query, K, filter=only)
        filtered.append(time.perf_counter() - between)
        plain.append(between - started)
        found += len({hit.id for hit in hits} & set(truth[number]))
    memory = resident_bytes() - before
    index.close()
    p50, p95 = np.percentile(plain[-size.queries :], (50, 95)) * 1e3
    filtered_p50, filtered_p95 = np.percentile(filtered[-size.queries :], (50, 95)) * 1e3
    return Asked(
        p50_ms=float(p50),
        p95_ms=float(p95),
        filtered_p50_ms=float(filtered_p50),
        filtered_p95_ms=float(filtered_p95),
        recall_at_10=found / (K * len(queries)),
        memory_bytes=memory,
    )


def measure(size: Size) -> Figures:
    """Build and ask one index, each in a process of its own."""
    fresh = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with ProcessPoolExecutor(1, mp_context=fresh) as executor:
            seconds, disk, truth = executor.submit(build, folder, size).result()
        with ProcessPoolExecutor(1, mp_context=fresh) as executor:
            asked = executor.submit(ask, folder, size, truth).result()
    return Figures(size.way, size.points, seconds, disk, asked)


def scan_line(scans: Sequence[Figures]) -> tuple[float, float]:
    """Return ``(a, b)`` of the least squares line ``p50_ms = a + b * (points / 100,000)``."""
    slope, start = np.polyfit([f.points / 1e5 for f in scans], [f.asked.p50_ms for f in scans], 1)
    return float(start), float(slope)


def resident_bytes() -> int:
    """Return the memory of this process that is in RAM now, mapped files included (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def report(all_figures: Sequence[Figures], dim: int) -> str:
    """Return the figures, the line through the scans, and the sizing of clusters, as Markdown."""
    lines = [
        "| index | p50 / p95 ms | … filtered (5 %) | recall@10 | memory | disk | built in |",
        "|---|---|---|---|---|---|---|",
    ]
    for figures in all_figures:
        asked = figures.asked
        lines.append(
            f"| {figures.points:,} x {dim}, {figures.way} "
            f"| {asked.p50_ms:.1f} / {asked.p95_ms:.1f} "
            f"| {asked.filtered_p50_ms:.1f} / {asked.filtered_p95_ms:.1f} "
            f"| {asked.recall_at_10:.3f} | {asked.memory_bytes / 1e6:,.0f} MB "
            f"| {figures.disk_bytes / 1e6:,.0f} MB | {figures.build_seconds:.0f} s |"
        )
    scans = [figures for figures in all_figures if figures.way == "scan"]
    if len(scans) > 1:
        start, slope = scan_line(scans)
        lines += [
            "",
            f"A scan takes {start:.2f} + {slope:.2f} x (points / 100,000) ms (p50, least squares "
            f"through {len(scans)} sizes).",
        ]
    return "\n".join([*lines, "", as_table(cluster_sizes(dim))])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--scan", type=_sizes, default=[50_000, 200_000, 500_000])
    parser.add_argument("--graph", type=_sizes, default=[50_000])
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    options = parser.parse_args()
    wanted: list[tuple[Way, int]] = [("scan", count) for count in options.scan]
    wanted += [("graph", count) for count in options.graph]
    found: list[Figures] = []
    for way, count in wanted:
        print(f"Measuring {count:,} points, {way} ...", file=sys.stderr)
        found.append(measure(Size(way, count, options.dim, options.queries, options.seed)))
    print(report(found, options.dim))
    if options.json:
        text = json.dumps([asdict(figures) for figures in found], indent=2)
        options.json.write_text(f"{text}\n", encoding="utf-8")


def _sizes(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part]


def _centres(size: Size) -> Vector:
    rng = np.random.default_rng(size.seed)
    return rng.standard_normal((CLUSTERS, size.dim), dtype=np.float32)


def _batches(size: Size) -> Iterator[list[Point]]:
    rng = np.random.default_rng([size.seed, 2])
    centres = _centres(size)
    for start in range(0, size.points, BATCH):
        rows = clustered(rng, min(BATCH, size.points - start), centres, NOISE)
        yield [
            Point(
                record_id("bench", str(start + i)),
                row,
                {"file": f"{start + i}.jpg", "group": f"g{(start + i) % GROUPS}"},
            )
            for i, row in enumerate(rows)
        ]


if __name__ == "__main__":
    sys.exit(exit_status(main))

"""Measure the embedded store against qdrant-client's local mode, in one run.

Both keep the same clustered vectors behind the same protocol and answer the same queries by turns,
so that whatever else the machine does meets both. The truth is an exact search with NumPy.

    python -m scripts.bench_store --points 50000 --dim 256 --json bench.json
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from qdrant_client import QdrantClient

from common.records import AnyOf, Filter, Point, Vector, record_id
from common.vectors.base import GenerationSpec, VectorIndex, VectorStore
from common.vectors.edge.store import EdgeStore
from common.vectors.server.store import ServerStore

K = 10
CLUSTERS = 1_000
GROUPS = 20  # a filtered query lets pass one group: 5 % of the points
BATCH = 1_000
EDGE = "Qdrant Edge"
LOCAL = "qdrant-client local"


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured of one store."""

    upload_points_per_second: float
    build_seconds: float
    query_p50_ms: float
    query_p95_ms: float
    filtered_p50_ms: float
    filtered_p95_ms: float
    recall_at_10: float
    filtered_recall_at_10: float


@dataclass(slots=True)
class Timings:
    """Answers of one store to one kind of query."""

    seconds: list[float] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)

    def percentile_ms(self, percent: float) -> float:
        """Return a percentile of the durations, in milliseconds."""
        return float(np.percentile(self.seconds, percent)) * 1e3

    def recall(self) -> float:
        """Return the mean share of the truly best that was found."""
        return float(np.mean(self.recalls))


def clustered(rng: np.random.Generator, count: int, centres: Vector, noise: float) -> Vector:
    """Draw unit vectors around random ones of ``centres``.

    Args:
        rng: the source of chance.
        count: how many.
        centres: shape ``(clusters, dim)``, standard normal.
        noise: standard deviation around a centre, where that of the centres is 1.

    Returns:
        Shape ``(count, dim)``, float32, unit rows.
    """
    rows = centres[rng.integers(0, len(centres), count)]
    rows = rows + noise * rng.standard_normal(rows.shape, dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


def upload(store: VectorStore, points: Sequence[Point], dim: int) -> tuple[float, float]:
    """Publish a generation of ``points``; return the seconds of the upload and of the rest."""
    builder = store.build("bench", GenerationSpec(dim, "bench", "bench", {"group": "keyword"}))
    started = time.perf_counter()
    for start in range(0, len(points), BATCH):
        builder.upsert(points[start : start + BATCH])
    uploaded = time.perf_counter()
    builder.publish()
    return uploaded - started, time.perf_counter() - uploaded


def ask(
    index: VectorIndex, query: Vector, filter: Filter | None, truth: set[str], into: Timings
) -> None:
    """Put one query and note how long it took and how much of the truth it found."""
    started = time.perf_counter()
    hits = index.search(query, K, filter=filter)
    into.seconds.append(time.perf_counter() - started)
    into.recalls.append(len(truth & {hit.id for hit in hits}) / K)


def best(rows: Vector, ids: NDArray[np.str_], query: Vector) -> set[str]:
    """Return the ids of the ``K`` rows most similar to ``query``, by an exact search."""
    return set(ids[np.argsort(-(rows @ query), kind="stable")[:K]].tolist())


def measure(
    stores: dict[str, VectorStore], count: int, dim: int, queries: int, noise: float, seed: int
) -> dict[str, Figures]:
    """Measure every store with the same points and queries."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((CLUSTERS, dim), dtype=np.float32)
    rows = clustered(rng, count, centres, noise)
    ids = np.array([record_id("bench", str(i)) for i in range(count)])
    points = [
        Point(str(ids[i]), rows[i], {"file": f"{i}.jpg", "group": f"g{i % GROUPS}"})
        for i in range(count)
    ]
    seconds = {name: upload(store, points, dim) for name, store in stores.items()}
    indexes = {name: store.open("bench") for name, store in stores.items()}
    plain: dict[str, Timings] = {name: Timings() for name in stores}
    filtered: dict[str, Timings] = {name: Timings() for name in stores}
    for number, query in enumerate(clustered(rng, queries, centres, noise)):
        group = number % GROUPS
        only = Filter(must=(AnyOf("group", (f"g{group}",)),))
        truth = best(rows, ids, query)
        truth_in_group = best(rows[group::GROUPS], ids[group::GROUPS], query)
        for name, index in indexes.items():
            ask(index, query, None, truth, plain[name])
            ask(index, query, only, truth_in_group, filtered[name])
    return {
        name: Figures(
            upload_points_per_second=count / seconds[name][0],
            build_seconds=seconds[name][1],
            query_p50_ms=plain[name].percentile_ms(50),
            query_p95_ms=plain[name].percentile_ms(95),
            filtered_p50_ms=filtered[name].percentile_ms(50),
            filtered_p95_ms=filtered[name].percentile_ms(95),
            recall_at_10=plain[name].recall(),
            filtered_recall_at_10=filtered[name].recall(),
        )
        for name in stores
    }


def local_client(folder: Path, *, on_disk: bool) -> QdrantClient:
    """Return a client in local mode, which is at its fastest when it keeps nothing on disk."""
    return QdrantClient(path=str(folder / "local")) if on_disk else QdrantClient(":memory:")


def table(figures: dict[str, Figures]) -> str:
    """Return the figures as text, with how many times better Edge is."""
    edge, local = asdict(figures[EDGE]), asdict(figures[LOCAL])
    lines = [f"{'':28}{EDGE:>20}{LOCAL:>22}{'ratio':>10}"]
    for name in edge:
        if "recall" in name or "build" in name:
            ratio = ""  # equal at best; local mode builds nothing
        elif "per_second" in name:
            ratio = f"{edge[name] / local[name]:.0f}x"
        else:
            ratio = f"{local[name] / edge[name]:.0f}x"
        label = name.replace("_", " ")
        lines.append(f"{label:28}{edge[name]:>20,.3f}{local[name]:>22,.3f}{ratio:>10}")
    return "\n".join(lines)


def main() -> None:
    """Measure, print the table, and write it as JSON where asked to."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--points", type=int, default=50_000)
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--noise", type=float, default=1.0, help="around a cluster's centre")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--local-on-disk", action="store_true", help="local mode keeps its points too (slow)"
    )
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", "Payload indexes have no effect in the local Qdrant")
    warnings.filterwarnings("ignore", "Local mode")  # that it is slow is what we measure
    with tempfile.TemporaryDirectory() as folder:
        stores: dict[str, VectorStore] = {
            EDGE: EdgeStore(Path(folder)),
            LOCAL: ServerStore(local_client(Path(folder), on_disk=options.local_on_disk)),
        }
        figures = measure(
            stores, options.points, options.dim, options.queries, options.noise, options.seed
        )
    print(f"{options.points:,} points x {options.dim}, {options.queries} queries, k = {K}\n")
    print(table(figures))
    if options.json:
        settings = {
            name: value for name, value in vars(options).items() if not isinstance(value, Path)
        }
        report = {"settings": settings, "figures": {n: asdict(f) for n, f in figures.items()}}
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

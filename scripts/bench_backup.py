"""Time saving an index and restoring it into an empty stack, and tell their sizes.

The vectors are clustered, as those of pictures are, and both sides are the embedded engine. A
restore checks every file, builds the index anew and proves it with the queries of the backup.

    python -m scripts.bench_backup --points 50000 --dim 256
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np

from common.assembly import Services, assemble
from common.backups.restoring import restore_backup
from common.backups.saving import save_backup
from common.categories import CategoryManifest, write_manifest
from common.records import Point, record_id
from common.settings import load_settings
from common.storage.folder import FolderStore
from common.vectors.base import GenerationManifest, GenerationSpec
from scripts.bench_store import BATCH, CLUSTERS, GROUPS, clustered
from scripts.terminal import exit_status

NAME = "bench"


def services(data_dir: Path) -> Services:
    """Return live objects of the embedded engine over a directory."""
    update = {"data_dir": data_dir, "type": "LOCAL", "qdrant_url": "", "qdrant_host": ""}
    return assemble(load_settings().model_copy(update=update))


def index_random(live: Services, count: int, dim: int, seed: int) -> GenerationManifest:
    """Make a category with an index of random vectors around random centres."""
    directory = live.catalog.root / NAME
    directory.mkdir(parents=True)
    write_manifest(directory, CategoryManifest())
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((CLUSTERS, dim), dtype=np.float32)
    rows = clustered(rng, count, centres, noise=1.0)
    points = [
        Point(record_id(NAME, str(n)), row, {"file": f"{n}.jpg", "group": f"g{n % GROUPS}"})
        for n, row in enumerate(rows)
    ]
    builder = live.store.build(NAME, GenerationSpec(dim, "bench", "bench", {"group": "keyword"}))
    for start in range(0, count, BATCH):
        builder.upsert(points[start : start + BATCH])
    return builder.publish()


def run() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--points", type=int, default=50_000)
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = FolderStore(Path(folder) / "backups")
        place.root.mkdir()
        original, fresh = (services(Path(folder) / name) for name in ("original", "fresh"))
        manifest = index_random(original, options.points, options.dim, options.seed)
        parts = [original.saved_parts(original.catalog.get(NAME))]
        saved = save_backup(parts, original.store, original.embedders.directory, place)
        restored = restore_backup(place, fresh.stack())
        _, copy = restored.categories[0]
    print(f"{options.points:,} x {options.dim}, {manifest.engine}")
    print(
        f"backup: {saved.seconds:.1f} s, {saved.backup.size_bytes:,} bytes in "
        f"{len(saved.backup.files)} files (the index occupies {manifest.size_bytes:,} bytes)"
    )
    print(
        f"restore: {restored.seconds:.1f} s, {copy.count if copy else 0:,} records, "
        f"{restored.queries} queries answered as before"
    )


if __name__ == "__main__":
    sys.exit(exit_status(run))

"""A category of tiny pictures, a fake embedder that counts, and an index to compare with."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from common.categories import Category, CategoryManifest
from common.embedding.base import ModelCard, Prepared, Preprocessing
from common.images import ImageLimits
from common.indexing import SyncTask, sync_index
from common.records import Payload, Vector
from common.storage.folder import FolderStore
from common.syncing.workplace import Workplace
from common.vectors.base import VectorIndex, VectorStore
from common.vectors.edge.store import EdgeStore

DIM = 12


def tiny(number: int, side_px: int = 8) -> bytes:
    """A PNG of random pixels, different for every number."""
    rng = np.random.default_rng(number)
    pixels = rng.integers(0, 256, (side_px, side_px, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", compress_level=1)
    return stream.getvalue()


class CountingEmbedder:
    """A fake embedder: mean colours of a 2 x 2 grid. Counts the pictures it embedded."""

    def __init__(self, fingerprint: str = "a" * 64) -> None:
        self.card = ModelCard(
            "counting", fingerprint, DIM, Preprocessing(32, resize="squash"), "", "", "MIT"
        )
        self.embedded = 0

    def prepare(self, image: Image.Image) -> Prepared:
        return np.asarray(image.resize((2, 2), Image.Resampling.BOX), dtype=np.float32).ravel()

    def infer(self, batch: NDArray[np.float32]) -> Vector:
        self.embedded += len(batch)
        rows = batch + 1
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


class Site:
    """A folder of pictures with its index below ``root``."""

    def __init__(self, root: Path, store: VectorStore | None = None) -> None:
        self.root = root
        self.folder = root / "images"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store = store or EdgeStore(root / "index")
        self.embedder = CountingEmbedder()

    def put(self, name: str, data: bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def fill(self, count: int) -> None:
        for number in range(count):
            self.put(f"{number % 5}/{number}.png", tiny(number))

    def task(self, *, batch_size: int = 8, **manifest: object) -> SyncTask:
        return SyncTask(
            Category("mine", self.root, CategoryManifest(images=str(self.folder), **manifest)),
            FolderStore(self.folder),
            self.embedder,
            self.store,
            ImageLimits(),
            Workplace(self.root / "cache", "mine"),
            batch_size=batch_size,
            threads=2,
        )

    def clean_build(self) -> Site:
        """The same pictures, indexed with nothing to begin from."""
        other = Site(self.root / "clean")
        other.folder = self.folder
        sync_index(other.task())
        return other


def contents(index: VectorIndex) -> tuple[dict[str, Payload], Vector]:
    """Every payload by id, and the vectors in the order of the ids."""
    points = index.scroll(limit=100_000, with_vectors=True).points
    assert len(points) == index.manifest.count
    return {p.id: p.payload for p in points}, np.array([p.vector for p in points])


def assert_equal_indexes(one: VectorIndex, other: VectorIndex) -> None:
    payloads, vectors = contents(one)
    expected, truth = contents(other)
    assert payloads == expected
    np.testing.assert_allclose(vectors, truth, atol=1e-6)
    fresh = replace(
        one.manifest, generation="", created="", size_bytes=None, spec=other.manifest.spec
    )
    assert fresh == replace(other.manifest, generation="", created="", size_bytes=None)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def filled(site: Site) -> Site:
    site.fill(20)
    sync_index(site.task())
    site.embedder.embedded = 0
    return site

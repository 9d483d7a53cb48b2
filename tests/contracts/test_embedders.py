"""What every embedder promises. A new one adds a fixture here, not tests."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from common.embedding.base import Embedder, embed, fingerprint
from common.embedding.histogram import HistogramEmbedder
from common.embedding.onnx import OnnxEmbedder
from tests.common.embedding.bundles import make_bundle

SIZES = [(1, 1), (1, 2), (3, 1), (7, 5), (64, 64), (500, 3), (3, 500), (10_000, 3), (301, 199)]


@pytest.fixture(scope="module", params=["histogram", "onnx"])
def embedder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    match request.param:
        case "histogram":
            return HistogramEmbedder()
        case "onnx":
            return OnnxEmbedder.load(make_bundle(tmp_path_factory.mktemp("models")), threads=2)
    raise AssertionError(request.param)


def noise(width: int, height: int, seed: int = 0) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def assert_unit_rows(rows: np.ndarray, count: int, dim: int) -> None:
    assert rows.shape == (count, dim)
    assert rows.dtype == np.float32
    assert np.isfinite(rows).all()
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_rows_are_unit_float32_of_the_cards_dimension(embedder: Embedder) -> None:
    rows = embed(embedder, [noise(40, 30, seed) for seed in range(5)])
    assert_unit_rows(rows, 5, embedder.card.dim)


def test_no_image_gives_no_row(embedder: Embedder) -> None:
    prepared = embedder.prepare(noise(8, 8))
    empty = np.empty((0, *prepared.shape), dtype=prepared.dtype)
    for rows in (embed(embedder, []), embedder.infer(empty)):
        assert rows.shape == (0, embedder.card.dim)
        assert rows.dtype == np.float32


@pytest.mark.parametrize("size", SIZES)
def test_any_size_and_aspect_is_embedded(embedder: Embedder, size: tuple[int, int]) -> None:
    assert_unit_rows(embed(embedder, [noise(*size)]), 1, embedder.card.dim)


def test_images_of_any_size_are_prepared_alike(embedder: Embedder) -> None:
    prepared = [embedder.prepare(noise(*size)) for size in SIZES]
    assert len({(array.shape, array.dtype) for array in prepared}) == 1


@pytest.mark.parametrize("colour", ["black", "white", "grey", "red", (1, 0, 0)])
def test_one_colour_throughout_gives_a_finite_unit_row(
    embedder: Embedder, colour: str | tuple[int, int, int]
) -> None:
    image = Image.new("RGB", (50, 40), colour)
    assert_unit_rows(embed(embedder, [image]), 1, embedder.card.dim)


def test_a_row_does_not_depend_on_its_neighbours(embedder: Embedder) -> None:
    images = [noise(30 + seed, 40, seed) for seed in range(67)]
    images[3] = Image.new("RGB", (9, 9), "black")
    together = embed(embedder, images)
    alone = np.concatenate([embed(embedder, [image]) for image in images])
    turned = embed(embedder, images[::-1])[::-1]
    assert np.abs(together - alone).max() <= 1e-5
    assert np.abs(together - turned).max() <= 1e-5


def test_equal_images_give_equal_rows_each_time(embedder: Embedder) -> None:
    images = [noise(33, 21, seed) for seed in range(4)]
    assert np.array_equal(embed(embedder, images), embed(embedder, images))


def test_different_images_give_different_rows(embedder: Embedder) -> None:
    first, second = embed(embedder, [noise(32, 32, 1), Image.new("RGB", (32, 32), "teal")])
    assert first @ second < 0.99


def test_many_threads_may_prepare_and_infer_at_once(embedder: Embedder) -> None:
    images = [noise(60, 40, seed) for seed in range(40)]
    alone = embed(embedder, images)
    with ThreadPoolExecutor(8) as pool:
        rows = np.concatenate(list(pool.map(lambda image: embed(embedder, [image]), images)))
    assert np.abs(rows - alone).max() <= 1e-5


def test_neither_image_nor_batch_is_changed(embedder: Embedder) -> None:
    image = noise(32, 32)
    before = image.tobytes()
    batch = embedder.prepare(image)[None].copy()
    batch.flags.writeable = False
    embedder.infer(batch)
    assert image.tobytes() == before


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK"])
def test_anything_but_rgb_is_refused(embedder: Embedder, mode: str) -> None:
    with pytest.raises(ValueError, match=mode):
        embedder.prepare(Image.new(mode, (8, 8)))


def test_the_card_names_everything_that_is_shown(embedder: Embedder) -> None:
    card = embedder.card
    assert len(card.fingerprint) == 64
    assert 1 <= card.dim <= 4096
    assert all([card.name, card.description, card.source, card.licence])


def test_the_fingerprint_differs_for_another_model_or_preprocessing(embedder: Embedder) -> None:
    spec = embedder.card.preprocessing
    own = fingerprint(b"model", spec)
    assert own == fingerprint(b"model", replace(spec))
    assert own != fingerprint(b"model 2", spec)
    changes = {
        "size_px": spec.size_px + 1,
        "resize": "crop",
        "interpolation": "lanczos",
        "mean": (0.9, 0.9, 0.9),
        "std": (0.9, 0.9, 0.9),
        "pad_colour": (1, 2, 3),
    }
    assert set(changes) == set(asdict(spec))
    for field, value in changes.items():
        assert fingerprint(b"model", replace(spec, **{field: value})) != own


def test_fingerprint_and_rows_are_the_same_in_another_process(
    embedder: Embedder, tmp_path: Path
) -> None:
    image = noise(40, 30)
    image.save(tmp_path / "image.png")
    if isinstance(embedder, OnnxEmbedder):
        make = f"OnnxEmbedder.load(Path({str(make_bundle(tmp_path))!r}))"
    else:
        make = f"{type(embedder).__name__}()"
    code = f"""
from pathlib import Path
from PIL import Image
from common.embedding.base import embed
from {type(embedder).__module__} import {type(embedder).__name__}
embedder = {make}
image = Image.open({str(tmp_path / "image.png")!r}).convert("RGB")
embed(embedder, [image]).tofile({str(tmp_path / "row")!r})
print(embedder.card.fingerprint)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == embedder.card.fingerprint
    row = np.fromfile(tmp_path / "row", dtype=np.float32)
    assert np.abs(row - embed(embedder, [image])[0]).max() <= 1e-5

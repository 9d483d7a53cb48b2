"""The cheap ways: features computed once, a head trained on them, whitening."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch
from PIL import Image

from common.embedding.base import Preprocessing
from common.errors import TrainingError
from common.images import ImageLimits
from metrics.nets.network import Head
from metrics.training.embedding import extract_features
from metrics.training.features import FeatureCache
from metrics.training.head import HeadTrainingConfig, apply_head, train_head
from metrics.training.images import ImageArrays, ImageFiles
from metrics.training.losses import LOSSES, LossConfig
from metrics.training.schedule import OptimiserConfig
from metrics.training.whitening import fit_whitening, head_of
from tests.metrics.training.worlds import (
    PREPROCESSING,
    ShuffledBatches,
    blossoms,
    recall_at_1,
    small_network,
)

torch.set_num_threads(1)  # the machine is shared, and two threads that wait for one core crawl


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    images = blossoms(range(3), 2)
    paths = [tmp_path / f"{i}.png" for i in range(6)]
    for path, pixels in zip(paths, images.pixels, strict=True):
        Image.fromarray(pixels).save(path)
    return paths


def on_disk(files: list[Path]) -> ImageFiles:
    return ImageFiles(files, np.arange(len(files)), ImageLimits(), side_px=32)


def test_a_second_extraction_computes_nothing_and_gives_the_same(
    files: list[Path], tmp_path: Path
) -> None:
    net, cache, seen = small_network(), FeatureCache(tmp_path / "cache"), []
    first = cache.features(
        net, on_disk(files), PREPROCESSING, on_progress=lambda *now: seen.append(now)
    )
    second = cache.features(net, on_disk(files), PREPROCESSING)
    assert (first.computed, second.computed) == (6, 0)
    assert seen[-1] == (6, 6)
    assert np.array_equal(first.features, second.features)
    plain = extract_features(net, on_disk(files), PREPROCESSING)
    assert first.features == pytest.approx(plain, rel=1e-5)


def test_features_are_found_by_content_not_by_name(files: list[Path], tmp_path: Path) -> None:
    net, cache = small_network(), FeatureCache(tmp_path / "cache")
    before = cache.features(net, on_disk(files), PREPROCESSING).features
    moved = files[1].rename(tmp_path / "other.png")
    Image.new("RGB", (32, 32)).save(files[1])
    after = cache.features(net, on_disk([moved, files[1], files[0], moved]), PREPROCESSING)
    assert after.computed == 1
    assert np.array_equal(after.features[[0, 2, 3]], before[[1, 0, 1]])


def test_another_trunk_or_preprocessing_is_another_cache(files: list[Path], tmp_path: Path) -> None:
    net, cache = small_network(), FeatureCache(tmp_path / "cache")
    cache.features(net, on_disk(files), PREPROCESSING)
    assert cache.features(net, on_disk(files), Preprocessing(size_px=48)).computed == 6
    torch.nn.init.normal_(net.trunk.stem[0].weight)
    assert cache.features(net, on_disk(files), PREPROCESSING).computed == 6


def test_a_damaged_shard_is_computed_anew(files: list[Path], tmp_path: Path) -> None:
    net, cache = small_network(), FeatureCache(tmp_path / "cache")
    first = cache.features(net, on_disk(files), PREPROCESSING)
    (shard,) = (tmp_path / "cache").rglob("*.safetensors")
    shard.write_bytes(b"half")
    again = cache.features(net, on_disk(files), PREPROCESSING)
    assert again.computed == 6
    assert np.array_equal(first.features, again.features)


def test_an_unreadable_picture_is_named(files: list[Path], tmp_path: Path) -> None:
    files[3].write_bytes(b"not a picture")
    with pytest.raises(TrainingError, match=r"3\.png cannot be read: .* leave its row out"):
        extract_features(small_network(), on_disk(files), PREPROCESSING)
    files[3].unlink()
    with pytest.raises(TrainingError, match=r"3\.png cannot be read"):
        on_disk(files).digest(3)


def test_a_box_is_cut_from_the_upright_picture(files: list[Path]) -> None:
    images = ImageFiles(
        files[:2], np.arange(2), ImageLimits(), side_px=8, boxes=[None, (4, 6, 20, 26)]
    )
    assert images.image(1).size == (16, 20)
    assert images.digest(1) != on_disk(files).digest(1)
    assert images.digest(0) == on_disk(files).digest(0)


def test_lengths_must_agree(files: list[Path]) -> None:
    with pytest.raises(TrainingError, match="6 files, 2 labels"):
        ImageFiles(files, np.arange(2), ImageLimits())
    with pytest.raises(TrainingError, match="0 pictures and 1 labels"):
        ImageArrays([], np.arange(1))


def clustered(classes: int, each: int, seed: int, width: int = 40) -> tuple:
    """Classes differ in 8 of 40 features, all others are louder noise."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes), each)
    rows = rng.normal(0, 2, (classes * each, width))
    rows[:, :8] = rng.normal(0, 1, (classes, 8))[labels] + rng.normal(0, 0.2, (len(labels), 8))
    return rows.astype(np.float32), labels * 1_000_003


@pytest.mark.parametrize("loss", LOSSES)
def test_a_head_learns_from_features_with_every_loss(loss: str) -> None:
    features, labels = clustered(60, 6, seed=0)
    unseen = clustered(20, 6, seed=1)
    head = Head(40, 8)
    before = recall_at_1(apply_head(head, unseen[0]), unseen[1])
    config = HeadTrainingConfig(
        epochs=80,
        loss=LossConfig(loss),
        optimiser=OptimiserConfig(head_lr=1e-2, proxy_lr=3e-2),
        ema=0.9,
        patience=99,
    )
    outcome = train_head(
        head,
        features,
        labels,
        config,
        batches=ShuffledBatches(labels, classes=20, each=3),
        validation=unseen,
        evaluate=recall_at_1,
    )
    after = recall_at_1(apply_head(head, unseen[0]), unseen[1])
    assert after == outcome.score
    assert before < 0.5
    assert after > before + 0.2


def test_equal_seeds_give_equal_heads() -> None:
    features, labels = clustered(10, 6, seed=0)
    heads = []
    for _ in range(2):
        torch.manual_seed(1)
        heads.append(Head(40, 8))
        train_head(heads[-1], features, labels, HeadTrainingConfig(epochs=3, batch_size=16))
    assert np.array_equal(*(apply_head(head, features) for head in heads))


def test_training_a_head_is_fast() -> None:
    """An epoch of 20k x 2048 with 2000 classes must stay below 9 s: 40 of them in 6 minutes."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(4096, 2048)).astype(np.float32)
    labels = np.arange(4096) % 2000
    started = time.perf_counter()
    train_head(Head(2048, 256), features, labels, HeadTrainingConfig(epochs=1))
    assert (time.perf_counter() - started) * 20_000 / 4096 < 9 * 4  # shared, one thread


def test_whitening_makes_components_even_and_uncorrelated() -> None:
    rng = np.random.default_rng(0)
    features = (rng.normal(size=(500, 6)) @ rng.normal(size=(6, 6)) + 5).astype(np.float32)
    layer = fit_whitening(features, 4)
    with torch.no_grad():
        white = layer(torch.from_numpy(features)).numpy()
    assert white.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-3)
    assert np.cov(white.T) == pytest.approx(np.eye(4), abs=1e-3)
    # An independent path: singular values of the centred matrix.
    values = np.linalg.svd(features - features.mean(axis=0), compute_uv=False)[:4]
    with torch.no_grad():
        plain = fit_whitening(features, 4, strength=0.0)(torch.from_numpy(features)).numpy()
    assert plain.std(axis=0, ddof=1) == pytest.approx(values / np.sqrt(499), rel=1e-3)


def test_whitening_keeps_what_the_data_allows() -> None:
    features = np.random.default_rng(0).normal(size=(5, 20)).astype(np.float32)
    assert fit_whitening(features, 4096).out_features == 4
    flat = features.copy()
    flat[:, 1:] = flat[:, :1]
    assert fit_whitening(flat, 4096).out_features == 1


def test_a_whitening_head_computes_what_the_layer_does() -> None:
    features, _ = clustered(10, 5, seed=0)
    layer = fit_whitening(features, 8)
    with torch.no_grad():
        expected = torch.nn.functional.normalize(layer(torch.from_numpy(features)), dim=1)
    assert apply_head(head_of(layer), features) == pytest.approx(expected.numpy(), abs=1e-5)


@pytest.mark.parametrize(
    ("features", "words"),
    [
        (np.zeros((1, 3), np.float32), "cannot be fitted to 1 image"),
        (np.ones((9, 3), np.float32), "same features"),
        (np.full((9, 3), np.nan, np.float32), "no finite numbers"),
    ],
)
def test_features_that_cannot_be_whitened_are_refused(features: np.ndarray, words: str) -> None:
    with pytest.raises(TrainingError, match=words):
        fit_whitening(features, 2)


def test_an_impossible_head_training_is_refused() -> None:
    with pytest.raises(TrainingError, match="for 0 epochs"):
        HeadTrainingConfig(epochs=0)

"""The embedder that is shipped: whole, small, honest, and the same as the day it was made."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from PIL import Image

from common.assembly import SHIPPED_MODELS
from common.embedding.base import embed
from common.embedding.registry import EmbedderRegistry
from common.settings import Settings

NAME = Settings.model_fields["embedder"].default
FOLDER = SHIPPED_MODELS / NAME

FINGERPRINT = "dfaf579b4b17756d"
CANONICAL = np.array(
    [
        [-0.0478, 0.1331, 0.1395, 0.0749, -0.1419, -0.0774],
        [-0.0214, 0.1576, 0.1109, 0.0718, -0.1473, -0.0964],
    ]
)


@pytest.fixture(scope="module")
def shipped():
    return EmbedderRegistry([SHIPPED_MODELS], threads=1).get(NAME)


def drawn(seed: int) -> Image.Image:
    """A picture of coloured blocks."""
    blocks = np.random.default_rng(seed).integers(0, 256, (5, 6, 3), dtype=np.uint8)
    return Image.fromarray(blocks).resize((240, 200), Image.Resampling.NEAREST)


def test_it_is_the_default_and_takes_at_most_12_megabytes():
    assert NAME == "compact"
    assert sum(path.stat().st_size for path in FOLDER.rglob("*")) <= 12e6


def test_its_files_are_those_of_the_card(shipped):
    for name, sha256 in shipped.card.files.items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == sha256


def test_its_card_states_source_licence_data_limits_and_quality(shipped):
    card = shipped.card
    assert card.licence == "MIT"
    assert "Tiny-ImageNet" in card.extra["data"]
    assert "non-commercial" in card.extra["data"]
    assert len(card.extra["limits"]) >= 3
    assert {"R@1", "R@10", "MAP@R"} <= set(card.quality)
    assert card.extra["int8"]["reason"]


def test_it_finds_a_picture_again_that_was_shrunk_and_darkened(shipped):
    pictures = [drawn(seed) for seed in range(12)]
    changed = [
        picture.resize((150, 125), Image.Resampling.BICUBIC).point(lambda value: value * 0.8)
        for picture in pictures
    ]

    similarity = embed(shipped, changed) @ embed(shipped, pictures).T

    assert similarity.argmax(axis=1).tolist() == list(range(12))
    same, others = np.diag(similarity), similarity[~np.eye(12, dtype=bool)]
    assert same.mean() > others.mean() + 0.1


def test_its_vectors_are_those_it_gave_when_it_was_made(shipped):
    rows = embed(shipped, [drawn(0), drawn(1)])

    assert shipped.card.fingerprint.startswith(FINGERPRINT)
    np.testing.assert_allclose(rows[:, :6], CANONICAL, atol=1e-3)

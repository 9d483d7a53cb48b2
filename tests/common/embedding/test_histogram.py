"""What the baseline sees, and what it does not let itself be fooled by."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance

from common.embedding.base import embed
from common.embedding.histogram import HistogramEmbedder, _colour_histogram, _lab, _linear_light

EMBEDDER = HistogramEmbedder()


def things(count: int) -> list[Image.Image]:
    """Draw that many pictures of a few shapes each on a light ground, every one different."""
    pictures = []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        image = Image.new("RGB", (160, 120), tuple(int(v) for v in rng.integers(190, 256, 3)))
        draw = ImageDraw.Draw(image)
        for _ in range(4):
            x, y = rng.integers(10, 110), rng.integers(10, 70)
            box = (x, y, x + int(rng.integers(15, 50)), y + int(rng.integers(15, 45)))
            colour = tuple(int(v) for v in rng.integers(0, 200, 3))
            (draw.ellipse if rng.random() < 0.5 else draw.rectangle)(box, fill=colour)
        pictures.append(image)
    return pictures


def recompressed(image: Image.Image) -> Image.Image:
    stream = BytesIO()
    image.save(stream, "JPEG", quality=30)
    return Image.open(stream).convert("RGB")


def tinted(image: Image.Image) -> Image.Image:
    warm = np.asarray(image) * np.array([1.0, 0.92, 0.8])
    return Image.fromarray(warm.astype(np.uint8))


CANONICAL_FINGERPRINT = "a9ca251039e4d03f"
CANONICAL_PLACES = [122, 123, 128, 129, 165, 256, 200, 300]
CANONICAL_VALUES = [0.20003, 0.25275, 0.22582, 0.28325, 0.18944, 0.18126, 0.10923, -0.0292]

DISTORTIONS = {
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.6),
    "less contrast": lambda image: ImageEnhance.Contrast(image).enhance(0.7),
    "warm light": tinted,
    "cropped": lambda image: image.crop((8, 6, 150, 112)),
    "turned": lambda image: image.rotate(12, Image.Resampling.BICUBIC, fillcolor=(230, 230, 230)),
    "recompressed": recompressed,
    "smaller": lambda image: image.resize((70, 52)),
}


@pytest.mark.parametrize("name", DISTORTIONS)
def test_a_distorted_picture_finds_its_original(name: str) -> None:
    originals = things(60)
    gallery = embed(EMBEDDER, originals)
    queries = embed(EMBEDDER, [DISTORTIONS[name](image) for image in originals])
    found = (queries @ gallery.T).argmax(axis=1)
    assert (found == np.arange(60)).mean() >= 0.95


def test_colour_alone_tells_pictures_of_one_shape_apart() -> None:
    names = ("red", "blue", "darkred")
    red, blue, shade = embed(EMBEDDER, [Image.new("RGB", (64, 64), name) for name in names])
    assert red @ blue < 0.5
    assert red @ shade > 0.9


def test_shape_alone_tells_pictures_of_one_colour_apart() -> None:
    upright, lying = Image.new("RGB", (64, 64), "white"), Image.new("RGB", (64, 64), "white")
    for at in range(4, 64, 12):
        ImageDraw.Draw(upright).rectangle((at, 0, at + 5, 63), fill="black")
        ImageDraw.Draw(lying).rectangle((0, at, 63, at + 5), fill="black")
    first, second = embed(EMBEDDER, [upright, lying])
    assert first @ second < 0.6


def test_black_and_white_ink_are_not_the_same_picture_inverted() -> None:
    image = things(1)[0]
    inverted = Image.fromarray(255 - np.asarray(image))
    first, second = embed(EMBEDDER, [image, inverted])
    assert first @ second < 0.6


@pytest.mark.parametrize(
    ("rgb", "lab"),
    [
        ((255, 255, 255), (100, 0, 0)),
        ((0, 0, 0), (0, 0, 0)),
        ((255, 0, 0), (53.24, 80.09, 67.20)),
        ((0, 255, 0), (87.73, -86.18, 83.18)),
        ((0, 0, 255), (32.30, 79.19, -107.86)),
        ((119, 119, 119), (50.03, 0, 0)),
    ],
)
def test_lab_agrees_with_published_values(
    rgb: tuple[int, int, int], lab: tuple[float, float, float]
) -> None:
    assert np.allclose(_lab(_linear_light()[list(rgb)]), lab, atol=0.05)


def test_each_pixel_is_shared_between_its_eight_nearest_bins() -> None:
    # L* 25 is bin 1 of 5; a* -60 is bin 0; b* 0 is half way between bins 2 and 3 of 6.
    lab = np.array([25.0, -60.0, 0.0], dtype=np.float32).reshape(1, 1, 1, 3)
    counts = _colour_histogram(lab).reshape(5, 6, 6)
    assert counts[1, 0, 2] == pytest.approx(0.5)
    assert counts[1, 0, 3] == pytest.approx(0.5)
    assert counts.sum() == pytest.approx(1)


def test_prepared_pictures_are_what_the_card_describes() -> None:
    spec = EMBEDDER.card.preprocessing
    prepared = EMBEDDER.prepare(things(1)[0])
    assert prepared.dtype == np.uint8
    assert prepared.shape == (spec.size_px, spec.size_px, 3)
    assert spec.mean == (0, 0, 0)
    assert spec.std == (1, 1, 1)


def test_vectors_do_not_change_unnoticed() -> None:
    """Stored indexes hold such vectors. Who changes these numbers must change the version too."""
    row = embed(EMBEDDER, things(1))[0]
    assert EMBEDDER.card.fingerprint.startswith(CANONICAL_FINGERPRINT)
    assert np.allclose(row[CANONICAL_PLACES], CANONICAL_VALUES, atol=1e-4)

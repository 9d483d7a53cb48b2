"""Near-duplicates: planted copies are found, distinct pictures are not merged."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from common.images.perceptual import (
    FLAT,
    MAX_HAMMING,
    colour_thumbnail,
    grey_thumbnail,
    hamming,
    perceptual_hashes,
)
from metrics.data import duplicates, near_duplicates
from metrics.data.disjoint_sets import DisjointSets


def drawing(seed: int, colour: tuple[int, int, int] | None = None) -> Image.Image:
    """Return a picture of random blobs on a random ground, unlike that of any other seed."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", (240, 180), colour or tuple(rng.integers(0, 256, 3).tolist()))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y = rng.integers(0, 200), rng.integers(0, 150)
        box = (x, y, x + rng.integers(20, 100), y + rng.integers(20, 80))
        draw.ellipse(box, fill=tuple(rng.integers(0, 256, 3).tolist()))
    return image


def recoded(image: Image.Image, form: str, quality: int) -> Image.Image:
    stream = io.BytesIO()
    image.save(stream, form, quality=quality)
    return Image.open(stream).convert("RGB")


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "halved": lambda image: image.resize((120, 90)),
    "a thumbnail": lambda image: image.resize((64, 48), Image.Resampling.BILINEAR),
    "enlarged": lambda image: image.resize((480, 360), Image.Resampling.BICUBIC),
    "a poor JPEG": lambda image: recoded(image, "JPEG", 30),
    "a WebP": lambda image: recoded(image, "WEBP", 50),
    "both": lambda image: recoded(image.resize((150, 112)), "JPEG", 60),
}


def clusters_of(pictures: list[Image.Image]) -> NDArray[np.int64]:
    return near_duplicates(
        [str(i) for i in range(len(pictures))],
        perceptual_hashes(np.stack([grey_thumbnail(image) for image in pictures])),
        np.stack([colour_thumbnail(image) for image in pictures]),
    )


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_copies_are_found_and_distinct_pictures_stay_apart(
    copy: Callable[[Image.Image], Image.Image],
) -> None:
    originals = [drawing(seed) for seed in range(60)]
    clusters = clusters_of([*originals, *map(copy, originals)])
    assert clusters.tolist() == [*range(60), *range(60)]


def test_one_drawing_in_two_colours_is_two_pictures() -> None:
    blue, red = (drawing(1).convert("L").convert("RGB") for _ in range(2))
    blue = Image.merge(
        "RGB",
        [
            band.point(lambda v, w=w: int(v * w))
            for band, w in zip(blue.split(), (0.3, 0.5, 1.0), strict=True)
        ],
    )
    red = Image.merge(
        "RGB",
        [
            band.point(lambda v, w=w: int(v * w))
            for band, w in zip(red.split(), (1.0, 0.5, 0.3), strict=True)
        ],
    )
    hashes = perceptual_hashes(np.stack([grey_thumbnail(blue), grey_thumbnail(red)]))
    assert hamming(hashes[0], hashes[1]) <= MAX_HAMMING
    assert clusters_of([blue, red]).tolist() == [0, 1]


def test_plain_pictures_have_nothing_to_compare_and_stay_apart() -> None:
    plain = [Image.new("RGB", (50, 50), (level, level, level)) for level in (0, 128, 128, 255)]
    assert (perceptual_hashes(np.stack([grey_thumbnail(p) for p in plain])) == FLAT).all()
    assert clusters_of(plain).tolist() == [0, 1, 2, 3]


def test_hashes_agree_with_the_transform_written_out() -> None:
    rng = np.random.default_rng(3)
    grey = rng.integers(0, 256, (32, 32), dtype=np.uint8)
    place = np.arange(32) + 0.5
    bits = []
    low = np.zeros((8, 8))
    for v in range(8):
        for u in range(8):
            wave = np.outer(np.cos(np.pi * v * place / 32), np.cos(np.pi * u * place / 32))
            scale = (1 if v else 0.5**0.5) * (1 if u else 0.5**0.5) / 16
            low[v, u] = round(float((grey * wave).sum() * scale))
    bits = [bool(c > np.median(low.ravel()[1:])) for c in low.ravel()]
    bits[0] = False
    expected = np.packbits(np.array(bits)).view(np.uint64)
    assert perceptual_hashes(grey[None]) == expected


def test_equal_files_are_copies_whatever_they_look_like() -> None:
    assert near_duplicates(["a", "b", "a", "c", "b"]).tolist() == [0, 1, 0, 2, 1]
    assert near_duplicates([]).tolist() == []


def test_embeddings_tie_what_hashes_do_not() -> None:
    angles = np.radians([0.0, 10.0, 20.0, 90.0, 101.0])  # cos 10° = .985, cos 11° = .982
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    names = list("abcde")
    assert near_duplicates(names, embeddings=vectors).tolist() == [0, 0, 0, 1, 1]
    strict = near_duplicates(names, embeddings=vectors, min_cosine=0.983)
    assert strict.tolist() == [0, 0, 0, 1, 2]


def test_a_copy_of_a_copy_is_in_the_same_cluster_by_whatever_tie() -> None:
    hashes = np.array([0b1, 0b11, 1 << 40, 1 << 50], dtype=np.uint64)
    vectors = np.array([[1, 0], [0, 1], [0, 1], [-1, 0]], dtype=np.float32)
    clusters = near_duplicates(list("abcb"), hashes, embeddings=vectors, max_hamming=1)
    assert clusters.tolist() == [0, 0, 0, 0]


@given(
    st.lists(st.integers(1, 2**10), min_size=1, max_size=40),
    st.integers(0, 4),
    st.integers(1, 200),
)
def test_clusters_are_those_of_a_plain_search_whatever_the_size_of_blocks(
    values: list[int], max_hamming: int, cells: int
) -> None:
    hashes = np.array(values, dtype=np.uint64)
    expected = list(range(len(values)))
    for i, one in enumerate(values):
        for j, other in enumerate(values):
            if (one ^ other).bit_count() <= max_hamming:
                low, high = sorted((expected[i], expected[j]))
                expected = [low if cluster == high else cluster for cluster in expected]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duplicates, "_CELLS", cells)
        found = near_duplicates(
            [str(i) for i in range(len(values))], hashes, max_hamming=max_hamming
        )
    assert found.tolist() == np.unique(expected, return_inverse=True)[1].tolist()


def test_memory_does_not_grow_with_the_square_of_the_images() -> None:
    hashes = np.random.default_rng(0).integers(1, 2**63, 20_000).astype(np.uint64)
    names = [str(i) for i in range(len(hashes))]
    tracemalloc.start()
    near_duplicates(names, hashes)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150e6  # one bit a pair would be 50 MB, one byte 400 MB, one hash 3.2 GB


pairs = st.integers(0, 30).flatmap(
    lambda n: st.tuples(
        st.just(n),
        st.lists(st.tuples(*[st.integers(0, n - 1)] * 2), max_size=40) if n else st.just([]),
    )
)


@given(pairs)
def test_disjoint_sets_are_the_connected_components(
    case: tuple[int, list[tuple[int, int]]],
) -> None:
    count, edges = case
    expected = list(range(count))
    for one, other in edges:
        low, high = sorted((expected[one], expected[other]))
        expected = [low if root == high else root for root in expected]
    one_by_one, at_once = DisjointSets(count), DisjointSets(count)
    for one, other in edges:
        one_by_one.union(one, other)
    ends = np.array(edges, dtype=np.int64).reshape(-1, 2)
    at_once.union_pairs(ends[:, 0], ends[:, 1])
    assert one_by_one.roots().tolist() == expected
    assert at_once.roots().tolist() == expected
    assert [at_once.find(member) for member in range(count)] == expected


@given(st.lists(st.integers(-1, 4), max_size=20))
def test_equal_keys_unite_and_negative_ones_do_not(keys: list[int]) -> None:
    sets = DisjointSets(len(keys))
    sets.union_equal(np.array(keys, dtype=np.int64))
    expected = [i if key < 0 else keys.index(key) for i, key in enumerate(keys)]
    assert sets.roots().tolist() == expected

"""Parts of pictures at an angle: found back where they were drawn, in whatever order of corners."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from common.errors import QueryError
from common.images.rectifying import LARGEST_SIDE_PX, rectify, upright_corners

SIZE = (120, 90)
Points = list[tuple[float, float]]

coordinates = st.tuples(
    st.floats(0, SIZE[0], allow_nan=False), st.floats(0, SIZE[1], allow_nan=False)
)
anything = st.lists(
    st.tuples(*[st.floats() | st.integers(-5, 200).map(float)] * 2), min_size=0, max_size=6
)


@st.composite
def quads(draw: st.DrawFn) -> Points:
    """Four corners of a convex part, clockwise from any of them: points near an ellipse's rim."""
    centre = (draw(st.floats(45, 75)), draw(st.floats(38, 52)))
    turn = draw(st.floats(0, 2 * math.pi))
    corners = [
        (
            centre[0] + radius * math.cos(turn + angle),
            centre[1] + radius * math.sin(turn + angle),
        )
        for angle, radius in zip(
            np.cumsum([draw(st.floats(1.25, 1.85)) for _ in range(4)]),
            [draw(st.floats(24, 37)) for _ in range(4)],
            strict=True,
        )
    ]
    assume(is_convex(corners))
    return corners


def is_convex(corners: Points) -> bool:
    """Whether each corner lies 4 px or more outside of the line through its neighbours."""
    return all(
        (x1 - x0) * (y2 - y1) - (y1 - y0) * (x2 - x1) > 4 * math.dist((x0, y0), (x2, y2))
        for (x0, y0), (x1, y1), (x2, y2) in (
            (corners[i - 1], corners[i], corners[(i + 1) % 4]) for i in range(4)
        )
    )


def places_in(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each pixel's centre, its place in the part, as shares of its width and height.

    Independent of what is tested: the mapping is found as the null vector of the eight equations
    that the corners make (direct linear transform, by SVD).
    """
    rows = []
    for (x, y), (u, v) in zip(ring, [(0, 0), (1, 0), (1, 1), (0, 1)], strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y, -u], [0, 0, 0, x, y, 1, -v * x, -v * y, -v]]
    mapping = np.linalg.svd(np.array(rows))[2][-1].reshape(3, 3)
    x, y = np.meshgrid(np.arange(SIZE[0]) + 0.5, np.arange(SIZE[1]) + 0.5)
    u, v, w = mapping @ np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    return np.stack([u / w, v / w], axis=-1).reshape(SIZE[1], SIZE[0], 2)


def painted(ring: NDArray[np.float64]) -> Image.Image:
    """A picture in which each pixel's red and green tell its place in the part."""
    shares = np.clip(places_in(ring), 0, 1) * 255
    pixels = np.concatenate([shares, np.full((*shares.shape[:2], 1), 128)], axis=-1)
    return Image.fromarray(pixels.round().astype(np.uint8))


def colours(picture: Image.Image) -> set[tuple[int, ...]]:
    return set(map(tuple, np.asarray(picture).reshape(-1, 3).tolist()))


@settings(deadline=None, derandomize=True, max_examples=200)
@given(corners=quads())
def test_a_drawn_rectangle_is_found_back_within_two_pixels(corners: Points) -> None:
    ring = upright_corners(corners, SIZE)
    found = rectify(painted(ring), corners)
    shown = np.asarray(found).astype(float)[..., :2] / 255
    width, height = found.size
    x, y = np.meshgrid((np.arange(width) + 0.5) / width, (np.arange(height) + 0.5) / height)
    # Not the outermost pixels: the picture around the part is of another colour.
    inner = (slice(2, height - 2), slice(2, width - 2))
    assert np.abs(shown[..., 0] - x)[inner].max() * width < 2
    assert np.abs(shown[..., 1] - y)[inner].max() * height < 2


@settings(deadline=None, derandomize=True)
@given(corners=quads(), start=st.integers(0, 3), direction=st.sampled_from([1, -1]))
def test_corners_may_begin_anywhere_and_run_either_way(
    corners: Points, start: int, direction: int
) -> None:
    turned = (corners[start:] + corners[:start])[::direction]
    assert sorted(map(tuple, upright_corners(turned, SIZE))) == sorted(corners)
    assert np.array_equal(upright_corners(turned, SIZE), upright_corners(corners, SIZE))
    picture = painted(upright_corners(corners, SIZE))
    assert rectify(picture, turned).tobytes() == rectify(picture, corners).tobytes()


@settings(deadline=None, derandomize=True)
@given(corners=quads())
def test_up_is_what_is_nearest_to_up_and_nothing_is_mirrored(corners: Points) -> None:
    ring = upright_corners(corners, SIZE)
    right = ring[1] - ring[0] + ring[2] - ring[3]
    down = ring[3] - ring[0] + ring[2] - ring[1]
    others = [np.roll(ring, n, axis=0) for n in range(4)]
    assert right[0] + down[1] >= max(
        (o[1] - o[0] + o[2] - o[3])[0] + (o[3] - o[0] + o[2] - o[1])[1] for o in others
    )
    assert right[0] * down[1] - right[1] * down[0] > 0


@settings(deadline=None, derandomize=True)
@given(corners=quads())
def test_orders_that_cross_are_refused(corners: Points) -> None:
    a, b, c, d = corners
    for crossing in ([a, c, b, d], [a, b, d, c]):
        with pytest.raises(QueryError, match="cross each other"):
            upright_corners(crossing, SIZE)


@settings(deadline=None, derandomize=True, max_examples=400)
@given(corners=anything | st.lists(coordinates, min_size=4, max_size=4))
def test_whatever_is_given_a_bounded_picture_comes_out_or_one_sentence(corners: Points) -> None:
    picture = Image.new("RGB", SIZE, "teal")
    refusal: QueryError | None = None
    try:
        found = rectify(picture, corners, largest_side_px=50)
    except QueryError as error:
        refusal = error
    if refusal is not None:
        assert refusal.cure
        assert str(refusal).count(". ") == 1
        return
    assert min(found.size) >= 1
    assert max(found.size) <= 50
    assert colours(found) == {(0, 128, 128)}


@pytest.mark.parametrize(
    ("corners", "words"),
    [
        ([], "4 corners, not 0"),
        ([(0, 0), (9, 0), (9, 9)], "4 corners, not 3"),
        ([(0, 0), (9, 0), (9, 9), (0, 9), (5, 5)], "4 corners, not 5"),
        ([(0, 0), (120.5, 0), (120, 9), (0, 9)], "outside of the picture, which has 120 x 90"),
        ([(-0.1, 0), (9, 0), (9, 9), (0, 9)], "outside"),
        ([(0, 0), (9, 0), (9, math.nan), (0, 9)], "outside"),
        ([(0, 0), (9, 0), (9, math.inf), (0, 9)], "outside"),
        ([(0, 0)] * 4, "next to nothing"),
        ([(0, 0), (9, 0), (9, 0), (0, 9)], "next to nothing"),
        ([(0, 0), (5, 0), (9, 0), (0, 9)], "next to nothing"),
        ([(0, 0), (90, 0), (90, 0.5), (0, 0.5)], "next to nothing"),
        ([(0, 0), (9, 9), (9, 0), (0, 9)], "cross each other"),
        ([(0, 0), (40, 0), (10, 10), (0, 40)], "dent"),
    ],
)
def test_what_is_no_part_of_a_picture_is_refused_by_one_sentence(
    corners: Points, words: str
) -> None:
    with pytest.raises(QueryError, match=words):
        rectify(Image.new("RGB", SIZE), corners)


def test_the_whole_picture_comes_out_as_it_is() -> None:
    rng = np.random.default_rng(4)
    picture = Image.fromarray(rng.integers(0, 256, (90, 120, 3), dtype=np.uint8))
    whole = rectify(picture, [(0, 0), (120, 0), (120, 90), (0, 90)])
    assert np.array_equal(np.asarray(whole), np.asarray(picture))


def test_a_tiny_part_has_its_few_pixels() -> None:
    picture = Image.new("RGB", SIZE, "crimson")
    picture.paste((0, 0, 255), (50, 40, 52, 43))
    found = rectify(picture, [(50, 40), (52, 40), (52, 43), (50, 43)])
    assert found.size == (2, 3)
    assert colours(found) == {(0, 0, 255)}


def test_a_diamond_gets_four_different_corners_and_always_the_same_way_up() -> None:
    diamond = [(60.0, 5.0), (100.0, 45.0), (60.0, 85.0), (20.0, 45.0)]
    ways = [
        upright_corners((diamond[start:] + diamond[:start])[::direction], SIZE)
        for start in range(4)
        for direction in (1, -1)
    ]
    assert len(set(map(tuple, ways[0]))) == 4
    assert all(np.array_equal(way, ways[0]) for way in ways)


def test_a_large_part_is_averaged_not_sampled() -> None:
    """Stripes of one pixel become grey, where single samples would make a pattern of their own."""
    stripes = np.zeros((2048, 4096, 3), dtype=np.uint8)
    stripes[:, ::2] = 255
    corners: Points = [(0, 0), (4096, 0), (4096, 2048), (0, 2048)]
    found = rectify(Image.fromarray(stripes), corners)
    assert found.size == (LARGEST_SIDE_PX, LARGEST_SIDE_PX // 2)
    shades = np.asarray(found).astype(int)
    assert np.abs(shades - 127.5).max() <= 1


def test_a_part_seen_at_an_angle_reads_like_the_original() -> None:
    """A picture whose four quarters differ, turned and sheared by Pillow."""
    flat = Image.new("RGB", (80, 60), "white")
    quarters = {(0, 0): "red", (40, 0): "lime", (40, 30): "blue", (0, 30): "yellow"}
    for (left, top), colour in quarters.items():
        flat.paste(colour, (left, top, left + 40, top + 30))
    seen = flat.transform(SIZE, Image.Transform.AFFINE, (0.9, -0.3, 0.0, 0.2, 0.8, -12.0))
    back = np.linalg.inv(np.array([[0.9, -0.3], [0.2, 0.8]]))
    corners = [
        tuple(back @ (np.array(corner) - (0.0, -12.0)))
        for corner in [(2, 14), (78, 14), (78, 58), (2, 58)]
    ]
    found = rectify(seen, corners)
    width, height = found.size
    shown = [
        found.getpixel((int(width * x), int(height * y)))
        for x, y in [(0.2, 0.1), (0.8, 0.1), (0.8, 0.8), (0.2, 0.8)]
    ]
    assert shown == [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 0)]

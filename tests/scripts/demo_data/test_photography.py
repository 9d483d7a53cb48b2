"""Photographing drawings: geometry by hand-worked numbers, pictures by their properties."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from scripts.demo_data.backgrounds import floor_and_wall, seen_from_above
from scripts.demo_data.geometry import (
    Pose,
    apply_to_points,
    canvas_to_frame,
    quad_to_quad,
    seen_window,
    warp,
)
from scripts.demo_data.look import Look
from scripts.demo_data.photography import photograph, photograph_by_phone
from scripts.demo_data.placing import Subject, place
from scripts.demo_data.shadows import standing_shadow
from scripts.demo_data.surfaces import PAINTERS, SURFACE_PX, surface
from scripts.demo_data.svg import hex_to_rgb, mix, render_svg, rgb_to_hex, svg_document

STANDING = Look(backgrounds=("studio", "oak"), may_flip=True)
LYING = Look(backgrounds=("linen",), flat=True)


def _square(colour: str = "#d02020") -> Image.Image:
    return render_svg(svg_document(f'<path d="M160 160H480V480H160Z" fill="{colour}"/>'), 320)


def _pixels(image: Image.Image) -> NDArray[np.float64]:
    return np.asarray(image, dtype=np.float64)


def test_a_pose_seen_straight_on_scales_and_shifts() -> None:
    to_frame = canvas_to_frame(Pose(centre_px=(100, 80), pivot=(0.5, 0.5), scale_px=200))
    corners = np.array([(0.0, 0.0), (0.5, 0.5), (1.0, 0.5)])
    assert apply_to_points(to_frame, corners) == pytest.approx(
        np.array([(0, -20), (100, 80), (200, 80)])
    )


def test_a_roll_of_a_quarter_turns_clockwise() -> None:
    pose = Pose(centre_px=(0, 0), pivot=(0, 0), scale_px=100, roll_degrees=90)
    right = apply_to_points(canvas_to_frame(pose), np.array([(1.0, 0.0)]))
    assert right == pytest.approx(np.array([(0, 100)]))


def test_a_mirrored_pose_swaps_left_and_right_about_the_pivot() -> None:
    pose = Pose(centre_px=(50, 0), pivot=(0.25, 0), scale_px=100, mirrored=True)
    seen = apply_to_points(canvas_to_frame(pose), np.array([(0.25, 0.0), (0.75, 0.0)]))
    assert seen == pytest.approx(np.array([(50, 0), (0, 0)]))


def test_yaw_makes_one_side_larger_than_the_other() -> None:
    pose = Pose(centre_px=(0, 0), pivot=(0.5, 0.5), scale_px=100, yaw_degrees=30)
    corners = np.array([(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)])
    seen = apply_to_points(canvas_to_frame(pose), corners)
    left, right = seen[1, 1] - seen[0, 1], seen[3, 1] - seen[2, 1]
    assert abs(left - right) > 10


def test_four_points_are_mapped_exactly() -> None:
    source = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
    target = [(10.0, 5.0), (90.0, 20.0), (80.0, 70.0), (0.0, 60.0)]
    mapped = apply_to_points(quad_to_quad(source, target), np.array(source))
    assert mapped == pytest.approx(np.array(target))


def test_a_window_shows_the_same_pixels_as_the_whole_frame() -> None:
    image = _square().convert("RGBa")
    pose = Pose((60, 50), (0.5, 0.5), 90, roll_degrees=20, yaw_degrees=25, pitch_degrees=-8)
    to_frame = canvas_to_frame(pose)
    whole = _pixels(warp(image, to_frame, (0, 0, 120, 100)))
    left, top, right, bottom = window = seen_window(to_frame, (0, 0, 1, 1), (120, 100))
    part = _pixels(warp(image, to_frame, window))
    assert part == pytest.approx(whole[top:bottom, left:right], abs=1)
    whole[top:bottom, left:right] = 0
    assert whole.max() == 0


def test_what_is_out_of_sight_changes_nothing() -> None:
    scene = np.full((40, 40, 3), 200, dtype=np.float32)
    away = Pose(centre_px=(900, 900), pivot=(0.5, 0.5), scale_px=20)
    place(scene, Subject.cut_out(_square()), away, (0, -1), STANDING)
    assert (scene == 200).all()


def test_an_empty_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        photograph(Image.new("RGBA", (64, 64)), np.random.default_rng(0), STANDING)


@pytest.mark.parametrize("look", [STANDING, LYING], ids=["standing", "lying"])
def test_the_same_generator_state_takes_the_same_picture(look: Look) -> None:
    first, second = (photograph(_square(), np.random.default_rng(5), look) for _ in range(2))
    assert first.mode == "RGB"
    assert first.size == (320, 320)
    assert first.tobytes() == second.tobytes()
    other = photograph(_square(), np.random.default_rng(6), look)
    assert first.tobytes() != other.tobytes()


@pytest.mark.parametrize("look", [STANDING, LYING], ids=["standing", "lying"])
def test_the_subject_stays_in_the_frame_and_fills_enough_of_it(look: Look) -> None:
    for state in range(12):
        pixels = _pixels(photograph(_square(), np.random.default_rng(state), look))
        red = (pixels[..., 0] > 1.8 * pixels[..., 1]) & (pixels[..., 0] > 60)
        assert 0.15 < red.mean() < 0.85
        border = np.concatenate((red[0], red[-1], red[:, 0], red[:, -1]))
        assert border.mean() < 0.02


def test_an_opaque_drawing_fills_the_frame() -> None:
    drawing = Image.new("RGBA", (200, 200), "#208040")
    look = Look(backgrounds=("plaster",), flat=True, max_yaw_degrees=25, max_pitch_degrees=20)
    for state in range(8):
        pixels = _pixels(photograph(drawing, np.random.default_rng(state), look))
        assert (pixels[..., 1] > 1.4 * pixels[..., 0]).mean() > 0.99


@pytest.mark.parametrize("look", [STANDING, LYING], ids=["standing", "lying"])
def test_a_phone_takes_larger_pictures(look: Look) -> None:
    picture = photograph_by_phone(_square(), np.random.default_rng(1), look)
    assert picture.mode == "RGB"
    assert sorted(picture.size) == [900, 1200]


def test_a_standing_thing_darkens_the_floor_below_it_and_not_the_air_above() -> None:
    alpha = Image.new("L", (80, 80), 255)
    shadow, (_left, top, _right, bottom) = standing_shadow(alpha, (0.3, 0.2, 0.7, 0.6), 0.0, 0.6)
    darkness = _pixels(shadow).sum(axis=1)
    rows = np.linspace(top, bottom, len(darkness))
    assert 0.58 < np.average(rows, weights=darkness) < 0.68
    assert darkness[rows < 0.5].sum() < 0.02 * darkness.sum()


@pytest.mark.parametrize("name", PAINTERS)
def test_surfaces_differ_between_variants_and_have_texture(name: str) -> None:
    picture = surface(name, 0)
    assert picture.size == (SURFACE_PX, SURFACE_PX)
    assert _pixels(picture).std(axis=(0, 1)).max() > 1.5
    assert picture.tobytes() != surface(name, 1).tobytes()


@pytest.mark.parametrize("name", ["studio", "walnut"])
def test_backgrounds_fill_any_frame(name: str) -> None:
    rng = np.random.default_rng(2)
    for scene in (
        seen_from_above(rng, name, (90, 60)),
        floor_and_wall(rng, name, (90, 60), horizon=0.5, roll_degrees=8),
    ):
        assert scene.shape == (60, 90, 3)
        assert scene.dtype == np.float32
        assert scene.max(axis=2).min() > 5


def test_colours_mix_as_expected() -> None:
    assert hex_to_rgb("#ff8000") == (255, 128, 0)
    assert rgb_to_hex(300, -5, 127.6) == "#ff0080"
    assert mix("#000000", "#ffffff", 0.5) == "#808080"

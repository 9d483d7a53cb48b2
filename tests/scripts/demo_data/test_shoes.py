"""Shoes: many, complete, drawn inside their canvas, and none like another."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from scripts.demo_data.designs import Design
from scripts.demo_data.shoes import CATEGORY, MODELS
from scripts.demo_data.shoes.curves import at, data, join, lengths, offset, part, points, spline
from scripts.demo_data.shoes.models import COLOURS, Model, colour_words, paint
from scripts.demo_data.shoes.paints import FINISHES
from scripts.demo_data.shoes.pairs import PairMount
from scripts.demo_data.shoes.prints import PRINTS
from scripts.demo_data.shoes.sketch import contains
from scripts.demo_data.shoes.textures import TEXTURES, texture_uri
from scripts.demo_data.svg import render_svg

THUMBNAIL_PX = 96
# Mean distance of colours and edges, in 0..255 steps, below which two shoes look alike. The
# closest pair of the catalogue, a dark red loafer and a black one, is 16 apart.
ALIKE = 14.0

each_model = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)


@functools.cache
def _designs() -> tuple[Design, ...]:
    return tuple(CATEGORY.designs(np.random.default_rng(0)))


@functools.cache
def _render(name: str) -> Image.Image:
    model = next(model for model in MODELS if model.name == name)
    return render_svg(model.markup(), THUMBNAIL_PX)


@functools.cache
def _look(name: str) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """What tells two shoes apart at a glance: colours on grey and edges, and where they are."""
    ground = Image.new("RGBA", (THUMBNAIL_PX, THUMBNAIL_PX), "#b0b0b0")
    ground.alpha_composite(_render(name))
    flat = ground.convert("RGB")
    small = flat.resize((32, 32), Image.Resampling.BOX)
    edges = flat.convert("L").filter(ImageFilter.FIND_EDGES).resize((32, 32), Image.Resampling.BOX)
    cover = np.asarray(_render(name).getchannel("A").resize((32, 32), Image.Resampling.BOX)) > 40
    return np.dstack((np.asarray(small), np.asarray(edges))).astype(np.float32), cover


def _distance(first: str, second: str) -> float:
    (pixels, cover), (others, other_cover) = _look(first), _look(second)
    return float(np.abs(pixels - others)[cover | other_cover].mean())


def test_there_are_enough_classes_silhouettes_and_brands() -> None:
    assert len(MODELS) >= 60
    assert len({model.draw for model in MODELS}) >= 10
    assert len({model.brand for model in MODELS}) >= 8


def test_names_are_unique_and_attributes_complete() -> None:
    designs = _designs()
    assert len({design.name for design in designs}) == len(designs)
    for design in designs:
        assert set(design.attributes) == set(CATEGORY.fields)
        assert str(design.attributes["source_link"]).startswith("https://en.wikipedia.org/wiki/")
        assert 2010 <= int(design.attributes["year"]) <= 2025
        assert 20 <= float(design.attributes["price"]) <= 400


def test_the_description_says_that_all_is_invented() -> None:
    assert "invented" in CATEGORY.description


def test_no_drawing_depends_on_fonts() -> None:
    assert not any("<text" in view for design in _designs() for view in design.views)


@each_model
def test_a_shoe_is_drawn_whole_and_stands_near_the_floor_line(model: Model) -> None:
    box = _render(model.name).getchannel("A").getbbox()
    assert box is not None
    left, top, right, bottom = (value / THUMBNAIL_PX * 640 for value in box)
    assert left > 20
    assert top > 20
    assert right < 625
    assert 490 <= bottom <= 520
    assert right - left > 450


def test_no_two_shoes_look_alike() -> None:
    pairs = itertools.combinations([model.name for model in MODELS], 2)
    alike = {pair: distance for pair in pairs if (distance := _distance(*pair)) < ALIKE}
    assert alike == {}


def test_a_recipe_is_read_into_colour_material_print_and_accents() -> None:
    plain = paint("navy grained leather")
    assert (plain.colour, plain.material, plain.print) == (COLOURS["navy"], "grained leather", None)
    printed = paint("cream canvas, floral rose saffron")
    assert printed.print == "floral"
    assert printed.accents == (COLOURS["rose"], COLOURS["saffron"], COLOURS["saffron"])
    assert colour_words("cream canvas, floral rose saffron") == ["cream", "rose", "saffron"]
    with pytest.raises(KeyError):
        paint("octarine canvas")


def test_materials_and_prints_of_all_models_exist() -> None:
    for model in MODELS:
        way = model.colourway()
        for part_paint in (way.upper, way.panel, way.detail, way.sole):
            assert part_paint.material in FINISHES
            assert part_paint.print is None or part_paint.print in PRINTS


@pytest.mark.parametrize("name", TEXTURES)
def test_textures_are_data_and_the_same_every_time(name: str) -> None:
    uri = texture_uri(name)
    assert uri.startswith("data:image/png;base64,")
    texture_uri.cache_clear()
    assert texture_uri(name) == uri


def test_a_mount_shows_one_shoe_or_two() -> None:
    drawing = _render(MODELS[0].name)
    assert PairMount(share=0.0)(drawing, np.random.default_rng(0)) is drawing
    pair = PairMount(share=1.0)(drawing, np.random.default_rng(0))
    assert pair.width == pair.height > drawing.width
    one, two = (
        np.count_nonzero(np.asarray(image.getchannel("A")) > 128) for image in (drawing, pair)
    )
    assert 1.1 * one < two < 2 * one


def test_a_spline_passes_through_its_knots_without_overshooting() -> None:
    curve = spline((0, 0), (10, 0), (11, 5), (60, 5))
    for knot in ((0, 0), (10, 0), (11, 5), (60, 5)):
        assert np.hypot(*(curve - knot).T).min() == pytest.approx(0, abs=1e-9)
    assert curve[:, 1].min() > -2
    assert curve[:, 1].max() < 7


def test_measures_along_a_curve() -> None:
    corner = points((0, 0), (10, 0), (10, 10))
    assert lengths(corner).tolist() == [0, 10, 20]
    assert at(corner, 0.75) == (10, 5)
    assert part(corner, 0.25, 0.75).tolist() == [[5, 0], [10, 0], [10, 5]]
    assert join(corner, points((10, 10), (0, 10))).tolist()[2:] == [[10, 10], [0, 10]]
    assert data(corner, closed=True) == "M0.0 0.0L10.0 0.0L10.0 10.0Z"
    # Walking to the right with y pointing down, left is up.
    assert offset(points((0, 0), (10, 0)), 3).tolist() == [[0, -3], [10, -3]]


def test_a_region_contains_its_inside_only() -> None:
    region = points((0, 0), (10, 0), (10, 10), (5, 2), (0, 10))
    assert contains(region, 2, 3)
    assert not contains(region, 5, 6)
    assert not contains(region, 12, 1)

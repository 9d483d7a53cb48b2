"""Logos: distinct marks, drawn without fonts, that stay inside what carries them."""

from __future__ import annotations

import functools

import numpy as np
import pytest
from numpy.typing import NDArray

from scripts.demo_data.designs import Design
from scripts.demo_data.logos import CATEGORY
from scripts.demo_data.logos.catalogue import BRANDS, BrandDesign
from scripts.demo_data.logos.lettering import GLYPHS, Hand, fitted, word, word_width
from scripts.demo_data.logos.lockups import Brand
from scripts.demo_data.logos.scheme import Scheme
from scripts.demo_data.shapes import group
from scripts.demo_data.svg import render_svg, svg_document

each_brand = pytest.mark.parametrize("brand", BRANDS, ids=lambda brand: brand.name)


@functools.cache
def _designs() -> tuple[Design, ...]:
    return tuple(CATEGORY.designs(np.random.default_rng(7)))


def _drawn(body: str, size_px: int, scale: float = 1.0) -> NDArray[np.float64]:
    """RGBA pixels of elements around the middle of the canvas."""
    markup = svg_document(group(body, at=(320, 320), scale=scale))
    return np.asarray(render_svg(markup, size_px), dtype=np.float64)


def test_there_are_enough_brands_and_all_differ_in_name_and_mark() -> None:
    assert len(BRANDS) >= 60
    assert len({brand.name.lower() for brand in BRANDS}) == len(BRANDS)
    assert len({brand.mark for brand in BRANDS}) == len(BRANDS)
    assert {brand.style for brand in BRANDS} == {
        "mascot", "emblem", "pictorial", "abstract", "monogram", "wordmark",
    }  # fmt: skip


def test_designs_are_deterministic_and_complete() -> None:
    assert _designs() == tuple(CATEGORY.designs(np.random.default_rng(7)))
    for design in _designs():
        assert set(design.attributes) == set(CATEGORY.fields)
        assert str(design.attributes["source_link"]).startswith("https://en.wikipedia.org/wiki/")


def test_no_drawing_depends_on_fonts() -> None:
    assert not any("<text" in view for design in _designs() for view in design.views)


@each_brand
def test_mark_is_drawn_and_keeps_within_its_square(brand: BrandDesign) -> None:
    # Two canvas units per unit of the mark, one pixel per two units: 100 units are 100 pixels.
    alpha = _drawn(brand.mark(brand.scheme), 320, scale=2)[..., 3]
    rows, columns = np.nonzero(alpha > 128)
    assert max(np.abs(rows - 160).max(), np.abs(columns - 160).max()) <= 110
    # Corners must clear the rims of round stickers and badges, 138 units away.
    assert np.hypot(rows - 160, columns - 160).max() < 136
    assert 0.06 < (alpha > 128).mean() < 0.4


@each_brand
def test_mark_stands_out_from_its_field(brand: BrandDesign) -> None:
    field = f'<rect width="640" height="640" x="-320" y="-320" fill="{brand.scheme.field}"/>'
    empty = _drawn(field, 64)[..., :3]
    marked = _drawn(field + group(brand.mark(brand.scheme), scale=2), 64)[..., :3]
    changed = np.abs(marked - empty).max(axis=2)
    assert (changed > 60).mean() > 0.03


def _shape(brand: BrandDesign) -> NDArray[np.float64]:
    """The mark in black on white, blurred by its small size: what is left at a glance."""
    monochrome = Scheme("white", "black", "slate", "silver")
    pixels = _drawn(brand.mark(monochrome), 40, scale=2.6)
    white = 255 * (1 - pixels[..., 3:] / 255)
    return (pixels[..., :3] * pixels[..., 3:] / 255 + white).mean(axis=2)


def test_no_two_marks_are_alike_even_without_colour() -> None:
    shapes = np.array([_shape(brand) for brand in BRANDS]).reshape(len(BRANDS), -1)
    distance = np.abs(shapes[:, None] - shapes[None]).mean(axis=2)
    distance[np.diag_indices(len(BRANDS))] = np.inf
    first, second = np.unravel_index(int(distance.argmin()), distance.shape)
    assert distance.min() > 17, (BRANDS[int(first)].name, BRANDS[int(second)].name)


def test_carriers_have_a_silhouette_and_nothing_is_cut_off() -> None:
    seen = set()
    for design in _designs():
        for view in design.views:
            alpha = np.asarray(render_svg(view, 64))[..., 3]
            border = np.concatenate((alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]))
            assert border.max() < 16, design.name
            assert (alpha == 255).mean() > 0.25, design.name
            seen.add((alpha > 128).tobytes())
    assert len(seen) >= 12


@pytest.mark.parametrize("lockup", [Brand.stacked, Brand.side_by_side])
def test_lockups_are_as_wide_as_asked(lockup) -> None:
    for design in BRANDS:
        name = "" if design.style == "wordmark" else design.name
        brand = Brand(design.mark(design.scheme), name, design.scheme, design.hand)
        size = 130.0 if lockup is Brand.stacked else 500.0
        columns = np.nonzero(_drawn(lockup(brand, size), 160)[..., 3].max(axis=0))[0]
        assert (columns[-1] - columns[0] + 1) * 4 <= (2.45 * size if size < 200 else size) + 16


@pytest.mark.parametrize("letter", sorted(set(GLYPHS) - {" "}))
def test_every_letter_is_as_wide_as_declared(letter: str) -> None:
    hand = Hand(weight=10)
    alpha = _drawn(word(letter, 300, "#000000", hand), 320)[..., 3]
    columns = np.nonzero(alpha.max(axis=0) > 128)[0]
    drawn = (columns[-1] - columns[0] + 1) * 2
    # Strokes stick out at slanted ends and corners; declared widths are of centre lines.
    assert abs(drawn - word_width(letter, 300, hand)) < 0.14 * 300


def test_letters_cover_all_names() -> None:
    assert set("".join(brand.name for brand in BRANDS)) <= set(GLYPHS)


def test_fitted_words_have_the_width_asked_for() -> None:
    for text in ("Fennwick", "ORBITANE", "oolune"):
        alpha = _drawn(fitted(text, 400, "#000000", Hand()), 320)[..., 3]
        columns = np.nonzero(alpha.max(axis=0) > 128)[0]
        assert (columns[-1] - columns[0] + 1) * 2 == pytest.approx(400, abs=12)

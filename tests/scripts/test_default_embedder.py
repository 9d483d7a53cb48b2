"""The recipe of the shipped embedder: what it draws, keeps apart and mixes."""

from __future__ import annotations

import colorsys
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch", reason="needs the metrics group (torch)")

from metrics.comparing import held_out_classes
from metrics.sampling import ClassBalancedBatches
from scripts.benchmark_embedders.shared_data import class_labels, tiny_imagenet_files
from scripts.default_embedder.drawings import (
    DrawingPlan,
    draw,
    held_out_designs,
    training_designs,
)
from scripts.default_embedder.mixing import MixedBatches
from scripts.default_embedder.photographs import read_photographs, read_reported
from scripts.default_embedder.pictures import gather, scores_by_kind
from scripts.default_embedder.recipe import STAGES, shortened
from scripts.default_embedder.recolouring import Recolouring
from scripts.demo_data.__main__ import CATEGORIES

COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


class InThisProcess:
    """An executor's `map`, here and now."""

    map = staticmethod(map)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    plan = DrawingPlan(variations=2, catalogue=1, phone=1, designs=2)
    out = tmp_path_factory.mktemp("drawings")
    return out, plan, draw(out, plan, executor=InThisProcess())


@given(seed=st.integers(0, 2**32 - 1), colour=COLOURS, count=st.integers(1, 6))
def test_a_recolouring_gives_every_colour_a_valid_one_and_keeps_greys_grey(seed, colour, count):
    colouring = Recolouring.draw(np.random.default_rng(seed), seed % count, count)

    changed = colouring.of_svg(f'<rect fill="{colour}"/><rect fill="#808080"/>')

    first, grey = re.findall(r'fill="(#[0-9a-f]{6})"', changed)
    assert re.fullmatch("#[0-9a-f]{6}", first)
    assert grey[1:3] == grey[3:5] == grey[5:7]


@given(seed=st.integers(0, 2**32 - 1), number=st.integers(0, 3))
def test_no_recolouring_leaves_a_strong_colour_what_it_was(seed, number):
    colouring = Recolouring.draw(np.random.default_rng(seed), number, 4)

    text = colouring.of_svg("#d02020")[1:]

    hue = colorsys.rgb_to_hls(*(int(text[i : i + 2], 16) / 255 for i in (0, 2, 4)))[0]
    assert min(hue, 1 - hue) > 0.05


def test_only_colours_are_changed_in_a_drawing():
    svg = '<svg id="#a1" width="12"><path d="M0 0" fill="url(#abc)"/></svg>'

    assert Recolouring.draw(np.random.default_rng(0), 0, 2).of_svg(svg) == svg


def test_held_out_designs_are_never_drawn(drawn):
    _, _, files = drawn
    for category in CATEGORIES.values():
        names = {design.name for design in training_designs(category)}
        assert names.isdisjoint(held_out_designs(category))
        assert len(held_out_designs(category)) >= 20
    assert {file.parent.parent.name for file, _ in files} <= set(CATEGORIES)


def test_drawings_are_found_again_and_not_drawn_twice(drawn):
    out, plan, files = drawn

    class NoWork:
        def map(self, *_):
            raise AssertionError("drawn again")

    assert files
    assert draw(out, plan, executor=NoWork()) == files


def test_an_unfinished_drawing_is_drawn_again_in_full(drawn, tmp_path):
    _, plan, files = drawn
    shoes = tmp_path / "tiles" / "half--0"
    shoes.mkdir(parents=True)
    (shoes / "phone-0.jpg").write_bytes(b"half")

    again = draw(tmp_path, plan, executor=InThisProcess())

    assert [name for _, name in again] == [name for _, name in files]


def test_no_class_is_both_trained_on_and_chosen_by_or_reported(tiny_imagenet, drawn):
    photographs = read_photographs(
        tiny_imagenet, training_images_per_class=None, validation_images_per_class=1
    )
    reported = held_out_classes(class_labels(tiny_imagenet_files(tiny_imagenet)))

    assert set(photographs.classes).isdisjoint(reported)
    assert set(photographs.training.labels).isdisjoint(photographs.validation.labels)
    assert len(set(photographs.validation.labels)) == 16
    assert len(photographs.validation.labels) == 16
    assert len(photographs.training.labels) == 2 * len(photographs.classes)
    assert len(set(read_reported(tiny_imagenet).labels)) == 40


def test_a_design_is_trained_on_or_chosen_by_in_all_its_colours(tiny_imagenet, drawn):
    _, _, files = drawn
    wider = [(file, f"{name[:-1]}{n}") for n in range(9) for file, name in files]
    wider = [(file, name.replace("--", f"-{n % 9}--")) for n, (file, name) in enumerate(wider)]
    photographs = read_photographs(
        tiny_imagenet, training_images_per_class=1, validation_images_per_class=2
    )

    pictures = gather(photographs, wider)

    drawn_for_choice = {label for label in pictures.validation.labels if label >= 100_000}
    assert drawn_for_choice
    assert drawn_for_choice.isdisjoint(pictures.drawings.labels)
    names = sorted({name for _, name in wider})
    designs = {names[label - 100_000].rpartition("--")[0] for label in drawn_for_choice}
    trained = {names[label - 100_000].rpartition("--")[0] for label in pictures.drawings.labels}
    assert designs.isdisjoint(trained)


def test_photographs_and_drawings_are_scored_apart():
    rows = np.eye(4, dtype=np.float32)[[0, 0, 1, 1, 2, 3, 2, 3]]
    labels = np.array([1, 1, 2, 2, 100_001, 100_001, 100_002, 100_002])

    assert scores_by_kind(rows, labels) == {"photographs": 1.0, "drawings": 0.0}


def test_mixed_batches_take_their_share_of_each_set_and_resume():
    def mixed():
        return MixedBatches(
            [
                ClassBalancedBatches(
                    np.arange(40) % 10, batch_size=size, images_per_class=2, batches_per_epoch=6
                )
                for size in (8, 4)
            ],
            [0, 1000],
        )

    one, other = mixed(), mixed()
    first = list(one)
    other.load_state_dict(one.state_dict())

    assert [sum(index < 1000 for index in batch) for batch in first] == [8] * 6
    assert [len(batch) for batch in first] == [12] * 6
    assert list(one) == list(other) != first


def test_the_quick_recipe_has_checkpoints_of_its_own():
    for stage in STAGES:
        assert shortened(stage).name != stage.name
        assert shortened(stage).training.epochs == 1


@pytest.fixture(scope="module")
def tiny_imagenet(tmp_path_factory):
    """60 classes of two pictures each, in the form of the real data."""
    from io import BytesIO

    import pyarrow as pa
    from PIL import Image
    from pyarrow import parquet

    def picture(shade: int) -> bytes:
        stream = BytesIO()
        Image.new("RGB", (64, 64), (shade, 128, 255 - shade)).save(stream, "WEBP")
        return stream.getvalue()

    folder = tmp_path_factory.mktemp("shared")
    labels = [f"n{number:08d}" for number in range(60) for _ in range(2)]
    table = pa.table(
        {
            "image": [picture(2 * number) for number in range(120)],
            "label": labels,
            "name": labels,
            "split": ["train"] * 120,
        }
    )
    parquet.write_table(table, folder / "tiny-imagenet-0.parquet")
    return folder

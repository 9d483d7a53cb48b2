"""``python -m scripts.benchmark_embedders``."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image
from pyarrow import parquet

from common.errors import MetadataError
from common.images import ImageLimits, describe
from metrics.comparing import held_out_classes
from scripts.benchmark_embedders import __main__ as command
from scripts.benchmark_embedders.demo import demo_trial, phone_queries
from scripts.benchmark_embedders.shared_data import (
    clothing_trial,
    read_rows,
    tiny_imagenet_trial,
)
from scripts.demo_data import tiles
from scripts.demo_data.generate import Plan
from tests.metrics.comparing.pretenders import QUICK

PLAN = Plan(pictures_per_class=1, max_classes=2)


@pytest.fixture(autouse=True)
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(command, "TimingPlan", lambda: QUICK)


def webp(number: int) -> bytes:
    pixels = np.random.default_rng(number).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "WEBP")
    return stream.getvalue()


def write_parquet(path: Path, labels: Sequence[str], splits: Sequence[str]) -> None:
    images = [webp(number) for number in range(len(labels))]
    columns = {"image": images, "label": labels, "name": labels, "split": splits}
    parquet.write_table(pa.table(columns), path)


def test_tiny_imagenet_is_asked_about_its_held_out_classes_only(tmp_path: Path) -> None:
    classes = [f"n{number}" for number in range(42)]
    for part in range(2):
        write_parquet(tmp_path / f"tiny-imagenet-{part}.parquet", classes, ["train"] * 42)
    trial = tiny_imagenet_trial(tmp_path, tmp_path / "unpacked", None)
    assert set(trial.gallery.labels.values()) == set(held_out_classes(classes))
    assert len(trial.gallery) == 80
    assert trial.queries is None


def test_the_test_split_of_clothing_asks_among_the_rest(tmp_path: Path) -> None:
    splits = ["test", "train", "validation", "test", "train"]
    write_parquet(tmp_path / "clothing.parquet", ["hat", "hat", "hat", "bag", "bag"], splits)
    trial = clothing_trial(tmp_path, tmp_path / "unpacked", None)
    assert sorted(trial.asking.labels.values()) == ["bag", "hat"]
    assert sorted(trial.gallery.labels.values()) == ["bag", "hat", "hat"]
    assert trial.gallery.store.read("000001.webp") == webp(1)


def test_a_limit_holds_for_every_class_on_both_sides(tmp_path: Path) -> None:
    write_parquet(
        tmp_path / "clothing.parquet", ["hat"] * 6 + ["bag"], ["test"] * 3 + ["train"] * 4
    )
    trial = clothing_trial(tmp_path, tmp_path / "unpacked", 2)
    assert (len(trial.gallery), len(trial.asking)) == (3, 2)


def test_a_damaged_file_and_a_missing_column_are_one_sentence(tmp_path: Path) -> None:
    damaged, other = tmp_path / "damaged.parquet", tmp_path / "other.parquet"
    damaged.write_bytes(b"PAR1 and nothing else")
    parquet.write_table(pa.table({"image": [b""], "label": ["a"]}), other)
    with pytest.raises(MetadataError, match=r"damaged.parquet' cannot be read"):
        list(read_rows([damaged]))
    with pytest.raises(MetadataError, match=r"no column 'split'"):
        list(read_rows([other]))


def test_a_row_without_a_picture_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "empty.parquet"
    columns = {"image": [None], "label": ["a"], "name": ["a"], "split": ["test"]}
    parquet.write_table(pa.table(columns), path)
    with pytest.raises(MetadataError, match="no picture or no label"):
        list(read_rows([path]))


def test_every_design_is_taken_by_phone_once_and_the_first_is_stored_turned(
    tmp_path: Path,
) -> None:
    told: list[tuple[int, int]] = []
    queries = phone_queries(
        tiles.CATEGORY, tmp_path, PLAN, on_progress=lambda done, total: told.append((done, total))
    )
    assert list(queries.labels) == ["000.jpg", "001.jpg"]
    assert len(set(queries.labels.values())) == 2
    assert told == [(1, 2), (2, 2)]
    turned = queries.store.read("000.jpg")
    with Image.open(io.BytesIO(turned)) as stored:
        info = describe(turned, ImageLimits())
        assert stored.size == (info.height, info.width)


def test_phone_pictures_are_the_same_bytes_again_and_are_not_drawn_twice(tmp_path: Path) -> None:
    one = Plan(pictures_per_class=1, max_classes=1)
    first = phone_queries(tiles.CATEGORY, tmp_path / "a", one).store.read("000.jpg")
    again = phone_queries(tiles.CATEGORY, tmp_path / "b", one)
    assert again.store.read("000.jpg") == first
    told: list[int] = []
    phone_queries(tiles.CATEGORY, tmp_path / "b", one, on_progress=lambda *_: told.append(1))
    assert not told


def test_phone_pictures_are_no_part_of_what_is_searched(tmp_path: Path) -> None:
    trial = demo_trial(tiles.CATEGORY, tmp_path, PLAN)
    assert set(trial.asking.labels.values()) == set(trial.gallery.labels.values())
    gallery = {trial.gallery.store.read(file) for file in trial.gallery.labels}
    examples = {path.read_bytes() for path in (tmp_path / "tiles" / "examples").iterdir()}
    queries = {trial.asking.store.read(file) for file in trial.asking.labels}
    assert not queries & (gallery | examples)


def test_protocols_without_their_data_are_skipped_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHARED_DATA", raising=False)
    only = ["--only", "unseen", "--only", "clothing"]
    assert command.main([*only, "--data-dir", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "unseen: skipped. There is no tiny-imagenet-*.parquet" in printed
    assert "clothing: skipped. There is no clothing.parquet" in printed
    assert command.main(only) == 0
    assert "Name it with --data-dir" in capsys.readouterr().out


def test_a_table_is_printed_for_the_clothing_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_parquet(tmp_path / "clothing.parquet", ["hat", "bag"] * 3, ["test"] * 2 + ["train"] * 4)
    arguments = ["--only", "clothing", "--data-dir", str(tmp_path), "--embedders", "histogram"]
    assert command.main(arguments) == 0
    printed = capsys.readouterr().out
    assert "Embedders compared on clothing, the test split against the rest" in printed
    assert "2 queries (2 scored" in printed


def test_an_unknown_embedder_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_parquet(tmp_path / "clothing.parquet", ["hat", "hat"], ["test", "train"])
    arguments = ["--only", "clothing", "--data-dir", str(tmp_path), "--embedders", "nothing"]
    assert command.main(arguments) == 2
    assert "no embedder named 'nothing'" in capsys.readouterr().err


@pytest.fixture
def shared_data() -> Path:
    folder = os.environ.get("SHARED_DATA", "")
    if not folder or not Path(folder).is_dir():
        pytest.skip("SHARED_DATA names no folder")
    return Path(folder)


@pytest.mark.shared_data
def test_the_shared_data_has_the_form_that_the_benchmark_reads(
    tmp_path: Path, shared_data: Path
) -> None:
    clothing = clothing_trial(shared_data, tmp_path / "clothing", 2)
    assert len(set(clothing.gallery.labels.values())) == 10
    unseen = tiny_imagenet_trial(shared_data, tmp_path / "unseen", 2)
    assert len(unseen.gallery) == 80

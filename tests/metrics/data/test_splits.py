"""Splits: disjoint in every way, stratified, the same on every run, and safe on disk."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from common.errors import MetadataError
from common.metadata import MetadataRowsError
from metrics.data import (
    PARTS,
    Split,
    TrainingTable,
    declared_split,
    draw_split,
    make_split,
    parse_training_csv,
)
from tests.metrics.data.tables import table_of


def doubled(count: int, start: int = 0) -> list[str]:
    return [f"l{i:03}" for i in range(start, start + count) for _ in range(2)]


def part_of(split: Split) -> dict[str, str]:
    return {label: part for part in PARTS for label in split.labels[part]}


def sizes(split: Split) -> list[int]:
    return [len(split.labels[part]) for part in PARTS]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (2, [2, 0, 0]),
        (3, [3, 0, 0]),
        (4, [2, 0, 2]),
        (5, [3, 0, 2]),
        (6, [2, 2, 2]),
        (10, [6, 2, 2]),
        (20, [14, 2, 4]),
        (100, [70, 10, 20]),
        (333, [233, 33, 67]),
    ],
)
def test_labels_are_shared_out_70_10_20_or_two_where_that_is_too_few(
    labels: int, expected: list[int]
) -> None:
    assert sizes(draw_split(table_of(doubled(labels)))) == expected


@pytest.mark.parametrize(
    ("share", "expected"), [(0.4, [40, 20, 40]), (0.7, [70, 10, 20]), (0.85, [85, 5, 10])]
)
def test_another_share_may_be_trained_on_and_the_rest_is_divided_alike(
    share: float, expected: list[int]
) -> None:
    assert sizes(make_split(table_of(doubled(100)), train_share=share)) == expected


def test_parts_too_small_to_measure_with_are_told() -> None:
    assert draw_split(table_of(doubled(6))).remarks == ()
    assert [remark.split("'")[1] for remark in draw_split(table_of(doubled(5))).remarks] == ["val"]
    assert len(draw_split(table_of(doubled(3))).remarks) == 2


@given(st.lists(st.integers(1, 40), min_size=1, max_size=8), st.integers(0, 5))
def test_every_super_category_is_shared_out_alike(categories: list[int], seed: int) -> None:
    kinds = [f"k{kind}" for kind, count in enumerate(categories) for _ in range(2 * count)]
    total = sum(categories)
    if total < 20:
        return
    split = draw_split(table_of(doubled(total), **{"class": kinds}), seed=seed)
    kind_of = dict(zip(doubled(total), kinds, strict=True))
    for part, share in zip(PARTS, np.array(sizes(split)) / total, strict=True):
        found = Counter(kind_of[label] for label in split.labels[part])
        for kind, count in enumerate(categories):
            assert abs(found[f"k{kind}"] - share * count) < 3


def test_labels_with_one_image_go_to_train_and_take_no_share() -> None:
    lone = [f"z{i}" for i in range(50)]
    split = draw_split(table_of(doubled(100) + lone))
    assert set(lone) <= set(split.labels["train"])
    assert sizes(split) == [120, 10, 20]


@st.composite
def connected_tables(
    draw: st.DrawFn,
) -> tuple[TrainingTable, NDArray[np.int64], list[str], list[str]]:
    """Return a long-tailed table with groups, and near-duplicate clusters."""
    counts = draw(st.lists(st.sampled_from([1, 1, 2, 2, 3, 7]), min_size=2, max_size=30))
    labels = [f"l{i:02}" for i, count in enumerate(counts) for _ in range(count)]
    n = len(labels)
    groups = draw(st.lists(st.sampled_from(["", *"abcdef"]), min_size=n, max_size=n))
    groups = [group if draw(st.integers(0, 3)) == 0 else "" for group in groups]
    clusters = np.arange(n)
    for _ in range(draw(st.integers(0, 4))):
        clusters[draw(st.integers(0, n - 1))] = clusters[draw(st.integers(0, n - 1))]
    return table_of(labels, group=groups), clusters, labels, groups


@given(connected_tables(), st.integers(0, 3))
def test_no_label_group_or_cluster_straddles_and_no_lone_label_is_asked(
    case: tuple[TrainingTable, NDArray[np.int64], list[str], list[str]], seed: int
) -> None:
    table, clusters, labels, groups = case
    split = draw_split(table, seed=seed, clusters=clusters)
    rows = [split.rows(table, part) for part in PARTS]
    assert sorted(np.concatenate(rows).tolist()) == list(range(len(table)))
    part_of_row = {int(row): part for part, found in zip(PARTS, rows, strict=True) for row in found}
    for keys in (labels, groups, clusters.tolist()):
        parts: dict[object, set[str]] = {}
        for row, key in enumerate(keys):
            if key != "":
                parts.setdefault(key, set()).add(part_of_row[row])
        assert all(len(found) == 1 for found in parts.values())
    assert set(table.lone_labels) <= set(split.labels["train"])
    assert not table.is_query[[labels.index(name) for name in table.lone_labels]].any()


def test_planted_copies_tie_their_labels_together_wherever_they_go() -> None:
    table = table_of(doubled(40))
    clusters = np.arange(80)
    clusters[[0, 10, 20, 30]] = clusters[[79, 69, 59, 49]]
    for seed in range(10):
        parts = part_of(draw_split(table, seed=seed, clusters=clusters))
        tied = [("l000", "l039"), ("l005", "l034"), ("l010", "l029"), ("l015", "l024")]
        assert all(parts[one] == parts[other] for one, other in tied)
        assert len({parts[one] for one, _ in tied}) > 1


def test_large_connected_sets_go_to_train_and_leave_the_other_parts_filled() -> None:
    table = table_of(doubled(100), group=["g"] * 120 + [""] * 80)
    for seed in range(10):
        split = draw_split(table, seed=seed)
        assert set(doubled(60)) <= set(split.labels["train"])
        assert sizes(split) == [70, 10, 20]


@given(st.lists(st.integers(1, 5), min_size=2, max_size=30), st.integers(0, 3))
def test_connected_sets_leave_train_enough_and_the_others_near_their_share(
    units: list[int], seed: int
) -> None:
    total = sum(units)
    groups = [f"g{unit}" for unit, size in enumerate(units) for _ in range(2 * size)]
    train, val, test = sizes(draw_split(table_of(doubled(total), group=groups), seed=seed))
    assert train + val + test == total
    assert train >= 2
    assert val <= max(0.15 * total + 1, 3)
    assert test <= max(0.3 * total + 1, 3)


def test_other_seeds_give_other_splits_and_the_order_of_rows_does_not_count() -> None:
    labels = doubled(30)
    table = table_of(labels)
    assert draw_split(table, seed=1) != draw_split(table, seed=2)
    order = np.random.default_rng(0).permutation(len(table))
    rows = [f"{i}.jpg,{labels[i]}" for i in order]
    mixed = parse_training_csv("\n".join(["file,label", *rows]).encode(), "meta.csv")
    assert draw_split(mixed, seed=1) == draw_split(table, seed=1)


def test_two_runs_write_identical_bytes(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from metrics.data import draw_split;"
        "from tests.metrics.data.tables import table_of;"
        "table = table_of([f'ü{i // 3}' for i in range(90)]);"
        "draw_split(table, seed=5).save(Path(sys.argv[1]))"
    )
    for name, hash_seed in (("a", "1"), ("b", "2")):
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path / name)],
            check=True,
            env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": "."},
        )
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_saved_split_is_loaded_as_it_was(tmp_path: Path) -> None:
    split = draw_split(table_of(doubled(12)), seed=3)
    split.save(tmp_path / "split.json")
    loaded = Split.load(tmp_path / "split.json")
    assert loaded == split
    assert loaded.sha256 == split.sha256
    assert split.sha256 != draw_split(table_of(doubled(12)), seed=4).sha256


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no JSON file"),
        (b"[]", "was changed"),
        (b'{"labels": {}, "sha256": "0"}', "was changed"),
    ],
)
def test_a_broken_split_file_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "split.json").write_bytes(content)
    with pytest.raises(MetadataError, match=message):
        Split.load(tmp_path / "split.json")


def test_a_split_edited_by_hand_and_a_label_map_for_a_split_are_refused(tmp_path: Path) -> None:
    table = table_of(doubled(12))
    path = tmp_path / "split.json"
    draw_split(table).save(path)
    path.write_text(path.read_text().replace("l000", "l001"))
    with pytest.raises(MetadataError, match="was changed since it was written"):
        Split.load(path)
    table.label_map.save(path)
    with pytest.raises(MetadataError, match="is no split"):
        Split.load(path)


def test_a_split_of_other_data_is_refused() -> None:
    split = draw_split(table_of(doubled(12)))
    with pytest.raises(MetadataError, match="The split is of other data"):
        split.rows(table_of(doubled(13)), "train")


def test_the_column_split_is_respected() -> None:
    parts = ["train", "train", "test", "test", "train", "val"]
    table = table_of(["b", "b", "c", "c", "a", "d"], split=parts)
    split = make_split(table, seed=9)
    assert split.labels == {"train": ("a", "b"), "val": ("d",), "test": ("c",)}
    assert split.seed is None
    assert split.rows(table, "test").tolist() == [2, 3]


def test_without_that_column_a_split_is_drawn() -> None:
    table = table_of(doubled(12))
    assert make_split(table, seed=9) == draw_split(table, seed=9)


def test_leaks_of_the_column_split_are_named_with_their_rows() -> None:
    table = table_of(
        ["a", "b", "a", "c", "d", "e", "e"],
        split=["train", "train", "test", "test", "val", "val", "val"],
        group=["g", "", "", "g", "", "", ""],
    )
    clusters = np.array([0, 1, 2, 3, 1, 5, 6])
    with pytest.raises(MetadataRowsError) as caught:
        declared_split(table, clusters=clusters)
    assert [(problem.row, problem.text) for problem in caught.value.problems] == [
        (4, "'2.jpg' in test shares its label with '0.jpg' (row 2) in train"),
        (5, "'3.jpg' in test shares its group with '0.jpg' (row 2) in train"),
        (6, "'4.jpg' in val is a near-duplicate of '1.jpg' (row 3) in train"),
    ]
    assert "remove the column 'split'" in caught.value.cure


def test_a_column_split_that_leaves_nothing_to_tell_apart_in_train_is_refused() -> None:
    table = table_of(["a", "a", "b", "b"], split=["train", "train", "test", "test"])
    with pytest.raises(MetadataError, match="the split has 1 labels in train"):
        declared_split(table)


@given(seed=st.integers(0, 50), total=st.integers(12, 60), grown=st.integers(0, 60))
def test_labels_trained_on_before_are_trained_on_again(seed: int, total: int, grown: int) -> None:
    trained = draw_split(table_of(doubled(total)), seed=seed).labels["train"]
    split = draw_split(table_of(doubled(total + grown)), seed=seed + 1, trained=trained)
    assert set(trained) <= set(split.labels["train"])
    assert split.asked_of(trained) == ()
    assert len(split.labels["test"]) >= 2


def test_a_split_that_asks_what_was_trained_on_says_which() -> None:
    split = draw_split(table_of(doubled(12)), seed=3)
    asked = [*split.labels["test"][:1], *split.labels["train"], "never seen"]
    assert split.asked_of(asked) == split.labels["test"][:1]


def test_a_split_keeps_what_its_pictures_were(tmp_path: Path) -> None:
    plain = draw_split(table_of(doubled(12)), seed=3)
    split = replace(plain, pictures_sha256="ab")
    split.save(tmp_path / "split.json")
    assert Split.load(tmp_path / "split.json") == split
    assert split.sha256 != plain.sha256

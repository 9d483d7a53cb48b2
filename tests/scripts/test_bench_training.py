"""``python -m scripts.bench_training``: its options, its pictures, its tables, and the head."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from common.errors import MetadataError
from common.images import ImageLimits
from metrics.evaluation.comparison import compare_scores
from scripts.bench_training import __main__ as command
from scripts.bench_training.head import (
    HeadFigures,
    HeadPlan,
    clustered_features,
    measure_head,
    peak_bytes,
    report,
)
from scripts.bench_training.options import parsed
from scripts.bench_training.pictures import Designs, demo_halves
from scripts.bench_training.tables import points, table
from scripts.demo_data import logos, tiles
from scripts.demo_data.generate import Plan, generate_category
from scripts.demo_data.workers import worker_processes

torch.set_num_threads(1)  # the machine is shared, and two threads that wait for one core crawl

PLAN = Plan(pictures_per_class=2, max_classes=4)
SMALL = HeadPlan(rows=120, width=16, classes=20, dim=8, epochs=3, batch_size=40, threads=1)


@pytest.fixture(scope="module")
def demo_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two demo categories of four designs, drawn in this process."""
    folder = tmp_path_factory.mktemp("demo")
    for category in (logos.CATEGORY, tiles.CATEGORY):
        generate_category(category, folder, PLAN)
    return folder


def test_no_design_is_on_both_sides_and_categories_follow_by_turns(demo_dir: Path) -> None:
    categories = [logos.CATEGORY, tiles.CATEGORY]
    fitting, asking = demo_halves(categories, demo_dir, PLAN, ImageLimits())
    for half in (fitting, asking):
        names = [files[0].relative_to(demo_dir).parts[0] for files in half.files]
        assert names == ["logos", "tiles", "logos", "tiles"]
    folders = [
        {file.parent for files in half.files for file in files} for half in (fitting, asking)
    ]
    assert [len(each) for each in folders] == [4, 4]
    assert not folders[0] & folders[1]


def test_variants_of_one_thing_stay_on_one_side_but_for_the_one_in_the_middle(
    demo_dir: Path,
) -> None:
    fitting, asking = demo_halves([tiles.CATEGORY], demo_dir, PLAN, ImageLimits())
    last = max(files[0].parent.name for files in fitting.files)
    first = min(files[0].parent.name for files in asking.files)
    assert last < first


def test_too_few_designs_are_refused_in_one_sentence(tmp_path: Path) -> None:
    few = Plan(pictures_per_class=1, examples=0, max_classes=3)
    generate_category(tiles.CATEGORY, tmp_path, few)
    with pytest.raises(MetadataError, match=r"3 designs of 'tiles' cannot be shared"):
        demo_halves([tiles.CATEGORY], tmp_path, few, ImageLimits())


def test_a_limit_on_pictures_keeps_whole_designs_and_two_in_any_case() -> None:
    designs = Designs(
        [[Path(f"{row}{column}") for column in "abc"] for row in range(5)], ImageLimits()
    )
    assert len(designs.at_most(11).files) == 3
    assert len(designs.at_most(12).files) == 4
    assert len(designs.at_most(1).files) == 2
    assert designs.at_most(100) == designs


def test_pictures_are_labelled_by_their_design() -> None:
    designs = Designs([[Path("a"), Path("b")], [Path("c")]], ImageLimits())
    images = designs.images(64)
    assert images.labels.tolist() == [0, 0, 1]
    assert images.files == [Path("a"), Path("b"), Path("c")]


def test_a_table_is_aligned_on_the_left_for_names_and_on_the_right_for_figures() -> None:
    assert table(("way", "ms"), [("a", "1.5"), ("longer", "10.5")]).splitlines() == [
        "way       ms",
        "------  ----",
        "a        1.5",
        "longer  10.5",
    ]


def test_a_difference_is_written_in_points_with_interval_and_verdict() -> None:
    worse = compare_scores(np.ones(40), np.zeros(40))
    assert points(worse) == "-100.00 [-100.00, -100.00] worse"


def test_features_are_of_equally_large_classes_and_never_negative() -> None:
    features, labels = clustered_features(SMALL)
    assert features.shape == (120, 16)
    assert features.dtype == np.float32
    assert features.min() == 0
    assert np.bincount(labels).tolist() == [6] * 20


def test_features_of_one_class_are_more_alike_than_those_of_two() -> None:
    features, labels = clustered_features(HeadPlan(rows=200, width=512, classes=10))
    centred = features - features.mean(axis=0)
    likeness = np.corrcoef(centred)
    same = labels[:, None] == labels
    np.fill_diagonal(likeness, np.nan)
    assert np.nanmean(likeness[same]) > np.nanmean(likeness[~same]) + 0.02


def test_a_process_is_not_charged_with_what_its_parent_had_used() -> None:
    with worker_processes(1) as executor:
        fresh = executor.submit(peak_bytes).result()
    assert 10_000_000 < fresh < peak_bytes() / 2  # torch is loaded here, and not there


def test_a_head_is_measured_in_a_process_of_its_own() -> None:
    found = measure_head(SMALL)
    assert 10_000_000 < found.before_bytes <= found.peak_bytes
    assert found.seconds > 0
    assert found.features_bytes == 120 * 16 * 4
    assert found.last_loss < found.first_loss


def test_the_head_s_figures_are_printed_beside_the_aims(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ["--rows", "120", "--width", "16", "--classes", "20", "--epochs", "2"]
    assert command.main(["head", *sizes, "--batch-size", "40", "--threads", "1"]) == 0
    printed = capsys.readouterr().out
    assert "120 x 16, 20 classes, 2 epochs in batches of 40" in printed
    assert "aim: under 6 minutes" in printed
    assert "aim: under 3 GB" in printed
    assert "threads: 1." in printed


def test_the_figures_of_a_head_are_in_minutes_and_gigabytes() -> None:
    text = report(HeadPlan(), HeadFigures(90.0, 164_000_000, 10**9, 2 * 10**9, 40.0, 3.0))
    assert "20,000 x 2048, 2,000 classes, 40 epochs in batches of 1024" in text
    assert "1.50 minutes, 2.25 s an epoch" in text
    assert "2.00 GB, of which features 0.16 GB" in text


@pytest.mark.parametrize(
    "wrong",
    [
        ["head", "--rows", "0"],
        ["head", "--rows", "many"],
        ["negatives", "--categories", "shoes,hats"],
        ["speed"],
        [],
    ],
)
def test_what_cannot_be_measured_is_refused_by_the_command_line(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        parsed(wrong, None)
    assert stopped.value.code == 2
    assert "error:" in capsys.readouterr().err


def test_a_directory_that_is_no_bundle_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["speed", str(tmp_path / "nothing")]) == 2
    assert "model card" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (
            ["int8", "--trunk", "compact", "--size", "64", "--rounds", "2"],
            "8 queries of 4 designs that nothing was fitted to",
        ),
        (
            ["pipeline", "--trunk", "compact", "--size", "64", "--images", "6"],
            "compact at 64 px: files to vectors, 6 pictures of 3 designs",
        ),
        (
            ["negatives", "--size", "32", "--dim", "8", "--epochs", "1", "--seeds", "1"],
            "Negatives, 4 designs of logos, tiles: the compact trunk at 32 px from random weights",
        ),
    ],
)
def test_a_benchmark_on_demo_pictures_prints_its_table(
    arguments: list[str], printed: str, demo_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demo = ["--demo-dir", str(demo_dir), "--classes", "4", "--pictures", "2"]
    status = command.main([*arguments, *demo, "--categories", "logos,tiles", "--threads", "1"])
    shown = capsys.readouterr()
    assert status == 0, shown.err
    assert printed in shown.out
    assert "Measured on" in shown.out


def test_int8_of_nothing_is_refused_in_one_sentence(
    demo_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    demo = ["--demo-dir", str(demo_dir), "--classes", "4", "--pictures", "2"]
    arguments = ["int8", "--trunk", "none", *demo, "--categories", "tiles", "--threads", "1"]
    assert command.main(arguments) == 2
    assert "Name a bundle or a trunk" in capsys.readouterr().err

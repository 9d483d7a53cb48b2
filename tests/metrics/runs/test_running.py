"""A run trains, evaluates on labels it has not seen, and leaves all of it in its directory."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from common.errors import CheckpointError, SettingsError, TrainingError, WeightsUnavailable
from metrics.data import PARTS, Split
from metrics.nets.network import EmbeddingNetwork
from metrics.runs.directory import RunDirectory
from metrics.runs.history import read_history
from metrics.runs.plan import RunPlan
from metrics.runs.presets import PRESETS
from metrics.runs.result import RunResult
from metrics.runs.running import run
from metrics.training.config import Phase, TrainingConfig
from metrics.training.embedding import embed_images
from metrics.training.losses import LossConfig
from metrics.training.schedule import OptimiserConfig
from tests.metrics.runs.gardens import Garden, small_plan, small_preset

torch.set_num_threads(1)  # the machine is shared


def grow(
    plan: RunPlan, path: Path, garden: Garden | None = None, **options: object
) -> tuple[RunResult, RunDirectory]:
    garden = garden or Garden()
    directory = RunDirectory.create(path, plan)
    return run(plan, garden.table, garden.images_of, directory, **options), directory


@pytest.mark.parametrize("way", ["whitening", "head", "full"])
def test_every_way_ends_in_a_network_judged_on_labels_it_has_not_seen(
    way: str, tmp_path: Path
) -> None:
    garden = Garden()
    result, directory = grow(small_plan(way), tmp_path / "run", garden)
    labels = {part: set(garden.table.labels[result.rows[part]].tolist()) for part in PARTS}
    assert not labels["train"] & labels["test"]
    assert not labels["train"] & labels["val"]
    assert {len(labels[part]) for part in PARTS} == {8, 2}
    assert result.trained is not None
    assert result.trained.counts.scored == len(result.rows["test"])
    assert result.trained.counts.gallery == len(result.rows["test"])
    assert result.trained_among_all.counts.gallery == len(garden.table)
    assert np.array_equal(result.trained.rows.ids, result.baseline.rows.ids)
    assert result.comparison.difference.mean == pytest.approx(
        result.trained.micro["MAP@R"] - result.baseline.micro["MAP@R"]
    )
    assert not result.network.training
    files = {path.name for path in directory.path.iterdir()}
    assert files >= {
        "config.json",
        "split.json",
        "label_map.json",
        "metrics.json",
        "queries.csv",
        "queries-baseline.csv",
        "history.jsonl",
        "tensorboard",
        "features",
        "network.safetensors",
    }
    assert ("checkpoint.safetensors" in files) == (way == "full")
    assert not [name for name in files if name.endswith(".new")]


def test_what_was_evaluated_is_the_network_that_is_kept(tmp_path: Path) -> None:
    garden = Garden()
    for way in ("head", "full"):
        result, directory = grow(small_plan(way), tmp_path / way, garden)
        network, preprocessing = directory.load_network()
        assert preprocessing == result.preprocessing
        vectors = embed_images(network, garden.images_of(result.rows["test"]), preprocessing)
        likeness = vectors @ vectors.T
        np.fill_diagonal(likeness, -np.inf)
        labels = garden.table.labels[result.rows["test"]]
        found = (labels[likeness.argmax(axis=1)] == labels).mean()
        assert found == pytest.approx(result.trained.micro["R@1"])


def test_the_files_tell_what_the_result_says(tmp_path: Path) -> None:
    result, directory = grow(small_plan("head"), tmp_path / "run")
    content = json.loads((directory.path / "metrics.json").read_text())
    assert content["verdict"] == result.verdict == "inconclusive"  # of two labels, what else
    assert content["evaluations"]["trained"]["micro"]["R@1"] == result.trained.micro["R@1"]
    assert content["split_sha256"] == Split.load(directory.split).sha256
    with (directory.path / "queries.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["query"] for row in rows] == result.trained.rows.ids.tolist()
    assert np.mean([float(row["R@1"]) for row in rows]) == result.trained.micro["R@1"]


@pytest.mark.parametrize("way", ["head", "full"])
def test_the_history_begins_with_the_frozen_baseline_on_validation(
    way: str, tmp_path: Path
) -> None:
    result, directory = grow(small_plan(way), tmp_path / "run")
    first, *others = read_history(directory.history)
    assert (first.step, first.values["epoch"]) == (0, 0)
    assert first.values["score"] == result.baseline_score
    assert all(entry.step > 0 for entry in others)
    assert max(entry.values.get("score", 0) for entry in others) > 0
    if way == "full":  # a head that starts as whitening is the baseline
        assert first.values["untrained score"] == pytest.approx(result.baseline_score, abs=1e-6)


def test_a_whole_embedder_is_its_own_baseline(tmp_path: Path) -> None:
    torch.manual_seed(3)
    garden, plan = Garden(), small_plan("head")
    network = EmbeddingNetwork(plan.network).eval()
    directory = RunDirectory.create(tmp_path / "run", plan)
    untouched = EmbeddingNetwork(plan.network).eval()
    untouched.load_state_dict(network.state_dict())
    result = run(plan, garden.table, garden.images_of, directory, network=network)
    rows = result.rows["test"]
    vectors = embed_images(untouched, garden.images_of(rows), plan.preprocessing)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    nearest = garden.table.files[rows[likeness[0].argmax()]]
    assert result.baseline.rows.top_ids[0, 0] == nearest
    assert result.network is network


def test_another_network_than_the_plans_is_refused(tmp_path: Path) -> None:
    plan = small_plan("head")
    other = EmbeddingNetwork(replace(plan.network, dim=9))
    with pytest.raises(TrainingError, match=r"dim=9.*was given"):
        grow(plan, tmp_path / "run", network=other)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_runs_end_to_end_on_a_miniature_set(name: str) -> None:
    with TemporaryDirectory() as scratch:  # pytest would keep gigabytes
        result, directory = grow(small_preset(name), Path(scratch, "run"), Garden(8, 3))
        history, (network, _) = read_history(directory.history), directory.load_network()
    assert result.trained is not None
    assert len(history) >= 2
    assert network.config == result.network.config
    if name == "s5":  # n training pictures span n - 1 dimensions, whatever was asked for
        assert result.network.config.dim == len(result.rows["train"]) - 1
        assert any("4096" in remark for remark in result.remarks)


@pytest.mark.parametrize("negatives", ["mined", "ssim"])
def test_hard_negatives_are_trained_with(negatives: str, tmp_path: Path) -> None:
    plan = small_plan("full", negatives=negatives, negatives_per_anchor=2)
    result, _ = grow(plan, tmp_path / "run", clusters=np.arange(48))
    assert result.outcome.epochs == 3


def test_data_too_small_to_test_is_said_to_be_so(tmp_path: Path) -> None:
    plan = small_plan("head")
    result, directory = grow(plan, tmp_path / "run", Garden(3, 3))
    assert result.trained is None
    assert result.verdict == "inconclusive"
    assert any("whether the training helped is not known" in text for text in result.remarks)
    assert any("too few labels to validate" in text for text in result.remarks)
    assert json.loads((directory.path / "metrics.json").read_text())["evaluations"] == {}


@pytest.mark.parametrize(
    ("plan", "error", "words"),
    [
        (
            lambda: small_plan("full", batch_size=7),
            SettingsError,
            "batch of 7 images cannot be",
        ),
        (lambda: small_plan("head", weights="gone.safetensors"), WeightsUnavailable, "no file"),
        (
            lambda: small_plan(
                "full", training=TrainingConfig(loss=LossConfig("circle", {"x": 1}))
            ),
            TrainingError,
            "no option of the loss 'circle' called 'x'",
        ),
    ],
)
def test_what_cannot_be_trained_ends_in_one_sentence(
    plan: object, error: type[Exception], words: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=words) as caught:
        grow(plan(), tmp_path / "run")
    assert "\n" not in str(caught.value)


def test_classes_of_one_image_are_refused_by_losses_of_pairs(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="one image, and this loss learns from pairs"):
        grow(small_plan("full"), tmp_path / "run", Garden(6, 1))


def test_an_unknown_device_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no device 'toaster'"):
        grow(small_plan("head"), tmp_path / "run", device="toaster")


def test_a_checkpoint_of_another_start_is_refused(tmp_path: Path) -> None:
    plan, garden = small_plan("full"), Garden()
    _, directory = grow(plan, tmp_path / "run", garden)
    torch.manual_seed(8)
    other = EmbeddingNetwork(plan.network)
    with pytest.raises(CheckpointError, match="made with another config"):
        run(plan, garden.table, garden.images_of, directory, network=other)


def test_phases_are_trained_as_planned(tmp_path: Path) -> None:
    plan = small_plan(
        "full", training=TrainingConfig(phases=(Phase(2, "all"),), loss=LossConfig("triplet"))
    )
    result, _ = grow(plan, tmp_path / "run")
    torch.manual_seed(plan.seed)
    start = EmbeddingNetwork(plan.network).state_dict()
    after = result.network.state_dict()
    assert all(torch.equal(start[k], after[k]) for k in start if k.startswith("trunk."))


def test_training_that_betters_nothing_leaves_the_baseline(tmp_path: Path) -> None:
    still = OptimiserConfig(trunk_lr=0.0, head_lr=0.0, weight_decay=0.0)
    for way in ("head", "full"):
        plan = small_plan(way)
        plan = replace(
            plan,
            training=replace(plan.training, optimiser=still, phases=(Phase(1, "all"),)),
            head=replace(plan.head, optimiser=still),
        )
        result, _ = grow(plan, tmp_path / way)
        assert result.outcome.best_epoch == 0
        assert result.comparison.difference.mean == pytest.approx(0, abs=1e-9)
        assert any("No epoch was better" in remark for remark in result.remarks)

"""A run's directory belongs to one plan, and refuses everything else in one sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

from hypothesis import given
from hypothesis import strategies as st

from common.errors import CheckpointError, MetadataError, TrainingError
from metrics.nets.network import NetworkConfig
from metrics.runs.directory import RunDirectory
from metrics.runs.history import History, read_history
from metrics.runs.plan import RunPlan, plan_content, plan_from
from metrics.runs.presets import PRESETS, preset
from metrics.runs.running import run
from metrics.training.losses import LossConfig
from tests.metrics.runs.gardens import Garden, small_plan


def test_a_directory_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("dear")
    with pytest.raises(TrainingError, match=r"is not empty\. Choose another, or resume"):
        RunDirectory.create(tmp_path, small_plan("head"))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_is_no_run_is_not_resumed(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("dear")
    with pytest.raises(CheckpointError, match="holds no run"):
        RunDirectory.create(tmp_path, small_plan("head"), resume=True)


def test_another_plan_is_refused_by_what_differs(tmp_path: Path) -> None:
    plan = small_plan("full")
    RunDirectory.create(tmp_path, plan)
    faster = plan.with_rates(rate=0.5)
    with pytest.raises(CheckpointError, match=r"trunk_lr was 0.0001, and is 0.5|head_lr was"):
        RunDirectory.create(tmp_path, faster, resume=True)
    with pytest.raises(CheckpointError, match="seed was 0, and is 7"):
        RunDirectory.create(tmp_path, replace(plan, seed=7), resume=True)


def test_a_run_that_was_refused_at_its_start_is_begun_anew_with_another_plan(
    tmp_path: Path,
) -> None:
    RunDirectory.create(tmp_path, small_plan("full"))
    other = small_plan("head")
    assert RunDirectory.create(tmp_path, other).plan() == other
    (tmp_path / "split.json").write_text("{}")
    with pytest.raises(TrainingError, match="is not empty"):
        RunDirectory.create(tmp_path, small_plan("full"))


def test_somebody_elses_config_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"mine": 1}')
    with pytest.raises(CheckpointError, match="holds no run"):
        RunDirectory.create(tmp_path, small_plan("head"))
    assert (tmp_path / "config.json").read_text() == '{"mine": 1}'


def test_the_same_plan_is_resumed_and_read_back(tmp_path: Path) -> None:
    plan = preset("s5")
    RunDirectory.create(tmp_path / "a" / "b", plan, resume=True)
    assert RunDirectory.create(tmp_path / "a" / "b", preset("s5"), resume=True).plan() == plan


def test_what_a_killed_writer_left_is_in_nobodys_way(tmp_path: Path) -> None:
    plan = small_plan("head")
    (tmp_path / ".config.json.4711").write_text('{"for')
    directory = RunDirectory.create(tmp_path, plan)
    for name in (".metrics.json.4711.new", ".history.jsonl.new", ".split.json.4711"):
        (tmp_path / name).write_text("half")
    (tmp_path / ".notes").write_text("mine")
    directory.create(tmp_path, plan, resume=True)
    assert {path.name for path in tmp_path.iterdir()} == {"config.json", ".notes"}


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"format": "x", "sha256": "y"}'])
def test_a_config_that_was_changed_is_refused(content: str, tmp_path: Path) -> None:
    RunDirectory.create(tmp_path, small_plan("head")).config.write_text(content)
    with pytest.raises(CheckpointError) as caught:
        RunDirectory.create(tmp_path, small_plan("head"), resume=True)
    assert "\n" not in str(caught.value)


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("")
    with pytest.raises(TrainingError, match="cannot be used"):
        RunDirectory.create(tmp_path / "run", small_plan("head"))


def test_a_run_without_an_end_has_no_network(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"no trained network\. Resume it"):
        RunDirectory.create(tmp_path, small_plan("head")).load_network()


def test_data_that_changed_since_the_split_are_refused(tmp_path: Path) -> None:
    plan, garden = small_plan("whitening"), Garden(6, 3)
    directory = RunDirectory.create(tmp_path, plan)
    run(plan, garden.table, garden.images_of, directory)
    grown = Garden(7, 3)
    with pytest.raises(MetadataError, match="The split is of other data"):
        run(plan, grown.table, grown.images_of, directory)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: preset("s3"), "no preset called 's3'"),
        (lambda: preset("s1", wieghts=None), "no 'wieghts'. Did you mean weights"),
        (lambda: preset("s1", name="../x"), "No run can be named"),
        (lambda: preset("s1", way="sideways"), "no way called 'sideways'"),
        (lambda: preset("s1", negatives="evil"), "no negatives called"),
        (lambda: preset("s1", start="cold"), "no start called"),
        (lambda: preset("s1", train_share=1.0), "1.0 of the labels"),
        (lambda: preset("s1", train_share=float("nan")), "nan of the labels"),
        (lambda: preset("s1", batch_size=0), "batch_size = 0"),
        (lambda: preset("s1", seed=-1), "seed = -1"),
        (lambda: preset("s1", images_per_class=1), "hold no two alike"),
        (lambda: preset("s5", reduce_to=0), "reduced to 0"),
        (lambda: preset("s5", whitening_strengths=()), "the strengths"),
        (lambda: preset("s1", network=NetworkConfig("densnset121", side_px=300)), "densnset121"),
        (lambda: preset("s1", network=NetworkConfig(side_px=96)), "takes 96 px"),
        (lambda: preset("s1").with_epochs(0), "0 epochs"),
        (lambda: preset("s1").with_rates(rate=float("nan")), "trunk_lr of nan"),
        (
            lambda: RunPlan(
                "x", way="full", training=replace(preset("s1").training, loss=LossConfig("no"))
            ),
            "no loss called 'no'",
        ),
    ],
)
def test_hostile_configs_give_one_sentence(make: object, words: str) -> None:
    with pytest.raises(TrainingError, match=words) as caught:
        make()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_presets_survive_the_way_through_json(name: str) -> None:
    plan = preset(name)
    again = plan_from(json.loads(json.dumps(plan_content(plan))))
    assert again == plan
    assert again.sha256 == plan.sha256
    assert plan.sha256 != plan.with_seed(5).sha256
    assert PRESETS[name].__doc__


@given(epochs=st.integers(1, 200), name=st.sampled_from(["full", "s1", "s2", "s5"]))
def test_phases_stretched_to_any_length_add_up_to_it(epochs: int, name: str) -> None:
    plan = preset(name).with_epochs(epochs)
    assert plan.training.epochs == plan.head.epochs == epochs
    frozen = [phase.frozen for phase in plan.training.phases]
    assert frozen == [phase.frozen for phase in preset(name).training.phases][-len(frozen) :]


def test_a_head_takes_over_what_the_full_training_minimised() -> None:
    plan = preset("s1").with_way("head")
    assert plan.way == "head"
    assert plan.loss == preset("s1").training.loss
    assert plan.head.optimiser.head_lr == 1e-5
    assert preset("quick").with_way("full").training == preset("quick").training


def test_a_line_cut_short_by_a_kill_is_passed_over(tmp_path: Path) -> None:
    history = History(tmp_path / "log")
    history.log(1, {"loss": 2.0, "bad": float("nan")})
    with (tmp_path / "log").open("a") as stream:
        stream.write('{"step": 2, "ti')
    (entry,) = read_history(tmp_path / "log")
    assert (entry.step, entry.values) == (1, {"loss": 2.0})
    History(tmp_path / "log").log(2, {"loss": 1.0})
    assert [entry.step for entry in read_history(tmp_path / "log")] == [1, 2]

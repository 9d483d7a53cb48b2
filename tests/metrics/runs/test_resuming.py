"""A run that was interrupted comes to the same end as one that was not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch
from safetensors.torch import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from metrics.runs.directory import RunDirectory
from metrics.runs.history import read_history
from metrics.runs.plan import RunPlan
from metrics.runs.result import RunResult
from metrics.runs.running import run
from metrics.training.config import Phase, TrainingConfig
from metrics.training.losses import LossConfig
from tests.metrics.runs.gardens import Garden, small_plan

torch.set_num_threads(1)  # the machine is shared

LONG = TrainingConfig(
    phases=(Phase(1, "all"), Phase(4)), loss=LossConfig("multi-similarity"), patience=9
)


class Killed(Exception):
    """Stands for a power cut."""


def grow(plan: RunPlan, path: Path, **options: object) -> RunResult:
    garden = Garden()
    directory = RunDirectory.create(path, plan, resume=True)
    return run(plan, garden.table, garden.images_of, directory, **options)


def share_done_at_first(plan: RunPlan, path: Path) -> float:
    """Run to the end; return how much of training was done after the first batch."""
    stages: list[str] = []
    shares: list[float] = []

    def note(done: int, total: int) -> None:
        if stages[-1] == "training":
            shares.append(done / total)

    grow(plan, path, on_stage=stages.append, on_progress=note)
    return shares[0]


def assert_same_end(one: Path, other: Path) -> None:
    first, second = (load_file(path / "network.safetensors") for path in (one, other))
    assert first.keys() == second.keys()
    for name, value in first.items():
        assert torch.equal(value, second[name]), name
    logs = [
        [(entry.step, dict(entry.values)) for entry in read_history(path / "history.jsonl")]
        for path in (one, other)
    ]
    assert logs[0] == logs[1]
    assert (one / "queries.csv").read_bytes() == (other / "queries.csv").read_bytes()
    assert (one / "split.json").read_bytes() == (other / "split.json").read_bytes()


def points(directory: Path, tag: str) -> list[tuple[int, float]]:
    events = EventAccumulator(str(directory / "tensorboard"))
    events.Reload()
    return [(event.step, event.value) for event in events.Scalars(tag)]


@pytest.mark.parametrize("negatives", ["none", "mined"])
def test_resuming_equals_an_uninterrupted_run(negatives: str, tmp_path: Path) -> None:
    plan = small_plan("full", training=LONG, negatives=negatives, negatives_per_anchor=2)
    grow(plan, tmp_path / "straight")
    stages: list[str] = []

    def cut(done: int, total: int) -> None:
        if stages[-1] == "training" and done == total * 3 // 5 + 1:  # in the fourth epoch
            raise Killed

    with pytest.raises(Killed):
        grow(plan, tmp_path / "cut", on_stage=stages.append, on_progress=cut)
    logged = len(read_history(tmp_path / "cut" / "history.jsonl"))
    torch.manual_seed(99)  # whatever happened meanwhile
    begun_at = share_done_at_first(plan, tmp_path / "cut")
    assert begun_at > 3 / 5  # not anew from the start
    assert logged < len(read_history(tmp_path / "cut" / "history.jsonl"))
    assert_same_end(tmp_path / "straight", tmp_path / "cut")


def test_tensorboard_shows_every_point_once_after_resuming(tmp_path: Path) -> None:
    plan = small_plan("full", training=LONG)
    stages: list[str] = []

    def cut(done: int, total: int) -> None:
        if stages[-1] == "training" and done == total * 3 // 5 + 1:
            raise Killed

    with pytest.raises(Killed):
        grow(plan, tmp_path / "run", on_stage=stages.append, on_progress=cut)
    grow(plan, tmp_path / "run")
    history = read_history(tmp_path / "run" / "history.jsonl")
    for tag, name in (("loss", "loss"), ("score", "score"), ("gradient_norm", "gradient norm")):
        logged = [(entry.step, entry.values[name]) for entry in history if name in entry.values]
        shown = points(tmp_path / "run", tag)
        assert [step for step, _ in shown] == [step for step, _ in logged]
        assert [value for _, value in shown] == pytest.approx([value for _, value in logged])
    steps = [step for step, _ in points(tmp_path / "run", "loss")]
    assert steps == sorted(set(steps))


def test_a_finished_run_is_not_trained_again(tmp_path: Path) -> None:
    plan = small_plan("full")
    first = grow(plan, tmp_path / "run")
    before = (tmp_path / "run" / "history.jsonl").read_bytes()
    again = grow(plan, tmp_path / "run")
    assert (tmp_path / "run" / "history.jsonl").read_bytes() == before
    assert again.outcome == first.outcome
    assert again.trained.micro == first.trained.micro


def test_a_head_trained_again_comes_to_the_same_end_from_kept_features(tmp_path: Path) -> None:
    plan = small_plan("head")
    grow(plan, tmp_path / "straight")
    stages: list[str] = []

    def cut(done: int, _: int) -> None:
        if stages[-1] == "training the head" and done == 2:
            raise Killed

    with pytest.raises(Killed):
        grow(plan, tmp_path / "cut", on_stage=stages.append, on_progress=cut)
    computed: list[int] = []
    stages.clear()

    def count(done: int, _: int) -> None:
        if stages[-1].startswith("features"):
            computed.append(done)

    grow(plan, tmp_path / "cut", on_stage=stages.append, on_progress=count)
    assert computed == []
    assert_same_end(tmp_path / "straight", tmp_path / "cut")


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is of POSIX")
def test_a_run_that_was_killed_for_good_goes_on_to_the_same_end(tmp_path: Path) -> None:
    """A child is killed with SIGKILL in the middle of training; nothing tidies up after it."""
    plan = small_plan("full", training=LONG)
    child = subprocess.Popen([sys.executable, "-c", _CHILD, str(tmp_path / "run")])
    try:
        log, deadline = tmp_path / "run" / "history.jsonl", time.monotonic() + 120
        while not [e for e in read_history(log) if e.values.get("epoch") == 3]:
            assert child.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < deadline, "it does not get on"
            time.sleep(0.02)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert child.returncode == -signal.SIGKILL
    assert not (tmp_path / "run" / "network.safetensors").exists()
    assert share_done_at_first(plan, tmp_path / "run") > 2 / 5  # two epochs of five at least
    grow(plan, tmp_path / "straight")
    assert_same_end(tmp_path / "straight", tmp_path / "run")
    steps = [step for step, _ in points(tmp_path / "run", "loss")]
    assert steps == sorted(set(steps))


_CHILD = """
import sys, time
from pathlib import Path
from tests.metrics.runs.gardens import small_plan
from tests.metrics.runs.test_resuming import LONG, grow

stages = []
def slowly(done, total):
    if stages[-1] == "training":
        time.sleep(0.1)
grow(small_plan("full", training=LONG), Path(sys.argv[1]),
     on_stage=stages.append, on_progress=slowly)
"""

"""How fast embedders are."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from common.records import Vector
from metrics.comparing import Trial
from metrics.comparing.speed import TimingPlan, machine, measure_speeds
from tests.metrics.comparing.pretenders import LIMITS, Constant, candidates, painted


def test_a_slow_embedder_is_measured_as_slow(tmp_path: Path) -> None:
    pictures = painted(tmp_path, 2, 4)
    plan = TimingPlan(queries=4, warm_up=1, pictures=3, rounds=2, files=8)
    pair = candidates(Constant("quick"), Constant("slow", seconds=0.01))
    speeds = measure_speeds(pair, Trial("paint", pictures), LIMITS, plan)
    assert list(speeds) == ["quick", "slow"]
    assert speeds["slow"].query.p50_ms >= 10
    assert speeds["slow"].images_per_second <= 100
    assert speeds["quick"].query.p50_ms < speeds["slow"].query.p50_ms
    assert speeds["quick"].images_per_second > speeds["slow"].images_per_second


def test_decoding_comes_on_top_and_the_slowest_are_not_below_the_median(tmp_path: Path) -> None:
    pictures = painted(tmp_path, 1, 1)
    plan = TimingPlan(queries=9, warm_up=0, pictures=5, rounds=1, files=5)
    trial = Trial("paint", pictures)
    speed = measure_speeds(candidates(Constant()), trial, LIMITS, plan)["constant"]
    assert speed.query.p50_ms < speed.query_with_decoding.p50_ms
    assert speed.query.p50_ms <= speed.query.p95_ms


def test_embedders_take_turns_and_another_begins_each_turn(
    tmp_path: Path,
) -> None:
    pictures = painted(tmp_path, 1, 1)
    asked: list[str] = []

    class Noting(Constant):
        def infer(self, batch: NDArray[Any]) -> Vector:
            asked.append(self.card.name)
            return super().infer(batch)

    plan = TimingPlan(queries=2, warm_up=0, pictures=1, rounds=1, files=1)
    pair = candidates(Noting("a"), Noting("b"))
    measure_speeds(pair, Trial("paint", pictures), LIMITS, plan)
    assert asked == ["a", "b", "a", "b", "b", "a"]


def test_the_gallery_is_embedded_in_batches_and_the_queries_one_by_one(tmp_path: Path) -> None:
    sizes: list[int] = []

    class Counting(Constant):
        def infer(self, batch: NDArray[Any]) -> Vector:
            sizes.append(len(batch))
            return super().infer(batch)

    trial = Trial("paint", painted(tmp_path / "g", 2, 3), painted(tmp_path / "q", 2, 1))
    plan = TimingPlan(queries=2, warm_up=1, pictures=9, rounds=1, files=9)
    measure_speeds(candidates(Counting()), trial, LIMITS, plan)
    assert sizes == [6, 1, 1, 1]


def test_a_machine_is_described_by_its_cores() -> None:
    assert machine().endswith(f", {os.cpu_count()} cores")

"""The loop learns, freezes, moves proxies, stops, and goes on exactly where it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from common.errors import CheckpointError, TrainingDiverged, TrainingError
from metrics.nets.network import EmbeddingNetwork, NetworkConfig
from metrics.training.checkpoint import Checkpoint, config_hash
from metrics.training.config import Phase, TrainingConfig
from metrics.training.images import ImageArrays
from metrics.training.loop import Trainer
from metrics.training.losses import LOSSES, LossConfig
from metrics.training.negatives import MinedTupleBatches
from metrics.training.policies import POLICIES
from metrics.training.schedule import OptimiserConfig
from tests.metrics.training.worlds import (
    PREPROCESSING,
    ShuffledBatches,
    blossoms,
    recall_at_1,
    small_network,
)

torch.set_num_threads(1)  # the machine is shared, and two threads that wait for one core crawl


def config(loss: str = "arcface", **changes: object) -> TrainingConfig:
    return TrainingConfig(**{"phases": (Phase(2),), "loss": LossConfig(loss), **changes})


def train(
    settings: TrainingConfig, network: EmbeddingNetwork | None = None, **changes: object
) -> tuple[EmbeddingNetwork, list[tuple[int, dict[str, float]]], ShuffledBatches]:
    """Train on 4 classes of 8 pictures; returns the network, its log, and its sampler."""
    network = network or small_network(dropout=0.1)
    images, log = blossoms(range(4), 8), []
    batches = ShuffledBatches(images.labels, classes=4, each=4)
    arguments = {"on_log": lambda step, values: log.append((step, values)), **changes}
    Trainer(network, images, batches, settings, PREPROCESSING, **arguments).run()
    return network, log, batches


def test_unseen_classes_are_told_apart_after_a_short_training() -> None:
    started = time.perf_counter()
    images, unseen = blossoms(range(50), 12), blossoms(range(100, 120), 8, seed=5)
    network = small_network(dim=32)
    settings = TrainingConfig(
        phases=(Phase(1, "all"), Phase(13)),
        loss=LossConfig("multi-similarity"),
        optimiser=OptimiserConfig(trunk_lr=3e-3, head_lr=3e-3),
        policy=POLICIES["none"],
        ema=0.9,
        evaluate_every=2,
    )
    scores = []
    outcome = Trainer(
        network,
        images,
        ShuffledBatches(images.labels, classes=10),
        settings,
        PREPROCESSING,
        validation=unseen,
        evaluate=recall_at_1,
        on_log=lambda _, values: scores.append(values.get("score")),
    ).run()
    assert scores[0] < 0.5  # no free lunch
    assert outcome.score >= 0.95
    assert time.perf_counter() - started < 120


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_trains_an_epoch_and_its_proxies_move(
    loss: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = []
    original = torch.optim.AdamW.__init__

    def watch(self: torch.optim.AdamW, groups: list, *args: object) -> None:
        built.extend((g["name"], [p.detach().clone() for p in g["params"]], g) for g in groups)
        original(self, groups, *args)

    monkeypatch.setattr(torch.optim.AdamW, "__init__", watch)
    network, log, _ = train(config(loss, phases=(Phase(1),), ema=0.0))
    assert all(np.isfinite(values["loss"]) for _, values in log)
    proxies = [(before, group["params"]) for name, before, group in built if name == "proxies"]
    assert len(proxies) == LOSSES[loss].proxies
    for before, after in proxies:
        assert not torch.equal(before[0], after[0])
    assert all(group["weight_decay"] == 0 for name, _, group in built if "weights" not in name)
    known = {id(p) for _, _, group in built for p in group["params"]}
    assert {id(p) for p in network.parameters()} <= known


def test_the_head_learns_first_and_the_trunk_after() -> None:
    network = small_network()
    start = {key: value.clone() for key, value in network.state_dict().items()}
    train(config(phases=(Phase(1, "all"),), ema=0.0), network)
    after = network.state_dict()
    assert all(torch.equal(start[k], after[k]) for k in start if k.startswith("trunk."))
    assert not torch.equal(start["head.linear.weight"], after["head.linear.weight"])
    train(config(phases=(Phase(1, "all"), Phase(1, "none")), ema=0.0), network)
    assert not torch.equal(
        start["trunk.stem.0.weight"], network.state_dict()["trunk.stem.0.weight"]
    )


class Killed(Exception):
    """Stands for a power cut."""


def test_a_resumed_training_equals_an_uninterrupted_one(tmp_path: Path) -> None:
    settings = TrainingConfig(
        phases=(Phase(1, "all"), Phase(3)),
        loss=LossConfig("multi-similarity", memory=40, memory_after=2),
        accumulate=2,
    )
    validation = {"validation": blossoms(range(9, 12), 4), "evaluate": recall_at_1}
    straight, log, batches = train(settings, **validation)

    def cut(done: int, total: int) -> None:
        if done == total * 5 // 8:  # in the middle of the third epoch
            raise Killed

    checkpoint = Checkpoint(tmp_path / "run.safetensors", config_hash=config_hash(settings))
    with pytest.raises(Killed):
        train(settings, checkpoint=checkpoint, on_progress=cut, **validation)
    torch.manual_seed(99)  # whatever happened meanwhile
    other = small_network(dropout=0.1)
    torch.nn.init.zeros_(other.head.linear.weight)
    resumed, later_log, later = train(settings, other, checkpoint=checkpoint, **validation)
    assert later.drawn == batches.drawn[-len(later.drawn) :]
    assert len(later.drawn) < len(batches.drawn)
    for (step, values), (later_step, later_values) in zip(
        log[-len(later_log) :], later_log, strict=True
    ):
        assert step == later_step
        assert values == pytest.approx(later_values, rel=1e-6)
    for name, value in straight.state_dict().items():
        assert torch.allclose(value, resumed.state_dict()[name], rtol=1e-6, atol=0), name


def test_a_finished_training_is_not_trained_again(tmp_path: Path) -> None:
    settings = config()
    checkpoint = Checkpoint(tmp_path / "run.safetensors", config_hash=config_hash(settings))
    first, _, _ = train(settings, checkpoint=checkpoint)
    again, log, _ = train(settings, checkpoint=checkpoint)
    assert log == []
    for name, value in first.state_dict().items():
        assert torch.equal(value, again.state_dict()[name])


def test_it_stops_when_no_better_score_comes_and_keeps_the_best() -> None:
    scores = iter([0.1, 0.2, 0.9, 0.3, 0.3, float("nan"), 1.0])
    network = small_network()
    images = blossoms(range(4), 8)
    best: list[np.ndarray] = []

    def evaluate(embeddings: np.ndarray, _: np.ndarray) -> float:
        best.append(embeddings)
        return next(scores)

    outcome = Trainer(
        network,
        images,
        ShuffledBatches(images.labels, classes=4),
        config(phases=(Phase(20),), patience=3),
        PREPROCESSING,
        validation=images,
        evaluate=evaluate,
    ).run()
    assert (outcome.score, outcome.best_epoch, outcome.epochs) == (0.9, 2, 5)
    assert outcome.stopped_early
    with torch.no_grad():
        from metrics.training.embedding import embed_images

        kept = embed_images(network, images, PREPROCESSING)
    assert np.abs(kept - best[2]).max() < 1e-6
    assert np.abs(kept - best[4]).max() > 1e-3


def test_accumulated_batches_make_fewer_steps() -> None:
    _, log, batches = train(config(accumulate=4))
    assert log[-1][0] == 2  # two epochs of two batches each
    assert len(batches.drawn) == 4


def test_bfloat16_trains_close_to_float32() -> None:
    _, single, _ = train(config(precision="float32"))
    _, half, _ = train(config(precision="bfloat16"))
    assert half[-1][1]["loss"] == pytest.approx(single[-1][1]["loss"], rel=0.1)
    assert half[-1][1]["loss"] != single[-1][1]["loss"]


def test_hard_negatives_are_mined_anew_for_each_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    images, mined = blossoms(range(4), 6), []
    batches = MinedTupleBatches(images.labels, anchors_per_batch=4, negatives=2)
    original = batches.remine
    monkeypatch.setattr(batches, "remine", lambda rows: (mined.append(rows), original(rows)))
    settings = config("triplet", phases=(Phase(2),), ema=0.0)
    Trainer(small_network(), images, batches, settings, PREPROCESSING).run()
    assert len(mined) == 2
    assert mined[0].shape == (24, 16)
    assert not np.array_equal(*mined)


def test_a_loss_that_is_no_number_ends_the_training_with_a_diagnosis() -> None:
    network = small_network()
    torch.nn.init.constant_(network.head.linear.weight, float("nan"))
    with pytest.raises(TrainingDiverged, match="became nan"):
        train(config(), network)


@pytest.mark.parametrize(
    ("labels", "loss", "words"),
    [
        ([7] * 8, "arcface", "of 1 class.*label at least two"),
        (list(range(8)), "triplet", "one image, and this loss learns from pairs"),
        (list(range(8)), "no-such", "no loss called"),
    ],
)
def test_images_that_teach_nothing_are_refused(labels: list[int], loss: str, words: str) -> None:
    images = ImageArrays([np.zeros((32, 32, 3), np.uint8)] * 8, np.array(labels))
    with pytest.raises(TrainingError, match=words):
        Trainer(
            small_network(), images, ShuffledBatches(images.labels), config(loss), PREPROCESSING
        )


@pytest.mark.parametrize(("plan", "words"), [([], "not fill one batch"), ([[1]], "of one image")])
def test_a_sampler_without_usable_batches_is_refused(plan: list, words: str) -> None:
    images = blossoms(range(2), 2)
    batches = ShuffledBatches(images.labels)
    batches.__class__ = type("Fixed", (ShuffledBatches,), {"__iter__": lambda self: iter(plan)})
    with pytest.raises(TrainingError, match=words):
        Trainer(small_network(), images, batches, config(), PREPROCESSING).run()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: TrainingConfig(phases=()), "without phases"),
        (lambda: Phase(0), "0 epochs"),
        (lambda: TrainingConfig(accumulate=0), "accumulate = 0"),
        (lambda: TrainingConfig(ema=1.0), "keeps 1.0"),
        (lambda: TrainingConfig(clip_norm=float("nan")), "clipped to nan"),
        (lambda: TrainingConfig(seed=-1), "cannot be a seed"),
        (lambda: OptimiserConfig(trunk_lr=float("inf")), "trunk_lr of inf"),
        (lambda: OptimiserConfig(warm_up=1.0), "warm_up of 1.0"),
    ],
)
def test_a_hostile_config_is_refused_in_one_sentence(make: object, words: str) -> None:
    with pytest.raises(TrainingError, match=words) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_a_checkpoint_of_another_config_or_split_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    Checkpoint(path, config_hash="a", split_hash="s").save({"epoch": 1})
    for changes, word in (({"config_hash": "b"}, "config"), ({"split_hash": "t"}, "split")):
        other = Checkpoint(path, **{"config_hash": "a", "split_hash": "s", **changes})
        with pytest.raises(CheckpointError, match=f"another {word}"):
            other.load()
    assert config_hash(config(seed=1)) != config_hash(config(seed=2))
    assert config_hash(NetworkConfig(), config()) == config_hash(NetworkConfig(), config())


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    checkpoint = Checkpoint(path, config_hash="a")
    checkpoint.save({"weights": torch.arange(100.0)})
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(CheckpointError, match="is damaged"):
        checkpoint.load()


def test_state_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path / "run.safetensors", config_hash="a")
    shared = torch.arange(4.0)
    state = {"a": [shared, shared], "b": {3: {"x": 2**127, "y": None}}, "c": torch.tensor(True)}
    checkpoint.save(state)
    found = checkpoint.load()
    assert torch.equal(found["a"][1], shared)
    assert found["b"] == state["b"]
    assert found["c"].dtype == torch.bool
    with pytest.raises(TypeError, match="cannot hold"):
        checkpoint.save({"file": object()})
    assert checkpoint.load()["b"] == state["b"]


WRITER = """
import sys, torch
from pathlib import Path
from metrics.training.checkpoint import Checkpoint
checkpoint = Checkpoint(Path(sys.argv[1]), config_hash="a")
number = 0
while True:
    number += 1
    checkpoint.save({"number": number, "rows": torch.full((500_000,), float(number))})
    print(number, flush=True)
"""


def test_kill_9_at_any_time_leaves_a_loadable_checkpoint(tmp_path: Path) -> None:
    path = tmp_path / "run.safetensors"
    command = [sys.executable, "-c", WRITER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        written = 0
        waits = np.random.default_rng(0).uniform(0, 0.01, 200)
        while written < 5:
            written = int(writer.stdout.readline())
        time.sleep(waits[0])
        os.kill(writer.pid, signal.SIGKILL)
        written = max([written, *(int(line) for line in writer.stdout.read().split())])
    found = Checkpoint(path, config_hash="a").load()
    assert found["number"] in (written, written + 1)
    assert torch.equal(found["rows"], torch.full((500_000,), float(found["number"])))


@pytest.mark.parametrize("moment", ["save_file", "fsync", "replace"])
def test_a_kill_at_each_step_of_writing_leaves_the_old_state(
    moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from metrics.training import checkpoint as module

    def die(*_: object, **__: object) -> None:
        raise Killed  # not caught by anything, as a kill would not be

    checkpoint = Checkpoint(tmp_path / "run.safetensors", config_hash="a")
    checkpoint.save({"number": 1})
    owner = {"save_file": module, "fsync": os, "replace": Path}[moment]
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(owner, moment, die)
        checkpoint.save({"number": 2})
    assert checkpoint.load() == {"number": 1}
    checkpoint.save({"number": 3})
    assert checkpoint.load() == {"number": 3}
    assert [path.name for path in tmp_path.iterdir()] == ["run.safetensors"]  # nothing left over

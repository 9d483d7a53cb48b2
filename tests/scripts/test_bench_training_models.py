"""The benchmarks that run models: int8, pipeline, speed; and the one that trains with negatives."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import pytest
from PIL import Image

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from common.embedding.base import Preprocessing
from common.errors import ModelBundleError, QueryError
from common.images import ImageLimits
from metrics.export.bundle import write_bundle
from metrics.export.calibration import CalibrationImages
from metrics.export.gates import Decision, Gate
from metrics.export.int8 import FusionAudit, quantise
from metrics.export.onnx_export import export_onnx
from metrics.export.runtime import Model
from metrics.export.served import ServedNetwork
from metrics.export.trial import ExportOptions
from metrics.export.trunk_export import TrunkChoice
from metrics.training.negatives import NOBODY
from scripts.bench_training import int8, negatives, pipeline, speed
from scripts.bench_training.choosing import (
    MINED,
    RANDOM,
    STRUCTURE,
    RedrawnTupleBatches,
    ways_to_choose,
)
from scripts.bench_training.pictures import Designs
from scripts.bench_training.ways import FLOAT32, INT8, LOOP, in_batches, one_at_a_time
from tests.metrics.export.networks import SIDE, facts, prepared, served
from tests.metrics.training.worlds import blossoms

torch.set_num_threads(1)  # the machine is shared, and two threads that wait for one core crawl

OPTIONS = ExportOptions(threads=1, latency_rounds=2)
CHOICE = TrunkChoice(
    "compact", None, Preprocessing(SIDE, resize="squash", interpolation="bilinear")
)


@pytest.fixture(scope="module")
def designs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Designs, Designs]:
    """Drawn flowers as files: twelve kinds to fit to, twelve others to ask about."""
    folder = tmp_path_factory.mktemp("flowers")
    images = blossoms(range(24), each=3, side=80)
    files: list[list[Path]] = [[] for _ in range(24)]
    for row, label in enumerate(images.labels):
        path = folder / f"{row:02d}.png"
        images.image(row).save(path)
        files[label].append(path)
    return Designs(files[:12], ImageLimits()), Designs(files[12:], ImageLimits())


@dataclass(frozen=True)
class Exported:
    """A small network, its ONNX file, its int8 file and what was counted in that."""

    network: ServedNetwork
    model: Path
    int8: Path
    audit: FusionAudit


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    folder = tmp_path_factory.mktemp("exported")
    network = served("compact")
    model, quantised = folder / "model.onnx", folder / "model.int8.onnx"
    export_onnx(network, SIDE, model)
    images = prepared(range(0, 72, 8))
    audit = quantise(model, quantised, CalibrationImages(lambda row: images[row], range(9)))
    return Exported(network, model, quantised, audit)


@pytest.fixture
def bundle(tmp_path: Path, exported: Exported) -> Path:
    """A bundle of both models."""
    kept = Decision((Gate("test", True, "asked for"),))
    write_bundle(tmp_path, facts("tiny"), 32, exported.model, exported.int8, kept)
    return tmp_path / "tiny"


def test_both_models_of_a_bundle_are_compared_as_they_are(
    bundle: Path, designs: tuple[Designs, Designs], tmp_path: Path, exported: Exported
) -> None:
    pair, weights = int8.bundle_pair(bundle, designs[0], tmp_path)
    assert pair.int8 == bundle / "model.int8.onnx"
    assert "of the bundle" in weights
    assert pair.audit.fused == exported.audit.fused
    assert pair.audit.convolutions == exported.audit.convolutions > 0


def test_a_bundle_without_int8_is_quantised_for_the_comparison(
    bundle: Path, designs: tuple[Designs, Designs], tmp_path: Path
) -> None:
    (bundle / "model.int8.onnx").unlink()
    pair, weights = int8.bundle_pair(bundle, designs[0], tmp_path, 4)
    assert "made here" in weights
    assert pair.int8.parent == tmp_path
    assert pair.audit.complete


def test_a_bundle_without_float32_has_nothing_to_compare_with(
    bundle: Path, designs: tuple[Designs, Designs], tmp_path: Path
) -> None:
    (bundle / "model.onnx").unlink()
    with pytest.raises(ModelBundleError, match="no float32 model"):
        int8.bundle_pair(bundle, designs[0], tmp_path)


def test_int8_is_compared_with_float32_by_query_and_said_with_which_weights(
    designs: tuple[Designs, Designs], tmp_path: Path
) -> None:
    fitting, asking = designs
    pair, weights = int8.trunk_pair(CHOICE, 16, fitting, tmp_path, 12)
    found = int8.measure_int8(pair, weights, asking, OPTIONS)
    assert {len(each.rows) for each in found.trial.evaluations.values()} == {36}
    assert int8.speed_ratio(found.trial) > 0
    text = int8.report([found])
    assert "36 queries of 12 designs" in text
    assert "compact: random weights" in text
    assert f"{pair.audit.fused} of {pair.audit.convolutions}" in text


def test_the_loop_and_our_pipeline_give_the_same_vectors_in_the_same_order(
    designs: tuple[Designs, Designs], tmp_path: Path
) -> None:
    fitting, asking = designs
    root = asking.files[0][0].parent
    told: list[tuple[int, int]] = []
    found, weights = pipeline.measure(
        CHOICE,
        16,
        fitting,
        asking,
        tmp_path,
        threads=1,
        root=root,
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert list(found) == [LOOP, FLOAT32, INT8]
    assert found[LOOP].least_cosine == pytest.approx(1)
    assert found[FLOAT32].least_cosine > 0.999
    assert found[INT8].cosine < found[FLOAT32].cosine
    assert found[FLOAT32].evaluation.micro["R@1"] == found[LOOP].evaluation.micro["R@1"]
    assert told[-1] == (108, 108)
    text = pipeline.report(found, "compact", weights)
    assert "36 pictures of 12 designs" in text
    assert "random weights" in text


def test_the_ways_take_turns_with_the_same_files(designs: tuple[Designs, Designs]) -> None:
    asked: list[tuple[str, int]] = []

    def way(name: str):
        def embed(files):
            asked.append((name, len(files)))
            return np.eye(len(files), 40, dtype=np.float32)

        return embed

    pipeline.measure_pipelines({"a": way("a"), "b": way("b")}, designs[1], files_a_turn=20)
    assert asked == [("a", 2), ("b", 2), ("a", 20), ("b", 20), ("a", 16), ("b", 16)]


def test_a_picture_that_cannot_be_read_stops_the_comparison(tmp_path: Path, bundle: Path) -> None:
    from common.embedding.onnx import OnnxEmbedder

    (tmp_path / "broken.png").write_bytes(b"words")
    embed = in_batches(OnnxEmbedder.load(bundle, 1), tmp_path, ImageLimits(), 1)
    with pytest.raises(QueryError):
        embed([tmp_path / "broken.png"])


def test_the_loop_squashes_pictures_of_any_mode(tmp_path: Path, exported: Exported) -> None:
    Image.new("L", (90, 40), 128).save(tmp_path / "grey.png")
    rows = one_at_a_time(exported.network, CHOICE.preprocessing)([tmp_path / "grey.png"])
    assert rows.shape == (1, 32)
    assert np.linalg.norm(rows[0]) == pytest.approx(1, abs=1e-5)


def test_a_model_written_for_its_own_side_answers_as_before(
    exported: Exported, tmp_path: Path
) -> None:
    speed.at_side(exported.model, SIDE, tmp_path / "same.onnx")
    batch = prepared(range(2))
    before, after = Model(exported.model, 1)(batch), Model(tmp_path / "same.onnx", 1)(batch)
    np.testing.assert_allclose(after, before, atol=1e-6)


def test_a_model_is_measured_at_its_own_side_and_at_others(bundle: Path, tmp_path: Path) -> None:
    plan = speed.SpeedPlan(rounds=2, batch_rounds=1, warm_up=1, threads=1)
    found, refused = speed.measure_speed(bundle, [96, SIDE], plan, tmp_path)
    assert [one.side_px for one in found] == [SIDE, 96]
    assert not refused
    assert min(one.int8_rate for one in found) > 0
    assert {one.int8_origin for one in found} == {"of the bundle"}
    assert "tiny" in speed.report(found, refused)


def test_a_side_that_a_model_does_not_take_is_left_out_with_a_sentence(tmp_path: Path) -> None:
    bundle = tmp_path / "fixed"
    _fixed_model(tmp_path / "fixed.onnx")
    not_kept = Decision((Gate("test", False, "not asked for"),))
    write_bundle(tmp_path, facts("fixed"), 3 * SIDE * SIDE, tmp_path / "fixed.onnx", None, not_kept)
    shutil.copyfile(tmp_path / "fixed.onnx", bundle / "model.int8.onnx")
    plan = speed.SpeedPlan(rounds=1, batch_rounds=1, warm_up=1, threads=1)
    found, refused = speed.measure_speed(bundle, [32], plan, tmp_path)
    assert [one.side_px for one in found] == [SIDE]
    assert len(refused) == 1
    assert "32 x 32" in refused[0]
    assert f"Not measured: {refused[0]}" in speed.report(found, refused)


def _fixed_model(path: Path) -> None:
    """Write a model that flattens its images to a fixed length."""
    helper, float32 = onnx.helper, onnx.TensorProto.FLOAT
    length = 3 * SIDE * SIDE
    shape = onnx.numpy_helper.from_array(np.array([-1, length]), "shape")
    nodes = [
        helper.make_node("Reshape", ["images", "shape"], ["rows"]),
        helper.make_node("LpNormalization", ["rows"], ["embeddings"], axis=1, p=2),
    ]
    graph = helper.make_graph(
        nodes,
        "fixed",
        [helper.make_tensor_value_info("images", float32, ["n", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("embeddings", float32, ["n", length])],
        [shape],
    )
    opset = [helper.make_opsetid("", 18)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=10), path)


def test_random_negatives_are_of_other_labels_and_drawn_anew_for_each_epoch() -> None:
    labels = np.repeat(np.arange(6), 4)
    batches = RedrawnTupleBatches(labels, anchors_per_batch=1, negatives=2, seed=3)
    epochs = [{batch[0]: batch[2:] for batch in batches} for _ in range(2)]
    for epoch in epochs:
        assert sorted(epoch) == list(range(24))
        for anchor, chosen in epoch.items():
            assert len(chosen) == 2
            assert all(labels[one] != labels[anchor] for one in chosen)
    assert epochs[0] != epochs[1]


def test_all_ways_give_every_anchor_as_many_negatives() -> None:
    images = blossoms(range(6), each=3, side=40)
    ways = ways_to_choose(images, negatives=2, anchors_per_batch=1)
    assert list(ways) == [RANDOM, STRUCTURE, MINED]
    for make in ways.values():
        batches = make(0)
        if hasattr(batches, "remine"):
            batches.remine(np.random.default_rng(0).standard_normal((18, 4)).astype(np.float32))
        epoch = [list(batch) for batch in batches]
        assert sorted(batch[0] for batch in epoch) == list(range(18))
        assert {len(batch) for batch in epoch} == {4}
        assert NOBODY not in {row for batch in epoch for row in batch}


def test_the_ways_start_from_the_same_network_and_are_scored_on_the_same_queries() -> None:
    plan = negatives.NegativesPlan(
        side_px=32, dim=8, negatives=1, anchors_per_batch=6, epochs=1, seeds=(0, 1), threads=1
    )
    training, unseen = blossoms(range(4), each=3, side=40), blossoms(range(4, 8), each=3, side=40)
    told: list[tuple[int, int]] = []
    before, found = negatives.measure_negatives(
        training, unseen, plan, lambda done, total: told.append((done, total))
    )
    assert told == [(done, 6) for done in range(1, 7)]
    for one in (before, *found.values()):
        assert len(one.by_seed) == 2
        assert one.labels.tolist() == unseen.labels.tolist()
        assert one.scores.mean() == pytest.approx(np.mean(one.by_seed))
    text = negatives.report(before, found, plan, "four flowers")
    assert "12 queries of 4 unseen designs, averaged over the seeds (2)" in text
    assert "random weights" in text


def test_pictures_are_held_square_and_somewhat_larger_than_the_network_takes() -> None:
    images = negatives.in_memory(blossoms(range(2), each=2, side=90), 40)
    assert {pixels.shape for pixels in images.pixels} == {(50, 50, 3)}
    assert images.labels.tolist() == [0, 0, 1, 1]

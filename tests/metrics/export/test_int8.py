from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import onnx
from onnx import TensorProto, helper, numpy_helper

from common.errors import ModelBundleError
from metrics.export.calibration import CalibrationImages, stratified
from metrics.export.int8 import quantise
from metrics.export.onnx_export import HEAD_PREFIX
from metrics.export.runtime import INPUT, OUTPUT, Model
from tests.metrics.export.networks import prepared


def convolution_model(weights: np.ndarray, bias: np.ndarray) -> onnx.ModelProto:
    """One 3x3 convolution over images of three channels."""
    batch = ["n", 3, 8, 8]
    return helper.make_model(
        helper.make_graph(
            [helper.make_node("Conv", [INPUT, "w", "b"], [OUTPUT], "conv", pads=[1, 1, 1, 1])],
            "one",
            [helper.make_tensor_value_info(INPUT, TensorProto.FLOAT, batch)],
            [helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["n", len(weights), 8, 8])],
            [numpy_helper.from_array(weights, "w"), numpy_helper.from_array(bias, "b")],
        ),
        opset_imports=[helper.make_opsetid("", 20)],
        ir_version=10,
    )


def noise(count: int, side: int = 8) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(count, 3, side, side)).astype(np.float32)


def feed(images: np.ndarray) -> CalibrationImages:
    return CalibrationImages(lambda row: images[row], range(len(images)))


def test_every_convolution_runs_in_int8(exported):
    assert exported.audit.complete
    assert exported.audit.convolutions == exported.audit.fused >= 20
    assert "Conv" not in exported.audit.operators


def test_the_last_linear_layer_stays_in_float(exported):
    operators = exported.audit.operators
    assert operators["Gemm"] == 1
    assert "QGemm" not in operators
    graph = onnx.load(exported.int8).graph
    weights = {each.name: each.data_type for each in graph.initializer}
    [head] = [n for n in graph.node if n.op_type == "Gemm" and n.name.startswith(HEAD_PREFIX)]
    assert weights[head.input[1]] == TensorProto.FLOAT


def test_int8_answers_nearly_as_float32_does_and_row_by_row(exported):
    images = prepared(range(1, 72, 6))
    float32, int8 = Model(exported.model)(images), Model(exported.int8)(images)

    assert np.einsum("nd,nd->n", float32, int8).min() > 0.95
    np.testing.assert_allclose(Model(exported.int8)(images[:1]), int8[:1], atol=1e-5)
    assert exported.int8.stat().st_size < 0.4 * exported.model.stat().st_size


def test_a_nearly_dead_channel_does_not_spoil_its_bias(tmp_path):
    # onnxruntime#11415: its tiny weights made a tiny scale, in which its bias overflowed.
    weights = np.random.default_rng(1).normal(0, 0.2, (4, 3, 3, 3)).astype(np.float32)
    weights[2] *= 1e-9
    bias = np.array([0.1, -0.3, 1.5, 0.0], dtype=np.float32)
    source, target = tmp_path / "conv.onnx", tmp_path / "int8.onnx"
    onnx.save(convolution_model(weights, bias), source)
    images = noise(16)

    audit = quantise(source, target, feed(images))

    assert audit.complete
    expected, found = Model(source)(images), Model(target)(images)
    assert np.abs(expected[:, 2] - 1.5).max() < 1e-6
    assert np.abs(expected - found).max() < 0.02 * np.ptp(expected)


def test_calibration_sees_every_image_although_it_keeps_none(tmp_path):
    source, target = tmp_path / "conv.onnx", tmp_path / "int8.onnx"
    identity = np.zeros((3, 3, 3, 3), dtype=np.float32)
    identity[range(3), range(3), 1, 1] = 1
    onnx.save(convolution_model(identity, np.zeros(3, dtype=np.float32)), source)
    images = noise(40)
    images[3] *= 30  # an early image sets the range

    quantise(source, target, feed(images))

    largest = Model(target)(images[3:4]).max()
    assert largest == pytest.approx(Model(source)(images[3:4]).max(), rel=0.02)


def calibration_peak(source, target, count: int) -> int:
    """Peak of the memory that Python holds while ``count`` large images are calibrated on."""
    rng = np.random.default_rng(0)

    def draw(_: int) -> np.ndarray:
        return rng.random((3, 256, 256), dtype=np.float32)  # 0.8 MB

    tracemalloc.start()
    try:
        quantise(source, target, CalibrationImages(draw, range(count)))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_calibration_memory_does_not_grow_with_the_images(tmp_path):
    source, target = tmp_path / "conv.onnx", tmp_path / "int8.onnx"
    model = convolution_model(noise(4, 3), np.zeros(4, dtype=np.float32))
    for value in (*model.graph.input, *model.graph.output):
        for axis in (2, 3):
            value.type.tensor_type.shape.dim[axis].dim_param = f"side{axis}"
    onnx.save(model, source)
    calibration_peak(source, target, 2)  # imports are not counted

    few, many = (calibration_peak(source, target, count) for count in (4, 64))

    assert many < few + 1_000_000


def test_the_reader_gives_one_image_at_a_time_and_only_of_its_stretch():
    asked: list[int] = []
    told: list[tuple[int, int]] = []

    def prepare(row: int) -> np.ndarray:
        asked.append(row)
        return np.full((3, 4, 4), row, dtype=np.float32)

    reader = CalibrationImages(prepare, [7, 5, 9], lambda done, total: told.append((done, total)))
    reader.set_range(1, 2)
    batches = list(iter(reader.get_next, None))

    assert asked == [5]
    assert [batch[INPUT].shape for batch in batches] == [(1, 3, 4, 4)]
    assert told == [(2, 3)]
    assert len(reader) == 3


def test_calibration_images_are_drawn_label_by_label():
    labels = np.array([0] * 50 + [1] * 3 + [2] * 10)

    rows = stratified(labels, 12, seed=1)

    assert np.bincount(labels[rows]).tolist() == [5, 3, 4] or np.bincount(
        labels[rows]
    ).tolist() == [4, 3, 5]
    assert sorted(labels[rows[:3]]) == [0, 1, 2]
    assert rows == stratified(labels, 12, seed=1) != stratified(labels, 12, seed=2)
    assert len(set(stratified(labels, 1000))) == 63


def test_quantising_without_images_is_one_sentence(exported, tmp_path):
    with pytest.raises(ModelBundleError, match=r"without images\. Give some"):
        quantise(exported.model, tmp_path / "x.onnx", feed(noise(0)))


def test_a_transformer_keeps_all_but_its_products_in_float():
    from metrics.export.int8 import float_nodes

    kinds = ["Gemm", "LayerNormalization", "MatMul", "Gemm", "Gelu", "Gemm"]
    nodes = [helper.make_node(kind, [], [], f"{i}") for i, kind in enumerate(kinds)]
    nodes.append(helper.make_node("Gemm", [], [], f"{HEAD_PREFIX}6"))
    graph = helper.make_graph(nodes, "t", [], [])

    assert list(itertools.chain(float_nodes(graph))) == [f"{HEAD_PREFIX}6", "3", "5"]

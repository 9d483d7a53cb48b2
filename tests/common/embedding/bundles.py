"""Tiny model bundles made in code: average colours of a 4 x 4 grid, mixed by fixed numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from common.embedding.base import ModelCard, Preprocessing, fingerprint
from common.embedding.card import ModelFile, write_card

SPEC = Preprocessing(size_px=32)
DIM = 24


def model(
    seed: int = 0, *, dim: int = DIM, size_px: int = 32, unit: bool = True, mix_rows: bool = False
) -> bytes:
    """Return an ONNX model of float32 ``(n, 3, size, size)`` to ``(n, dim)``.

    Args:
        seed: of its weights.
        dim: length of its vectors.
        size_px: side of its input.
        unit: whether it normalises its rows, as it must.
        mix_rows: whether a row depends on its neighbours, as it must not.
    """
    rng = np.random.default_rng(seed)
    weight = rng.normal(size=(3 * (size_px // 8) ** 2, dim)).astype(np.float32)
    bias = rng.normal(size=dim).astype(np.float32)
    nodes = [
        helper.make_node(
            "AveragePool", ["images"], ["pooled"], kernel_shape=[8, 8], strides=[8, 8]
        ),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Gemm", ["flat", "weight", "bias"], ["mixed"]),
    ]
    last = "mixed"
    if mix_rows:
        mean = helper.make_node("ReduceMean", [last], ["mean"], axes=[0], keepdims=1)
        nodes += [mean, helper.make_node("Mul", [last, "mean"], ["blend"])]
        last = "blend"
    if unit:
        nodes += [
            helper.make_node("ReduceL2", [last], ["length"], axes=[1], keepdims=1),
            helper.make_node("Div", [last, "length"], ["vectors"]),
        ]
        last = "vectors"
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n", 3, size_px, size_px])],
        [helper.make_tensor_value_info(last, TensorProto.FLOAT, ["n", dim])],
        [numpy_helper.from_array(weight, "weight"), numpy_helper.from_array(bias, "bias")],
    )
    built = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(built)
    return bytes(built.SerializeToString())


def card_of(name: str, content: bytes, spec: Preprocessing = SPEC, dim: int = DIM) -> ModelCard:
    """Return a card that is true of a model file."""
    return ModelCard(
        name=name,
        fingerprint=fingerprint(content, spec),
        dim=dim,
        preprocessing=spec,
        description="Averages of a grid.",
        source="made in a test",
        licence="MIT",
        quality={"recall_at_1": 0.5},
        extra={"made": {"seed": 0}},
    )


def make_bundle(
    root: Path,
    name: str = "tiny",
    content: bytes | None = None,
    *,
    serve: ModelFile = "model.onnx",
    spec: Preprocessing = SPEC,
    change: Callable[[ModelCard], ModelCard] = lambda card: card,
) -> Path:
    """Write a bundle and return its directory.

    Args:
        root: holds the bundles.
        name: of the directory and on the card.
        content: the model file; a good model if None.
        serve: the file that serves.
        spec: how images are prepared.
        change: makes the card untrue in some way that writing it does not notice.
    """
    directory = root / name
    directory.mkdir(parents=True, exist_ok=True)
    content = model() if content is None else content
    (directory / serve).write_bytes(content)
    write_card(directory, change(card_of(name, content, spec)), serve)
    return directory

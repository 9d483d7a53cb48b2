"""Static quantisation to int8, and the audit of what really runs in int8.

Activations are UINT8 and weights INT8 per channel, as QDQ: with ONNX Runtime's defaults (INT8
activations) only 9 of the 20 convolutions of a ResNet-18 run in int8 on a CPU, with these all 20.
Never dynamic: that takes the range from the batch, so that an image's vector would depend on its
neighbours.

Without VNNI, products of 8 bits saturate in sums of 16, so that vectors differ between kinds of
CPU: the gates must be passed on the kind that serves.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import onnx
from onnxruntime.quantization import (  # type: ignore[import-untyped]
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import (  # type: ignore[import-untyped]
    quant_pre_process,
)

from common.errors import ModelBundleError
from metrics.export.calibration import CalibrationImages
from metrics.export.onnx_export import HEAD_PREFIX
from metrics.export.runtime import optimised_graph

_LINEAR: Final = ("MatMul", "Gemm")
_TRANSFORMER: Final = "LayerNormalization"
_LAST_BLOCK_LINEARS: Final = 2


@dataclass(frozen=True, slots=True)
class FusionAudit:
    """What ONNX Runtime makes of a quantised model on this machine.

    Attributes:
        convolutions: in the model before quantising.
        fused: of them, those that run as one int8 operator.
        operators: of the optimised graph, by kind.
    """

    convolutions: int
    fused: int
    operators: dict[str, int]

    @property
    def complete(self) -> bool:
        """Whether every convolution runs in int8."""
        return self.fused == self.convolutions


def quantise(source: Path, target: Path, images: CalibrationImages) -> FusionAudit:
    """Quantise an exported model, its head excepted.

    Convolutional networks are quantised throughout. Of those with LayerNorm only convolutions and
    matrix products are, less the last block's two: LayerNorm, Softmax and GELU lose too much
    (Lin et al., "FQ-ViT", 2022, https://arxiv.org/abs/2111.13824).

    Args:
        source: the float32 model of :func:`~metrics.export.onnx_export.export_onnx`.
        target: the int8 model, overwritten.
        images: from training or validation, never from the test.

    Returns:
        What of it runs in int8.

    Raises:
        ModelBundleError: there is no image, or ONNX Runtime cannot quantise the model.
    """
    if not len(images):
        raise ModelBundleError(
            f"{source} cannot be quantised without images", "Give some of the training images"
        )
    with TemporaryDirectory(prefix="quantise.") as folder:
        scratch = Path(folder)
        prepared = scratch / "prepared.onnx"
        try:
            # Shapes are in the export; symbolic inference adds none, and fails on some operators.
            quant_pre_process(source, prepared, skip_symbolic_shape=True)
            graph = onnx.load(prepared).graph
            with _quiet():
                quantize_static(
                    prepared,
                    target,
                    images,
                    quant_format=QuantFormat.QDQ,
                    activation_type=QuantType.QUInt8,
                    weight_type=QuantType.QInt8,
                    per_channel=True,
                    calibrate_method=CalibrationMethod.MinMax,
                    op_types_to_quantize=["Conv", *_LINEAR] if _is_transformer(graph) else None,
                    nodes_to_exclude=float_nodes(graph),
                    extra_options={"CalibStridedMinMax": 1},
                )
        except (ValueError, RuntimeError, TypeError) as error:
            raise ModelBundleError(
                f"ONNX Runtime cannot quantise {source}", "Serve it as it is"
            ) from error
        return audit(graph, target, scratch)


def float_nodes(graph: onnx.GraphProto) -> list[str]:
    """Return the names of the nodes that stay in float32: the head, where little time is spent.

    Of a transformer the last block's two linear layers too.
    """
    kept = [node.name for node in graph.node if node.name.startswith(HEAD_PREFIX)]
    if _is_transformer(graph):
        linear = [
            node.name for node in graph.node if node.op_type in _LINEAR and node.name not in kept
        ]
        kept += linear[-_LAST_BLOCK_LINEARS:]
    return kept


def audit(graph: onnx.GraphProto, quantised: Path, scratch: Path) -> FusionAudit:
    """Count the convolutions of ``graph`` and those that run in int8 once it is quantised.

    Args:
        graph: of the float32 model.
        quantised: the int8 model.
        scratch: a directory to write into.

    Raises:
        ModelBundleError: the int8 model cannot be loaded.
    """
    before = Counter(node.op_type for node in graph.node)
    after = Counter(node.op_type for node in optimised_graph(quantised, scratch).node)
    return FusionAudit(before["Conv"], after["QLinearConv"], dict(after))


def _is_transformer(graph: onnx.GraphProto) -> bool:
    return any(node.op_type == _TRANSFORMER for node in graph.node)


@contextmanager
def _quiet() -> Iterator[None]:
    """Hold back what ONNX Runtime's quantiser tells the root logger about every single weight."""
    root = logging.getLogger()

    def keep(record: logging.LogRecord) -> bool:
        return "onnxruntime" not in record.pathname

    root.addFilter(keep)
    try:
        yield
    finally:
        root.removeFilter(keep)

"""Torch to ONNX, with the proof that both answer alike."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray

from common.errors import ModelBundleError
from metrics.export.runtime import INPUT, OUTPUT, Model
from metrics.export.served import ServedNetwork

HEAD_PREFIX: Final = "head/"
"""What the names of all nodes of the head begin with, so that quantising can leave them alone."""

PARITY_BATCHES: Final = (1, 3, 8)
MAX_DIFFERENCE: Final = 1e-4
LEAST_COSINE: Final = 0.9999

_SCOPES: Final = "pkg.torch.onnx.name_scopes"
_MAX_BATCH: Final = 4096


@dataclass(frozen=True, slots=True)
class Parity:
    """How far a model and the network that it was exported from are apart.

    Attributes:
        max_difference: largest absolute difference of any component.
        least_cosine: of any image's two vectors.
    """

    max_difference: float
    least_cosine: float

    @property
    def holds(self) -> bool:
        """Whether they may be taken for the same."""
        return self.max_difference <= MAX_DIFFERENCE and self.least_cosine >= LEAST_COSINE


def export_onnx(network: ServedNetwork, side_px: int, path: Path) -> None:
    """Write a network as ONNX: input ``images``, output ``embeddings``, any batch size.

    Args:
        network: what serves.
        side_px: side of the square images that it takes.
        path: the file, overwritten.

    Raises:
        ModelBundleError: torch cannot export it.
    """
    example = torch.zeros(2, 3, side_px, side_px)  # not 1, which the exporter takes for fixed
    batch = torch.export.Dim("batch", min=1, max=_MAX_BATCH)
    try:
        program = torch.onnx.export(
            network,
            (example,),
            dynamo=True,
            verbose=False,
            input_names=[INPUT],
            output_names=[OUTPUT],
            dynamic_shapes={INPUT: {0: batch}},
        )
    except torch.onnx.errors.OnnxExporterError as error:
        raise ModelBundleError(
            "torch cannot export this network to ONNX", "Take another trunk, or another torch"
        ) from error
    assert program is not None  # noqa: S101 - narrows the type: None is of the old exporter
    for node in program.model.graph:
        if "'head'" in node.metadata_props.get(_SCOPES, ""):
            node.name = f"{HEAD_PREFIX}{node.name}"
    program.save(path)
    _forget_origin(path)


def _forget_origin(path: Path) -> None:
    """Remove what the exporter notes of each node's source: paths of this machine, and no help."""
    model = onnx.load(path)
    graph = model.graph
    noted = [model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info]
    for part in [*noted, *graph.initializer, *model.functions]:
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
    for function in model.functions:
        for node in function.node:
            node.ClearField("doc_string")
            node.ClearField("metadata_props")
    onnx.save(model, path)


def check_parity(network: ServedNetwork, path: Path, images: NDArray[np.float32]) -> Parity:
    """Run torch and ONNX Runtime on the same images, in batches of several sizes.

    A dynamic batch axis can silently become fixed (pytorch#152018), which one size would not show.

    Args:
        network: what was exported.
        path: the exported model.
        images: shape ``(n, 3, side, side)``, float32, prepared, n >= 8. Real ones, as noise hides
            how far rounding goes.

    Raises:
        ModelBundleError: the model does not run, or differs by more than :data:`MAX_DIFFERENCE` or
            below :data:`LEAST_COSINE`.
        ValueError: too few images.
    """
    if len(images) < max(PARITY_BATCHES):
        raise ValueError(f"parity takes {max(PARITY_BATCHES)} images, not {len(images)}")
    model = Model(path)
    parities = [
        _apart(_in_torch(network, images[:size]), _in_runtime(model, images[:size], path))
        for size in PARITY_BATCHES
    ]
    parity = Parity(
        max(each.max_difference for each in parities), min(each.least_cosine for each in parities)
    )
    if not parity.holds:
        raise ModelBundleError(
            f"The exported model {path} differs from its network by {parity.max_difference:.2g}, "
            f"with a least cosine of {parity.least_cosine:.6f}",
            f"Take another torch: at most {MAX_DIFFERENCE:g} is rounding",
        )
    return parity


def _in_torch(network: ServedNetwork, batch: NDArray[np.float32]) -> NDArray[Any]:
    with torch.inference_mode():
        return np.asarray(network(torch.from_numpy(batch)).numpy())


def _in_runtime(model: Model, batch: NDArray[np.float32], path: Path) -> NDArray[Any]:
    try:
        return model(batch)
    except Exception as error:  # ONNX Runtime's errors share no base class but this
        raise ModelBundleError(
            f"The exported model {path} does not run on {len(batch)} images", "Export it again"
        ) from error


def _apart(expected: NDArray[Any], found: NDArray[Any]) -> Parity:
    first, second = expected.astype(np.float64), found.astype(np.float64)
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    cosines = np.einsum("nd,nd->n", first, second) / lengths
    return Parity(float(np.abs(expected - found).max()), float(cosines.min()))

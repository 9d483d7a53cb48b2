"""ONNX Runtime, set as it serves, and what it makes of a graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime import InferenceSession, SessionOptions  # type: ignore[import-untyped]

from common.errors import ModelBundleError
from common.records import Vector

INPUT: Final = "images"
OUTPUT: Final = "embeddings"
_ERRORS_ONLY: Final = 3


class Model:
    """An exported model, run as :class:`~common.embedding.onnx.OnnxEmbedder` runs it.

    Args:
        path: the ONNX file.
        threads: that one inference may use; None for one a core.

    Raises:
        ModelBundleError: it cannot be loaded.
    """

    def __init__(self, path: Path, threads: int | None = None) -> None:
        options = _options()
        options.intra_op_num_threads = threads or 0
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = _open(path, options)

    def __call__(self, batch: NDArray[Any]) -> Vector:
        """Embed prepared images, float32 ``(n, 3, side, side)``, in one go: rows ``(n, dim)``."""
        return np.asarray(self._session.run([OUTPUT], {INPUT: batch})[0])


def optimised_graph(path: Path, scratch: Path) -> onnx.GraphProto:
    """Return the graph that runs when ONNX Runtime has optimised a model for this machine.

    Args:
        path: the ONNX file.
        scratch: a directory to write into.

    Raises:
        ModelBundleError: it cannot be loaded.
    """
    target = scratch / f"{path.stem}.optimised.onnx"
    options = _options()
    options.optimized_model_filepath = str(target)
    _open(path, options)
    return onnx.load(target).graph


def _options() -> SessionOptions:
    options = SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    return options


def _open(path: Path, options: SessionOptions) -> InferenceSession:
    try:
        return InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no base class but this
        raise ModelBundleError(
            f"The exported model {path} cannot be loaded", "Export it again"
        ) from error

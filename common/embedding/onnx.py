"""Models exported to ONNX, run by ONNX Runtime on the CPU. The only module that imports it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from common.embedding.base import ModelCard
from common.embedding.card import BundleCard, check_fingerprint, read_card
from common.embedding.preprocess import preprocess
from common.errors import ModelBundleError
from common.records import Vector

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]

_BATCH: Final = 16
"""Images run at once. More gains nothing on a CPU, and memory grows with it."""

_PROBE_TOLERANCE: Final = 1e-3
_CURE: Final = "Export the model again"


class OnnxEmbedder:
    """A model bundle as an :class:`~common.embedding.base.Embedder`.

    The model takes float32 ``(n, 3, size, size)`` and returns float32 ``(n, dim)`` with rows of
    unit length: the normalisation is part of it, so that every program that runs it agrees.
    """

    def __init__(self, card: BundleCard, session: InferenceSession) -> None:
        self.card: ModelCard = card
        self._session = session
        self._input: str = session.get_inputs()[0].name

    @classmethod
    def load(cls, bundle_dir: Path, threads: int | None = None) -> OnnxEmbedder:
        """Load a bundle after checking that it is whole and does what its card says.

        Args:
            bundle_dir: see :mod:`common.embedding.card`.
            threads: that one inference may use; None lets ONNX Runtime take one a core.

        Raises:
            ModelBundleError: a file is missing or was altered, or the model does not run, or its
                output has another shape or length than its card says.
        """
        card = read_card(bundle_dir)
        path = bundle_dir / card.serve
        model = _read_verified(path, card)
        embedder = cls(card, _start(model, path, threads))
        embedder._probe(path)
        return embedder

    def prepare(self, image: Image.Image) -> NDArray[np.float32]:
        """Return the picture as the model takes it: shape ``(3, size, size)``, float32.

        Raises:
            ValueError: the image is not of mode RGB.
        """
        return preprocess(image, self.card.preprocessing)

    def infer(self, batch: NDArray[Any]) -> Vector:
        """Embed prepared images.

        Args:
            batch: shape ``(n, 3, size, size)``, float32.

        Returns:
            Shape ``(n, dim)``, float32, unit rows.
        """
        rows = np.empty((len(batch), self.card.dim), dtype=np.float32)
        for start in range(0, len(batch), _BATCH):
            rows[start : start + _BATCH] = self._run(batch[start : start + _BATCH])
        return rows

    def _run(self, batch: NDArray[Any]) -> NDArray[Any]:
        output = self._session.run(None, {self._input: batch})[0]
        return np.asarray(output)

    def _probe(self, path: Path) -> None:
        """Run two unlike images, together and alone, and look at what comes back."""
        size = self.card.preprocessing.size_px
        shade = np.linspace(-1, 1, size, dtype=np.float32)
        images = np.broadcast_to(
            np.stack([shade[:, None] * shade, shade[:, None] + shade])[:, None], (2, 3, size, size)
        )
        images = np.ascontiguousarray(images)
        try:
            rows, alone = self._run(images), self._run(images[:1])
        except Exception as error:  # ONNX Runtime's errors share no base class but this
            raise ModelBundleError(
                f"The model {path} does not run on images of {size} x {size} pixels", _CURE
            ) from error
        if rows.shape != (2, self.card.dim) or rows.dtype != np.float32:
            raise ModelBundleError(
                f"The model {path} returns {rows.dtype} of shape {rows.shape} for two images, not "
                f"float32 of shape (2, {self.card.dim}) as its card says",
                _CURE,
            )
        lengths = np.linalg.norm(rows, axis=1)
        if not np.allclose(lengths, 1, atol=_PROBE_TOLERANCE):
            raise ModelBundleError(
                f"The model {path} returns vectors of length {lengths[0]:.4g}, not 1",
                f"{_CURE} with the normalisation inside",
            )
        if not np.allclose(rows[:1], alone, atol=_PROBE_TOLERANCE):
            raise ModelBundleError(
                f"The model {path} answers differently for an image alone and among others",
                f"{_CURE} in inference mode, with static quantisation if any",
            )


def _read_verified(path: Path, card: BundleCard) -> bytes:
    """Read the model once, so that what was checked is what runs."""
    try:
        model = path.read_bytes()
    except OSError as error:
        raise ModelBundleError(f"The model {path} cannot be read", _CURE) from error
    if hashlib.sha256(model).hexdigest() != card.files[card.serve]:
        raise ModelBundleError(
            f"The model {path} is not the file that its card describes: its sha256 differs",
            "Copy the bundle again, or export the model again",
        )
    check_fingerprint(card, model, path)
    return model


def _start(model: bytes, path: Path, threads: int | None) -> InferenceSession:
    from onnxruntime import InferenceSession, SessionOptions  # 0.2 s, and 60 MB of memory

    options = SessionOptions()
    options.intra_op_num_threads = threads or 0
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Spinning threads would take the cores from those that decode the next batch.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        return InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no base class but this
        raise ModelBundleError(f"The model {path} cannot be loaded", _CURE) from error

"""The ways from files to vectors: the plain loop in torch, and our pipeline over an export."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import torch
from PIL import Image

from common.embedding.base import Embedder, Preprocessing
from common.embedding.onnx import OnnxEmbedder
from common.errors import QueryError
from common.images import ImageLimits
from common.pipeline import Embedded, embed_files
from common.records import Vector
from common.storage.folder import FolderStore
from metrics.export.bundle import BundleFacts, write_bundle
from metrics.export.calibration import CALIBRATION_IMAGES
from metrics.export.gates import Decision, Gate
from metrics.export.int8 import quantise
from metrics.export.onnx_export import export_onnx
from metrics.export.served import ServedNetwork
from metrics.training.images import LabelledImages
from scripts.bench_training.bundles import calibration
from scripts.bench_training.trunks import WhitenedTrunk

LOOP: Final = "torch, one at a time"
FLOAT32: Final = "ours, float32"
INT8: Final = "ours, int8"
BATCH: Final = 16

EmbedFiles: TypeAlias = Callable[[Sequence[Path]], Vector]
"""Turns files into unit rows ``(n, dim)``, in their order."""


def one_at_a_time(network: ServedNetwork, spec: Preprocessing) -> EmbedFiles:
    """Return the plain way: open, squash, embed with torch, one file after the other."""
    mean, std = (torch.tensor(values)[:, None, None] for values in (spec.mean, spec.std))
    size = (spec.size_px, spec.size_px)

    def embed(files: Sequence[Path]) -> Vector:
        rows = []
        for file in files:
            with Image.open(file) as stored:
                picture = stored.convert("RGB").resize(size, Image.Resampling.BILINEAR)
            pixels = torch.from_numpy(np.array(picture)).permute(2, 0, 1).float() / 255
            with torch.no_grad():
                rows.append(network(((pixels - mean) / std)[None]).numpy()[0])
        return np.stack(rows)

    return embed


def in_batches(embedder: Embedder, root: Path, limits: ImageLimits, threads: int) -> EmbedFiles:
    """Return our way: read, decoded and prepared in threads while batches are embedded.

    Args:
        embedder: makes the vectors.
        root: a directory above all files.
        limits: on image files.
        threads: that read, decode and prepare.
    """
    store = FolderStore(root)

    def embed(files: Sequence[Path]) -> Vector:
        names = [file.relative_to(root).as_posix() for file in files]
        rows = []
        for outcomes in embed_files(
            names, store, embedder, limits, batch_size=BATCH, threads=threads
        ):
            for outcome in outcomes:
                if not isinstance(outcome, Embedded):
                    raise QueryError(outcome.detail, "Draw the demo pictures again")
                rows.append(outcome.vector)
        return np.stack(rows)

    return embed


def exported(
    trunk: WhitenedTrunk,
    spec: Preprocessing,
    fitting: LabelledImages,
    root: Path,
    *,
    threads: int,
    count: int = CALIBRATION_IMAGES,
) -> dict[str, OnnxEmbedder]:
    """Write a network as two bundles, one that serves float32 and one that serves int8.

    Args:
        trunk: the network.
        spec: how its images are prepared.
        fitting: pictures to quantise with.
        root: where the bundles go.
        threads: that an inference may use.
        count: pictures to quantise with, at most.

    Raises:
        ModelBundleError: the network cannot be exported or quantised.
    """
    model, int8 = root / "model.onnx", root / "model.int8.onnx"
    export_onnx(trunk.network, spec.size_px, model)
    quantise(model, int8, calibration(fitting, spec, count))
    embedders = {}
    for name, title, file in (("float32", FLOAT32, None), ("int8", INT8, int8)):
        facts = BundleFacts(name, spec, "For a benchmark.", trunk.weights, "NOASSERTION", "none")
        asked_for = Decision((Gate("benchmark", file is not None, f"{name} was asked for"),))
        write_bundle(root, facts, trunk.dim, model, file, asked_for)
        embedders[title] = OnnxEmbedder.load(root / name, threads)
    return embedders

"""Pooled features of a frozen trunk, computed once for each picture and kept on disk."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from common.embedding.base import Preprocessing
from metrics.nets.network import EmbeddingNetwork
from metrics.nets.weights import weights_fingerprint
from metrics.training.embedding import OnProgress, extract_features
from metrics.training.images import LabelledImages

_ROWS_IN_SHARD: Final = 2048


@dataclass(frozen=True, slots=True)
class Extraction:
    """What came of asking for features.

    Attributes:
        features: shape ``(n, width)``, float32.
        computed: how many rows had to be computed.
    """

    features: NDArray[np.float32]
    computed: int


class FeatureCache:
    """A directory of features, keyed by picture, trunk and preprocessing.

    A row is found again whatever its file is called now. Shards are written whole, so that an
    extraction that was killed goes on where it stood; one that is damaged is computed anew.

    Args:
        folder: made when first written to.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def features(
        self,
        network: EmbeddingNetwork,
        images: LabelledImages,
        preprocessing: Preprocessing,
        *,
        batch_size: int = 64,
        threads: int = 2,
        on_progress: OnProgress | None = None,
    ) -> Extraction:
        """Return the pooled features of all pictures, computing those that are not there.

        Args:
            network: its trunk and pooling, in evaluation mode.
            images: the pictures.
            preprocessing: the model's.
            batch_size: how many are computed at a time.
            threads: that prepare them.
            on_progress: called with done and total of those that are computed.

        Raises:
            TrainingError: a picture cannot be read.
            OSError: the directory cannot be written.
        """
        folder = self._folder / _key(network, preprocessing)
        digests = [images.digest(index) for index in range(len(images.labels))]
        known = dict(_read(folder, wanted=set(digests)))
        seen = set(known)
        missing = []
        for index, digest in enumerate(digests):
            if digest not in seen:
                seen.add(digest)
                missing.append(index)
        for first in range(0, len(missing), _ROWS_IN_SHARD):
            shard = missing[first : first + _ROWS_IN_SHARD]
            rows = extract_features(
                network,
                images,
                preprocessing,
                indices=shard,
                batch_size=batch_size,
                threads=threads,
                on_progress=_shifted(on_progress, first, len(missing)),
            )
            names = [digests[index] for index in shard]
            _write(folder, names, rows)
            known.update(zip(names, rows, strict=True))
        width = network.spec.dim
        features = np.empty((len(digests), width), dtype=np.float32)
        for row, digest in enumerate(digests):
            features[row] = known[digest]
        return Extraction(features, len(missing))


def _key(network: EmbeddingNetwork, preprocessing: Preprocessing) -> str:
    """Return a name for what the features depend on besides the picture."""
    parts = [
        network.config.trunk,
        type(network.pooling).__name__,
        weights_fingerprint(network.trunk),
        weights_fingerprint(network.pooling),
        asdict(preprocessing),
    ]
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
    return f"{network.config.trunk}-{digest[:24]}"


def _read(folder: Path, wanted: set[str]) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for path in sorted(folder.glob("*.safetensors")):
        try:
            with safe_open(path, framework="np") as file:
                names = json.loads(file.metadata()["digests"])
                rows = file.get_tensor("features")
        except (SafetensorError, OSError, KeyError, TypeError, ValueError):
            path.unlink(missing_ok=True)
            continue
        for name, row in zip(names, rows, strict=True):
            if name in wanted:
                yield name, row


def _write(folder: Path, names: list[str], rows: NDArray[np.float32]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    title = hashlib.sha256("".join(names).encode()).hexdigest()[:24]
    fresh = folder / f".{title}.{os.getpid()}.new"
    try:
        save_file({"features": torch.from_numpy(rows)}, fresh, {"digests": json.dumps(names)})
        fresh.replace(folder / f"{title}.safetensors")
    finally:
        fresh.unlink(missing_ok=True)


def _shifted(on_progress: OnProgress | None, before: int, total: int) -> OnProgress | None:
    if on_progress is None:
        return None
    report = on_progress
    return lambda done, _: report(before + done, total)

"""A registered trunk as a bundle, without training: pooled features, whitened if asked, unit rows.

The plainest embedder that there is, and the baseline that a trained one must beat.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch

from common.embedding.base import Preprocessing
from common.embedding.card import BundleCard
from common.errors import TrainingError
from metrics.export.bundle import BundleFacts, check_destination
from metrics.export.exporting import export_bundle
from metrics.export.served import ServedNetwork
from metrics.export.trial import ExportOptions
from metrics.nets.network import EmbeddingNetwork, NetworkConfig
from metrics.nets.trunks import PoolingName
from metrics.nets.weights import PRETRAINED, load_weights
from metrics.training.embedding import OnProgress, extract_features
from metrics.training.images import LabelledImages
from metrics.training.whitening import fit_whitening

_SEED: Final = 0
_PREPROCESSING: Final = Preprocessing(size_px=224)


@dataclass(frozen=True, slots=True)
class TrunkChoice:
    """Which trunk is exported, and how.

    Attributes:
        trunk: a name of :data:`metrics.nets.trunks.TRUNKS`.
        weights: see :func:`metrics.nets.weights.load_weights`; None takes random ones.
        preprocessing: how images are prepared; its size is the trunk's input.
        pooling: None takes what suits the trunk.
        whitened_dim: principal components to keep, whitened; None serves the features themselves.
        licence: SPDX identifier of the weights; None takes what is known of their source.
    """

    trunk: str
    weights: str | Path | None = PRETRAINED
    preprocessing: Preprocessing = _PREPROCESSING
    pooling: PoolingName | None = None
    whitened_dim: int | None = None
    licence: str | None = None


def export_trunk(
    choice: TrunkChoice,
    name: str,
    root: Path,
    *,
    fitting: LabelledImages | None = None,
    evaluation: LabelledImages | None = None,
    options: ExportOptions | None = None,
    on_progress: OnProgress | None = None,
) -> BundleCard:
    """Export a trunk as the bundle ``<root>/<name>/``.

    Args:
        choice: which trunk, and how.
        name: of the bundle.
        root: where bundles lie.
        fitting: pictures that whitening is fitted to and int8 calibrated on.
        evaluation: pictures of other labels, see :func:`~metrics.export.exporting.export_bundle`.
        options: likewise.
        on_progress: likewise.

    Raises:
        TrainingError: there is no such trunk or pooling, or it takes no images of that size, or
            whitening lacks pictures.
        WeightsUnavailable: the weights cannot be had, or do not fit.
        ModelBundleError: as :func:`~metrics.export.exporting.export_bundle`.
    """
    check_destination(root, name, replace=options.replace if options else False)
    network = trunk_network(choice)
    served = ServedNetwork(network.trunk, network.pooling, _whitening(choice, network, fitting))
    return export_bundle(
        served,
        _facts(choice, name),
        root,
        calibration=fitting,
        evaluation=evaluation,
        options=options,
        on_progress=on_progress,
    )


def trunk_network(choice: TrunkChoice) -> EmbeddingNetwork:
    """Build a trunk with its weights, in evaluation mode. Its head is random and of no use.

    Raises:
        TrainingError: as :func:`export_trunk`.
        WeightsUnavailable: likewise.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(_SEED)  # random weights are the same ones every time
        network = EmbeddingNetwork(
            NetworkConfig(
                choice.trunk, side_px=choice.preprocessing.size_px, pooling=choice.pooling
            )
        )
    load_weights(network, choice.weights)
    return network.eval()


def _whitening(
    choice: TrunkChoice, network: EmbeddingNetwork, images: LabelledImages | None
) -> torch.nn.Linear | None:
    if choice.whitened_dim is None:
        return None
    if images is None:
        raise TrainingError(
            "Whitening is fitted to pictures, and none were given",
            "Give a folder of pictures, or export the trunk without whitening",
        )
    features = extract_features(network, images, choice.preprocessing)
    return fit_whitening(features, choice.whitened_dim)


def _facts(choice: TrunkChoice, name: str) -> BundleFacts:
    described = f"The trunk {choice.trunk}, not trained any further; pooled features of unit length"
    if choice.whitened_dim is not None:
        described += ", after PCA-whitening"
    source, data, licence = _origin(choice)
    return BundleFacts(
        name=name,
        preprocessing=choice.preprocessing,
        description=f"{described}.",
        source=source,
        licence=choice.licence or licence,
        data=data,
        extra={"trunk": choice.trunk},
    )


def _origin(choice: TrunkChoice) -> tuple[str, str, str]:
    """Return the source, the data and the licence, as far as they are known."""
    weights = choice.weights
    if weights is None:
        return "random weights", "none: it was never trained", "MIT"
    if isinstance(weights, str) and (weights == PRETRAINED or weights.startswith("IMAGENET1K")):
        version = "DEFAULT" if weights == PRETRAINED else weights
        return (
            f"torchvision, {choice.trunk}, weights {version}",
            "ImageNet-1k, whose pictures are for non-commercial research",
            "BSD-3-Clause",
        )
    return f"weights of the file {Path(weights).name}", "not known", "NOASSERTION"

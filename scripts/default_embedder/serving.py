"""From the trained network to the bundle that is shipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Literal

import numpy as np

from common.embedding.base import Preprocessing
from common.embedding.card import BundleCard
from metrics.export.bundle import BundleFacts
from metrics.export.exporting import export_bundle
from metrics.export.latency import measure
from metrics.export.onnx_export import export_onnx
from metrics.export.restoring import network_facts
from metrics.export.runtime import Model
from metrics.export.served import ServedNetwork
from metrics.export.trial import ExportOptions
from metrics.nets.network import EmbeddingNetwork
from metrics.training.embedding import embed_images, extract_features
from metrics.training.head import apply_head
from metrics.training.images import ImageArrays
from metrics.training.whitening import fit_whitening, head_of
from scripts.default_embedder.pictures import Pictures, scores_by_kind

NAME: Final = "compact"
LIMITS: Final = (
    "The 40 classes of its figures were neither trained on nor chosen by.",
    "Its photographs had 64 px: fine print and small parts of a picture are lost on it.",
    "It was never shown faces, documents, medical or satellite pictures as such.",
    "Expect far less than from a large pretrained trunk where many similar things must be told "
    "apart; train it on your own categories, or export another trunk.",
)
SIDES_PX: Final = (96, 112, 128, 144, 160)
WHITENING_STRENGTHS: Final = (0.0, 0.25, 0.5, 0.75)
FITTED_TO: Final = 3000
"""Pictures of each kind that whitening is fitted to, about."""
THREADS: Final = 2
_BATCH: Final = 16
_ROUNDS: Final = 40


@dataclass(frozen=True, slots=True)
class SizeTrial:
    """What an input size costs and brings.

    Attributes:
        preprocessing: with the size.
        scores: MAP@R by kind of validation picture.
        one_ms: median of a batch of one, float32.
        images_per_second: in batches of 16, float32.
    """

    preprocessing: Preprocessing
    scores: Mapping[str, float]
    one_ms: float
    images_per_second: float

    def __str__(self) -> str:
        return (
            f"{self.preprocessing.size_px:4d} px {self.preprocessing.resize:6s}  "
            f"{_shown(self.scores)}  "
            f"{self.one_ms:5.2f} ms  {self.images_per_second:4.0f} images/s"
        )


def fit_head(network: EmbeddingNetwork, pictures: Pictures, preprocessing: Preprocessing) -> str:
    """Give the network the head that validation prefers: the trained one, or a whitening.

    What is trained to tell known classes apart forgets what it does not need for them, so pooled
    features, whitened a little, may find unseen things better.

    Args:
        network: changed in place.
        pictures: whitening is fitted to training pictures, and chosen by validation ones.
        preprocessing: that it will serve with.

    Returns:
        A line for each candidate, the chosen one marked.
    """
    fitting = np.concatenate(
        [
            extract_features(network, images, preprocessing, indices=_sample(len(images.labels)))
            for images in (pictures.photographs, pictures.drawings)
        ]
    )
    features = extract_features(network, pictures.validation, preprocessing)
    heads = {"trained": network.head} | {
        f"whitened {strength}": head_of(
            fit_whitening(fitting, network.config.dim, strength=strength)
        )
        for strength in WHITENING_STRENGTHS
    }
    scores = {
        name: scores_by_kind(apply_head(head, features), pictures.validation.labels)
        for name, head in heads.items()
    }
    best = max(scores, key=lambda name: sum(scores[name].values()))
    network.head = heads[best]
    return "\n".join(
        f"head {name:13s} {_shown(of_kind)}{'  chosen' * (name == best)}"
        for name, of_kind in scores.items()
    )


def try_sizes(
    network: EmbeddingNetwork, pictures: Pictures, served_with: Preprocessing
) -> list[SizeTrial]:
    """Measure validation quality and float32 speed for several sizes and ways to resize."""
    served = ServedNetwork.of(network)
    trials = []
    sizes = [replace(served_with, size_px=side_px) for side_px in SIDES_PX]
    ways: tuple[Literal["squash", "crop", "pad"], ...] = ("squash", "crop", "pad")
    others = [replace(served_with, resize=way) for way in ways if way != served_with.resize]
    with TemporaryDirectory(prefix="sizes.") as scratch:
        path = Path(scratch, "model.onnx")
        for preprocessing in [*sizes, *others]:
            side_px = preprocessing.size_px
            export_onnx(served, side_px, path)
            model = {"float32": Model(path, THREADS)}
            batch = np.zeros((_BATCH, 3, side_px, side_px), dtype=np.float32)
            one = measure(model, batch[:1], rounds=_ROUNDS)["float32"].median_ms
            many = measure(model, batch, rounds=_ROUNDS, warm_up=2)["float32"].median_ms
            rows = embed_images(network, pictures.validation, preprocessing)
            scores = scores_by_kind(rows, pictures.validation.labels)
            trials.append(SizeTrial(preprocessing, scores, one, 1e3 * _BATCH / many))
    return trials


def export(
    network: EmbeddingNetwork, preprocessing: Preprocessing, reported: ImageArrays, root: Path
) -> BundleCard:
    """Write the bundle, in place of one of its name.

    Args:
        network: trained.
        preprocessing: that it serves with.
        reported: the classes whose figures go into the card.
        root: where bundles lie.

    Raises:
        ModelBundleError: as :func:`metrics.export.exporting.export_bundle`.
    """
    return export_bundle(
        ServedNetwork.of(network),
        _facts(network, preprocessing),
        root,
        evaluation=reported,
        # Without VNNI, sums of int8 products saturate, so that vectors would depend on the machine.
        # What is shipped to all machines must give the same ones on each.
        options=ExportOptions(int8=False, replace=True, threads=THREADS),
    )


def _sample(count: int) -> range:
    return range(0, count, max(1, count // FITTED_TO))


def _shown(scores: Mapping[str, float]) -> str:
    return "  ".join(f"{kind} {100 * score:5.2f} %" for kind, score in scores.items())


def _facts(network: EmbeddingNetwork, preprocessing: Preprocessing) -> BundleFacts:
    return BundleFacts(
        name=NAME,
        preprocessing=preprocessing,
        description=(
            "A small convolutional network of this project for pictures of any kind, quick on a "
            "CPU. It knows colours, textures and shapes; of what things are called it knows little."
        ),
        source="Trained by scripts.default_embedder from random weights",
        licence="MIT",
        data=(
            "144 of the 200 classes of Tiny-ImageNet (photographs of 64 px from ImageNet, which "
            "its makers offer for non-commercial research and teaching), and drawings of this "
            "project: two thirds of the demo's designs, as other products than the demo shows"
        ),
        extra={**network_facts(network.config), "limits": LIMITS},
    )

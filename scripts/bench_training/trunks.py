"""A trunk, its features whitened on pictures, as a network that serves."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from metrics.export.served import ServedNetwork
from metrics.export.trunk_export import TrunkChoice, trunk_network
from metrics.nets.weights import PRETRAINED
from metrics.training.embedding import extract_features
from metrics.training.images import LabelledImages
from metrics.training.whitening import fit_whitening


@dataclass(frozen=True, slots=True)
class WhitenedTrunk:
    """A network and what is to be said about it.

    Attributes:
        network: trunk, pooling, whitening, unit length.
        dim: length of a vector.
        weights: where they come from, in words.
    """

    network: ServedNetwork
    dim: int
    weights: str


def weights_source(name: str) -> str | Path | None:
    """Return what :func:`metrics.nets.weights.load_weights` takes for an option's value."""
    return {"none": None, "pretrained": PRETRAINED}.get(name, Path(name))


def weights_in_words(source: str | Path | None) -> str:
    """Say where weights come from, and what follows from that for accuracy."""
    if source is None:
        return "random weights: accuracy tells what is lost, not what the trunk can do"
    if isinstance(source, Path):
        return f"weights of the file {source.name}"
    return f"torchvision's weights '{source}'"


def whitened_trunk(choice: TrunkChoice, dim: int, fitting: LabelledImages) -> WhitenedTrunk:
    """Build a trunk and whiten its features, without which random weights tell little apart.

    Args:
        choice: which trunk; its whitening is not looked at.
        dim: principal components to keep, at most.
        fitting: pictures to fit to.

    Raises:
        TrainingError: there is no such trunk, or too few pictures.
        WeightsUnavailable: the weights cannot be had, or do not fit.
    """
    network = trunk_network(choice)
    whitening = fit_whitening(extract_features(network, fitting, choice.preprocessing), dim)
    return WhitenedTrunk(
        ServedNetwork(network.trunk, network.pooling, whitening),
        whitening.out_features,
        weights_in_words(choice.weights),
    )

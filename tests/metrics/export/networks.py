"""Small networks and pictures for the export tests."""

from __future__ import annotations

import numpy as np
import torch

from common.embedding.base import Preprocessing
from metrics.export.bundle import BundleFacts
from metrics.export.served import ServedNetwork
from metrics.nets.network import EmbeddingNetwork, NetworkConfig
from tests.metrics.training.worlds import blossoms

SIDE = 64
PREPROCESSING = Preprocessing(size_px=SIDE, resize="squash")
PICTURES = blossoms(range(12), each=6, side=80)
"""72 pictures of 12 labels."""


def network_of(trunk: str, dim: int = 32) -> EmbeddingNetwork:
    """Build a network that has seen a few pictures, so that its BatchNorms say something."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = EmbeddingNetwork(NetworkConfig(trunk, dim=dim, side_px=SIDE))
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm2d):  # as after training, not as at its start
                torch.nn.init.uniform_(module.weight, 0.3, 0.7)
                torch.nn.init.uniform_(module.bias, -0.1, 0.3)
        with torch.no_grad():
            network.train()(torch.from_numpy(prepared(range(0, 72, 3))))
    return network.eval()


def prepared(rows: range) -> np.ndarray:
    """Return some of the pictures as serving prepares them."""
    from common.embedding.preprocess import preprocess

    return np.stack([preprocess(PICTURES.image(row), PREPROCESSING) for row in rows])


def served(trunk: str, dim: int = 32) -> ServedNetwork:
    """Return what of such a network serves."""
    return ServedNetwork.of(network_of(trunk, dim))


def facts(name: str) -> BundleFacts:
    """Return the facts of a bundle of that name."""
    return BundleFacts(name, PREPROCESSING, "A test.", "drawn", "MIT", "drawn flowers")

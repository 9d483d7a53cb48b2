"""How collections are made on a server: their shards, replicas, graph, quantisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from qdrant_client import models

Quantisation: TypeAlias = Literal["none", "int8"]

UPLOADING = models.OptimizersConfigDiff(indexing_threshold=0)
"""No graph while points arrive: built along the way, most of it would be thrown away again."""

COMPLETE = models.OptimizersConfigDiff(indexing_threshold=1_000)
"""A graph for every segment of a megabyte, in a collection that is to be searched by its graph.

A server cuts a collection into as many segments as it sees fit: a threshold as high as the whole
collection would leave every one of them without a graph.
"""

_QUANTILE = 0.99  # a few extreme values must not coarsen the steps of all others
_OVERSAMPLING = 2.0


@dataclass(frozen=True, slots=True)
class CollectionOptions:
    """What every generation on the server is made with. Those there are stay as they were made.

    Attributes:
        shards: parts a collection is cut into; 0: the server's choice, one a node.
        replicas: nodes that hold each part.
        quantisation: ``int8`` searches in vectors of a quarter of the size, held in memory, and
            scores what it found with the full ones.
        on_disk: keep the full vectors on disk instead of in memory.
        hnsw_edges: of each point in the graph (``m``).
        hnsw_candidates: looked at for each point while the graph is built (``ef_construct``).
        hnsw_from_points: a generation of fewer points is scanned exactly, a larger one gets a
            graph.
    """

    shards: int = 0
    replicas: int = 1
    quantisation: Quantisation = "none"
    on_disk: bool = False
    hnsw_edges: int = 16
    hnsw_candidates: int = 100
    hnsw_from_points: int = 50_000

    def is_approximate(self, count: int) -> bool:
        """Tell whether a generation of so many points is searched by its graph."""
        return count >= self.hnsw_from_points

    def vectors(self, dim: int) -> models.VectorParams:
        """Return how vectors of a length are kept."""
        return models.VectorParams(
            size=dim, distance=models.Distance.COSINE, on_disk=self.on_disk or None
        )

    def graph(self) -> models.HnswConfigDiff:
        """Return how the graph is built."""
        return models.HnswConfigDiff(m=self.hnsw_edges, ef_construct=self.hnsw_candidates)

    def quantisation_config(self) -> models.ScalarQuantization | None:
        """Return how vectors are quantised, None where they are not."""
        if self.quantisation == "none":
            return None
        return models.ScalarQuantization(
            scalar=models.ScalarQuantizationConfig(
                type=models.ScalarType.INT8, quantile=_QUANTILE, always_ram=True
            )
        )


def search_params(*, exact: bool) -> models.SearchParams:
    """Return how to search: quantised vectors only propose, the full ones score.

    Sent whether or not a collection is quantised, which only the server knows for sure.
    """
    if exact:
        return models.SearchParams(
            exact=True, quantization=models.QuantizationSearchParams(ignore=True)
        )
    return models.SearchParams(
        exact=False,
        quantization=models.QuantizationSearchParams(rescore=True, oversampling=_OVERSAMPLING),
    )

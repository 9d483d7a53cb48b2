"""How much memory and disk a Qdrant cluster needs for so many images, by formulas.

For ``n`` images of dimension ``d`` in a graph of ``m`` edges (``QDRANT_HNSW_M``), in bytes:

- full vectors: ``4 d n`` (float32);
- int8 vectors: ``(d + 4) n``, as a number of 4 bytes stands beside each;
- graph: ``8 m n``, as the lowest layer, which has every image, links each to at most ``2 m`` others
  by numbers of 4 bytes (``M_max0`` of Malkov and Yashunin, https://arxiv.org/abs/1603.09320), and
  :data:`UPPER_LAYERS` more for the layers above, which have ``1 / (m - 1)`` of the images with half
  the links;
- ids: ``44 n``, a UUID and a number each way, and a version;
- payload: :data:`PAYLOAD_BYTES` an image, an assumption to replace by what yours have.

What is searched is in memory: vectors, graph and ids, times :data:`OVERHEAD`. With ``int8`` and
``QDRANT_ON_DISK`` the full vectors are read from the disk. Disks hold all of it twice: the
generation that a new one replaces stays until the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

IMAGES: Final = (100_000, 1_000_000, 10_000_000, 100_000_000)
PAYLOAD_BYTES: Final = 500
UPPER_LAYERS: Final = 1 / 30  # m = 16
ID_BYTES: Final = 44
OVERHEAD: Final = 1.5
"""Of segments that are being arranged anew, as Qdrant advises to add to the vectors alone
(https://qdrant.tech/documentation/guides/capacity-planning)."""
NODE_BYTES: Final = 48e9
"""Index in the memory of one node of 64 GB, the rest being left to the system and to requests."""


@dataclass(frozen=True, slots=True)
class ClusterSize:
    """What a number of images asks for. Sizes are of one copy, in bytes, but those of all nodes.

    Attributes:
        images: how many.
        float32_bytes: the full vectors.
        int8_bytes: the quantised ones.
        graph_bytes: the links.
        payload_bytes: metadata.
        memory_float32_bytes: to keep full vectors, graph and ids in memory.
        memory_int8_bytes: to keep int8 vectors, graph and ids in memory, full ones on disk.
        disk_bytes: of two generations.
        shards: with int8, parts that each fit one node.
        replicas: copies of each.
    """

    images: int
    float32_bytes: float
    int8_bytes: float
    graph_bytes: float
    payload_bytes: float
    memory_float32_bytes: float
    memory_int8_bytes: float
    disk_bytes: float
    shards: int
    replicas: int


def cluster_size(images: int, dim: int, edges: int = 16) -> ClusterSize:
    """Size a cluster for a number of images; two copies from a million on."""
    full, small = 4.0 * dim * images, (dim + 4.0) * images
    graph = 8.0 * edges * images * (1 + UPPER_LAYERS)
    ids, payload = float(ID_BYTES) * images, float(PAYLOAD_BYTES) * images
    memory = OVERHEAD * (small + graph + ids)
    return ClusterSize(
        images=images,
        float32_bytes=full,
        int8_bytes=small,
        graph_bytes=graph,
        payload_bytes=payload,
        memory_float32_bytes=OVERHEAD * (full + graph + ids),
        memory_int8_bytes=memory,
        disk_bytes=2 * (full + small + graph + ids + payload),
        shards=max(1, ceil(memory / NODE_BYTES)),
        replicas=1 if images < 1_000_000 else 2,
    )


def cluster_sizes(dim: int, edges: int = 16) -> list[ClusterSize]:
    """Size clusters for :data:`IMAGES`."""
    return [cluster_size(images, dim, edges) for images in IMAGES]


def as_table(sizes: Sequence[ClusterSize]) -> str:
    """Return sizes as a Markdown table, in gigabytes (10^9 bytes)."""
    lines = [
        "| images | float32 | int8 | graph | payload | memory, float32 | memory, int8 | disk "
        "| shards x replicas |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for size in sizes:
        cells = [
            f"{size.images:,}",
            *(
                _gigabytes(amount)
                for amount in (
                    size.float32_bytes,
                    size.int8_bytes,
                    size.graph_bytes,
                    size.payload_bytes,
                    size.memory_float32_bytes,
                    size.memory_int8_bytes,
                    size.disk_bytes,
                )
            ),
            f"{size.shards} x {size.replicas}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _gigabytes(amount: float) -> str:
    return f"{amount / 1e9:,.2f} GB" if amount < 1e10 else f"{amount / 1e9:,.0f} GB"

"""The backends of the vector store suite. A new one is added here, and nowhere else."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import closing

import pytest
from qdrant_client import QdrantClient

from common.vectors.base import VectorStore
from common.vectors.edge.store import EdgeStore
from common.vectors.memory import MemoryStore
from common.vectors.server.store import ServerStore, connect
from tests.common.vectors.qdrant_over_grpc import GrpcQdrant
from tests.common.vectors.qdrant_over_http import FakeQdrant

# Local mode says, once a process, what it does not do; a server does it.
LOCAL_MODE_SPEAKS = [
    pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant"),
    pytest.mark.filterwarnings("ignore:Local mode performs exact"),
]

BACKENDS = [
    pytest.param("memory"),
    pytest.param("edge"),
    pytest.param("client-in-memory", marks=LOCAL_MODE_SPEAKS),
    pytest.param("client-over-http", marks=LOCAL_MODE_SPEAKS),
    pytest.param("client-over-grpc", marks=LOCAL_MODE_SPEAKS),
]
if "QDRANT_URL" in os.environ:
    BACKENDS.append(pytest.param("server"))

# As Edge searches above its threshold: the best by approximation, the rest exactly.
APPROXIMATE = pytest.param("edge-approximate")


@pytest.fixture(scope="module", params=BACKENDS)
def vectors(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[VectorStore]:
    """One store for a module's tests; each test takes a category of its own."""
    match request.param:
        case "memory":
            yield MemoryStore()
        case "edge":
            yield EdgeStore(tmp_path_factory.mktemp("edge"))
        case "edge-approximate":
            yield EdgeStore(tmp_path_factory.mktemp("edge"), hnsw_from_points=1)
        case "client-in-memory":
            yield ServerStore(QdrantClient(":memory:"))
        case "client-over-http":
            yield ServerStore(FakeQdrant().client())
        case "client-over-grpc":
            with GrpcQdrant() as server, closing(server.client()) as client:
                yield ServerStore(client)
        case "server":
            yield connect(os.environ["QDRANT_URL"])


@pytest.fixture
def category(vectors: VectorStore) -> Iterator[str]:
    """A category's name that nothing else uses, removed afterwards."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    yield name
    vectors.remove(name)

"""Waiting until a server has arranged what was written to it."""

from __future__ import annotations

import logging
import time

from qdrant_client import QdrantClient, models

from common.errors import StoreUnavailable
from common.vectors.server.retries import repeated

LIMIT_SECONDS = 1_800.0
_PAUSE_SECONDS = 0.5
_CALM_LOOKS = 2
_log = logging.getLogger(__name__)


def wait_until_arranged(
    client: QdrantClient, collection: str, *, limit_seconds: float = LIMIT_SECONDS
) -> bool:
    """Wait until a server has built a collection's graph, so that no search meets half of it.

    Args:
        client: connected to the server.
        collection: that was just written and given its final options.
        limit_seconds: how long to wait. A collection without its graph answers right, but slowly:
            after that long it is used as it is.

    Returns:
        Whether the server is done.

    Raises:
        StoreUnavailable: its optimiser failed.
        Exception: whatever qdrant-client raises.
    """
    ends = time.monotonic() + limit_seconds
    calm = 0
    while True:
        info = repeated(lambda: client.get_collection(collection), after_timeout=True)
        if info.status == models.CollectionStatus.RED:
            raise StoreUnavailable(
                f"The Qdrant server could not arrange '{collection}': {info.optimizer_status}",
                "Look at its log, its memory and its disk",
            )
        # The optimiser starts a moment after it was told to: being idle once says nothing.
        calm = calm + 1 if info.status != models.CollectionStatus.YELLOW else 0
        if calm == _CALM_LOOKS:
            return True
        if time.monotonic() >= ends:
            _log.warning(
                "Qdrant still builds the graph of %s: searching it is slow until it has", collection
            )
            return False
        time.sleep(_PAUSE_SECONDS)

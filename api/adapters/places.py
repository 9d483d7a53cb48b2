"""Places for requests, which the adapters share with the API's own routes."""

from __future__ import annotations

from dataclasses import dataclass

from api.guards.slots import Slots


@dataclass(frozen=True, slots=True)
class Places:
    """Places for requests.

    Attributes:
        embedding: for queries by picture.
        waiting: for requests that wait for a job.
        uploading: for requests that bring files.
    """

    embedding: Slots
    waiting: Slots
    uploading: Slots

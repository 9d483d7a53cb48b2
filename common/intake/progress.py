"""How taking in tells how far it is. Whatever is raised by those who are told ends it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

OnProgress: TypeAlias = Callable[[int, int], None]
"""Called with the units done and their total."""


class OnStage(Protocol):
    """Called with the units done, their total, and what is being done in a word or two."""

    def __call__(self, done: int, total: int, *, stage: str) -> None:
        """Take note."""

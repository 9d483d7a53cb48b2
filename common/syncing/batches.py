"""Cutting a sequence into pieces of bounded size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

_Item = TypeVar("_Item")


def batches(items: Iterable[_Item], size: int = 256) -> Iterator[list[_Item]]:
    """Yield the items in lists of ``size``; the last may be shorter, none is empty."""
    remaining = iter(items)
    while batch := list(islice(remaining, size)):
        yield batch

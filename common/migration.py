"""The use case of moving a category's index from one engine to another, without embedding again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from common.errors import IndexDiffers, VectorStoreError
from common.syncing.workplace import Workplace
from common.vectors.base import GenerationManifest, VectorIndex, VectorStore, do_nothing
from common.vectors.copying import copy_generation, take_back
from common.vectors.scrolling import all_points
from common.vectors.spot_checks import TOLERANCE, draw_spot_checks


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What was moved.

    Attributes:
        source: the generation that was read.
        target: the one that was made of it, now current in its store.
        queries: number of queries that both answered alike.
        removed: whether the category is gone from the source.
        seconds: wall time.
    """

    source: GenerationManifest
    target: GenerationManifest
    queries: int
    removed: bool
    seconds: float


def migrate(
    category: str,
    source: VectorStore,
    target: VectorStore,
    workplace: Workplace,
    *,
    on_progress: Callable[[int, int], None],
    on_waiting: Callable[[], None] = do_nothing,
    replace: bool = False,
    remove_source: bool = False,
) -> MigrationReport:
    """Copy a category's current generation into another store, and make it current there.

    The copy holds the same vectors, payloads and fields. It is proved by the number of its points,
    by the answers to sampled queries, and by the payloads of those; only then is anything removed.

    Args:
        category: the category's name.
        source: where its index is.
        target: where it shall be.
        workplace: the category's; nobody indexes it meanwhile.
        on_progress: called with the points copied and their total.
        on_waiting: called when an index at work must be waited for.
        replace: also where the target has an index of the category, which may be the newer one;
            it is kept as the one before.
        remove_source: remove all generations of the category from the source at the end.

    Raises:
        GenerationNotFound: the category has no index in the source.
        IndexDiffers: the copy does not answer as the original; it was taken back.
        VectorStoreError: the target has an index of the category already, or a store failed;
            nothing was removed from the source.
    """
    started = time.perf_counter()
    with workplace.locked(on_waiting):
        index = source.open(category)
        try:
            checks = draw_spot_checks(index)
            former = target.current(category)
            if former is not None and not replace:
                raise VectorStoreError(
                    f"There is an index of '{category}' already where it shall be moved to: "
                    f"generation {former}",
                    "Where it may be replaced, older or newer, repeat with FORCE=1",
                )
            copy = copy_generation(
                target, index.manifest, all_points(index), checks, on_progress=on_progress
            )
            try:
                _compare_records(index, target, copy, [check.id for check in checks])
            except BaseException:
                take_back(target, copy, former)
                raise
        finally:
            index.close()
        if remove_source:
            source.remove(category)
    seconds = time.perf_counter() - started
    return MigrationReport(index.manifest, copy, len(checks), remove_source, seconds)


def _compare_records(
    original: VectorIndex, target: VectorStore, copy: GenerationManifest, ids: list[str]
) -> None:
    """Make sure that records came over whole: vector and payload.

    Raises:
        IndexDiffers: one did not.
    """
    copied = target.open(copy.category, copy.generation)
    try:
        pairs = zip(original.get(ids), copied.get(ids), strict=True)
        for before, after in pairs:
            same = np.allclose(before.vector, after.vector, rtol=0, atol=TOLERANCE)
            if not same or dict(before.payload) != dict(after.payload):
                raise IndexDiffers(
                    f"Record {before.id} of '{copy.category}' did not come over whole",
                    "Try again, or index the category anew",
                )
    finally:
        copied.close()

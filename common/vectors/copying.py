"""Making a generation from points that another one holds: whole, proved, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from common.errors import IndexDiffers
from common.records import Point
from common.vectors.base import GenerationManifest, VectorStore, do_nothing
from common.vectors.spot_checks import SpotCheck, verify_spot_checks


def copy_generation(
    store: VectorStore,
    original: GenerationManifest,
    points: Iterable[Sequence[Point]],
    checks: Sequence[SpotCheck],
    *,
    on_progress: Callable[[int, int], None],
    before_switch: Callable[[], None] = do_nothing,
) -> GenerationManifest:
    """Build and publish a copy of a generation, and make sure that it answers as the original.

    A generation can be asked only once it is published, so the proof comes right after: a copy that
    fails it is taken back, and the category's former generation is current again.

    Args:
        store: where the copy goes.
        original: what is copied; its category, spec and count hold for the copy.
        points: of the original, in any order.
        checks: what it answers.
        on_progress: called with the points written and their total, after each batch.
        before_switch: called when only becoming visible is left.

    Returns:
        The copy's manifest.

    Raises:
        IndexDiffers: the copy holds another number of points, or answers differently.
        VectorStoreError: the store failed. The former generation stays, or is current again.
    """
    category = original.category
    former = store.current(category)
    builder = store.build(category, original.spec)
    try:
        written = 0
        on_progress(written, original.count)
        for batch in points:
            builder.upsert(batch)
            written += len(batch)
            on_progress(written, original.count)
        manifest = builder.publish(before_switch)
    except BaseException:
        builder.abandon()
        raise
    try:
        _prove(store, manifest, original.count, checks)
    except BaseException:
        take_back(store, manifest, former)
        raise
    return manifest


def take_back(store: VectorStore, published: GenerationManifest, former: str | None) -> None:
    """Remove a generation that was just published; ``former`` is current again, None: nothing."""
    if former is None:
        store.remove(published.category)
        return
    store.switch(published.category, former)
    store.remove(published.category, published.generation)


def _prove(
    store: VectorStore, copy: GenerationManifest, count: int, checks: Sequence[SpotCheck]
) -> None:
    index = store.open(copy.category, copy.generation)
    try:
        if index.count() != count:
            raise IndexDiffers(
                f"The new index of '{copy.category}' holds {index.count()} records where the "
                f"original holds {count}",
                "Try again, or index the category anew",
            )
        verify_spot_checks(index, checks)
    finally:
        index.close()

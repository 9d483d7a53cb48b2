"""The use case of making a category searchable: files and metadata in, a generation out."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from common.categories import Category
from common.embedding.base import Embedder
from common.errors import IndexingError
from common.images import ImageLimits
from common.pipeline import Embedded, Skipped, embed_files
from common.planning import plan_index
from common.records import Payload, Point, record_id
from common.storage.base import ImageStore
from common.vectors.base import GenerationManifest, GenerationSpec, VectorStore

_log = logging.getLogger(__name__)

OnProgress = Callable[[int, int], None]


def no_callback(*_: int) -> None:
    """Take a progress report nobody asked for."""


@dataclass(frozen=True, slots=True)
class IndexingReport:
    """What became of each file.

    Attributes:
        manifest: of the generation that was published.
        skipped: files that are not in it, with reasons, in path order.
        seconds: from the first look at the files to the published generation.
    """

    manifest: GenerationManifest
    skipped: Sequence[Skipped]
    seconds: float

    @property
    def indexed(self) -> int:
        """Number of images in the generation."""
        return self.manifest.count

    def reasons(self) -> Mapping[str, int]:
        """Return how many files were skipped for each reason, most frequent first."""
        return dict(Counter(skip.reason for skip in self.skipped).most_common())


def build_index(
    category: Category,
    images: ImageStore,
    embedder: Embedder,
    store: VectorStore,
    limits: ImageLimits,
    *,
    batch_size: int,
    threads: int,
    allow_mismatch: bool = False,
    on_progress: OnProgress = no_callback,
    before_switch: Callable[[], None] = no_callback,
) -> IndexingReport:
    """Build a new generation of a category from scratch and make it the current one.

    Args:
        category: what to index.
        images: its files.
        embedder: makes the vectors.
        store: keeps them.
        limits: on image files.
        batch_size: images embedded at once.
        threads: that read and decode.
        allow_mismatch: see :func:`~common.planning.plan_index`.
        on_progress: called with the files done and the total, after each batch.
        before_switch: called when the generation is complete and only becoming visible is left.

    Raises:
        IndexingError: not one image could be indexed.
        VisualSearchError: as in :func:`~common.planning.plan_index`, or from the store. Whatever
            is raised, the current generation stays as it was.
    """
    started = time.perf_counter()
    plan = plan_index(category, images, allow_mismatch=allow_mismatch)
    spec = GenerationSpec(
        embedder.card.dim, embedder.card.fingerprint, embedder.card.name, plan.fields
    )
    total = len(plan.payloads)
    skipped = list(plan.skipped)
    done = indexed = 0
    on_progress(0, total)
    builder = store.build(category.name, spec)
    try:
        for outcomes in embed_files(
            plan.payloads, images, embedder, limits, batch_size=batch_size, threads=threads
        ):
            points = [
                _point(category.name, outcome, plan.payloads[outcome.file])
                for outcome in outcomes
                if isinstance(outcome, Embedded)
            ]
            builder.upsert(points)
            skipped.extend(outcome for outcome in outcomes if isinstance(outcome, Skipped))
            done += len(outcomes)
            indexed += len(points)
            on_progress(done, total)
        if not indexed:
            raise IndexingError(
                f"None of the {total} images in '{category.images_dir}' could be read; "
                f"the first: {skipped[0].detail}",
                "Check the files",
            )
        manifest = builder.publish(before_switch)
    except BaseException:
        builder.abandon()
        raise
    seconds = time.perf_counter() - started
    _log.info(
        "indexed %s: %d images, %d skipped, %.1f s, generation %s",
        category.name,
        manifest.count,
        len(skipped),
        seconds,
        manifest.generation,
    )
    return IndexingReport(manifest, sorted(skipped, key=lambda skip: skip.file), seconds)


def _point(category: str, embedded: Embedded, payload: Payload) -> Point:
    return Point(
        record_id(category, embedded.file),
        embedded.vector,
        {
            **payload,
            # An underscore marks what the system knows, so that no column can collide with it.
            "_sha256": embedded.sha256,
            "_width": embedded.info.width,
            "_height": embedded.info.height,
        },
    )

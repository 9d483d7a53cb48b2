"""What a sync needs: the category, its files, and how to go about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from common.categories import Category
from common.embedding.base import Embedder
from common.images import ImageLimits
from common.overlay import RecordEdits
from common.storage.base import ImageStore
from common.syncing.difference import DuplicatePolicy
from common.syncing.workplace import Workplace
from common.vectors.base import VectorStore


@dataclass(frozen=True, slots=True)
class SyncOptions:
    """How to go about it.

    Attributes:
        allow_mismatch: leave out rows without an image and images without a row instead of
            refusing them.
        confirm_deletes: remove records even if that empties the index, or most of it.
        duplicates: what to do with files of equal content.
        verify: read every file, instead of trusting its length and time of change.
    """

    allow_mismatch: bool = False
    confirm_deletes: bool = False
    duplicates: DuplicatePolicy = "keep"
    verify: bool = False


@dataclass(frozen=True, slots=True)
class SyncTask:
    """What to bring in step with what.

    Attributes:
        category: to index.
        images: its files.
        embedder: makes the vectors.
        store: keeps them.
        limits: on image files.
        workplace: the category's part of the cache.
        batch_size: images embedded at once, and lost at most when the sync is killed.
        threads: that read and decode.
        unwanted: stores whose files are pictures to leave out, beside those in the images'
            own directory ``images_to_remove``.
        edits: what people changed of records, None where nobody can.
    """

    category: Category
    images: ImageStore
    embedder: Embedder
    store: VectorStore
    limits: ImageLimits
    workplace: Workplace
    batch_size: int
    threads: int
    unwanted: Sequence[ImageStore] = ()
    edits: RecordEdits | None = None

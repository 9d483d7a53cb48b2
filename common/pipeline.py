"""Files to vectors: reading, decoding and preparing in threads while the model embeds batches."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from common.embedding.base import Embedder, Prepared
from common.errors import ImageError, ObjectNotFound, ObjectUnreadable, PathOutsideRoot
from common.images import ImageInfo, ImageLimits, content_hash, decode, describe
from common.images.perceptual import grey_thumbnail, perceptual_hashes
from common.records import Vector
from common.storage.base import ImageStore

UNREADABLE = "unreadable file"
"""The reason of a file that is there and cannot be read now, though perhaps tomorrow."""

CheckPicture: TypeAlias = Callable[[Image.Image], None]
"""Raises an :class:`~common.errors.ImageError` for a picture that shall be left out."""

_BATCHES_AHEAD = 3  # prepared but not yet embedded: enough to hide reading, bounded in memory


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file that became a vector.

    Attributes:
        file: its path in the store.
        vector: shape ``(dim,)``, float32, unit length.
        sha256: of its bytes, in hexadecimal.
        info: its format and upright size.
        phash: perceptual hash of the picture, see :mod:`common.images.perceptual`.
    """

    file: str
    vector: Vector
    sha256: str
    info: ImageInfo
    phash: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that did not become a vector.

    Attributes:
        file: its path in the store.
        reason: a few words, equal for equal failures.
        detail: the sentence that says what happened and what to do.
        sha256: of its bytes where they are at fault, so that they would fail again; else empty.
    """

    file: str
    reason: str
    detail: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class _Ready:
    file: str
    prepared: Prepared
    sha256: str
    info: ImageInfo
    grey: NDArray[np.uint8]


def embed_files(
    files: Iterable[str],
    store: ImageStore,
    embedder: Embedder,
    limits: ImageLimits,
    *,
    batch_size: int,
    threads: int,
    check: CheckPicture | None = None,
) -> Iterator[list[Embedded | Skipped]]:
    """Embed files, yielding one list a batch; memory does not grow with the number of files.

    Args:
        files: paths in the store.
        store: where they lie.
        embedder: makes the vectors.
        limits: what is refused before decoding.
        batch_size: files a batch.
        threads: that read, decode and prepare.
        check: called with each picture, in those threads.

    Yields:
        The outcomes of the next files, in their order: each file comes exactly once.

    Raises:
        StorageUnavailable: the store went away; single unreadable files are skipped instead.
    """
    remaining = iter(files)
    pending: deque[list[Future[_Ready | Skipped]]] = deque()
    executor = ThreadPoolExecutor(threads, thread_name_prefix="decode")
    try:
        while True:
            while len(pending) < _BATCHES_AHEAD and (batch := list(islice(remaining, batch_size))):
                pending.append(
                    [
                        executor.submit(_prepare, file, store, embedder, limits, check)
                        for file in batch
                    ]
                )
            if not pending:
                return
            yield _embed_batch([future.result() for future in pending.popleft()], embedder)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def read_image_file(file: str, store: ImageStore, limits: ImageLimits) -> bytes | Skipped:
    """Read a file, or say why it cannot be read.

    Returns:
        Its bytes: all of them, or one more than the limit allows, which is enough to refuse it.

    Raises:
        StorageUnavailable: the store went away.
    """
    try:
        return store.read(file, limits.max_bytes + 1)
    except PathOutsideRoot as error:
        return Skipped(file, "link that leads out of the directory", str(error))
    except ObjectNotFound as error:
        return Skipped(file, "not a file, or gone before it was read", str(error))
    except ObjectUnreadable as error:
        return Skipped(file, UNREADABLE, str(error))


def _prepare(
    file: str,
    store: ImageStore,
    embedder: Embedder,
    limits: ImageLimits,
    check: CheckPicture | None,
) -> _Ready | Skipped:
    data = read_image_file(file, store, limits)
    if isinstance(data, Skipped):
        return data
    sha256 = content_hash(data)
    try:
        image = decode(data, limits, minimum_side_px=embedder.card.preprocessing.size_px)
        if check is not None:
            check(image)
        return _Ready(
            file, embedder.prepare(image), sha256, describe(data, limits), grey_thumbnail(image)
        )
    except ImageError as error:
        # Where memory ran out, the same bytes may pass another time.
        lasting = not isinstance(error.__cause__, MemoryError)
        return Skipped(file, error.reason, str(error), sha256 if lasting else "")


def _embed_batch(outcomes: list[_Ready | Skipped], embedder: Embedder) -> list[Embedded | Skipped]:
    ready = [outcome for outcome in outcomes if isinstance(outcome, _Ready)]
    if not ready:
        return [outcome for outcome in outcomes if isinstance(outcome, Skipped)]
    vectors = iter(embedder.infer(np.stack([r.prepared for r in ready])))
    phashes = iter(perceptual_hashes(np.stack([r.grey for r in ready])).tolist())
    return [
        Embedded(outcome.file, next(vectors), outcome.sha256, outcome.info, next(phashes))
        if isinstance(outcome, _Ready)
        else outcome
        for outcome in outcomes
    ]

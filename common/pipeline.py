"""Files to vectors: reading, decoding and preparing in threads while the model embeds batches."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

import numpy as np

from common.embedding.base import Embedder, Prepared
from common.errors import ImageError, ObjectNotFound, ObjectUnreadable, PathOutsideRoot
from common.images import ImageInfo, ImageLimits, content_hash, decode, describe
from common.records import Vector
from common.storage.base import ImageStore

_BATCHES_AHEAD = 3  # prepared but not yet embedded: enough to hide reading, bounded in memory


@dataclass(frozen=True, slots=True)
class Embedded:
    """A file that became a vector.

    Attributes:
        file: its path in the store.
        vector: shape ``(dim,)``, float32, unit length.
        sha256: of its bytes, in hexadecimal.
        info: its format and upright size.
    """

    file: str
    vector: Vector
    sha256: str
    info: ImageInfo


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that did not become a vector.

    Attributes:
        file: its path in the store.
        reason: a few words, equal for equal failures.
        detail: the sentence that says what happened and what to do.
    """

    file: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class _Ready:
    file: str
    prepared: Prepared
    sha256: str
    info: ImageInfo


def embed_files(
    files: Iterable[str],
    store: ImageStore,
    embedder: Embedder,
    limits: ImageLimits,
    *,
    batch_size: int,
    threads: int,
) -> Iterator[list[Embedded | Skipped]]:
    """Embed files, yielding one list a batch; memory does not grow with the number of files.

    Args:
        files: paths in the store.
        store: where they lie.
        embedder: makes the vectors.
        limits: what is refused before decoding.
        batch_size: files a batch.
        threads: that read, decode and prepare.

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
                    [executor.submit(_prepare, file, store, embedder, limits) for file in batch]
                )
            if not pending:
                return
            yield _embed_batch([future.result() for future in pending.popleft()], embedder)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _prepare(
    file: str, store: ImageStore, embedder: Embedder, limits: ImageLimits
) -> _Ready | Skipped:
    try:
        # One byte more than allowed is enough to refuse a file without reading all of it.
        data = store.read(file, limits.max_bytes + 1)
        image = decode(data, limits, minimum_side_px=embedder.card.preprocessing.size_px)
        return _Ready(file, embedder.prepare(image), content_hash(data), describe(data, limits))
    except ImageError as error:
        return Skipped(file, error.reason, str(error))
    except PathOutsideRoot as error:
        return Skipped(file, "link that leads out of the directory", str(error))
    except ObjectNotFound as error:
        return Skipped(file, "not a file, or gone before it was read", str(error))
    except ObjectUnreadable as error:
        return Skipped(file, "unreadable file", str(error))


def _embed_batch(outcomes: list[_Ready | Skipped], embedder: Embedder) -> list[Embedded | Skipped]:
    ready = [outcome for outcome in outcomes if isinstance(outcome, _Ready)]
    vectors = iter(embedder.infer(np.stack([r.prepared for r in ready])) if ready else ())
    return [
        Embedded(outcome.file, next(vectors), outcome.sha256, outcome.info)
        if isinstance(outcome, _Ready)
        else outcome
        for outcome in outcomes
    ]

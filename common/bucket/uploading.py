"""Putting a category, or a model, into a bucket: in parallel, and only what is not there yet.

A file is there when the bucket's has the same length and the same MD5, which most servers tell as
the etag of what was uploaded in one piece; else the sha256 that is kept with it decides. So an
upload that was interrupted, in whatever way, goes on where it stopped. The manifest comes last:
who reads the bucket meanwhile sees a new category whole or not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from typing import Final

from common.errors import ImageError, ObjectNotFound, ObjectUnreadable, PathOutsideRoot
from common.pipeline import UNREADABLE, Skipped
from common.storage.minio import MinioStore
from common.storage.s3_objects import StoredObject

_LED_OUT: Final = "link that leads out of the directory"
_AHEAD: Final = 4  # files in hand for each thread, so that memory stays bounded


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be in the bucket.

    Attributes:
        path: of it there.
        read: returns its content; what is wrong with a single file leaves only that one out.
        once: leave the bucket's as it is, if it has one.
    """

    path: str
    read: Callable[[], bytes]
    once: bool = False


@dataclass(frozen=True, slots=True)
class UploadReport:
    """What an upload did, or what a dry run would do.

    Attributes:
        uploaded: files that were not there, or differed, in path order.
        equal: how many were there.
        skipped: files that could not be read, and why.
        only_there: files in the bucket that are not here, in path order.
        removed: whether those were removed from it.
        unsure: files here could not be read, among them perhaps whole directories: what is only in
            the bucket may be theirs, and stays.
        uploaded_bytes: content of ``uploaded``.
    """

    uploaded: Sequence[str]
    equal: int
    skipped: Sequence[Skipped]
    only_there: Sequence[str]
    removed: bool
    unsure: bool
    uploaded_bytes: int


@dataclass(frozen=True, slots=True)
class _Done:
    path: str
    size_bytes: int
    differed: bool


def upload(
    stages: Sequence[Sequence[Upload]],
    target: MinioStore,
    *,
    threads: int,
    dry_run: bool = False,
    remove: bool = False,
    keep: Collection[str] = (),
    on_progress: Callable[[int, int], None] | None = None,
) -> UploadReport:
    """Bring a directory of a bucket in step with files.

    Args:
        stages: the files; each stage begins when the one before is done.
        target: the directory.
        threads: that read and upload.
        dry_run: only find out what would be done.
        remove: remove what is only in the bucket, before the last stage; nothing while there are
            files that cannot be read, as a directory that cannot be listed is one of them.
        keep: paths in the bucket that are nobody's leftovers, and are never removed.
        on_progress: called with the files dealt with so far, and all.

    Raises:
        StorageUnavailable: the bucket cannot be reached or written; what is uploaded stays, and
            the next upload goes on from there.
    """
    there = {found.path: found for found in target.walk()}
    wanted = {file.path for stage in stages for file in stage}
    only_there = sorted(there.keys() - wanted - set(keep))
    outcomes: list[_Done | Skipped] = []
    removed = False
    for number, stage in enumerate(stages, start=1):
        if remove and not dry_run and number == len(stages) and not _is_unsure(outcomes):
            for path in only_there:
                target.delete(path)
            removed = True
        tasks = [
            partial(_put, file, there.get(file.path), target, dry_run=dry_run) for file in stage
        ]
        for outcome in _each(tasks, threads):
            outcomes.append(outcome)
            if on_progress is not None:
                on_progress(len(outcomes), len(wanted))
    done = [outcome for outcome in outcomes if isinstance(outcome, _Done)]
    return UploadReport(
        uploaded=sorted(file.path for file in done if file.differed),
        equal=sum(not file.differed for file in done),
        skipped=sorted(
            (outcome for outcome in outcomes if isinstance(outcome, Skipped)),
            key=lambda skip: skip.file,
        ),
        only_there=only_there,
        removed=removed,
        unsure=_is_unsure(outcomes),
        uploaded_bytes=sum(file.size_bytes for file in done if file.differed),
    )


def _is_unsure(outcomes: Iterable[_Done | Skipped]) -> bool:
    return any(
        isinstance(outcome, Skipped) and outcome.reason in (UNREADABLE, _LED_OUT)
        for outcome in outcomes
    )


def _each(
    tasks: Iterable[Callable[[], _Done | Skipped]], threads: int
) -> Iterator[_Done | Skipped]:
    """Run tasks, few of them at once; the first that fails stops all."""
    remaining = iter(tasks)
    pending: set[Future[_Done | Skipped]] = set()
    executor = ThreadPoolExecutor(threads, thread_name_prefix="upload")
    try:
        while True:
            while len(pending) < threads * _AHEAD and (task := next(remaining, None)) is not None:
                pending.add(executor.submit(task))
            if not pending:
                return
            finished, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                yield future.result()
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _put(
    file: Upload, known: StoredObject | None, target: MinioStore, *, dry_run: bool
) -> _Done | Skipped:
    try:
        content = file.read()
    except PathOutsideRoot as error:
        return Skipped(file.path, _LED_OUT, str(error))
    except (ObjectNotFound, ObjectUnreadable) as error:
        return Skipped(file.path, UNREADABLE, str(error))
    except ImageError as error:
        return Skipped(file.path, error.reason, str(error))
    differs = known is None or not (file.once or _is_equal(content, known, target))
    if differs and not dry_run:
        target.write(file.path, content)
    return _Done(file.path, len(content), differs)


def _is_equal(content: bytes, known: StoredObject, target: MinioStore) -> bool:
    if len(content) != known.size_bytes:
        return False
    if hashlib.md5(content, usedforsecurity=False).hexdigest() == known.etag:
        return True
    try:
        return target.sha256(known.path) == hashlib.sha256(content).hexdigest()
    except ObjectNotFound:  # removed meanwhile
        return False

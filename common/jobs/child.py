"""A job's own process, seen from within: ``python -m common.jobs.child <order>``.

Its exit status is 0 when it wrote how the job ended, or when that was not for it to say.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from common.errors import StorageUnavailable, VisualSearchError
from common.jobs.database import JobDatabase
from common.jobs.errors import ClaimLost
from common.jobs.kinds import JobFunction
from common.jobs.orders import Order
from common.jobs.queue import Claim, JobQueue
from common.jobs.rows import as_json
from common.logs import configure_logging

_LOWER_PRIORITY: Final = 10  # of 19 steps: searching comes first, and the job still gets on
_WRITE_SECONDS: Final = 0.5
_STOPPED: Final = 3

_log = logging.getLogger(__name__)


class JobCancelled(BaseException):  # like KeyboardInterrupt, not for a function's handlers
    """The job is to end since somebody cancelled it."""


class JobStopped(BaseException):
    """The process is to end since its runner is ending, or gave the job to another."""


class WorkerContext:
    """A :class:`~common.jobs.kinds.JobContext` that writes to the jobs' file.

    Args:
        queue: of the jobs.
        claim: to the job.
        stopping: set when the runner is gone.
    """

    def __init__(self, queue: JobQueue, claim: Claim, stopping: threading.Event) -> None:
        self._queue = queue
        self._claim = claim
        self._stopping = stopping
        self._lock = threading.Lock()
        self._stage: str | None = None
        self._done = 0
        self._next_write = 0.0

    def progress(self, done: int, total: int, *, stage: str = "") -> None:
        """See :meth:`common.jobs.kinds.JobContext.progress`."""
        with self._lock:
            self._raise_if_stopping()
            fresh = stage != self._stage
            if fresh:
                self._stage, self._done = stage, 0
            self._done = max(self._done, done)
            if fresh or self._done == total or time.monotonic() >= self._next_write:
                self._write(total)

    def check(self) -> None:
        """See :meth:`common.jobs.kinds.JobContext.check`."""
        self._raise_if_stopping()
        with self._no_hindrance():
            if self._queue.cancel_requested(self._claim):
                raise JobCancelled

    def _write(self, total: int) -> None:
        self._next_write = time.monotonic() + _WRITE_SECONDS
        with self._no_hindrance():
            if not self._queue.progress(self._claim, self._stage or "", self._done, total):
                raise JobCancelled

    @contextmanager
    def _no_hindrance(self) -> Iterator[None]:
        """A file that cannot be used for a while is no reason to lose hours of work."""
        try:
            yield
        except ClaimLost as error:
            raise JobStopped from error
        except StorageUnavailable as error:
            _log.warning("the progress of job %s is not written: %s", self._claim.job.id, error)

    def _raise_if_stopping(self) -> None:
        if self._stopping.is_set():
            raise JobStopped


def main(order: Order) -> int:
    """Run a job and write how it ended; return the exit status."""
    if hasattr(os, "nice"):
        os.nice(_LOWER_PRIORITY)
    configure_logging(order.log_level)
    stopping = threading.Event()
    threading.Thread(
        target=_watch_runner, args=(stopping, order.grace_seconds), daemon=True
    ).start()
    with closing(JobDatabase(Path(order.database))) as database:
        queue = JobQueue(database)
        try:
            claim = queue.held(order.job, order.token)
            _run(queue, claim, order.target, WorkerContext(queue, claim, stopping))
        except ClaimLost:
            _log.info("job %s was given to another worker", order.job)
        except JobStopped:
            return _STOPPED
        except VisualSearchError as error:
            _log.error("the end of job %s could not be written: %s", order.job, error)
            return 1
    return 0


def _run(queue: JobQueue, claim: Claim, target: str, context: WorkerContext) -> None:
    try:
        context.check()
        report = as_json(_resolve(target)(claim.job, context))
    except JobCancelled:
        queue.end(claim, "cancelled")
    except VisualSearchError as error:
        queue.end(claim, "failed", reason=error.what, cure=error.cure)
    except MemoryError:
        queue.end(
            claim,
            "failed",
            reason="There was not enough memory for it",
            cure="Close other programs, or run it on a machine with more memory, and retry it",
        )
    except Exception as error:  # noqa: BLE001  # the last resort before a traceback
        _log.debug("unexpected error in job %s", claim.job.id, exc_info=error)
        queue.end(
            claim,
            "failed",
            reason=f"Something unexpected went wrong ({type(error).__name__}: {error})",
            cure="Retry it; with LOG_LEVEL=DEBUG the log tells the details",
        )
    else:
        queue.end(claim, "succeeded", report=report)


def _resolve(target: str) -> JobFunction:
    module, _, name = target.partition(":")
    function: Any = getattr(importlib.import_module(module), name)
    return function  # type: ignore[no-any-return]  # what it is, its kind says


def _watch_runner(stopping: threading.Event, grace_seconds: float) -> None:
    """Wait for the pipe from the runner to end; then see to it that this process does."""
    # Not through sys.stdin: its lock, held here, would be in the way when the interpreter ends.
    while os.read(0, 1024):
        pass
    stopping.set()
    time.sleep(grace_seconds)
    os._exit(_STOPPED)


if __name__ == "__main__":
    sys.exit(main(Order.from_argument(sys.argv[1])))

"""Takes queued jobs, starts a child process for each, and looks after those that ended."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Final

from common.errors import VisualSearchError
from common.jobs.errors import ClaimLost
from common.jobs.kinds import JobKind
from common.jobs.liveness import RunnerLease
from common.jobs.orders import Order
from common.jobs.queue import Claim, JobQueue
from common.jobs.recovery import recover
from common.jobs.store import JobStore
from common.jobs.worker import Worker

_TICK_SECONDS: Final = 0.25
_RECOVERY_SECONDS: Final = 2.0
_THREAD_VARIABLES: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "RAYON_NUM_THREADS",
)

_log = logging.getLogger(__name__)


class JobRunner:
    """Runs jobs while it is open, as a context manager or between ``start`` and ``close``.

    Several runners may share one file of jobs: each job is run by one of them, and together they
    do not run more at once than each allows. Workers have a lower priority than this process.

    Args:
        store: of the jobs.
        kinds: that may be run; jobs of others stay queued.
        max_running: jobs that may run at once, those of other runners included.
        threads: that one worker's numerical libraries may use.
        environment: variables that workers get beside those of this process.
        grace_seconds: after which a worker that was asked to end is killed.
        log_level: of the workers, a name of the ``logging`` module.
    """

    def __init__(
        self,
        store: JobStore,
        kinds: Sequence[JobKind],
        *,
        max_running: int = 1,
        threads: int = 1,
        environment: Mapping[str, str] | None = None,
        grace_seconds: float = 10.0,
        log_level: str = "WARNING",
    ) -> None:
        self._store = store
        self._queue = JobQueue(store.database)
        self._kinds = {kind.name: kind for kind in kinds}
        self._max_running = max_running
        self._threads = threads
        self._environment = dict(environment or {})
        self._grace_seconds = grace_seconds
        self._log_level = log_level
        self._lease: RunnerLease | None = None
        self._workers: list[Worker] = []
        self._next_recovery = 0.0
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def worker_pids(self) -> list[int]:
        """The ids of the processes at work."""
        return [worker.pid for worker in self._workers]

    def start(self) -> None:
        """Run jobs from now on, in a thread that only watches. Starting twice is fine.

        A file of jobs that cannot be used is logged and tried again: it keeps nothing else from
        working.
        """
        if self._thread is None:
            self._closing.clear()
            self._thread = threading.Thread(target=self._watch, name="jobs", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop the workers and wait for their end, at most the grace period. Twice is fine.

        Their jobs are queued again where their kind goes on from where it was, for whoever runs
        jobs next; the others are interrupted.
        """
        self._closing.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        for worker in self._workers:
            worker.ask_to_stop()
        deadline = time.monotonic() + self._grace_seconds
        for worker in self._workers:
            if not worker.wait(deadline - time.monotonic()):
                worker.kill()
                worker.wait(self._grace_seconds)
        try:
            for worker in self._workers:
                self._give_up(worker, "The program that ran it was stopped", in_order=True)
        except VisualSearchError as error:
            _log.warning("jobs could not be queued again: %s", error)  # found by the next recovery
        self._workers.clear()
        if self._lease is not None:
            self._lease.free()
            self._lease = None

    def step(self) -> None:
        """Do what is to be done now, without waiting. Called by the thread of :meth:`start`.

        Raises:
            StorageUnavailable: the file of jobs cannot be used.
        """
        if self._lease is None:
            lease = RunnerLease(self._store.database.path)
            lease.take()
            self._lease = lease
        for worker in list(self._workers):
            self._look_after(worker)
        if time.monotonic() >= self._next_recovery:
            recover(self._store, self._kinds)
            self._next_recovery = time.monotonic() + _RECOVERY_SECONDS
        while len(self._workers) < self._max_running:
            claim = self._queue.claim(self._lease.runner, self._kinds.keys(), self._max_running)
            if claim is None:
                return
            self._launch(claim)

    def __enter__(self) -> JobRunner:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _watch(self) -> None:
        said = ""
        while not self._closing.wait(_TICK_SECONDS):
            try:
                self.step()
                said = ""
            except VisualSearchError as error:
                if str(error) != said:  # four times a second would be too often
                    _log.warning("jobs are not run: %s", error)
                said = str(error)

    def _look_after(self, worker: Worker) -> None:
        if worker.has_ended():
            self._give_up(worker, f"Its process ended unexpectedly ({worker.how_it_ended()})")
            self._workers.remove(worker)
            return
        try:
            to_end = self._queue.cancel_requested(worker.claim)
        except ClaimLost:
            to_end = True  # it has written its end, and needs no more than to leave
        if to_end:
            worker.kill_after(self._grace_seconds)

    def _give_up(self, worker: Worker, reason: str, *, in_order: bool = False) -> None:
        job = worker.claim.job
        self._queue.give_up(worker.claim, self._kinds[job.kind], reason, in_order=in_order)

    def _launch(self, claim: Claim) -> None:
        order = Order(
            database=str(self._store.database.path.resolve()),
            job=claim.job.id,
            token=claim.token,
            target=self._kinds[claim.job.kind].target,
            grace_seconds=self._grace_seconds,
            log_level=self._log_level,
        )
        threads = dict.fromkeys(_THREAD_VARIABLES, str(self._threads))
        try:
            worker = Worker(claim, order, {**os.environ, **threads, **self._environment})
        except OSError as error:
            self._queue.end(
                claim,
                "failed",
                reason=f"No process could be started for it ({error.strerror})",
                cure="Close other programs and retry it",
            )
        else:
            self._workers.append(worker)

"""Processes that share the drawing."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager


def _leave_interrupts_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def worker_processes(count: int) -> Iterator[Executor]:
    """An executor of `count` processes for the time of the block.

    They are fresh interpreters rather than forks: a fork would copy the locks of running threads.
    Ctrl-C reaches the terminal's whole process group, but only the parent knows how to tidy up.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, context, _leave_interrupts_to_parent) as executor:
        yield executor

"""Politeness: how many requests a host gets at once, and how soon after each other."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Stopped(BaseException):  # not for a handler of errors on its way
    """Downloading is to end."""


class _Host:
    def __init__(self, at_once: int) -> None:
        self.places = threading.BoundedSemaphore(at_once)
        self.next_start = 0.0


class Pacing:
    """Turns at hosts, for the threads that ask them.

    Args:
        at_once: requests that one host gets at once.
        pause_seconds: from the start of one request to a host to the start of the next.
        stopping: set when all is to end: whoever waits then gets :class:`Stopped`.
    """

    def __init__(self, at_once: int, pause_seconds: float, stopping: threading.Event) -> None:
        self._pause_seconds = pause_seconds
        self._stopping = stopping
        self._lock = threading.Lock()
        self._hosts: defaultdict[str, _Host] = defaultdict(lambda: _Host(at_once))

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait for a turn at a host, and hold it for the length of a ``with`` block."""
        with self._lock:
            known = self._hosts[host]
        with known.places:
            with self._lock:
                start = max(known.next_start, time.monotonic())
                known.next_start = start + self._pause_seconds
            self.wait(start - time.monotonic())
            yield

    def hold(self, host: str, seconds: float) -> None:
        """Give a host a rest: no request to it starts for a while."""
        with self._lock:
            known = self._hosts[host]
            known.next_start = max(known.next_start, time.monotonic() + seconds)

    def wait(self, seconds: float) -> None:
        """Wait, unless all is to end."""
        if self._stopping.wait(max(seconds, 0)):
            raise Stopped

"""A child process that runs one job, seen from its runner."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from common.jobs.orders import Order
from common.jobs.queue import Claim

_ROOT = Path(__file__).resolve().parents[2]


class Worker:
    """A fresh interpreter at work on a job.

    It has its own session, so that a terminal's Ctrl-C reaches the runner only, and it reads from
    a pipe that nobody writes to: the pipe's end is how it learns that the runner is gone.

    Args:
        claim: to the job.
        order: what the child is told.
        environment: its environment variables.

    Raises:
        OSError: the process cannot be started.
    """

    def __init__(self, claim: Claim, order: Order, environment: Mapping[str, str]) -> None:
        self.claim = claim
        self._killed_at: float | None = None
        self._process = subprocess.Popen(  # noqa: S603  # our own interpreter, no shell
            # -P: a directory named common where the runner was started must not come first.
            [sys.executable, "-P", "-m", "common.jobs.child", order.as_argument()],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            env={**environment, "PYTHONPATH": _search_path(environment)},
            start_new_session=True,
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def has_ended(self) -> bool:
        """Tell whether the process is gone."""
        if self._process.poll() is None:
            return False
        self._close_pipe()
        return True

    def how_it_ended(self) -> str:
        """Return a few words about a process that is gone: its signal or exit status."""
        code = self._process.returncode
        if code >= 0:
            return f"exit status {code}"
        try:
            return signal.Signals(-code).name
        except ValueError:
            return f"signal {-code}"

    def ask_to_stop(self) -> None:
        """Let the process know that its runner is ending. It may go on for its grace period."""
        self._close_pipe()

    def kill_after(self, seconds: float) -> None:
        """Kill the process, and those it started, once this was called for so many seconds."""
        if self._killed_at is None:
            self._killed_at = time.monotonic() + seconds
        if time.monotonic() >= self._killed_at:
            self.kill()

    def kill(self) -> None:
        """End the process, and those it started, now."""
        if self._process.poll() is None:
            if sys.platform == "win32":
                self._process.kill()
            else:
                # It leads its session. macOS refuses this where it ended this very moment.
                with suppress(PermissionError):
                    os.killpg(self._process.pid, signal.SIGKILL)

    def wait(self, timeout_seconds: float) -> bool:
        """Wait for the process to end; return whether it did."""
        try:
            self._process.wait(max(timeout_seconds, 0))
        except subprocess.TimeoutExpired:
            return False
        return self.has_ended()

    def _close_pipe(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()


def _search_path(environment: Mapping[str, str]) -> str:
    """Return where the child finds this program, wherever the runner was started."""
    given = environment.get("PYTHONPATH")
    return f"{_ROOT}{os.pathsep}{given}" if given else str(_ROOT)

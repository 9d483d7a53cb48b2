"""A sync in a process of its own: ``python -m tests.common.syncing.child ROOT [SECONDS]``."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from numpy.typing import NDArray

from common.indexing import SyncCallbacks, sync_index
from common.records import Vector
from tests.common.syncing.conftest import CountingEmbedder, Site


class SlowEmbedder(CountingEmbedder):
    """Takes its time for each batch, and says how many pictures it has embedded."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    def infer(self, batch: NDArray) -> Vector:
        time.sleep(self._seconds)
        rows = super().infer(batch)
        say(f"embedded {len(batch)}")
        return rows


def say(line: str) -> None:
    """Tell the test that listens."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Index the site below the directory given."""
    site = Site(Path(sys.argv[1]))
    site.embedder = SlowEmbedder(float(sys.argv[2]) if len(sys.argv) > 2 else 0.0)
    callbacks = SyncCallbacks(on_waiting=lambda: say("waiting"))
    say("ready")
    report = sync_index(site.task(), callbacks=callbacks)
    say(f"done {report.embedded} {report.reused} {report.indexed}")


if __name__ == "__main__":
    main()

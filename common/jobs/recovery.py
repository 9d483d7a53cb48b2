"""What becomes of jobs whose runner died: the server was killed, or the machine lost power."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from common.jobs.kinds import JobKind
from common.jobs.liveness import is_alive
from common.jobs.queue import JobQueue
from common.jobs.store import JobStore

_REASON: Final = "The program that ran it ended before it did"


def recover(store: JobStore, kinds: Mapping[str, JobKind]) -> None:
    """Find jobs that are marked as running and have no living runner, and decide about each.

    Any process may do this at any time; doing it twice changes nothing.

    Args:
        store: of the jobs.
        kinds: by name. Jobs of other kinds are not resumed.

    Raises:
        StorageUnavailable: the file or a lock cannot be used.
    """
    queue = JobQueue(store.database)
    for claim in queue.running():
        if not is_alive(store.database.path, claim.runner):
            kind = kinds.get(claim.job.kind, JobKind(claim.job.kind, target=""))
            queue.give_up(claim, kind, _REASON)

"""Asking a server again, where asking twice does no more than asking once.

Reading is safe to repeat, and so is writing whole points under their ids, removing ids, or
indexing a field: the second request finds what the first one may have done. Making a collection and
switching an alias are not repeated: between two attempts another process may have had its turn.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from typing import TypeVar

from qdrant_client.common.client_exceptions import ResourceExhaustedResponse

from common.vectors.server.failures import VENDOR_ERRORS, Failure, failure_of

_Answer = TypeVar("_Answer")

ATTEMPTS = 4
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 30.0
_PASSING = frozenset({Failure.UNREACHABLE, Failure.BUSY, Failure.DOWN})
_log = logging.getLogger(__name__)


def repeated(call: Callable[[], _Answer], *, after_timeout: bool = False) -> _Answer:
    """Make a call that may be made twice, again after failures that pass by themselves.

    The pauses double, with some chance in them so that many clients do not come back at once; a
    server that says how long to wait is believed.

    Args:
        call: what to do. Asking for it several times must have the effect of asking once.
        after_timeout: also try again when no answer came in time: right for a batch of a long
            upload, wrong for a search that someone waits for.

    Returns:
        What the call returned.

    Raises:
        Exception: what the last attempt raised.
    """
    worth_repeating = _PASSING | {Failure.TIMEOUT} if after_timeout else _PASSING
    for attempt in range(1, ATTEMPTS):
        try:
            return call()
        except VENDOR_ERRORS as error:
            failure = failure_of(error)
            if failure not in worth_repeating:
                raise
            pause_seconds = _pause_seconds(error, attempt)
            _log.info("Qdrant: %s, trying again in %.1f s", failure.name.lower(), pause_seconds)
            time.sleep(pause_seconds)
    return call()


def _pause_seconds(error: Exception, attempt: int) -> float:
    if isinstance(error, ResourceExhaustedResponse):
        return min(float(error.retry_after_s), _LONGEST_PAUSE_SECONDS)
    doubled: float = _FIRST_PAUSE_SECONDS * 2.0 ** (attempt - 1)
    return doubled * random.uniform(0.5, 1.5)  # noqa: S311  # nothing secret hangs on it

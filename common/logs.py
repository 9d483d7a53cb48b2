"""Logging: one line a message, to standard error, configured by entry points only."""

from __future__ import annotations

import logging
import sys
import time


def configure_logging(level: str) -> None:
    """Send messages of at least ``level`` to standard error, with times in UTC.

    Args:
        level: a name of the ``logging`` module, such as ``INFO``.
    """
    formatter = logging.Formatter(
        "%(asctime)s %(levelname)-7s %(name)s: %(message)s", datefmt="%Y-%m-%dT%H:%M:%SZ"
    )
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)

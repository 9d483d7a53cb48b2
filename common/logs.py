"""Logging: one line a message, to standard error, configured by entry points only."""

from __future__ import annotations

import logging
import sys
import time
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
"""Of the HTTP request that is being answered, in its thread or task; empty outside of one."""


def configure_logging(level: str) -> None:
    """Send messages of at least ``level`` to standard error, with times in UTC.

    Args:
        level: a name of the ``logging`` module, such as ``INFO``.
    """
    formatter = logging.Formatter(
        "%(asctime)s %(levelname)-7s %(name)s%(request)s: %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%SZ",
    )
    formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    handler.addFilter(_name_request)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    if level != "DEBUG":  # it warns whenever it asks again; who gives up in the end says why
        logging.getLogger("urllib3").setLevel("ERROR")
        logging.getLogger("httpx").setLevel("WARNING")  # it tells of every request it makes


def _name_request(record: logging.LogRecord) -> bool:
    current = request_id.get()
    record.request = f" [{current}]" if current else ""
    return True

"""How entry points speak to a terminal: a progress bar, and errors as one sentence."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm

from common.errors import VisualSearchError
from common.indexing import OnProgress

USAGE_ERROR = 2  # exit status for everything a different input would cure
_log = logging.getLogger(__name__)


def switched_on(name: str) -> bool:
    """Tell whether an environment variable is set to anything but 0, no or false."""
    return os.environ.get(name, "").lower() not in ("", "0", "no", "false")


@contextmanager
def progress_bar(title: str, unit: str) -> Iterator[OnProgress]:
    """Show a bar while the block runs; yields the callback that moves it."""
    with tqdm(desc=title, unit=f" {unit}", disable=None, leave=False) as bar:

        def on_progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield on_progress


def exit_status(run: Callable[[], None]) -> int:
    """Run an entry point; return its exit status, after showing what went wrong as one sentence."""
    try:
        run()
    except VisualSearchError as error:
        print(f"Error: {error}", file=sys.stderr)
        return USAGE_ERROR
    except KeyboardInterrupt:
        print("Interrupted. What was finished before stays.", file=sys.stderr)
        return 130
    except Exception as error:  # noqa: BLE001  # the last resort before a traceback
        _log.debug("unexpected error", exc_info=error)
        print(
            f"Error: something unexpected went wrong ({type(error).__name__}: {error}). "
            "Run it again with LOG_LEVEL=DEBUG for the details.",
            file=sys.stderr,
        )
        return 1
    return 0

"""Train an embedder: ``python metrics/train.py --help``, or ``python -m metrics.train --help``."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    if not __package__:
        # Run as a file, Python looks for imports beside it, not where the packages lie.
        sys.path[0] = str(Path(__file__).resolve().parent.parent)
    try:
        from metrics.runs.command import main
    except ModuleNotFoundError as error:
        sys.stderr.write(
            f"Error: Training needs the package '{error.name}', which is not installed. "
            "Install it: poetry install --with metrics.\n"
        )
        sys.exit(2)
    sys.exit(main())

"""Print how good and how fast embedders are, a table for each protocol.

    python -m scripts.benchmark_embedders --data-dir FOLDER [--embedders histogram,NAME]

- ``unseen``: the 40 held-out classes of Tiny-ImageNet, every picture asking among all others;
- ``clothing``: the test split of a clothing data set asking among the rest;
- ``shoes``, ``logos``, ``tiles``: the demo categories, asked with phone-like pictures.

The first two need their Parquet files in ``--data-dir`` (or SHARED_DATA) and are skipped with a
sentence where these are not there.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from common.assembly import Services, assemble
from common.errors import MetadataError
from common.settings import load_settings
from metrics.comparing import TimingPlan, Trial, as_text
from scripts.benchmark_embedders.demo import demo_trial
from scripts.benchmark_embedders.shared_data import clothing_trial, tiny_imagenet_trial
from scripts.compare import compared
from scripts.demo_data.__main__ import CATEGORIES
from scripts.demo_data.generate import Plan
from scripts.demo_data.workers import worker_processes
from scripts.terminal import exit_status, progress_bar

SHARED: Final[Mapping[str, Callable[[Path, Path, int | None], Trial]]] = {
    "unseen": tiny_imagenet_trial,
    "clothing": clothing_trial,
}
PROTOCOLS: Final = (*SHARED, *CATEGORIES)


def main(argv: Sequence[str] | None = None) -> int:
    """Run with command line arguments; returns the exit status."""
    arguments = _arguments(argv)
    return exit_status(lambda: benchmark(arguments))


def benchmark(arguments: argparse.Namespace) -> None:
    """Print a table for each chosen protocol.

    Raises:
        VisualSearchError: it cannot be done.
    """
    settings = load_settings()
    timing = TimingPlan()
    live = assemble(settings.model_copy(update={"embedding_threads": timing.threads}))
    demo_dir = arguments.demo_dir or settings.data_dir / "benchmarks"
    for protocol in arguments.only or PROTOCOLS:
        with tempfile.TemporaryDirectory(prefix="benchmark-") as unpacked:
            try:
                if protocol in SHARED:
                    trial = _shared_trial(protocol, arguments, Path(unpacked))
                else:
                    trial = _demo_trial(protocol, arguments, demo_dir)
            except MetadataError as error:
                print(f"{protocol}: skipped. {error}\n")
                continue
            _print_table(live, trial, timing, arguments.embedders)


def _print_table(
    live: Services, trial: Trial, timing: TimingPlan, names: Sequence[str] | None
) -> None:
    print(as_text(compared(live, trial, timing, names)), end="\n\n")


def _shared_trial(protocol: str, arguments: argparse.Namespace, unpacked: Path) -> Trial:
    if arguments.data_dir is None:
        raise MetadataError("No folder of data sets is named", "Name it with --data-dir")
    return SHARED[protocol](arguments.data_dir, unpacked, arguments.limit)


def _demo_trial(name: str, arguments: argparse.Namespace, demo_dir: Path) -> Trial:
    plan = Plan(max_classes=arguments.classes)
    with (
        worker_processes(os.cpu_count() or 1) as executor,
        progress_bar(f"Drawing {name}", "pictures") as on_progress,
    ):
        return demo_trial(
            CATEGORIES[name],
            demo_dir,
            plan,
            executor=executor,
            limit=arguments.limit,
            on_progress=on_progress,
        )


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.benchmark_embedders",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    shared = os.environ.get("SHARED_DATA")
    parser.add_argument(
        "--data-dir",
        type=Path,
        default=Path(shared) if shared else None,
        help="folder of the Parquet files; default: SHARED_DATA",
    )
    parser.add_argument(
        "--embedders", type=_names, help="separated by commas; default: all that there are"
    )
    parser.add_argument(
        "--limit", type=_positive, help="at most so many pictures of a class, for a quick trial"
    )
    parser.add_argument(
        "--only", action="append", choices=PROTOCOLS, help="this protocol; repeatable"
    )
    parser.add_argument(
        "--demo-dir", type=Path, help="keeps the demo pictures; default: benchmarks in DATA_DIR"
    )
    parser.add_argument("--classes", type=_positive, help="of each demo category, at most")
    return parser.parse_args(argv)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is less than 1")
    return number


if __name__ == "__main__":
    sys.exit(main())

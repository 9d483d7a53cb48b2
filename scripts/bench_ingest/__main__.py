"""Print the figures on taking pictures in and on answering meanwhile: ``make bench-ingest``.

python -m scripts.bench_ingest sync --files 10000
python -m scripts.bench_ingest served --records 50000
"""

from __future__ import annotations

import argparse
import sys

from scripts.bench_ingest import serving, syncing
from scripts.terminal import exit_status


def run() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench_ingest", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    sync = kinds.add_parser("sync", help="how fast pictures are taken in, and the memory it needs")
    sync.add_argument("--few", type=int, default=2_000)
    sync.add_argument("--files", type=int, default=10_000)
    served = kinds.add_parser("served", help="searching over HTTP, idle and while a job runs")
    served.add_argument("--records", type=int, default=50_000)
    served.add_argument("--clients", type=int, default=8)
    served.add_argument("--seconds", type=float, default=15)
    served.add_argument("--job-files", type=int, default=4_000)
    chosen = parser.parse_args()
    if chosen.kind == "sync":
        lines = syncing.measure(chosen.few, chosen.files)
    else:
        lines = serving.measure(chosen.records, chosen.clients, chosen.seconds, chosen.job_files)
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(exit_status(run))

"""Print every setting and what is right and wrong here: ``make doctor``, ``--json`` for programs.

Nothing is changed. The exit status is 1 when something fails; warnings do not count.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from common.logs import configure_logging
from scripts.doctor.examination import Examination, examine
from scripts.terminal import exit_status

ROOT: Final = Path(__file__).resolve().parents[2]
_FAILED: Final = 1


def main(argv: Sequence[str] | None = None) -> int:
    """Run with command line arguments; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.doctor", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    options = parser.parse_args(argv)
    told: list[Examination] = []

    def run() -> None:
        configure_logging("ERROR")  # findings say it all
        told.append(examine(ROOT, Path(".env"), os.environ))
        print(as_json(told[0]) if options.json else as_text(told[0]))

    return exit_status(run) or (0 if told[0].is_well else _FAILED)


def as_text(examination: Examination) -> str:
    """Return what was found as lines: the settings, then findings, then their number."""
    names = max(len(setting.name) for setting in examination.settings)
    values = max(len(setting.value) for setting in examination.settings)
    lines = ["Settings"]
    lines += [
        f"  {setting.name:<{names}}  {setting.value:<{values}}  {setting.source}"
        for setting in examination.settings
    ]
    lines += ["", "Findings"]
    for finding in examination.findings:
        lines.append(f"  {finding.level:<7}  {finding.area:<10}  {finding.what}.")
        if finding.cure:
            lines.append(f"{'':23}-> {finding.cure}.")
    counts = Counter(finding.level for finding in examination.findings)
    lines += ["", f"{counts['failure']} failures, {counts['warning']} warnings, {counts['ok']} ok."]
    return "\n".join(lines)


def as_json(examination: Examination) -> str:
    """Return what was found as a JSON object with ``settings``, ``findings`` and ``well``."""
    return json.dumps({**asdict(examination), "well": examination.is_well}, indent=2)


if __name__ == "__main__":
    sys.exit(main())

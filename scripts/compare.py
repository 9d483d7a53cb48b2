"""Compare all embedders on a category: ``make compare CATEGORY=name``.

Prints a table and saves it, as JSON and Markdown, below ``data/comparisons/``. The category need
not be indexed. EMBEDDERS=name,name compares only these; ALLOW_MISMATCH=1 leaves out images without
a metadata row, and rows without an image.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from common.assembly import SHIPPED_MODELS, Services, assemble
from common.errors import IndexingError
from common.logs import configure_logging
from common.planning import plan_index
from common.settings import load_settings
from metrics.comparing import (
    ComparisonReport,
    TimingPlan,
    Trial,
    as_text,
    category_trial,
    compare_embedders,
    load_candidates,
    save_report,
)
from scripts.terminal import exit_status, progress_bar, switched_on


def run() -> None:
    """Compare the embedders on the category that the environment names.

    Raises:
        VisualSearchError: it cannot be done.
    """
    name = os.environ.get("CATEGORY", "")
    if not name:
        raise IndexingError("No category is named", "Add CATEGORY=name")
    settings = load_settings()
    configure_logging("WARNING")
    timing = TimingPlan()
    # Models run in as many threads as files are prepared in, so that reports are comparable.
    live = assemble(settings.model_copy(update={"embedding_threads": timing.threads}))
    category = live.catalog.get(name)
    live.files.fetch_table(category)
    images = live.files.images(category)
    allow_mismatch = switched_on("ALLOW_MISMATCH")
    plan = plan_index(category, images, allow_mismatch=allow_mismatch)
    trial = category_trial(name, plan.payloads, images)
    report = compared(live, trial, timing, chosen_embedders())
    print(as_text(report))
    for path in save_report(report, settings.data_dir / "comparisons"):
        print(f"Saved: {path}")


def compared(
    live: Services, trial: Trial, timing: TimingPlan, names: Sequence[str] | None
) -> ComparisonReport:
    """Compare the embedders of these names, or all, with a progress bar."""
    candidates, excluded = load_candidates(
        live.embedders, [live.settings.data_dir / "models", SHIPPED_MODELS], names
    )
    with progress_bar(f"Comparing on {trial.name}", "steps") as on_progress:
        return compare_embedders(
            trial,
            candidates,
            live.limits,
            excluded=excluded,
            timing=timing,
            on_progress=on_progress,
        )


def chosen_embedders() -> list[str] | None:
    """Return the names in EMBEDDERS, separated by commas; None where it names none."""
    names = [name.strip() for name in os.environ.get("EMBEDDERS", "").split(",")]
    return [name for name in names if name] or None


if __name__ == "__main__":
    sys.exit(exit_status(run))

"""Put a category, or a model, into the bucket of the settings: ``make upload CATEGORY=name``.

Only what is not there yet is uploaded, several files at once; run it again after an interruption,
or after changes. The category is the one below DATA_DIR, whatever TYPE is.

MODEL=name           upload this model bundle, with the category or alone
DRY_RUN=1            only print what would be uploaded
CONFIRM_DELETES=1    remove files from the bucket that the category here does not have; none while
                     a file or directory here cannot be read
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from common.assembly import SHIPPED_MODELS, assemble, bucket_places
from common.bucket.selection import Selection, select_category, select_model
from common.bucket.uploading import UploadReport, upload
from common.embedding.card import BUNDLE_NAME, CARD_FILE
from common.errors import EmbedderNotFound, IndexingError
from common.logs import configure_logging
from common.settings import Settings, load_settings
from common.storage.minio import MinioStore
from scripts.terminal import exit_status, progress_bar, switched_on

THREADS = 8  # they wait for the server more than they work
_SHOWN = 10


def upload_selection(
    title: str, selection: Selection, target: MinioStore, *, dry_run: bool, remove: bool
) -> UploadReport:
    """Upload what was selected, with a bar and a report."""
    started = time.perf_counter()
    with progress_bar(f"Uploading {title}", "files") as on_progress:
        report = upload(
            selection.stages,
            target,
            threads=THREADS,
            dry_run=dry_run,
            remove=remove,
            keep=selection.keep,
            on_progress=on_progress,
        )
    _print(title, report, selection, target, time.perf_counter() - started, dry_run=dry_run)
    return report


def bundle_folder(settings: Settings, name: str) -> Path:
    """Return the directory of a model bundle on this machine.

    Raises:
        EmbedderNotFound: there is none of that name.
    """
    if BUNDLE_NAME.fullmatch(name):
        for root in (settings.data_dir / "models", SHIPPED_MODELS):
            if (root / name / CARD_FILE).is_file():
                return root / name
    raise EmbedderNotFound(
        f"There is no model bundle '{name}'", f"Bundles lie in {settings.data_dir / 'models'}"
    )


def run() -> None:
    """Do what the environment asks for.

    Raises:
        VisualSearchError: it cannot be done.
    """
    settings = load_settings()
    configure_logging("WARNING" if settings.log_level == "INFO" else settings.log_level)
    name, model = os.environ.get("CATEGORY", ""), os.environ.get("MODEL", "")
    if not name and not model:
        raise IndexingError("Neither category nor model is named", "Add CATEGORY=name")
    places = bucket_places(settings)
    places.categories.check()
    dry_run = switched_on("DRY_RUN")
    if model:
        bundle = select_model(bundle_folder(settings, model))
        upload_selection(model, bundle, places.models.below(model), dry_run=dry_run, remove=False)
    if name:
        live = assemble(settings.model_copy(update={"type": "LOCAL"}))
        selection = select_category(live.catalog.get(name), live.files, live.limits)
        upload_selection(
            name,
            selection,
            places.categories.below(name),
            dry_run=dry_run,
            remove=switched_on("CONFIRM_DELETES"),
        )


def _print(
    title: str,
    report: UploadReport,
    selection: Selection,
    target: MinioStore,
    seconds: float,
    *,
    dry_run: bool,
) -> None:
    files, size = len(report.uploaded), report.uploaded_bytes / 1e6
    if dry_run:
        print(f"{title}: {files:,} files would be uploaded to {target.address} ({size:.1f} MB)")
    else:
        print(
            f"{title}: {files:,} files uploaded to {target.address} "
            f"({size:.1f} MB in {seconds:.1f} s)"
        )
    print(f"Already there: {report.equal:,}")
    left_out = [*selection.left_out, *report.skipped]
    if left_out:
        print(f"Left out: {len(left_out):,}")
        for skip in left_out[:_SHOWN]:
            print(f"  {skip.file}: {skip.reason}")
    if report.only_there:
        if report.removed:
            what = "removed"
        elif report.unsure:
            what = "kept, as files here cannot be read: make them readable, or remove them"
        else:
            what = "CONFIRM_DELETES=1 removes them"
        print(f"Only in the bucket: {len(report.only_there):,} ({what})")


if __name__ == "__main__":
    sys.exit(exit_status(run))

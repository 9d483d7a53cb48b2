"""Add images to a category: ``make add CATEGORY=name FILES="a.zip folder b.jpg"``.

The images are copied into the category and indexed; what is there already stays.

FILES="a.zip b c.jpg"   image files, directories (whose sub-folders are classes) and ZIP archives;
                        quote a name with blanks within: FILES="'my pictures' b.jpg"
URLS=list.txt           a file with web addresses of images, one a line
META=file.csv           a table of what is known of them
LABEL=boots             folder, and so class, of images that come without one
DUPLICATES=skip         leave out images whose content is there already (default: keep)
ALLOW_MISMATCH=1        leave out rows without an image and images without a row
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tqdm import tqdm

from common.adding import AddOptions, AddReport, add_delivery
from common.assembly import Services, assemble
from common.errors import IntakeError
from common.indexing import SyncCallbacks
from common.intake import OnStage, OpenDelivery
from common.intake.names import is_junk, shown_name
from common.logs import configure_logging
from common.settings import load_settings
from scripts.reports import print_report
from scripts.terminal import exit_status, switched_on

_SHOWN = 20


def add(
    live: Services,
    category: str,
    hand_in: Callable[[OpenDelivery], None],
    options: AddOptions,
) -> AddReport:
    """Hand images in, take them in and index them, with a bar.

    Args:
        live: the services.
        category: that gets them.
        hand_in: hands in what there is.
        options: how to add.

    Raises:
        VisualSearchError: as :func:`~common.adding.add_delivery`; the delivery is discarded.
    """
    live.catalog.require_own()
    live.catalog.get(category)
    opened = live.deliveries.begin(category)
    try:
        hand_in(opened)
        delivery = live.deliveries.get(opened.seal())
        with _stages(f"Adding to {category}") as on_stage:
            callbacks = SyncCallbacks(
                on_progress=lambda done, total: on_stage(done, total, stage="embedding"),
                on_survey=lambda done, total: on_stage(done, total, stage="reading"),
                on_waiting=lambda: print(
                    f"'{category}' is being indexed by another process: waiting for it.",
                    file=sys.stderr,
                ),
            )
            return add_delivery(live, delivery, options, on_stage, callbacks)
    finally:
        opened.discard()


def hand_in_files(delivery: OpenDelivery, paths: list[Path]) -> None:
    """Hand in files as they are, and directories with what is in them.

    Links that lead to directories are not followed.

    Raises:
        IntakeError: there is no such file, or it cannot be read.
        VisualSearchError: it is refused.
    """
    for path in paths:
        try:
            if path.is_dir():
                for found in sorted(entry for entry in path.rglob("*") if entry.is_file()):
                    _hand_in(delivery, found.relative_to(path).as_posix(), found)
            else:
                _hand_in(delivery, path.name, path)
        except OSError as error:
            raise IntakeError(
                f"'{shown_name(str(error.filename or path))}' cannot be read ({error.strerror})",
                "Check the path and its permissions",
            ) from error


def print_added(report: AddReport) -> None:
    """Print what became of what was handed in, and of the index."""
    intake = report.intake
    print(
        f"{len(intake.added)} added, {len(intake.replaced)} replaced, "
        f"{len(intake.unchanged)} unchanged, {len(intake.skipped)} skipped"
    )
    if intake.duplicates:
        print(f"  {len(intake.duplicates)} have the content of another:")
        for file, same in intake.duplicates[:_SHOWN]:
            print(f"    {shown_name(file)} is {shown_name(same)}")
    for reason, count in intake.reasons().items():
        print(f"  skipped, {reason}: {count}")
    for skip in intake.skipped[:_SHOWN]:
        print(f"    {skip.detail}")
    if len(intake.skipped) > _SHOWN:
        print(f"    and {len(intake.skipped) - _SHOWN} more")
    print_report(report.index)


def _hand_in(delivery: OpenDelivery, name: str, path: Path) -> None:
    if is_junk(name):
        return
    with path.open("rb") as stream:
        delivery.add(name, stream)


@contextmanager
def _stages(title: str) -> Iterator[OnStage]:
    """Show a bar that begins anew with each stage."""
    with tqdm(desc=title, unit=" files", disable=None, leave=False) as bar:
        shown = ""

        def on_stage(done: int, total: int, *, stage: str) -> None:
            nonlocal shown
            if stage != shown:
                shown = stage
                bar.set_description(f"{title}, {stage}")
                bar.reset(total)
            bar.total = total
            bar.update(done - bar.n)

        yield on_stage


def _chosen_options() -> AddOptions:
    duplicates = os.environ.get("DUPLICATES", "") or "keep"
    if duplicates not in ("keep", "skip"):
        raise IntakeError(f"DUPLICATES is '{duplicates}'", "Give it as keep or skip")
    return AddOptions(
        label=os.environ.get("LABEL", ""),
        duplicates="skip" if duplicates == "skip" else "keep",
        allow_mismatch=switched_on("ALLOW_MISMATCH"),
    )


def _names(text: str) -> list[Path]:
    try:
        return [Path(name).expanduser() for name in shlex.split(text)]
    except ValueError as error:
        raise IntakeError(
            "FILES has a quotation mark without its partner", "Quote names with blanks within"
        ) from error


def _content(path: Path, variable: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise IntakeError(
            f"{variable} '{shown_name(str(path))}' cannot be read ({error.strerror})",
            "Check the path and its permissions",
        ) from error


def run() -> None:
    """Do what the environment asks for.

    Raises:
        VisualSearchError: it cannot be done.
    """
    settings = load_settings()
    # The report says in more words what INFO would log.
    configure_logging("WARNING" if settings.log_level == "INFO" else settings.log_level)
    category, files, urls, meta = (
        os.environ.get(name, "") for name in ("CATEGORY", "FILES", "URLS", "META")
    )
    if not category or not (files or urls or meta):
        raise IntakeError(
            "Adding needs to know what, and where to",
            'Give CATEGORY=name and FILES="file folder archive.zip", or URLS=list.txt',
        )
    paths = _names(files)

    def hand_in(delivery: OpenDelivery) -> None:
        hand_in_files(delivery, paths)
        if urls:
            content = _content(Path(urls).expanduser(), "URLS")
            delivery.add_addresses(content.decode("utf-8-sig", "replace").splitlines())
        if meta:
            table = Path(meta).expanduser()
            delivery.add_table(table.name, _content(table, "META"))

    print_added(add(assemble(settings), category, hand_in, _chosen_options()))


if __name__ == "__main__":
    sys.exit(exit_status(run))

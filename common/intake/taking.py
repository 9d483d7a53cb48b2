"""The use case of taking a delivery in: download, check, decide, place. Indexing comes after."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from common.categories import Category, CategoryCatalog
from common.errors import IntakeError
from common.intake.addresses import Resolve, system_resolve
from common.intake.checking import Accepted, Refused, check_items
from common.intake.contents import contents, count_contents
from common.intake.deciding import Decisions, decide
from common.intake.delivery import Delivery
from common.intake.disk import on_disk
from common.intake.downloading import download
from common.intake.fetching import DownloadPolicy
from common.intake.limits import IntakeLimits
from common.intake.names import safe_path
from common.intake.placing import existing_files, hash_of_existing, place, settle
from common.intake.progress import OnStage
from common.intake.report import IntakeReport
from common.intake.restoring import bring_back
from common.intake.row_targets import Images
from common.intake.tables import check_joined, joined, row_name, write_table
from common.intake.text_tables import TextTable, read_text_table
from common.metadata import read_table_file
from common.overlay import RecordEdits
from common.pipeline import Skipped
from common.storage.base import ImageStore
from common.storage.folder import FolderStore
from common.syncing.difference import DuplicatePolicy

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class IntakeTask:
    """What taking in rests on.

    Attributes:
        category: that a delivery is for, as it was when the task was made.
        images: its files.
        edits: what people changed of its records.
        limits: what is refused.
        policy: how addresses are asked.
        threads: that decode.
        locked: holds the category against syncs for the length of a ``with`` block.
        resolve: looks hosts up.
    """

    category: Category
    images: ImageStore
    edits: RecordEdits
    limits: IntakeLimits
    policy: DownloadPolicy
    threads: int
    locked: Callable[[], AbstractContextManager[None]]
    resolve: Resolve = system_resolve


def take_in(
    task: IntakeTask,
    delivery: Delivery,
    on_stage: OnStage,
    *,
    label: str = "",
    duplicates: DuplicatePolicy = "keep",
) -> IntakeReport:
    """Put a delivery's images, and its table, among a category's. The index is not touched.

    Nothing is placed before all was checked, the table included, and the category was found to be
    there still: what its manifest says then counts. Whatever interrupts this, doing it again ends
    in the same files and the same report.

    Args:
        task: what it rests on.
        delivery: to take in; it is left as it is.
        on_stage: told how far it is.
        label: folder, and so class, of files that come without one; empty: none.
        duplicates: whether images of equal content are all placed, or the first only.

    Raises:
        CategoryNotFound: the category was removed meanwhile.
        CategoryBroken: its manifest cannot be read any more.
        IntakeError: not one image can be taken, or the category cannot be added to.
        MetadataError: the table cannot be used as it stands; nothing was placed.
        StorageUnavailable: a disk or a store does not do its part.
    """
    folder = safe_path(label) if label else ""
    delivered = _delivered_table(task.category, delivery)
    skipped = download(
        delivery,
        task.policy,
        task.limits.delivery_bytes,
        lambda done, total: on_stage(done, total, stage="downloading"),
        task.resolve,
    )
    checked = _check(task, delivery, folder, on_stage)
    refused = {*(skip.file for skip in skipped), *checked.refused}
    skipped += checked.skipped
    _require_something(checked.accepted, delivered, skipped)
    with task.locked():
        category = _as_it_is(task.category)
        if category != task.category:
            delivered = _delivered_table(category, delivery)
        _make_root(category, task.images)
        existing = existing_files(task.images)
        decisions = decide(
            checked.accepted,
            existing,
            lambda path: hash_of_existing(task.images, path),
            duplicates,
            lambda path: row_name(category, delivered, path),
        )

        def table() -> TextTable | None:
            left = {image.given for image in checked.accepted} - decisions.paths.keys()
            images = Images(
                existing, decisions.accepted, decisions.paths, refused | left, decisions.unnamed
            )
            return joined(category, delivered, images)

        foreseen = table()
        if foreseen is not None:
            check_joined(category, foreseen)
        settle(delivery, decisions)
        left_out = place(
            contents(delivery, task.limits),
            decisions,
            category,
            task.images,
            lambda done, total: on_stage(done, total, stage="placing"),
        )
        bring_back(task.edits, decisions.verdicts)
        if foreseen is not None:
            write_table(category, foreseen if not left_out else table() or foreseen)
    return _report(decisions, [*skipped, *decisions.skipped, *left_out])


def delivered_table(category: Category, name: str, content: bytes) -> TextTable:
    """Read a table that is handed in for a category, as the category's manifest says.

    Raises:
        MetadataError: it is no table, or rows are wrong.
    """
    return read_text_table(content, name, category.manifest)


@dataclass(slots=True)
class _Checked:
    accepted: list[Accepted] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    skipped: list[Skipped] = field(default_factory=list)


def _delivered_table(category: Category, delivery: Delivery) -> TextTable | None:
    if delivery.table is None:
        return None
    return delivered_table(category, delivery.table, read_table_file(delivery.table_path))


def _check(task: IntakeTask, delivery: Delivery, label: str, on_stage: OnStage) -> _Checked:
    total = count_contents(delivery, task.limits)
    checked = _Checked()
    outcomes = check_items(
        contents(delivery, task.limits),
        total,
        task.limits.image,
        label=label,
        threads=task.threads,
        on_progress=lambda done, total: on_stage(done, total, stage="checking"),
    )
    for outcome in outcomes:
        if isinstance(outcome, Refused):
            checked.refused.add(outcome.given)
            checked.skipped.append(outcome.skipped)
        else:
            checked.accepted.append(outcome)
    return checked


def _require_something(
    accepted: list[Accepted], table: TextTable | None, skipped: list[Skipped]
) -> None:
    """Refuse a delivery of which nothing is left, in the words of what was wrong with it."""
    if accepted or table is not None:
        return
    if not skipped:
        raise IntakeError("There is no image in what was handed in", "Choose images")
    shown = " ".join(skip.detail for skip in skipped[:_SHOWN])
    more = f" And {len(skipped) - _SHOWN} more" if len(skipped) > _SHOWN else ""
    raise IntakeError(f"Not one image could be taken. {shown}{more}".rstrip("."))


def _as_it_is(category: Category) -> Category:
    """Return a category whose lock is held as it is now: downloads may have taken hours.

    Raises:
        CategoryNotFound: it was removed.
        CategoryBroken: its manifest cannot be read.
        IntakeError: it has its images elsewhere.
    """
    found = CategoryCatalog(category.directory.parent).get(category.name)
    if found.images_dir != category.images_dir:
        raise IntakeError(
            f"Category '{category.name}' has its images in '{found.images_dir}' by now",
            "Hand the images in again",
        )
    return found


def _make_root(category: Category, images: ImageStore) -> None:
    """Make the directory of the images of a category that has none yet; never the category's."""
    if isinstance(images, FolderStore) and images.root.is_relative_to(category.directory):
        below = images.root.relative_to(category.directory).parts
        with on_disk(images.root):
            for count in range(len(below)):
                category.directory.joinpath(*below[: count + 1]).mkdir(exist_ok=True)


def _report(decisions: Decisions, skipped: list[Skipped]) -> IntakeReport:
    def paths(verdict: str) -> list[str]:
        return sorted(path for path, found in decisions.verdicts.items() if found == verdict)

    return IntakeReport(
        added=paths("added"),
        replaced=paths("replaced"),
        unchanged=paths("unchanged"),
        duplicates=sorted(decisions.duplicates),
        skipped=sorted(skipped, key=lambda skip: skip.file),
    )

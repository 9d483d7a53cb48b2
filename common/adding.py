"""Adding images to a category, as a job: what was handed in is taken in, then indexed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from common.assembly import Services, assemble_from_environment
from common.categories import Category
from common.errors import IntakeError, JobError, MetadataError, TooBusy
from common.indexing import IndexingReport, SyncCallbacks, SyncOptions
from common.intake import IntakeReport, OnStage, delivered_table, take_in
from common.intake.delivery import Delivery
from common.intake.names import safe_path
from common.job_kinds import ADD, index_report
from common.jobs import Job, JobContext, JsonObject
from common.metadata import read_table_file
from common.syncing.difference import DuplicatePolicy

MAX_QUEUED: Final = 20
"""Deliveries that may wait to be taken in: each takes up disk until it is."""

_SWEEP_SECONDS: Final = 86_400
_FORGOTTEN_SECONDS: Final = 7 * 86_400
_MOST_JOBS: Final = 1_000
_SKIPPED_SHOWN: Final = 100
_FILES_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class AddOptions:
    """How to add images.

    Attributes:
        label: folder, and so class, of files that come without one; empty: none.
        duplicates: ``keep`` places images of equal content all, ``skip`` the first only.
        allow_mismatch: as of :class:`~common.indexing.SyncOptions`.
    """

    label: str = ""
    duplicates: DuplicatePolicy = "keep"
    allow_mismatch: bool = False


@dataclass(frozen=True, slots=True)
class AddReport:
    """What became of a delivery: ``intake`` before, ``index`` after indexing."""

    intake: IntakeReport
    index: IndexingReport


def submit_delivery(live: Services, delivery_id: str, options: AddOptions | None = None) -> Job:
    """Queue the job that takes a complete delivery in.

    A delivery that is refused here is discarded.

    Args:
        live: whose deliveries, categories and jobs they are.
        delivery_id: what :meth:`~common.intake.OpenDelivery.seal` returned.
        options: how to add.

    Raises:
        TooBusy: too many wait already.
        CategoryNotFound: its category is gone.
        CategoryReadOnly: categories come from elsewhere, and are only copies here.
        IntakeError: its table is wrong, the label can be no folder's name, or there is no such
            delivery.
        StorageUnavailable: a disk does not do its part.
    """
    chosen = options or AddOptions()
    try:
        _sweep(live)
        live.catalog.require_own()
        delivery = live.deliveries.get(delivery_id)
        category = live.catalog.get(delivery.category)
        if chosen.label:
            safe_path(chosen.label)
        if delivery.table is not None:
            _check_table(category, delivery.table, read_table_file(delivery.table_path))
        require_room(live)
        arguments: JsonObject = {"delivery": delivery_id, **asdict(chosen)}
        return live.jobs.submit(ADD.name, category.name, arguments)
    except BaseException:
        live.deliveries.discard(delivery_id)
        raise


def require_room(live: Services) -> None:
    """Accept another delivery, unless too many wait already.

    Raises:
        TooBusy: they do.
        StorageUnavailable: the jobs cannot be listed.
    """
    waiting = live.jobs.list(states=("queued",), limit=_MOST_JOBS)
    if sum(job.kind == ADD.name for job in waiting) >= MAX_QUEUED:
        raise TooBusy(
            f"{MAX_QUEUED} deliveries wait to be taken in already",
            "Send this one again when some of them are done",
        )


def add_options(arguments: Mapping[str, object]) -> tuple[str, AddOptions]:
    """Return the delivery and the options that the arguments of an ``add`` job stand for.

    Raises:
        JobError: one is missing, unknown, or of the wrong type.
    """
    match dict(arguments):
        case {
            "delivery": str(delivery),
            "label": str(label),
            "duplicates": "keep" | "skip" as duplicates,
            "allow_mismatch": bool(allow_mismatch),
            **others,
        } if not others:
            policy: DuplicatePolicy = "skip" if duplicates == "skip" else "keep"
            return delivery, AddOptions(label, policy, allow_mismatch)
    raise JobError("The arguments of a job 'add' make no sense", "Hand the images in again")


def add_delivery(
    live: Services,
    delivery: Delivery,
    options: AddOptions,
    on_stage: OnStage,
    callbacks: SyncCallbacks,
) -> AddReport:
    """Take a delivery in and bring the index in step; the delivery is left as it is.

    Raises:
        VisualSearchError: as :func:`~common.intake.take_in` and
            :meth:`~common.assembly.Services.index`.
    """
    category = live.catalog.get(delivery.category)
    intake = take_in(
        live.intake_task(category, callbacks.on_waiting),
        delivery,
        on_stage,
        label=options.label,
        duplicates=options.duplicates,
    )
    # Read anew: with a table, the manifest may name another one than before.
    category = live.catalog.get(delivery.category)
    sync = SyncOptions(allow_mismatch=options.allow_mismatch)
    return AddReport(intake, live.index(category, sync, callbacks))


def add_report(report: AddReport) -> JsonObject:
    """Return a report as JSON of bounded size: long lists are cut, their counts are not.

    Returns:
        ``added``, ``replaced``, ``unchanged``: how many images; ``added_files`` and
        ``replaced_files``: the first of them; ``duplicates_total`` and the first ``duplicates``
        (``file``, ``same_as``); ``skipped_total``, ``reasons`` by number of files, and the first
        ``skipped`` (``file``, ``reason``, ``detail``); ``index`` as
        :func:`~common.job_kinds.index_report`.
    """
    intake = report.intake
    return {
        "added": len(intake.added),
        "replaced": len(intake.replaced),
        "unchanged": len(intake.unchanged),
        "added_files": list(intake.added[:_FILES_SHOWN]),
        "replaced_files": list(intake.replaced[:_FILES_SHOWN]),
        "duplicates_total": len(intake.duplicates),
        "duplicates": [
            {"file": file, "same_as": same} for file, same in intake.duplicates[:_FILES_SHOWN]
        ],
        "skipped_total": len(intake.skipped),
        "reasons": intake.reasons(),
        "skipped": [
            {"file": skip.file, "reason": skip.reason, "detail": skip.detail}
            for skip in intake.skipped[:_SKIPPED_SHOWN]
        ],
        "index": index_report(report.index),
    }


def run_add(job: Job, context: JobContext) -> JsonObject:
    """Take the job's delivery in, in the job's own process.

    Raises:
        VisualSearchError: as :func:`add_delivery`, or for the arguments.
    """
    delivery_id, options = add_options(job.arguments)
    live = assemble_from_environment()
    # A run that was killed between its last two steps has done all there was to do.
    done: dict[str, Any] | None = live.deliveries.report(delivery_id)
    if done is not None:
        return done
    delivery = live.deliveries.get(delivery_id)
    if delivery.category != job.category:
        raise IntakeError(
            f"The delivery is for '{delivery.category}', not for '{job.category}'",
            "Hand the images in again",
        )
    callbacks = SyncCallbacks(
        on_progress=lambda done, total: context.progress(done, total, stage="embedding"),
        on_survey=lambda done, total: context.progress(done, total, stage="reading"),
        on_waiting=lambda: context.progress(0, 0, stage="waiting for another sync"),
        before_switch=context.check,
    )
    report = add_report(add_delivery(live, delivery, options, context.progress, callbacks))
    live.deliveries.finish(delivery_id, report)
    return report


def _check_table(category: Category, name: str, content: bytes) -> None:
    try:
        delivered_table(category, name, content)
    except MetadataError as error:  # what is wrong is what was sent, not what is kept
        raise IntakeError(error.what, error.cure, reason="metadata table") from error


def _sweep(live: Services) -> None:
    """Remove deliveries that no job needs: done, cancelled, or of a job that is forgotten.

    They are kept a day, and a week where the job failed, for another attempt.
    """
    jobs = [job for job in live.jobs.list(limit=_MOST_JOBS) if job.kind == ADD.name]
    still = {
        str(job.arguments.get("delivery"))
        for job in jobs
        if job.is_open or job.state in ("failed", "interrupted")
    }
    live.deliveries.sweep(still, _SWEEP_SECONDS)
    open_ = {str(job.arguments.get("delivery")) for job in jobs if job.is_open}
    live.deliveries.sweep(open_, _FORGOTTEN_SECONDS)

"""The long tasks of this program that run as jobs, and the runner that knows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

from common.assembly import Services, assemble_from_environment, thread_count
from common.errors import IndexingError
from common.indexing import IndexingReport, SyncCallbacks, SyncOptions
from common.jobs import Job, JobContext, JobKind, JobRunner, JsonObject
from common.settings import Settings

INDEX: Final = JobKind("index", "common.job_kinds:run_index", resumes=1)
ADD: Final = JobKind("add", "common.adding:run_add", resumes=1)
JOB_KINDS: Final = (INDEX, ADD)

_SKIPPED_SHOWN: Final = 100
_GROUPS_SHOWN: Final = 20


def job_runner(live: Services) -> JobRunner:
    """Return a runner of the jobs whose workers have the same settings, but half the threads."""
    threads = max(1, thread_count(live.settings) // 2)
    return JobRunner(
        live.jobs,
        JOB_KINDS,
        threads=threads,
        environment={
            **as_environment(live.settings),
            # Where a worker's decoding and its model leave cores free, a search need not wait.
            "EMBEDDING_THREADS": str(threads),
        },
        log_level=live.settings.log_level,
    )


def as_environment(settings: Settings) -> dict[str, str]:
    """Return the environment variables from which a child process makes the same settings."""
    given = settings.model_dump(mode="json")
    given["data_dir"] = str(settings.data_dir.resolve())
    return {name.upper(): str(value) for name, value in given.items()}


def index_arguments(options: SyncOptions) -> JsonObject:
    """Return the arguments with which an ``index`` job is submitted."""
    return asdict(options)


def index_options(arguments: Mapping[str, object]) -> SyncOptions:
    """Return the options that the arguments of an ``index`` job stand for.

    Raises:
        IndexingError: an argument is unknown, or of the wrong type.
    """
    defaults = asdict(SyncOptions())
    for name, value in arguments.items():
        if name not in defaults:
            raise IndexingError(
                f"Indexing has no option '{name}'", f"There are {', '.join(defaults)}"
            )
        allowed = ("keep", "skip") if name == "duplicates" else (True, False)
        if not isinstance(value, type(defaults[name])) or value not in allowed:
            raise IndexingError(
                f"The option '{name}' of indexing is {value!r}",
                f"Give it as {str(allowed[0]).lower()} or {str(allowed[1]).lower()}",
            )
    return SyncOptions(**{**defaults, **arguments})


def index_report(report: IndexingReport) -> JsonObject:
    """Return an indexing report as JSON of bounded size: long lists are cut, their counts are not.

    Returns:
        ``category``, ``generation``, ``published``, ``embedder``, ``indexed``, ``embedded``,
        ``reused``, ``seconds``, ``changes`` by name, ``skipped_total``, ``reasons`` by number of
        files, the first ``skipped`` (``file``, ``reason``, ``detail``), ``duplicates_total`` and
        the first groups of ``duplicates``.
    """
    manifest = report.manifest
    return {
        "category": manifest.category,
        "generation": manifest.generation,
        "published": report.published,
        "embedder": manifest.spec.embedder,
        "indexed": report.indexed,
        "embedded": report.embedded,
        "reused": report.reused,
        "seconds": round(report.seconds, 3),
        "changes": asdict(report.changes),
        "skipped_total": len(report.skipped),
        "reasons": report.reasons(),
        "skipped": [
            {"file": skip.file, "reason": skip.reason, "detail": skip.detail}
            for skip in report.skipped[:_SKIPPED_SHOWN]
        ],
        "duplicates_total": len(report.duplicates),
        "duplicates": [list(group[:_GROUPS_SHOWN]) for group in report.duplicates[:_GROUPS_SHOWN]],
    }


def run_index(job: Job, context: JobContext) -> JsonObject:
    """Bring the job's category in step with its files, in the job's own process.

    Raises:
        VisualSearchError: as :meth:`~common.assembly.Services.index`, or for the arguments.
    """
    options = index_options(job.arguments)
    live = assemble_from_environment()
    callbacks = SyncCallbacks(
        on_progress=lambda done, total: context.progress(done, total, stage="embedding"),
        on_survey=lambda done, total: context.progress(done, total, stage="reading"),
        on_waiting=lambda: context.progress(0, 0, stage="waiting for another sync"),
        before_switch=context.check,
    )
    return index_report(live.index(live.catalog.get(job.category), options, callbacks))

"""Indexing as a job: the same settings, the same result, and a report of bounded size."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from common.assembly import Services
from common.errors import IndexingError
from common.indexing import SyncOptions
from common.job_kinds import (
    JOB_KINDS,
    as_environment,
    index_arguments,
    index_options,
    index_report,
    job_runner,
)
from common.jobs import Job, JobStore
from common.pipeline import Skipped
from common.settings import load_settings
from tests.samples import add_category, make_services


@pytest.fixture
def fresh(tmp_path: Path) -> Services:
    data_dir = tmp_path / "data"
    add_category(data_dir, "shapes", "Shapes")
    return make_services(data_dir)


@pytest.fixture
def store(fresh: Services) -> Iterator[JobStore]:
    with closing(fresh.jobs) as store:
        yield store


def ended(store: JobStore, job: Job) -> Job:
    for _ in range(200):
        if not job.is_open:
            return job
        job = store.wait(job.id, job.revision, 5)
    raise AssertionError(job)


def test_a_category_is_indexed_by_a_job_with_a_report(fresh: Services, store: JobStore) -> None:
    broken = fresh.catalog.get("shapes").images_dir / "crimson" / "broken.jpg"
    broken.write_bytes(b"words")
    options = index_arguments(SyncOptions(allow_mismatch=True))
    seen = []
    with job_runner(fresh):
        job = store.submit("index", "shapes", options)
        while job.is_open:
            job = store.wait(job.id, job.revision, 5)
            seen.append(job.stage)
        assert (job.state, job.reason) == ("succeeded", "")
        again = ended(store, store.submit("index", "shapes", options))
    assert fresh.search.manifest("shapes").generation == job.report["generation"]
    assert (job.report["indexed"], job.report["embedded"]) == (12, 12)
    assert job.report["skipped_total"] == sum(job.report["reasons"].values()) == 1
    assert job.report["skipped"][0]["file"] == "crimson/broken.jpg"
    assert (job.stage, job.done, job.total) == ("embedding", 12, 12)
    assert set(seen) <= {"", "reading", "embedding"}
    assert (again.report["published"], again.report["changes"]["unchanged"]) == (False, 12)


@pytest.mark.parametrize(
    ("category", "arguments", "reason"),
    [
        ("nobody", {}, "nobody"),
        ("shapes", {"verify": "yes"}, "'verify' of indexing is 'yes'"),
        ("../shapes", {}, "shapes"),
    ],
)
def test_what_cannot_be_indexed_fails_with_a_sentence_and_a_cure(
    fresh: Services, store: JobStore, category: str, arguments: dict[str, str], reason: str
) -> None:
    with job_runner(fresh):
        job = ended(store, store.submit("index", category, arguments))
    assert job.state == "failed"
    assert reason in job.reason
    assert job.cure
    assert "unexpected" not in job.reason


def test_options_survive_the_way_through_a_job() -> None:
    options = SyncOptions(confirm_deletes=True, duplicates="skip", verify=True)
    assert index_options(json.loads(json.dumps(index_arguments(options)))) == options
    assert index_options({}) == SyncOptions()


@pytest.mark.parametrize(
    "arguments",
    [{"verify": 1}, {"verify": None}, {"duplicates": "drop"}, {"duplicates": True}, {"nope": True}],
)
def test_an_option_that_makes_no_sense_is_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(IndexingError, match="option"):
        index_options(arguments)


def test_a_report_is_of_bounded_size_whatever_was_skipped(
    fresh: Services,
) -> None:
    report = fresh.index(fresh.catalog.get("shapes"))
    files = [f"{number}.jpg" for number in range(10_000)]
    many = replace(
        report,
        skipped=[Skipped(file, "damaged", f"'{file}' is damaged.") for file in files],
        duplicates=[files, *([file, file] for file in files)],
    )
    as_json = index_report(many)
    assert as_json["skipped_total"] == 10_000
    assert as_json["duplicates_total"] == 10_001
    assert as_json["reasons"] == {"damaged": 10_000}
    assert len(json.dumps(as_json)) < 30_000


def test_a_worker_has_the_settings_of_its_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_services(
        tmp_path / "data", demo_data=False, max_image_megabytes=1.5, embedding_threads=3
    ).settings
    for name, value in as_environment(settings).items():
        monkeypatch.setenv(name, value)
    assert load_settings(env_file=None) == settings


def test_every_kind_names_a_function_that_there_is() -> None:
    for kind in JOB_KINDS:
        module, _, name = kind.target.partition(":")
        assert callable(getattr(importlib.import_module(module), name))

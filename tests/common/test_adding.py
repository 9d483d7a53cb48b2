"""Adding images as a job: taken in, indexed, told, and gone on with after a kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from common.adding import (
    MAX_QUEUED,
    AddOptions,
    add_options,
    require_room,
    submit_delivery,
)
from common.assembly import Services
from common.errors import CategoryNotFound, IntakeError, JobError, TooBusy
from common.job_kinds import job_runner
from common.jobs import Job, JobStore
from tests.common.intake.conftest import fresh, hand_in, tree
from tests.common.intake.zips import zipped
from tests.common.test_job_kinds import ended
from tests.samples import picture

__all__ = ["fresh"]
ROOT = Path(__file__).resolve().parents[2]
ONE, TWO = picture("crimson", 1), picture("teal", 1)


@pytest.fixture
def jobs(fresh: Services) -> Iterator[JobStore]:
    with closing(fresh.jobs) as store:
        yield store


def run(live: Services, job: Job) -> Job:
    with job_runner(live):
        return ended(live.jobs, job)


def test_a_delivery_is_added_and_found_with_a_report(fresh: Services, jobs: JobStore) -> None:
    files = {
        "boots/1.jpg": ONE,
        "2.jpg": TWO,
        "more.zip": zipped({"sandals/3.jpg": picture("amber", 1), "4.jpg": ONE, "x.txt": b"words"}),
    }
    delivery = hand_in(fresh, files)
    options = AddOptions(label="sandals", duplicates="skip")
    job = run(fresh, submit_delivery(fresh, delivery.id, options))
    assert (job.state, job.reason) == ("succeeded", "")
    assert job.report is not None
    report = dict(job.report)
    index = report.pop("index")
    assert report == {
        "added": 3,
        "replaced": 0,
        "unchanged": 0,
        "added_files": ["boots/1.jpg", "sandals/2.jpg", "sandals/3.jpg"],
        "replaced_files": [],
        "duplicates_total": 1,
        "duplicates": [{"file": "sandals/4.jpg", "same_as": "boots/1.jpg"}],
        "skipped_total": 1,
        "reasons": {"not a supported image": 1},
        "skipped": [
            {
                "file": "x.txt",
                "reason": "not a supported image",
                "detail": "'x.txt' in the archive 'more.zip': The file is text, which is not read. "
                "Save it as JPEG, PNG or WebP.",
            }
        ],
    }
    assert (index["indexed"], index["published"]) == (3, True)
    answer = fresh.search.by_image("prints", TWO)
    assert answer.hits[0].file == "sandals/2.jpg"
    assert answer.hits[0].payload["class"] == "sandals"


def test_what_was_taken_in_is_not_kept_but_its_report(fresh: Services, jobs: JobStore) -> None:
    delivery = hand_in(fresh, {"1.jpg": ONE})
    job = run(fresh, submit_delivery(fresh, delivery.id))
    assert sorted(tree(delivery.folder)) == ["delivery.json", "placed.json", "report.json"]
    # As after a kill between the last step and the record of it.
    assert fresh.deliveries.report(delivery.id) == job.report


def test_a_job_that_failed_keeps_its_delivery_for_another_attempt(
    fresh: Services, jobs: JobStore
) -> None:
    delivery = hand_in(fresh, {"1.jpg": b"words"})
    job = run(fresh, submit_delivery(fresh, delivery.id))
    assert job.state == "failed"
    assert job.reason.startswith("Not one image could be taken. '1.jpg': The file is text")
    assert fresh.deliveries.get(delivery.id) == delivery


def test_a_cancelled_jobs_delivery_goes_in_time_and_a_failed_ones_stays(
    fresh: Services, jobs: JobStore
) -> None:
    cancelled, failed, lost = (hand_in(fresh, {f"{n}.jpg": b"x"}) for n in range(3))
    failing = run(fresh, submit_delivery(fresh, failed.id))
    assert failing.state == "failed"
    jobs.cancel(submit_delivery(fresh, cancelled.id).id)
    for delivery in (cancelled, failed, lost):
        os.utime(delivery.folder / "delivery.json", (time.time() - 90_000,) * 2)
    jobs.cancel(submit_delivery(fresh, hand_in(fresh, {"new.jpg": ONE}).id).id)
    assert not cancelled.folder.exists()
    assert not lost.folder.exists()
    assert failed.folder.exists()
    os.utime(failed.folder / "delivery.json", (time.time() - 8 * 86_400,) * 2)
    submit_delivery(fresh, hand_in(fresh, {"newer.jpg": ONE}).id)
    assert not failed.folder.exists()


def test_a_retried_job_whose_delivery_is_gone_says_so(fresh: Services, jobs: JobStore) -> None:
    delivery = hand_in(fresh, {"1.jpg": ONE})
    job = submit_delivery(fresh, delivery.id)
    jobs.cancel(job.id)
    fresh.deliveries.discard(delivery.id)
    jobs.retry(job.id)
    job = run(fresh, job)
    assert (job.state, job.cure) == ("failed", "Hand the images in again")


def test_what_is_refused_when_submitted_is_not_kept(fresh: Services, jobs: JobStore) -> None:
    for options in (AddOptions(label="../x"), AddOptions(label="/"), AddOptions(label=".git")):
        delivery = hand_in(fresh, {"1.jpg": ONE})
        with pytest.raises(IntakeError):
            submit_delivery(fresh, delivery.id, options)
        assert not delivery.folder.exists()
    table = hand_in(fresh, {"1.jpg": ONE}, table=("t.csv", b"name\n1.jpg\n"))
    with pytest.raises(IntakeError, match=r"t\.csv: row 1 has no column 'file'"):
        submit_delivery(fresh, table.id)
    with pytest.raises(CategoryNotFound):
        submit_delivery(fresh, hand_in(fresh, {"1.jpg": ONE}, category="gone").id)
    with pytest.raises(IntakeError, match="not kept any more"):
        submit_delivery(fresh, "0" * 32)
    assert jobs.list() == []


def test_only_so_many_deliveries_wait(fresh: Services, jobs: JobStore) -> None:
    for number in range(MAX_QUEUED):
        require_room(fresh)
        submit_delivery(fresh, hand_in(fresh, {f"{number}.jpg": ONE}).id)
    with pytest.raises(TooBusy, match="20 deliveries wait"):
        require_room(fresh)
    jobs.cancel(jobs.list()[0].id)
    require_room(fresh)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"delivery": "x"},
        {"delivery": 1, "label": "", "duplicates": "keep", "allow_mismatch": False},
        {"delivery": "x", "label": "", "duplicates": "drop", "allow_mismatch": False},
        {"delivery": "x", "label": "", "duplicates": "keep", "allow_mismatch": 0},
        {"delivery": "x", "label": "", "duplicates": "keep", "allow_mismatch": False, "y": 1},
    ],
)
def test_arguments_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(JobError):
        add_options(wrong)


KILLED = """
import os, sys
from pathlib import Path
from common.adding import run_add
from common.jobs import Job
from common.storage.folder import FolderStore

class Context:
    left = int(sys.argv[1])
    def progress(self, done, total, *, stage=""):
        self.step()
    def check(self):
        self.step()
    def step(self):
        Context.left -= 1
        if Context.left < 0:
            os.kill(os.getpid(), 9)

write = FolderStore.write
def writing(self, path, content):
    Context().step()
    write(self, path, content)
    Context().step()
FolderStore.write = writing

import json, types
job = types.SimpleNamespace(**json.loads(sys.argv[2]))
print(json.dumps(run_add(job, Context())))
"""


def test_killed_at_any_step_and_run_again_it_ends_the_same(fresh: Services, jobs: JobStore) -> None:
    images = fresh.catalog.get("prints").images_dir
    (images / "old.jpg").write_bytes(TWO)
    files = {"old.jpg": ONE, "a.zip": zipped({"b/c.jpg": TWO, "b/d.jpg": picture("amber", 4)})}
    delivery = hand_in(fresh, files, table=("t.csv", b"file,year\nb/c.jpg,1800\n"))
    arguments = {"delivery": delivery.id, "label": "", "duplicates": "keep"}
    job = json.dumps({"category": "prints", "arguments": {**arguments, "allow_mismatch": False}})
    environment = {
        **os.environ,
        "DATA_DIR": str(fresh.settings.data_dir),
        "EMBEDDER": "histogram",
        "EMBEDDING_THREADS": "1",
        "PYTHONPATH": str(ROOT),
        "QDRANT_URL": "",
        "QDRANT_HOST": "",
    }
    killed = 0
    for steps in (0, 2, 4, 6, 7, 8, 9, 10, 12, 14, 16, 1_000):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(steps), job],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        killed += 1
    assert killed > 3
    report = json.loads(done.stdout)
    assert (report["added"], report["replaced"], report["unchanged"]) == (2, 1, 0)
    assert report["index"]["indexed"] == 3
    assert {path: content for path, content in tree(images).items() if "writing" not in path} == {
        "old.jpg": ONE,
        "b/c.jpg": TWO,
        "b/d.jpg": picture("amber", 4),
    }
    assert (images.parent / "meta.csv").read_text().splitlines() == [
        "file,year,class",
        "b/c.jpg,1800,b",
        "b/d.jpg,,b",
        "old.jpg,,",
    ]

"""The checks that need no category: versions, disk, ports, keys, clocks, jobs, leftovers."""

from __future__ import annotations

import os
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.app import create_api
from common.jobs import JobStore
from common.settings import Settings, load_settings
from scripts.doctor.exposure import check_exposure, is_local, weakness
from scripts.doctor.findings import guarded
from scripts.doctor.leftovers import SETTLED_SECONDS, check_jobs, check_leftovers
from scripts.doctor.machine import check_data_dir, check_ports, disk_finding, is_ours
from scripts.doctor.services import check_bucket, check_qdrant, skew_finding
from scripts.doctor.versions import check_versions, package_findings, python_finding
from tests.samples import make_services

ROOT = Path(__file__).resolve().parents[3]
STRONG = "8f14e45fceea167a5a36dedd4bea2543"


def settings(**changes: object) -> Settings:
    quiet = {"qdrant_url": "", "qdrant_host": "", "minio_host": "", "type": "LOCAL", "api_keys": ""}
    return load_settings(env_file=None).model_copy(update={**quiet, **changes})


def test_python_is_compared_with_what_the_project_supports() -> None:
    assert python_finding(">=3.11,<3.14", "3.12.4").level == "ok"
    assert python_finding(">=3.11,<3.14", "3.10.1").level == "failure"
    assert python_finding(">=3.11,<3.14", "3.14.0").level == "failure"


def test_packages_are_compared_with_requirements_and_with_the_lock() -> None:
    installed = {"one": "1.5", "two": "1.0", "three": "3.1", "Four_x": "4.0"}
    found = package_findings(
        ["one>=1,<2", "two>=2", "three>=3", "Four_x==4.0", "five>=1", 'six; python_version < "3"'],
        {"one": {"1.5"}, "three": {"3.0"}, "four-x": {"3.9", "4.0"}},
        installed.get,
    )
    assert [(f.level, f.what.split()[0]) for f in found] == [
        ("failure", "two"),
        ("warning", "three"),
        ("failure", "The"),
    ]
    assert "five" in found[-1].what
    assert all(finding.cure for finding in found)


def test_what_runs_the_tests_is_what_the_project_supports() -> None:
    assert {finding.level for finding in check_versions(ROOT)} <= {"ok", "warning"}


def test_without_the_project_file_there_is_nothing_to_compare(tmp_path: Path) -> None:
    (finding,) = check_versions(tmp_path)
    assert finding.level == "ok"
    assert "pyproject.toml" in finding.what


@pytest.mark.parametrize(
    ("free", "largest", "level"),
    [(100e6, 0, "failure"), (200e6, 100e6, "warning"), (200e6, 10e6, "ok"), (1e12, 1e9, "ok")],
)
def test_the_disk_must_have_room_for_an_index_and_something_to_spare(
    tmp_path: Path, free: float, largest: float, level: str
) -> None:
    assert disk_finding(tmp_path, int(free), int(largest)).level == level


def test_a_data_directory_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    missing = tmp_path / "a" / "b"
    found = check_data_dir(settings(data_dir=missing))
    assert [finding.level for finding in found] == ["ok", "ok"]
    assert not missing.parent.exists()


def test_a_data_directory_that_is_a_file_or_read_only_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    (finding,) = check_data_dir(settings(data_dir=tmp_path / "file"))
    assert finding.level == "failure"
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    (finding,) = check_data_dir(settings(data_dir=tmp_path))
    assert (finding.level, "cannot be written" in finding.what) == ("failure", True)


def test_a_port_that_another_program_uses_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, socket.create_server(("", 0)) as other:
        port, free = taken.getsockname()[1], other.getsockname()[1]
        other.close()
        page, api = check_ports(settings(interactive_port=port, api_port=free))
        assert (page.level, api.level) == ("failure", "ok")
        assert "INTERACTIVE_PORT" in page.cure
        page, api = check_ports(settings(interactive_port=free, api_port=port))
        assert (page.level, api.level) == ("ok", "warning")


def test_our_own_program_is_known_by_its_api(tmp_path: Path, monkeypatch) -> None:
    import httpx
    from starlette.applications import Starlette
    from starlette.routing import Mount
    from starlette.testclient import TestClient

    app = Starlette(routes=[Mount("/api", create_api(make_services(tmp_path)))])
    with TestClient(app) as client:
        monkeypatch.setattr(httpx, "get", lambda url, **_: client.get(url.partition(":1")[2][1:]))
        assert is_ours("http://127.0.0.1:1/")
    monkeypatch.setattr(httpx, "get", lambda url, **_: httpx.Response(200, json={"info": {}}))
    assert not is_ours("http://127.0.0.1:1")


def test_a_page_for_every_network_without_keys_is_warned_of() -> None:
    assert check_exposure(settings(interactive_host="127.0.0.1"))[0].level == "ok"
    (finding,) = check_exposure(settings(interactive_host="0.0.0.0"))
    assert (finding.level, "API_KEYS" in finding.cure) == ("warning", True)
    keys = f"write:{STRONG}"
    assert check_exposure(settings(interactive_host="0.0.0.0", api_keys=keys))[0].level == "ok"


@pytest.mark.parametrize("secret", ["minioadmin", "short", "aaaaaaaaaaaaaaaaaaaaaaaa", "PASSWORD"])
def test_weak_secrets_are_named_without_being_shown(secret: str) -> None:
    (finding,) = check_exposure(settings(minio_secret_key=secret))
    assert finding.what.startswith("MINIO_SECRET_KEY is weak")
    assert secret not in finding.what + finding.cure


def test_strong_secrets_and_those_not_set_are_not_weak() -> None:
    assert weakness(STRONG) == weakness("") == ""


def test_keys_that_cannot_be_read_are_a_finding_that_shows_none() -> None:
    (finding,) = guarded("access", lambda: check_exposure(settings(api_keys="read:tiny")))
    assert finding.level == "failure"
    assert "tiny" not in finding.what + finding.cure


def test_keys_and_images_that_travel_unencrypted_are_warned_of() -> None:
    far = {"qdrant_url": "http://qdrant.example:6333", "minio_host": "http://minio.example:9000"}
    found = check_exposure(settings(**far, qdrant_api_key=STRONG))
    assert ["qdrant.example" in found[0].what, "minio.example" in found[1].what] == [True, True]
    near = {"qdrant_url": "http://localhost:6333", "minio_host": "127.0.0.1:9000"}
    (finding,) = check_exposure(settings(**near, qdrant_api_key=STRONG, minio_secure=False))
    assert finding.level == "ok"
    assert is_local("::1")
    assert not is_local("0.0.0.0")


def test_a_clock_that_is_far_off_is_told_before_requests_are_refused() -> None:
    now = datetime(2026, 5, 4, tzinfo=UTC)
    assert skew_finding("https://s3", now + timedelta(seconds=59), now).level == "ok"
    finding = skew_finding("https://s3", now - timedelta(seconds=120), now)
    assert (finding.level, "120 s" in finding.what) == ("warning", True)


def test_servers_that_nobody_configured_are_not_asked() -> None:
    assert [f.level for f in (*check_qdrant(settings()), *check_bucket(settings()))] == ["ok"] * 2


def test_a_qdrant_server_that_is_down_is_a_failure_with_a_cure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    (finding,) = check_qdrant(settings(qdrant_url=f"http://127.0.0.1:{port}"))
    assert finding.level == "failure"
    assert "QDRANT_URL" in finding.cure


def test_a_bucket_is_listed_and_its_clock_compared(s3) -> None:
    with s3.new_bucket() as bucket:
        found = check_bucket(settings(**s3.settings(bucket.name)))
    assert [finding.level for finding in found] == ["ok", "ok"]
    assert "clocks" in found[1].what


def test_a_bucket_that_is_not_there_is_a_failure(s3) -> None:
    (finding,) = check_bucket(settings(**s3.settings("no-such-bucket")))
    assert (finding.level, "no-such-bucket" in finding.what) == ("failure", True)
    (finding,) = check_bucket(settings(type="PROD"))
    assert (finding.level, "MINIO_HOST" in finding.cure) == ("failure", True)


def test_interrupted_jobs_are_told_and_asking_makes_no_list_of_jobs(tmp_path: Path) -> None:
    assert check_jobs(settings(data_dir=tmp_path))[0].level == "ok"
    assert list(tmp_path.iterdir()) == []
    store = JobStore(tmp_path / "jobs.sqlite")
    job = store.submit("index", "shoes")
    with store.database.writing() as connection:
        connection.execute("UPDATE jobs SET state = 'interrupted', finished = 1")
    store.close()
    (finding,) = check_jobs(settings(data_dir=tmp_path))
    assert (finding.level, finding.cure) == ("warning", f"Run 'make jobs RETRY={job.id[:8]}'")


def test_half_made_directories_are_told_once_nobody_works_in_them(tmp_path: Path) -> None:
    building = tmp_path / "qdrant_storage" / "shoes" / ".building-x" / "shard"
    building.mkdir(parents=True)
    assert check_leftovers(settings(data_dir=tmp_path))[0].level == "ok"
    long_ago = time.time() - SETTLED_SECONDS - 60
    for folder in (building, building.parent):
        os.utime(folder, (long_ago, long_ago))
    (finding,) = check_leftovers(settings(data_dir=tmp_path))
    assert (finding.level, ".building-x" in finding.what) == ("warning", True)
    (building / "fresh").touch()
    assert check_leftovers(settings(data_dir=tmp_path))[0].level == "ok"


@pytest.mark.parametrize("place", ["metric_datasets", "models"])
def test_files_that_a_killed_restore_put_aside_are_to_be_moved_back(
    tmp_path: Path, place: str
) -> None:
    former = tmp_path / place / ".restoring-shoes-x" / "former"
    former.mkdir(parents=True)
    long_ago = time.time() - SETTLED_SECONDS - 60
    for folder in (former, former.parent):
        os.utime(folder, (long_ago, long_ago))
    (finding,) = check_leftovers(settings(data_dir=tmp_path))
    assert ".restoring-shoes-x" in finding.what
    assert finding.cure.startswith("Move what is in its former/ back")


def test_a_check_that_meets_the_disks_refusal_becomes_a_finding() -> None:
    def refused() -> list:
        raise PermissionError(13, "Permission denied", "/data/x")

    (finding,) = guarded("data", refused)
    assert (finding.level, "'/data/x'" in finding.what) == ("failure", True)


def test_a_value_that_cannot_be_understood_becomes_a_finding_that_does_not_repeat_it() -> None:
    def refused() -> list:
        raise ValueError("https://me:s3cret@host:abc")

    (finding,) = guarded("access", refused)
    assert (finding.level, "s3cret" in finding.what) == ("failure", False)


@pytest.mark.parametrize("url", ["https://me:s3cret@host:abc", "https://[fe80", "ftp://x"])
def test_an_address_of_qdrant_that_is_none_is_a_finding(url: str) -> None:
    (finding,) = guarded("qdrant", lambda: check_qdrant(settings(qdrant_url=url)))
    assert (finding.level, "QDRANT_URL" in finding.what) == ("failure", True)
    for found in guarded("access", lambda: check_exposure(settings(qdrant_url=url))):
        assert "s3cret" not in found.what

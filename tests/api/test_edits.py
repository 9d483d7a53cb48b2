"""Records changed over HTTP: corrected, removed and restored, with the right status for each."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.guards.slots import MAX_EDITING
from common.assembly import Services
from common.overlay import EDITS_FILE
from common.records import record_id

RECORDS = "/v1/categories/shapes/records"
TEAL = record_id("shapes", "teal/1.jpg")
AMBER = record_id("shapes", "amber/0.jpg")
UNKNOWN = record_id("shapes", "none.jpg")


def patch(client: TestClient, record: str = TEAL, **changes: object):
    return client.patch(f"{RECORDS}/{record}", json={"payload": changes})


def test_a_record_is_changed_and_found_by_its_new_values(client: TestClient) -> None:
    answer = patch(client, price=99, colours=["gold"], note=None)
    assert answer.status_code == 200
    body = answer.json()
    assert (body["payload"]["price"], body["payload"]["note"]) == (99, None)
    assert client.get(f"{RECORDS}/{TEAL}").json() == body
    chosen = '{"must": [{"field": "colours", "any_of": ["gold"]}]}'
    (found,) = client.get(RECORDS, params={"filter": chosen}).json()["records"]
    assert found == body


def test_a_changed_record_stays_so_when_the_category_is_indexed(
    client: TestClient, live: Services
) -> None:
    patch(client, price=99)
    live.store.remove("shapes")
    live.index(live.catalog.get("shapes"))
    assert client.get(f"{RECORDS}/{TEAL}").json()["payload"]["price"] == 99


@pytest.mark.parametrize(
    ("record", "body", "status", "title"),
    [
        (TEAL, {"payload": {"price": "3"}}, 422, "EditError"),
        (TEAL, {"payload": {"prize": 3}}, 422, "EditError"),
        (TEAL, {"payload": {"file": "x.jpg"}}, 422, "EditError"),
        (TEAL, {"price": 3}, 422, "InvalidRequest"),
        (TEAL, {"payload": {"price": {"a": 1}}}, 422, "InvalidRequest"),
        (UNKNOWN, {"payload": {"price": 3}}, 404, "RecordNotFound"),
        ("nothing", {"payload": {"price": 3}}, 404, "RecordNotFound"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(
    client: TestClient, record: str, body: object, status: int, title: str
) -> None:
    answer = client.patch(f"{RECORDS}/{record}", json=body)
    assert (answer.status_code, answer.json()["title"]) == (status, title)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_removed_record_is_gone_and_asking_again_finds_none(
    client: TestClient, live: Services
) -> None:
    answer = client.delete(f"{RECORDS}/{TEAL}")
    assert answer.status_code == 200
    assert answer.json() == {
        "generation": live.store.current("shapes"),
        "removed": 1,
        "files_removed": 0,
        "problems": [],
    }
    assert client.get(f"{RECORDS}/{TEAL}").status_code == 404
    assert client.delete(f"{RECORDS}/{TEAL}").status_code == 404
    assert (live.catalog.get("shapes").images_dir / "teal/1.jpg").exists()


def test_a_file_is_removed_only_when_asked_for(client: TestClient, live: Services) -> None:
    answer = client.delete(f"{RECORDS}/{TEAL}", params={"remove_file": True})
    assert answer.json()["files_removed"] == 1
    assert not (live.catalog.get("shapes").images_dir / "teal/1.jpg").exists()


def test_files_of_others_are_not_removed(
    client: TestClient, live: Services, tmp_path: Path
) -> None:
    images = live.catalog.get("shapes").images_dir
    images.rename(tmp_path / "mine")
    images.symlink_to(tmp_path / "mine")
    answer = client.delete(f"{RECORDS}/{TEAL}", params={"remove_file": True})
    assert (answer.status_code, answer.json()["title"]) == (422, "EditError")
    assert client.get(f"{RECORDS}/{TEAL}").status_code == 200


def test_several_records_are_removed_together_or_not_at_all(client: TestClient) -> None:
    body = {"records": [TEAL, UNKNOWN]}
    refused = client.post(f"{RECORDS}/delete", json=body)
    assert (refused.status_code, refused.json()["title"]) == (404, "RecordNotFound")
    assert client.get(RECORDS).json()["total"] == 12
    done = client.post(f"{RECORDS}/delete", json={"records": [TEAL, AMBER], "remove_files": True})
    assert (done.json()["removed"], done.json()["files_removed"]) == (2, 2)
    assert client.get(RECORDS).json()["total"] == 10


@pytest.mark.parametrize("records", [[], [TEAL] * 1001])
def test_too_few_or_too_many_at_once_are_refused(client: TestClient, records: list[str]) -> None:
    for name in ("delete", "restore"):
        answer = client.post(f"{RECORDS}/{name}", json={"records": records})
        assert answer.status_code == 422


def test_removed_records_are_listed_and_come_back_by_a_job(
    client: TestClient, live: Services
) -> None:
    client.post(f"{RECORDS}/delete", json={"records": [TEAL, AMBER]})
    listed = client.get(f"{RECORDS}/removed", params={"offset": 1}).json()
    assert listed == {"total": 2, "records": [{"id": AMBER, "file": "amber/0.jpg"}]}
    answer = client.post(f"{RECORDS}/restore", json={"records": [AMBER]})
    assert answer.status_code == 202
    job = live.jobs.get(answer.headers["Location"].rpartition("/")[2])
    assert (job.kind, job.category) == ("index", "shapes")
    live.index(live.catalog.get("shapes"))
    assert client.get(f"{RECORDS}/{AMBER}").status_code == 200
    again = client.post(f"{RECORDS}/restore", json={"records": [AMBER]})
    assert (again.status_code, again.json()["title"]) == (404, "RecordNotFound")


def test_records_stay_while_the_category_is_being_indexed(
    client: TestClient, live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.editing.editor.PATIENCE_SECONDS", 0.1)
    with live.generations("shapes").workplace.locked(lambda: None):
        for answer in (patch(client, price=99), client.delete(f"{RECORDS}/{TEAL}")):
            assert (answer.status_code, answer.json()["title"]) == (409, "IndexingError")
            assert "being indexed" in answer.json()["detail"]
    assert patch(client, price=99).status_code == 200


def test_more_changes_at_once_than_there_are_places_are_told_to_come_again(
    client: TestClient, live: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.editing.editor.PATIENCE_SECONDS", 600)
    answers: list[int] = []
    with live.generations("shapes").workplace.locked(lambda: None):
        waiting = [
            threading.Thread(target=lambda: answers.append(patch(client, price=9).status_code))
            for _ in range(MAX_EDITING)
        ]
        for thread in waiting:
            thread.start()
        all_wait = f"visual_search_edits_in_progress {MAX_EDITING}.0"
        while all_wait not in client.get("/v1/metrics").text:
            assert any(thread.is_alive() for thread in waiting)
        refused = patch(client, price=9)
    assert (refused.status_code, refused.json()["title"]) == (503, "TooBusy")
    assert refused.headers["Retry-After"] == "1"
    for thread in waiting:
        thread.join()
    assert set(answers) == {200}


def test_a_damaged_file_of_edits_is_told_as_a_conflict(client: TestClient, live: Services) -> None:
    (live.catalog.root / "shapes" / EDITS_FILE).write_text("{")
    answer = patch(client, price=99)
    assert (answer.status_code, answer.json()["title"]) == (409, "MetadataError")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"order_by": "price", "descending": True, "limit": 2}, [13.5, 13.5]),
        ({"order_by": "price", "offset": 3, "limit": 2}, [11.5, 11.5]),
    ],
)
def test_a_listing_is_ordered_by_a_field(
    client: TestClient, query: dict[str, object], expected: list[float]
) -> None:
    body = client.get(RECORDS, params=query).json()
    assert [record["payload"]["price"] for record in body["records"]] == expected
    assert (body["total"], body["next"]) == (12, None)
    assert body["next_offset"] == query.get("offset", 0) + 2


def test_pages_by_offset_make_up_the_whole_listing(client: TestClient) -> None:
    for order in ({}, {"order_by": "class"}, {"order_by": "file", "descending": True}):
        seen: list[str] = []
        offset: int | None = 0
        while offset is not None:
            page = client.get(RECORDS, params={**order, "offset": offset, "limit": 5}).json()
            seen += [record["id"] for record in page["records"]]
            offset = page["next_offset"]
        whole = client.get(RECORDS, params=order).json()["records"]
        assert seen == [record["id"] for record in whole]
        assert len(set(seen)) == 12


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ({"order_by": "prize"}, "FilterError"),
        ({"order_by": "colours"}, "FilterError"),
        ({"order_by": "price", "start": TEAL}, "QueryError"),
        ({"offset": 3, "start": TEAL}, "QueryError"),
        ({"offset": -1}, "InvalidRequest"),
        ({"order_by": ""}, "InvalidRequest"),
    ],
)
def test_a_listing_that_cannot_be_ordered_so_is_refused(
    client: TestClient, query: dict[str, object], title: str
) -> None:
    answer = client.get(RECORDS, params=query)
    assert (answer.status_code, answer.json()["title"]) == (422, title)

"""Answers that wait to be fetched: for a while, not too many, in any process of one directory."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.adapters.answers import AnswerStore, KeptAnswer, KeptHit
from common.errors import JobNotFound, StorageUnavailable

ANSWER = KeptAnswer(
    "shapes", [KeptHit("a", "b/ü.jpg", 0.5, None), KeptHit("c", "d", -0.25, "https://x.example")]
)


def test_an_answer_is_fetched_as_often_as_wanted_and_by_other_processes(tmp_path: Path) -> None:
    id_ = AnswerStore(tmp_path / "answers").keep(ANSWER)
    assert uuid.UUID(id_).version == 4
    for _ in range(2):
        assert AnswerStore(tmp_path / "answers").get(id_) == ANSWER


def test_names_that_are_no_unicode_are_kept(tmp_path: Path) -> None:
    odd = KeptAnswer("shapes", [KeptHit("a", "\udcff.jpg", 1.0, None)])
    store = AnswerStore(tmp_path)
    assert store.get(store.keep(odd)) == odd


def test_an_answer_is_kept_for_its_time(tmp_path: Path) -> None:
    now = 0.0
    store = AnswerStore(tmp_path, seconds=60, clock=lambda: now)
    id_ = store.keep(ANSWER)
    (file,) = tmp_path.iterdir()
    now = file.stat().st_mtime + 59
    assert store.get(id_) == ANSWER
    now += 2
    with pytest.raises(JobNotFound, match="not kept any more"):
        store.get(id_)
    now += 1_000  # what comes next is not old, by a clock that goes on
    assert file.exists()
    store.keep(ANSWER)
    assert not file.exists()


def test_of_too_many_answers_the_last_are_kept(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path, count=3)
    ids = []
    for _ in range(6):
        ids.append(store.keep(ANSWER))
        for path in tmp_path.iterdir():  # older, as a disk's clock may be too coarse to tell
            os.utime(path, (0, path.stat().st_mtime - 10))
    kept = [id_ for id_ in ids if (tmp_path / f"{id_}.json").exists()]
    assert kept == ids[-3:]
    with pytest.raises(JobNotFound):
        store.get(ids[0])


@settings(
    deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(id_=st.text(max_size=50) | st.uuids().map(str))
def test_whatever_is_no_id_is_not_found(tmp_path: Path, id_: str) -> None:
    (tmp_path / "secret.json").write_text("{}")
    with pytest.raises(JobNotFound):
        AnswerStore(tmp_path / "answers").get(id_)


@pytest.mark.parametrize("content", ["", "{", "\x00"])
def test_a_damaged_answer_is_not_found(tmp_path: Path, content: str) -> None:
    store = AnswerStore(tmp_path)
    id_ = store.keep(ANSWER)
    (tmp_path / f"{id_}.json").write_text(content)
    with pytest.raises(JobNotFound):
        store.get(id_)


def test_a_directory_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "answers").write_text("a file")
    with pytest.raises(StorageUnavailable, match="answers"):
        AnswerStore(tmp_path / "answers").keep(ANSWER)

"""Comparing files with records: every one ends in exactly one place, and applying it is enough."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from common.records import record_id
from common.syncing.difference import difference, duplicates, representatives
from common.syncing.facts import digest
from common.syncing.records import IndexedRecord

FILES = st.sampled_from(["a", "b", "c/d", "c/e", "cd", "f"])
STATES = st.dictionaries(FILES, st.tuples(st.sampled_from("xyz"), st.integers(0, 1)))


@given(STATES, STATES, st.sets(st.sampled_from(["a", "c", "f"])))
def test_applying_the_difference_gives_the_files(
    before: dict[str, tuple[str, int]], after: dict[str, tuple[str, int]], unreadable: set[str]
) -> None:
    after = {f: v for f, v in after.items() if f not in unreadable and f.split("/")[0] != "c"} | {
        f: v for f, v in after.items() if "c" not in unreadable and f.startswith("c/")
    }
    records = {
        record_id("mine", file): IndexedRecord(
            record_id("mine", file), file, content, digest({"n": number}), 0
        )
        for file, (content, number) in before.items()
    }
    payloads = {file: {"n": number, "_sha256": "ignored"} for file, (_, number) in after.items()}
    hashes = {file: content for file, (content, _) in after.items()}
    found = difference(
        "mine", payloads, hashes, records, present=set(hashes.values()), unreadable=unreadable
    )
    groups = [found.unchanged, found.updated, found.replaced, tuple(found.moved), found.added]
    assert sorted(file for group in groups for file in group) == sorted(after)
    ended = {records[id_].file for id_ in found.deleted_ids}
    assert ended == set(found.removed) | set(found.moved.values())
    assert len(ended) == len(found.removed) + len(found.moved)
    kept = {f: v for f, v in before.items() if f in found.kept}
    assert all(f in unreadable or f.split("/")[0] in unreadable for f in kept)
    assert set(before) - set(after) == ended | set(kept)
    applied = {file: before[file] for file in found.unchanged}
    applied |= {file: (before[file][0], after[file][1]) for file in found.updated}
    applied |= {file: (before[old][0], after[file][1]) for file, old in found.moved.items()}
    applied |= {file: after[file] for file in (*found.replaced, *found.added)}
    assert applied == after
    assert found.lost == sum(before[file][0] not in hashes.values() for file in ended)
    assert found.to_write == tuple(sorted(set(after) - set(found.unchanged)))


@given(st.dictionaries(FILES, st.sampled_from("xyz")))
def test_the_first_of_each_content_by_path_stands_for_the_others(hashes: dict[str, str]) -> None:
    groups = duplicates(hashes)
    assert all(len(group) > 1 and list(group) == sorted(group) for group in groups)
    others = representatives(groups)
    assert all(hashes[file] == hashes[other] and other < file for file, other in others.items())
    left = [hashes[file] for file in hashes if file not in others]
    assert sorted(left) == sorted(set(hashes.values()))


def test_metadata_is_equal_whatever_form_an_engine_gives_its_numbers() -> None:
    assert digest({"price": 10.0, "_sha256": "a"}) == digest({"price": 10})
    assert digest({"price": 10.5}) != digest({"price": 10})
    assert digest({"tags": ["a"], "x": None}) == digest({"x": None, "tags": ["a"]})
    assert digest({"x": ""}) != digest({"x": None})

"""Revised Oxford and Paris: three setups, and a ground truth read without loading a pickle."""

from __future__ import annotations

import json
import pickle
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from common.errors import QueryError
from metrics.evaluation.revisited import evaluate_revisited
from metrics.evaluation.revisited_conversion import ground_truth_of_pickle
from metrics.evaluation.revisited_truth import (
    GroundTruth,
    RevisitedQuery,
    read_ground_truth,
    write_ground_truth,
)
from tests.metrics.evaluation import plain

BOX = (1.0, 2.0, 30.5, 40.0)


def random_truth(n_queries: int = 9, n_gallery: int = 60) -> GroundTruth:
    random = np.random.default_rng(1)
    queries = []
    for number in range(n_queries):
        rows = random.permutation(n_gallery).tolist()
        easy, hard, unclear = rows[: number % 4 * 2], rows[10 : 10 + number], rows[30:35]
        queries.append(RevisitedQuery(f"q{number}", BOX, tuple(easy), tuple(hard), tuple(unclear)))
    return GroundTruth(tuple(f"g{row}" for row in range(n_gallery)), tuple(queries))


def published(truth: GroundTruth, listed: Callable[[tuple[int, ...]], Any]) -> dict[str, Any]:
    """As the benchmark's authors pickle it."""
    gnd = [
        {"bbx": list(q.box), "easy": listed(q.easy), "hard": listed(q.hard)}
        | {"junk": listed(q.unclear)}
        for q in truth.queries
    ]
    names = [query.name for query in truth.queries]
    return {"gnd": gnd, "imlist": list(truth.gallery), "qimlist": names}


def test_the_three_setups_equal_plain_loops_over_the_ranking_without_junk() -> None:
    truth = random_truth()
    random = np.random.default_rng(2)
    gallery = random.standard_normal((60, 8)).astype(np.float32)
    queries = random.standard_normal((9, 8)).astype(np.float32)
    found = evaluate_revisited(queries, gallery, truth, block_queries=4)
    for setup, right, junk in (
        ("easy", ("easy",), ("hard", "unclear")),
        ("medium", ("easy", "hard"), ("unclear",)),
        ("hard", ("hard",), ("easy", "unclear")),
    ):
        expected = {}
        for vector, query in zip(queries, truth.queries, strict=True):
            positive = {row for name in right for row in getattr(query, name)}
            ignored = {row for name in junk for row in getattr(query, name)}
            cosines = [plain.cosine(vector.tolist(), other.tolist()) for other in gallery]
            ranking = sorted(range(60), key=lambda row: (-cosines[row], row))
            relevance = [int(row in positive) for row in ranking if row not in ignored]
            if positive:
                expected[query.name] = plain.average_precision_trapezoid(relevance)
        rows = found[setup].rows
        assert rows.ids.tolist() == list(expected)
        assert rows.scores["mAP-trapezoid"].tolist() == pytest.approx(list(expected.values()))
        assert found[setup].counts.dropped == 9 - len(expected) > 0


def test_junk_is_taken_out_of_the_ranking_by_hand() -> None:
    # Along the query: unclear, hard, negative, easy.
    angles = np.array([0.1, 0.2, 0.3, 0.4])
    gallery = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    truth = GroundTruth(("a", "b", "c", "d"), (RevisitedQuery("q", BOX, (3,), (1,), (0,)),))
    found = evaluate_revisited(np.array([[1.0, 0.0]]), gallery, truth)
    aps = {setup: result.micro["mAP-trapezoid"] for setup, result in found.items()}
    assert aps == pytest.approx(
        {
            "easy": (0 + 1 / 2) / 2,
            "medium": ((1 + 1) / 2 + (1 / 2 + 2 / 3) / 2) / 2,
            "hard": 1.0,
        }
    )


def test_distractors_beyond_the_list_are_negatives() -> None:
    truth = GroundTruth(("a",), (RevisitedQuery("q", BOX, (0,), (), ()),))
    queries, gallery = np.array([[1.0, 0.0]]), np.array([[0.9, 0.1], [1.0, 0.0]])
    with pytest.raises(QueryError, match="revisited hard"):
        evaluate_revisited(queries, gallery, truth)
    with pytest.raises(ValueError, match="1 and 0 embeddings"):
        evaluate_revisited(queries, gallery[:0], truth)
    both = GroundTruth(("a", "b"), (RevisitedQuery("q", BOX, (0,), (1,), ()),))
    distracted = np.vstack([gallery[:1], gallery[:1], gallery[1:]])
    assert evaluate_revisited(queries, distracted, both)["easy"].micro["R@1"] == 0.0


def test_a_ground_truth_survives_json() -> None:
    truth = random_truth()
    assert read_ground_truth(write_ground_truth(truth).encode(), "truth.json") == truth


def changed(**changes: Any) -> bytes:
    data = json.loads(write_ground_truth(random_truth(3)))
    data["queries"][1] |= {key: value for key, value in changes.items() if key != "whole"}
    return json.dumps(data | changes.get("whole", {})).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Expecting value"),
        (b"\xff\xfe\x00", "decode"),
        (b"[" * 100_000, "recursion"),
        (b"[]", "'format' is missing"),
        (changed(whole={"format": "other"}), "its format is not"),
        (changed(whole={"gallery": "abc"}), "a list is needed"),
        (changed(whole={"gallery": [1]}), "a text is needed"),
        (changed(box=[1, 2, 3]), "a box has 3 numbers"),
        (changed(box=[1, 2, 3, float("nan")]), "a number is needed"),
        (changed(easy=[60]), "outside the gallery"),
        (changed(easy=[-1]), "outside the gallery"),
        (changed(easy=[True]), "a whole number is needed"),
        (changed(easy=[5], hard=[5], unclear=[]), "lists a picture twice"),
    ],
)
def test_a_damaged_ground_truth_is_one_sentence(content: bytes, words: str) -> None:
    with pytest.raises(QueryError, match=words) as raised:
        read_ground_truth(content, "truth.json")
    assert str(raised.value).startswith("'truth.json' is no ground truth")


@pytest.mark.parametrize("protocol", [2, 3, 4])
@pytest.mark.parametrize(
    "listed",
    [
        list,
        lambda rows: np.array(rows, dtype=np.int64),
        lambda rows: np.array(rows, dtype=">i4"),
        lambda rows: [np.int64(row) for row in rows],
    ],
    ids=["lists", "arrays", "big-endian arrays", "lists of numbers of NumPy"],
)
def test_the_published_form_is_read(
    protocol: int, listed: Callable[[tuple[int, ...]], Any]
) -> None:
    truth = random_truth()
    content = pickle.dumps(published(truth, listed), protocol=protocol)
    # The published files were written by an older NumPy.
    content = content.replace(b"numpy._core.", b"numpy.core.") if protocol < 4 else content
    assert ground_truth_of_pickle(content, "gnd.pkl") == truth


def as_python_2(value: Any) -> bytes:
    """Opcodes of protocol 2 as Python 2 wrote them: texts and arrays as strings of bytes."""
    if isinstance(value, dict):
        return b"}(" + b"".join(as_python_2(k) + as_python_2(v) for k, v in value.items()) + b"u"
    if isinstance(value, list):
        return b"](" + b"".join(map(as_python_2, value)) + b"e"
    if isinstance(value, np.ndarray):
        empty = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85U\x01b\x87R"
        kind = b"cnumpy\ndtype\nU\x02i8K\x00K\x01\x87R"
        byte_order = b"(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
        return (
            empty
            + b"(K\x01"
            + as_python_2(len(value))
            + b"\x85"
            + kind
            + byte_order
            + b"\x89"
            + as_python_2(value.tobytes().decode("latin1"))
            + b"tb"
        )
    if isinstance(value, str):
        content = value.encode("latin1")
        return b"U" + bytes([len(content)]) + content
    if isinstance(value, float):
        return b"G" + struct.pack(">d", value)
    return b"J" + struct.pack("<i", value)


def test_the_published_form_of_python_2_is_read() -> None:
    truth = random_truth()
    data = published(truth, lambda rows: np.array(rows, dtype=np.int64))
    content = b"\x80\x02" + as_python_2(data) + b"."
    assert np.array_equal(
        pickle.loads(content, encoding="latin1")["gnd"][3]["easy"], data["gnd"][3]["easy"]
    )
    assert ground_truth_of_pickle(content, "gnd.pkl") == truth


class Calls:
    """Pickles as a call of ``function`` with ``arguments``."""

    def __init__(self, function: Callable[..., Any], *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[object, ...]]:
        return self.call


def test_a_pickle_that_calls_anything_is_refused_and_nothing_is_called(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    for call in (Calls(Path.touch, victim), Calls(eval, f"open({str(victim)!r}, 'w')")):
        with pytest.raises(QueryError, match="which is neither number nor text"):
            ground_truth_of_pickle(pickle.dumps({"gnd": call}), "gnd.pkl")
    assert not victim.exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a pickle",
        pickle.dumps([1, 2]),
        pickle.dumps({"gnd": [], "imlist": []}),
        pickle.dumps(np.array([object()])),
        pickle.dumps(published(random_truth(), list))[:-40],
        pickle.dumps(published(random_truth(), lambda rows: np.array(["text"]))),
    ],
)
def test_a_pickle_that_is_no_ground_truth_is_one_sentence(content: bytes) -> None:
    with pytest.raises(QueryError, match=r"^'gnd.pkl' is no ground truth of revised Oxford"):
        ground_truth_of_pickle(content, "gnd.pkl")


def test_a_pickle_that_is_too_large_is_not_opened(monkeypatch) -> None:
    monkeypatch.setattr("metrics.evaluation.revisited_conversion.MAX_BYTES", 10)
    with pytest.raises(QueryError, match="more than 10 bytes"):
        ground_truth_of_pickle(b"x" * 11, "gnd.pkl")

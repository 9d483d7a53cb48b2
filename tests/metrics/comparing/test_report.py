"""A comparison as text, as Markdown, as JSON and on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from common.errors import QueryError, StorageUnavailable
from common.pipeline import Skipped
from metrics.comparing import (
    ComparisonReport,
    EmbedderRow,
    Excluded,
    Latency,
    Speed,
    as_markdown,
    as_text,
    save_report,
)
from metrics.comparing.report import METRICS, from_json, to_json
from metrics.evaluation.comparison import Comparison
from metrics.evaluation.results import Counts
from metrics.evaluation.uncertainty import Interval


def interval(mean: float, n_queries: int = 800) -> Interval:
    return Interval(mean, mean - 0.05, mean + 0.05, 0.95, n_queries, 12)


def row(name: str, mean: float, **changes: object) -> EmbedderRow:
    speed = Speed(740.4, Latency(1.234, 2.0), Latency(3.456, 5.0))
    quality = {metric: interval(mean) for metric in METRICS}
    base = EmbedderRow(name, "f" * 64, 308, 3_490_000, quality, speed, True, None)
    return replace(base, **changes)  # type: ignore[arg-type]


REPORT = ComparisonReport(
    trial="shoes",
    protocol="every picture asks among all others",
    created="2025-07-01T10:20:30+00:00",
    machine="x86_64, 2 cores",
    threads=2,
    counts=Counts(800, 800, 0, 800, 800, 11.0),
    labels=12,
    rows=(
        row("good", 0.7),
        row(
            "bad",
            0.5,
            on_front=False,
            against_best=Comparison("worse", interval(-0.2), 0.001, 10, 90, None),
        ),
    ),
    excluded=(Excluded("altered", "The model is not the file of its card."),),
    skipped=(Skipped("a.jpg", "damaged", "It does not decode."),),
    unlabelled=3,
)


def test_text_is_an_aligned_table_with_what_a_reader_must_know() -> None:
    lines = as_text(REPORT).splitlines()
    heading = next(line for line in lines if line.startswith("embedder"))
    good = next(line for line in lines if line.startswith("good"))
    bad = next(line for line in lines if line.startswith("bad"))
    assert heading.index("Pareto") == good.index("front") == bad.index("dominated")
    assert "70.00 [65.00, 75.00]" in good
    assert good.endswith("308  3.5    740      1.23              3.46  front      best")
    assert bad.endswith("worse: -20.00 [-25.00, -15.00]")
    assert "Not compared: altered. The model is not the file of its card." in lines
    assert "Skipped, damaged: 1 files." in lines
    assert "Left out without a class: 3 pictures." in lines


def test_few_queries_are_printed_without_a_second_decimal() -> None:
    few = {metric: interval(0.7, 499) for metric in METRICS}
    assert "70.0 [65.0, 75.0]" in as_text(replace(REPORT, rows=(row("good", 0.7, quality=few),)))


def test_few_classes_bring_a_warning() -> None:
    assert "Fewer than 10 classes" not in as_text(REPORT)
    assert "Fewer than 10 classes" in as_text(replace(REPORT, labels=9))


def test_markdown_is_a_table_of_as_many_cells_in_every_row() -> None:
    table = [line for line in as_markdown(REPORT).splitlines() if line.startswith("|")]
    assert len(table) == 4
    assert {line.count("|") for line in table} == {13}
    assert as_markdown(REPORT).startswith("# Embedders compared on shoes\n")


def test_names_stay_text_in_markdown() -> None:
    odd = replace(REPORT, trial="<b>a|b</b> *c*", rows=(row("x|[y](z)", 0.5),))
    document = as_markdown(odd)
    assert r"\<b\>a\|b\</b\> \*c\*" in document
    assert r"| x\|\[y\](z) |" in document


def test_json_gives_back_an_equal_report() -> None:
    assert from_json(to_json(REPORT)) == REPORT


@pytest.mark.parametrize("content", [b"", b"[]", b'{"trial": "shoes"}', b"\xff"])
def test_what_is_no_report_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(QueryError, match=r"no comparison of embedders.*Compare .* again\."):
        from_json(content)


def test_a_report_is_saved_under_its_trial_and_moment_in_both_forms(tmp_path: Path) -> None:
    paths = save_report(REPORT, tmp_path / "comparisons")
    assert [path.name for path in paths] == [
        "shoes-2025-07-01-102030.json",
        "shoes-2025-07-01-102030.md",
    ]
    assert from_json(paths[0].read_bytes()) == REPORT
    assert paths[1].read_text(encoding="utf-8") == as_markdown(REPORT)
    assert len(list((tmp_path / "comparisons").iterdir())) == 2


def test_a_trial_of_any_name_is_saved_inside_the_directory(tmp_path: Path) -> None:
    path, _ = save_report(replace(REPORT, trial="../../etc/Passwd, a & b"), tmp_path)
    assert path.name == "etc-passwd-a-b-2025-07-01-102030.json"
    assert path.parent == tmp_path


def test_a_directory_that_cannot_be_written_is_an_error_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StorageUnavailable, match="cannot be written"):
        save_report(REPORT, tmp_path / "taken")

"""Embedders side by side, on pictures whose right figures can be worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.errors import EmbedderError, QueryError
from common.images import ImageLimits
from metrics.comparing import ComparisonReport, Excluded, Trial, compare_embedders
from tests.metrics.comparing.pretenders import (
    LIMITS,
    QUICK,
    SHADES,
    Blind,
    Constant,
    Perfect,
    Pretender,
    Random,
    candidates,
    painted,
    painted_trial,
)


def compared(trial: Trial, *embedders: Pretender) -> ComparisonReport:
    return compare_embedders(trial, candidates(*embedders), LIMITS, timing=QUICK)


def means(report: ComparisonReport, name: str) -> dict[str, float]:
    row = next(row for row in report.rows if row.name == name)
    return {metric: interval.mean for metric, interval in row.quality.items()}


def test_the_figures_are_those_worked_out_by_hand(tmp_path: Path) -> None:
    report = compared(painted_trial(tmp_path, 2, 2), Constant(), Perfect())
    assert means(report, "perfect") == {"R@1": 1, "R@5": 1, "R@10": 1, "MAP@R": 1}
    # All alike, so ranked by name: a/0 and a/1 find each other first, b/0 and b/1 find a/0 first
    # and each other within five.
    assert means(report, "constant") == {"R@1": 0.5, "R@5": 1, "R@10": 1, "MAP@R": 0.5}
    assert (report.counts.scored, report.counts.gallery, report.labels) == (4, 4, 2)


def test_the_best_comes_first_and_the_others_are_compared_with_it(tmp_path: Path) -> None:
    report = compared(painted_trial(tmp_path, SHADES, 4), Random(), Perfect())
    best, other = report.rows
    assert (best.name, best.against_best) == ("perfect", None)
    assert other.against_best is not None
    assert other.against_best.verdict == "worse"
    assert other.against_best.difference.mean == pytest.approx(
        other.quality["MAP@R"].mean - best.quality["MAP@R"].mean
    )
    assert other.quality["R@1"].mean < 0.35  # 3 of 47 others are right


def test_few_classes_give_no_verdict(tmp_path: Path) -> None:
    report = compared(painted_trial(tmp_path, 3, 3), Random(), Perfect())
    assert report.rows[1].against_best is not None
    assert report.rows[1].against_best.verdict == "inconclusive"


def test_the_worse_and_slower_is_dominated_and_the_worse_but_faster_is_not(tmp_path: Path) -> None:
    report = compared(
        painted_trial(tmp_path),
        Perfect(seconds=0.01),
        Constant("worse-but-faster"),
        Constant("worse-and-slower", seconds=0.03),
    )
    marks = {row.name: row.on_front for row in report.rows}
    assert marks == {"perfect": True, "worse-but-faster": True, "worse-and-slower": False}


def test_separate_queries_ask_among_the_gallery_only(tmp_path: Path) -> None:
    gallery = painted(tmp_path / "gallery", 2, 3)
    queries = painted(tmp_path / "queries", 2, 1, first=100)
    report = compared(Trial("paint", gallery, queries), Constant(), Perfect())
    assert (report.counts.asked, report.counts.gallery) == (2, 6)
    assert means(report, "perfect")["MAP@R"] == 1
    assert means(report, "constant") == {"R@1": 0.5, "R@5": 1, "R@10": 1, "MAP@R": 0.5}


def test_a_query_of_the_same_path_as_a_gallery_picture_is_another_picture(tmp_path: Path) -> None:
    gallery = painted(tmp_path / "gallery", 2, 1)
    queries = painted(tmp_path / "queries", 2, 1)
    for file in queries.labels:  # same path and other bytes
        (tmp_path / "queries" / file).write_bytes(
            (tmp_path / "queries" / file).read_bytes() + b"\0"
        )
    report = compared(Trial("paint", gallery, queries), Perfect())
    assert (report.counts.dropped, report.counts.ignored) == (0, 0)


def test_an_exact_copy_of_the_query_is_no_answer(tmp_path: Path) -> None:
    gallery = painted(tmp_path / "gallery", 2, 2)
    queries = painted(tmp_path / "queries", 2, 1)
    report = compared(Trial("paint", gallery, queries), Perfect())
    assert (report.counts.mean_relevant, report.counts.ignored) == (1, 2)


def test_a_broken_embedder_is_listed_with_its_reason_and_the_others_go_on(tmp_path: Path) -> None:
    earlier = Excluded("altered", "Its sha256 differs.")
    report = compare_embedders(
        painted_trial(tmp_path),
        candidates(Blind(), Perfect()),
        LIMITS,
        excluded=[earlier],
        timing=QUICK,
    )
    assert [row.name for row in report.rows] == ["perfect"]
    assert report.excluded[0] == earlier
    assert report.excluded[1].name == "blind"
    assert "zero or not finite" in report.excluded[1].reason


def test_no_working_embedder_at_all_is_an_error_that_says_why(tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match=r"Not one embedder .*blind: .*not finite"):
        compared(painted_trial(tmp_path), Blind())


def test_no_embedder_at_all_is_the_same_error(tmp_path: Path) -> None:
    with pytest.raises(EmbedderError, match=r"Not one embedder can be compared\. Name"):
        compared(painted_trial(tmp_path))


def test_an_unreadable_picture_is_skipped_and_named(tmp_path: Path) -> None:
    trial = painted_trial(tmp_path, 2, 3)
    (tmp_path / "a" / "1.png").write_bytes(b"not a picture")
    report = compared(trial, Constant(), Perfect())
    assert [skip.file for skip in report.skipped] == ["a/1.png"]
    assert report.counts.gallery == 5


def test_nothing_but_unreadable_pictures_is_refused_with_the_cure(tmp_path: Path) -> None:
    trial = painted_trial(tmp_path)
    with pytest.raises(QueryError, match=r"None of the 4 pictures of 'paint'.*MAX_IMAGE"):
        compare_embedders(trial, candidates(Perfect()), ImageLimits(max_bytes=1), timing=QUICK)


def test_progress_only_grows_and_reaches_the_end(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    compare_embedders(
        painted_trial(tmp_path),
        candidates(Perfect(), Blind()),
        LIMITS,
        timing=QUICK,
        on_progress=lambda done, total: told.append((done, total)),
    )
    assert told == sorted(told)
    assert told[-1] == (16, 16)
    assert {total for _, total in told} == {16}

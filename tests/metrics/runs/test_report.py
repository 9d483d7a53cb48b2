"""The report is one file that shows everything and believes nothing."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the metrics group (torch)")

import torch

from common.errors import QueryError
from metrics.runs.curves import HEIGHT_PX, WIDTH_PX, curves
from metrics.runs.directory import RunDirectory
from metrics.runs.evaluating import evaluate_rows
from metrics.runs.history import Entry
from metrics.runs.report import write_report
from metrics.runs.running import run
from tests.metrics.data.tables import table_of
from tests.metrics.runs.gardens import Garden, small_plan

torch.set_num_threads(1)  # the machine is shared

EVIL = "<script>alert('x')</script>"
_VOID = {"meta", "img", "br", "line", "circle", "polyline"}


class Tags(HTMLParser):
    """Notes tags, checks that they close, and collects what they point to."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.sources: list[str] = []

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.seen.append(tag)
        self.sources += [value for name, value in attrs if name in ("src", "href")]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


class EvilGarden(Garden):
    """Labels that are markup."""

    def __init__(self, classes: int = 12, each: int = 4) -> None:
        super().__init__(classes, each)
        labels = [f"{EVIL}{label}" for label in self.table.labels]
        self.table = table_of(labels)


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """A run on labels that are markup, and its report."""
    garden, plan = EvilGarden(), small_plan("head")
    directory = RunDirectory.create(tmp_path_factory.mktemp("report") / "run", plan)
    result = run(plan, garden.table, garden.images_of, directory)
    rows = result.rows["test"]
    vectors = np.random.default_rng(0).normal(size=(len(rows), 5)).astype(np.float32)
    serving = evaluate_rows(vectors, garden.table, rows)
    path = write_report(
        directory,
        result,
        garden.table,
        garden.images_of,
        others={f"serving {EVIL}": serving},
        notes=("It serves now.",),
    )
    return garden, directory, result, path.read_text()


def test_it_is_one_file_with_its_pictures_inside(reported) -> None:
    _, _, result, page = reported
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert tags.seen.count("figure") == 7 * min(16, len(result.trained.rows))
    assert all(source.startswith("data:image/jpeg;base64,") for source in tags.sources)
    assert "svg" in tags.seen
    assert not re.search(r"https?://", page)


def test_names_are_text_whatever_they_hold(reported) -> None:
    _, _, _, page = reported
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_it_tells_figures_verdict_notes_and_limits(reported) -> None:
    _, _, result, page = reported
    assert escape(str(result.comparison)) in page
    assert "It serves now." in page
    assert "frozen baseline" in page
    assert "cannot be told from chance" in page
    assert "fewer than 10 labels" in page
    mean = f"{100 * result.trained.micro['R@1']:.1f} ["
    assert mean in page


def test_right_and_wrong_are_told_by_more_than_colour(reported) -> None:
    _, _, result, page = reported
    shown = result.trained.rows.top_ids[:16, :6]
    assert page.count("<b>✓ right</b>,") + page.count("<b>✗ wrong</b>,") == shown.size
    assert page.count("<b>✗ wrong</b>,") > 0
    assert page.count("<b>✓ right</b>,") > 0


def test_the_worst_query_comes_first(reported) -> None:
    _, _, result, page = reported
    rows = result.trained.rows
    worst = rows.ids[rows.scores["MAP@R"].argmin()]
    assert re.search(r'alt="query ([^"]+)"', page).group(1) == worst


def test_other_models_are_written_into_the_metrics_too(reported) -> None:
    _, directory, _, _ = reported
    assert f"serving {EVIL}" in (directory.path / "metrics.json").read_text()


def test_a_model_that_was_asked_other_queries_is_refused(reported) -> None:
    garden, directory, result, _ = reported
    rows = result.rows["train"]
    other = evaluate_rows(np.eye(len(rows), dtype=np.float32), garden.table, rows)
    with pytest.raises(QueryError, match="not evaluated on the queries"):
        write_report(directory, result, garden.table, garden.images_of, others={"x": other})


def test_data_too_small_to_test_still_make_a_report(tmp_path: Path) -> None:
    garden, plan = Garden(3, 3), small_plan("whitening")
    directory = RunDirectory.create(tmp_path / "run", plan)
    result = run(plan, garden.table, garden.images_of, directory)
    page = write_report(directory, result, garden.table, garden.images_of).read_text()
    assert "Inconclusive: nothing could be measured" in page
    assert "whether the training helped is not known" in page


def test_curves_stay_on_the_canvas_however_long_the_log() -> None:
    history = [Entry(step, 0.0, {"loss": np.sin(step) * 1e6}) for step in range(5000)]
    history += [Entry(5000, 0.0, {"loss": 3.0, "score": 0.5})]
    (curve,) = curves(history)  # one score alone is no curve
    places = [tuple(map(float, point.split(","))) for point in curve.points.split()]
    assert 100 < len(places) <= 400
    assert all(0 <= x <= WIDTH_PX and 0 <= y <= HEIGHT_PX for x, y in places)


def test_a_level_curve_is_drawn_in_the_middle() -> None:
    (curve,) = curves([Entry(step, 0.0, {"loss": 2.0}) for step in range(3)])
    assert {y for _, y in curve.dots} == {12 + (HEIGHT_PX - 40) / 2}

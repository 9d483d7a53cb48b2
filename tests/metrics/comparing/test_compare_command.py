"""``make compare CATEGORY=name``."""

from __future__ import annotations

from pathlib import Path

import pytest

from common.errors import EmbedderNotFound, IndexingError, MetadataError
from metrics.comparing import speed
from metrics.comparing.report import from_json
from scripts import compare
from tests.common.embedding.bundles import make_bundle
from tests.metrics.comparing.pretenders import QUICK
from tests.samples import add_category


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    add_category(tmp_path, "shapes", "Shapes")
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CATEGORY", "shapes")
    monkeypatch.delenv("EMBEDDERS", raising=False)
    monkeypatch.setattr(compare, "TimingPlan", lambda: QUICK)
    return tmp_path


def test_all_embedders_are_compared_printed_and_saved(
    data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_bundle(data / "models", "tiny")
    (make_bundle(data / "models", "altered") / "model.onnx").unlink()
    monkeypatch.setenv("EMBEDDERS", "histogram, tiny, altered")
    compare.run()
    printed = capsys.readouterr().out
    saved, document = sorted((data / "comparisons").iterdir())
    report = from_json(saved.read_bytes())
    assert {row.name for row in report.rows} == {"histogram", "tiny"}
    assert [one.name for one in report.excluded] == ["altered"]
    assert report.counts.scored == 12
    assert "Embedders compared on shapes" in printed
    assert f"Saved: {document}" in printed


def test_without_a_choice_all_embedders_are_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMBEDDERS", " , ")
    assert compare.chosen_embedders() is None


def test_no_category_is_an_error_with_the_cure(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CATEGORY")
    with pytest.raises(IndexingError, match="Add CATEGORY=name"):
        compare.run()


def test_an_unknown_embedder_is_an_error_that_names_the_known_ones(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMBEDDERS", "histograms")
    with pytest.raises(EmbedderNotFound, match="Did you mean histogram"):
        compare.run()


def test_a_category_of_lone_pictures_is_an_error_with_the_cure(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_category(data, "single", "Single", each=1)
    monkeypatch.setenv("CATEGORY", "single")
    with pytest.raises(MetadataError, match="second picture"):
        compare.run()


def test_the_default_protocol_is_that_of_the_documents() -> None:
    plan = speed.TimingPlan()
    assert (plan.threads, plan.warm_up) == (2, 20)
    assert plan.queries >= 200

"""The bench agrees with the tests on the zoo."""

from __future__ import annotations

import pytest

from common.embedding.histogram import HistogramEmbedder
from common.images import ImageLimits
from scripts.bench_zoo import main, orientation_similarity
from scripts.zoo import hostile_files


def test_a_photo_in_any_orientation_has_the_same_vector() -> None:
    assert orientation_similarity(HistogramEmbedder(), ImageLimits()) >= 0.99


def test_the_bench_prints_how_many_files_did_as_expected(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main()
    size = len(hostile_files())
    assert f"{size} odd and hostile files, {size} as expected" in capsys.readouterr().out

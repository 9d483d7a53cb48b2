"""Sizes of clusters by their formulas, and the bench that tells when to want one."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.bench_scale import Asked, Figures, Size, ask, build, report, scan_line
from scripts.cluster_sizing import IMAGES, as_table, cluster_size, cluster_sizes

ROOT = Path(__file__).resolve().parents[2]


def figures(points: int, p50_ms: float) -> Figures:
    return Figures("scan", points, 1.0, 10, Asked(p50_ms, 2.0, 3.0, 4.0, 1.0, 5))


def test_a_million_images_of_256_dimensions_are_sized_as_by_hand() -> None:
    size = cluster_size(1_000_000, 256)
    assert size.float32_bytes == 1_024e6
    assert size.int8_bytes == 260e6
    assert size.graph_bytes == pytest.approx(128e6 * 31 / 30)
    ids = 44e6
    assert size.memory_int8_bytes == pytest.approx(1.5 * (260e6 + 128e6 * 31 / 30 + ids))
    assert size.memory_float32_bytes == pytest.approx(1.5 * (1_024e6 + 128e6 * 31 / 30 + ids))
    assert (size.shards, size.replicas) == (1, 2)


def test_shards_are_as_many_as_keep_each_node_within_its_memory() -> None:
    assert cluster_size(100_000_000, 256).shards == 2
    assert cluster_size(100_000_000, 1024).shards == 4
    assert cluster_size(100_000, 256).replicas == 1


def test_the_line_through_scans_is_the_one_that_they_lie_on() -> None:
    assert scan_line([figures(100_000, 3.0), figures(300_000, 7.0)]) == pytest.approx((1.0, 2.0))
    text = report([figures(100_000, 3.0), figures(300_000, 7.0)], 256)
    assert "A scan takes 1.00 + 2.00 x (points / 100,000) ms" in text
    assert as_table(cluster_sizes(256)) in text


@pytest.mark.parametrize("way", ["scan", "graph"])
def test_an_index_is_built_and_finds_what_an_exact_search_finds(tmp_path: Path, way) -> None:
    size = Size(way, points=3_000, dim=16, queries=10, seed=0)
    seconds, disk_bytes, truth = build(tmp_path, size)
    asked = ask(tmp_path, size, truth)
    assert seconds > 0
    assert disk_bytes > 3_000 * 16 * 4
    assert asked.recall_at_10 >= (1.0 if way == "scan" else 0.9)


def test_the_readme_shows_the_sizes_that_the_formulas_give() -> None:
    assert as_table(cluster_sizes(256)) in (ROOT / "README.md").read_text()
    assert [size.images for size in cluster_sizes(256)] == list(IMAGES)

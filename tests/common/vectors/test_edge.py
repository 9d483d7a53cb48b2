"""What the embedded store adds to the suite of all stores: files, processes, graphs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import qdrant_edge

from common.errors import StoreUnavailable
from common.vectors.base import GenerationManifest, GenerationSpec
from common.vectors.edge.store import EdgeStore
from tests.common.vectors.conftest import hidden
from tests.contracts.vector_samples import (
    SPEC,
    exact_rows,
    found,
    one_point,
    points_of,
    publish,
    published,
    random_rows,
    ranking,
)

REPOSITORY = Path(__file__).parents[3]


@contextmanager
def child(root: Path, script: str) -> Iterator[subprocess.Popen[str]]:
    """Another process, at the place in its script where it printed 'ready'."""
    preamble = (
        "import sys, pathlib\n"
        "from common.vectors.edge.store import EdgeStore\n"
        "from tests.contracts.vector_samples import *\n"
        "store = EdgeStore(pathlib.Path(sys.argv[1]))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", preamble + script, str(root)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.communicate()


BUILD_AND_WAIT = (
    "builder = store.build('shoes', SPEC)\n"
    "builder.upsert([one_point(n) for n in range(50)])\n"
    "print('ready', flush=True)\n"
    "sys.stdin.readline()\n"
    "builder.publish()\n"
    "print('published', flush=True)\n"
)


def test_a_category_is_a_pointer_and_a_directory_for_each_generation(
    store: EdgeStore, root: Path
) -> None:
    built = [publish(store, "shoes", [one_point(n)]).generation for n in range(3)]
    assert sorted(p.name for p in (root / "shoes").iterdir()) == [*built[1:], "current"]
    assert (root / "shoes" / "current").read_text() == f"{built[2]}\n"
    assert sorted(p.name for p in (root / "shoes" / built[2]).iterdir()) == [
        "manifest.json",
        "shard",
    ]


def test_a_builder_killed_halfway_leaves_the_current_generation_and_no_rubbish(
    store: EdgeStore, root: Path
) -> None:
    current = publish(store, "shoes", [one_point(1)])
    with child(root, BUILD_AND_WAIT) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert len(hidden(root)) == 1
    assert store.generations("shoes") == [current]
    assert store.open("shoes").count() == 1
    following = publish(store, "shoes", [one_point(n) for n in range(7)])
    assert store.open("shoes").count() == 7
    assert store.generations("shoes") == [current, following]
    assert hidden(root) == []


def test_a_builder_at_work_in_another_process_is_left_alone(store: EdgeStore, root: Path) -> None:
    with child(root, BUILD_AND_WAIT) as process:
        publish(store, "shoes", [one_point(1)])
        store.remove("shoes")
        assert len(hidden(root)) == 1
        assert process.communicate("go\n")[0] == "published\n"
    assert store.open("shoes").count() == 50


def test_two_processes_read_the_same_generation_at_once(store: EdgeStore, root: Path) -> None:
    here = published(store, "shoes", [one_point(n) for n in range(20)])
    script = (
        "index = store.open('shoes')\n"
        "print('ready', flush=True)\n"
        "sys.stdin.readline()\n"
        "print(*[hit.id for hit in index.search(one_point(5).vector, 20)])\n"
    )
    with child(root, script) as process:
        ids = [hit.id for hit in here.search(one_point(5).vector, 20)]
        assert process.communicate("go\n")[0].split() == ids
    assert len(ids) == 20


def test_searches_never_fail_while_generations_are_published(store: EdgeStore) -> None:
    rows = exact_rows(np.random.default_rng(0), 30)
    plain = replace(SPEC, fields={})  # fewer files to force to the disk
    done = threading.Event()
    errors: list[Exception] = []
    seen: set[str] = set()

    def search() -> None:
        index = store.open("shoes")
        while not done.wait(0.01):  # without a breath, three threads starve the builder
            try:
                if store.current("shoes") != index.manifest.generation:
                    index = store.open("shoes")
                assert len(index.search(rows[0], 50)) == index.manifest.count
                assert len(index.scroll().points) == index.manifest.count
            except Exception as error:  # noqa: BLE001  # any error at all fails the test
                errors.append(error)
            seen.add(index.manifest.generation)

    def publish_more(count: int) -> GenerationManifest:
        return publish(store, "shoes", points_of(rows[:count]), plain)

    publish_more(30)
    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for count in range(1, 21):
        last = publish_more(count)
    done.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(seen) > 3
    assert store.current("shoes") == last.generation


def test_a_reader_goes_on_after_its_generation_was_removed(store: EdgeStore, root: Path) -> None:
    reader = published(store, "shoes", points_of(exact_rows(np.random.default_rng(0), 300)))
    for _ in range(2):
        publish(store, "shoes", [])
    assert not (root / "shoes" / reader.manifest.generation).exists()
    assert len(reader.search(one_point().vector, 300)) == 300
    assert len(reader.scroll(limit=300, with_vectors=True).points) == 300
    assert reader.facet("brand") == []
    reader.close()
    store.remove("shoes")
    assert not (root / "shoes").exists()


def test_a_closed_reader_says_so(store: EdgeStore) -> None:
    reader = published(store, "shoes", [one_point()])
    reader.close()
    with pytest.raises(StoreUnavailable, match="'shoes'"):
        reader.count()


def test_reading_makes_no_directory(store: EdgeStore, root: Path) -> None:
    assert store.current("shoes") is None
    assert store.categories() == []
    assert store.generations("shoes") == []
    assert not root.exists()


def test_a_copy_of_the_current_generation_occupies_no_more_disk(
    store: EdgeStore, root: Path
) -> None:
    publish(store, "shoes", [one_point()])
    publish(store, "shoes", [one_point(1)], from_current=True)
    occupied = sum(p.stat().st_blocks * 512 for p in (root / "shoes").rglob("*"))
    assert occupied < 4_000_000


def test_only_large_generations_get_a_graph_and_it_finds_the_best(tmp_path: Path) -> None:
    # A graph is used where the vectors take more than 10 MB.
    rng = np.random.default_rng(8)
    dim, count = 1024, 3000
    centres = rng.normal(size=(100, dim))
    rows = centres[rng.integers(0, 100, count)] + rng.normal(size=(count, dim))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    store = EdgeStore(tmp_path, hnsw_from_points=count)
    spec = GenerationSpec(dim, "f", "tests", {})
    points = points_of(rows)
    graphs = []
    for name, part in (("small", points[:-1]), ("large", points)):
        generation = publish(store, name, part, spec).generation
        shard = qdrant_edge.EdgeShard.load(str(tmp_path / name / generation / "shard"))
        graphs.append(shard.info().indexed_vectors_count)
    assert graphs == [0, count]

    index = store.open("large")
    hits = 0
    for query in rows[:50]:
        best = {id_ for id_, _ in ranking(points[:1000], query)[:10]}
        ids = {hit.id for hit in index.search(query, 10, exclude=[p.id for p in points[1000:]])}
        hits += len(best & ids)
    assert hits / 500 >= 0.98
    pages = [found(index.search(rows[0], 100, offset=o)) for o in range(0, count + 100, 100)]
    listed = [id_ for page in pages for id_, _ in page]
    assert sorted(listed) == sorted(point.id for point in points)


def test_random_rows_are_found_again_after_growing_past_the_threshold(tmp_path: Path) -> None:
    rows = random_rows(np.random.default_rng(2), 400)
    store = EdgeStore(tmp_path, hnsw_from_points=300)
    publish(store, "shoes", points_of(rows)[:200])
    publish(store, "shoes", points_of(rows)[200:], from_current=True)
    index = store.open("shoes")
    assert [index.search(row, 1)[0].id for row in rows] == [p.id for p in points_of(rows)]

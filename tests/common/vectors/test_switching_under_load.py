"""Searching while the alias is switched: no error, and every answer from one generation."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from qdrant_client import QdrantClient

from common.errors import GenerationNotFound
from common.records import Point
from common.vectors.base import VectorStore
from common.vectors.server.store import ServerStore
from tests.common.vectors.qdrant_over_grpc import GrpcQdrant
from tests.common.vectors.qdrant_over_http import FakeQdrant
from tests.contracts.conftest import LOCAL_MODE_SPEAKS
from tests.contracts.vector_samples import SPEC, id_of, one_point, publish

pytestmark = LOCAL_MODE_SPEAKS
SWITCHES = 20
READERS = 4
POINTS = 12


@contextmanager
def in_memory() -> Iterator[VectorStore]:
    yield ServerStore(QdrantClient(":memory:"))


@contextmanager
def over_http() -> Iterator[VectorStore]:
    yield ServerStore(FakeQdrant().client())


@contextmanager
def over_grpc() -> Iterator[VectorStore]:
    with GrpcQdrant() as server, closing(server.client()) as client:
        yield ServerStore(client)


@pytest.fixture(params=[in_memory, over_http, over_grpc])
def store(request: pytest.FixtureRequest) -> Iterator[VectorStore]:
    with request.param() as opened:
        yield opened


def points_of_build(build: int) -> list[Point]:
    """The same records in every build, each telling which build it is of."""
    return [one_point(n, {"brand": f"build {build}"}) for n in range(POINTS)]


def answer(store: VectorStore) -> tuple[str, set[str], int]:
    """Open and search as the page does: again, where the generation is removed meanwhile."""
    while True:
        try:
            index = store.open("shoes")
            hits = index.search(one_point(3).vector, POINTS)
        except GenerationNotFound:
            continue  # replaced twice since it was opened
        brands = {str(hit.payload["brand"]) for hit in hits}
        assert hits[0].id == id_of(3)
        return index.manifest.generation, brands, len(hits)


def test_readers_meet_no_error_and_whole_generations_only(store: VectorStore) -> None:
    builds = {publish(store, "shoes", points_of_build(0), SPEC).generation: "build 0"}
    done = threading.Event()

    def search_on() -> list[tuple[str, set[str], int]]:
        seen = [answer(store)]
        while not done.is_set():
            seen.append(answer(store))
        return seen

    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(search_on) for _ in range(READERS)]
        try:
            for build in range(1, SWITCHES + 1):
                manifest = publish(store, "shoes", points_of_build(build), SPEC)
                builds[manifest.generation] = f"build {build}"
        finally:
            done.set()
        answers = [found for reader in readers for found in reader.result()]
    assert len(builds) == SWITCHES + 1
    for generation, brands, count in answers:
        assert brands == {builds[generation]}
        assert count == POINTS
    seen = {generation for generation, _, _ in answers}
    assert len(seen) > 2
    assert answer(store)[1] == {f"build {SWITCHES}"}


def test_switching_back_and_forth_shows_one_of_both(store: VectorStore) -> None:
    first, second = (
        publish(store, "shoes", points_of_build(build), SPEC).generation for build in range(2)
    )
    done = threading.Event()

    def search_on() -> list[tuple[str, set[str], int]]:
        seen = [answer(store)]
        while not done.is_set():
            seen.append(answer(store))
        return seen

    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(search_on) for _ in range(READERS)]
        try:
            for number in range(SWITCHES):
                store.switch("shoes", (first, second)[number % 2])
        finally:
            done.set()
        answers = [found for reader in readers for found in reader.result()]
    expected = {first: {"build 0"}, second: {"build 1"}}
    assert all(brands == expected[generation] for generation, brands, _ in answers)
    assert all(count == POINTS for _, _, count in answers)

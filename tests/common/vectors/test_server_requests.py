"""What a Qdrant server is told: how collections are made, how points arrive, what comes twice."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from qdrant_client import grpc as messages

from common.errors import GenerationNotFound, StoreUnavailable
from common.records import Point
from common.vectors.base import GenerationSpec
from common.vectors.server import readiness, retries
from common.vectors.server.batching import MAX_BYTES
from common.vectors.server.options import CollectionOptions
from common.vectors.server.store import ServerStore
from tests.common.vectors.qdrant_over_grpc import GrpcQdrant
from tests.common.vectors.qdrant_over_http import FakeQdrant, Fault, listening, refusal
from tests.contracts.conftest import LOCAL_MODE_SPEAKS
from tests.contracts.vector_samples import (
    SPEC,
    id_of,
    one_point,
    points_of,
    publish,
    published,
    random_rows,
)
from tests.samples import make_services

pytestmark = LOCAL_MODE_SPEAKS
COLLECTION = "/collections/shoes--[^/]*"
EVERYTHING = CollectionOptions(
    shards=3,
    replicas=2,
    quantisation="int8",
    on_disk=True,
    hnsw_edges=24,
    hnsw_candidates=200,
    hnsw_from_points=2,
)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that were made, without making them."""
    made: list[float] = []
    monkeypatch.setattr(time, "sleep", made.append)
    return made


@pytest.fixture
def server() -> FakeQdrant:
    return FakeQdrant()


@pytest.fixture
def store(server: FakeQdrant) -> ServerStore:
    return ServerStore(server.client())


def body(server: FakeQdrant, method: str, path: str) -> Any:
    (sent,) = server.asked(method, path)
    return sent.body


def given(value: Any) -> Any:
    """What of a body says something: nulls are left out."""
    if isinstance(value, dict):
        return {name: given(inner) for name, inner in value.items() if inner is not None}
    return value


def test_a_collection_is_made_as_the_settings_say(server: FakeQdrant) -> None:
    ServerStore(server.client(), EVERYTHING).build("shoes", SPEC)
    assert given(body(server, "PUT", COLLECTION)) == {
        "vectors": {"size": 16, "distance": "Cosine", "on_disk": True},
        "shard_number": 3,
        "replication_factor": 2,
        "hnsw_config": {"m": 24, "ef_construct": 200},
        "quantization_config": {"scalar": {"type": "int8", "quantile": 0.99, "always_ram": True}},
        "optimizers_config": {"indexing_threshold": 0},
        "metadata": {"building": True},
    }


def test_the_settings_reach_the_server(server: FakeQdrant, tmp_path: Path) -> None:
    with listening(server) as url:
        live = make_services(
            tmp_path,
            qdrant_url=url,
            qdrant_api_key="s3cret",
            qdrant_grpc_port=0,
            qdrant_shards=4,
            qdrant_replicas=3,
            qdrant_quantisation="int8",
            qdrant_on_disk=True,
            qdrant_hnsw_m=32,
            qdrant_hnsw_ef=64,
        )
        live.store.build("shoes", SPEC)
    (sent,) = server.asked("PUT", COLLECTION)
    assert sent.headers["api-key"] == "s3cret"
    made = given(sent.body)
    assert (made["shard_number"], made["replication_factor"]) == (4, 3)
    assert made["hnsw_config"] == {"m": 32, "ef_construct": 64}
    assert made["quantization_config"]["scalar"]["type"] == "int8"
    assert made["vectors"]["on_disk"] is True


def test_what_is_not_set_is_left_to_the_server(server: FakeQdrant, store: ServerStore) -> None:
    store.build("shoes", SPEC)
    made = given(body(server, "PUT", COLLECTION))
    assert made["vectors"] == {"size": 16, "distance": "Cosine"}
    assert made["replication_factor"] == 1
    assert "shard_number" not in made
    assert "quantization_config" not in made


def test_the_same_is_told_by_grpc() -> None:
    with GrpcQdrant() as server, closing(server.client()) as client:
        store = ServerStore(client, EVERYTHING)
        index = published(store, "shoes", [one_point(n) for n in range(3)])
        index.search(one_point().vector, 2)
        (made,) = server.asked(messages.CreateCollection)
        (threshold,) = [
            asked.optimizers_config.indexing_threshold
            for asked in server.asked(messages.UpdateCollection)
            if asked.HasField("optimizers_config")
        ]
        asked = server.asked(messages.QueryPoints)[0]
    assert (made.shard_number, made.replication_factor) == (3, 2)
    assert made.vectors_config.params.on_disk
    assert (made.hnsw_config.m, made.hnsw_config.ef_construct) == (24, 200)
    assert made.quantization_config.scalar.type == messages.QuantizationType.Int8
    assert made.optimizers_config.indexing_threshold == 0
    assert threshold > 0
    assert asked.params.quantization.rescore


def test_every_field_gets_its_index(server: FakeQdrant, store: ServerStore) -> None:
    store.build("shoes", SPEC)
    indexed = [
        (s.body["field_name"], s.body["field_schema"], s.query["wait"])
        for s in (server.asked("PUT", f"{COLLECTION}/index"))
    ]
    assert indexed == [
        ('"brand"', "keyword", "true"),
        ('"size"', "integer", "true"),
        ('"tags"', "keyword", "true"),
    ]


def test_a_graph_is_built_once_the_points_are_there_and_waited_for(
    server: FakeQdrant, pauses: list[float]
) -> None:
    server.statuses.extend(["green"])  # asked once while it is made
    server.statuses.extend(["green", "yellow", "yellow", "green", "green"])
    publish(ServerStore(server.client(), EVERYTHING), "shoes", [one_point(n) for n in range(2)])
    changes = [given(s.body) for s in server.asked("PATCH", COLLECTION)]
    assert changes[0] == {"optimizers_config": {"indexing_threshold": 1_000}}
    assert list(changes[1]) == ["metadata"]
    assert len(pauses) == 4
    upserts, threshold, switched = (
        server.sent.index(sent)
        for sent in (
            server.asked("PUT", f"{COLLECTION}/points")[-1],
            server.asked("PATCH", COLLECTION)[0],
            server.asked("POST", "/collections/aliases")[0],
        )
    )
    assert upserts < threshold < switched


def test_a_small_generation_gets_no_graph(server: FakeQdrant) -> None:
    publish(ServerStore(server.client(), EVERYTHING), "shoes", [one_point()])
    (change,) = server.asked("PATCH", COLLECTION)
    assert list(given(change.body)) == ["metadata"]


def test_an_optimiser_that_failed_keeps_the_generation_from_being_published(
    server: FakeQdrant, pauses: list[float]
) -> None:
    store = ServerStore(server.client(), EVERYTHING)
    first = publish(store, "shoes", [one_point()])
    builder = store.build("shoes", SPEC)
    builder.upsert([one_point(n) for n in range(5)])
    server.statuses.append("red")
    with pytest.raises(StoreUnavailable, match="could not arrange"):
        builder.publish()
    assert store.current("shoes") == first.generation


def test_a_graph_that_takes_too_long_is_not_waited_for(
    server: FakeQdrant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    builder = ServerStore(server.client(), EVERYTHING).build("shoes", SPEC)
    server.statuses.append("yellow")
    (path,) = {sent.path for sent in server.asked("PUT", COLLECTION)}
    assert not readiness.wait_until_arranged(
        server.client(), path.rsplit("/", 1)[1], limit_seconds=0
    )
    assert "slow until it has" in caplog.text
    builder.abandon()


def test_quantised_vectors_propose_and_full_ones_score(server: FakeQdrant) -> None:
    store = ServerStore(server.client(), EVERYTHING)
    index = published(store, "shoes", [one_point(n) for n in range(100)])
    index.search(one_point().vector, 5)
    proposed = given(server.asked("POST", f"{COLLECTION}/points/query")[0].body["params"])
    assert proposed["quantization"]["rescore"] is True
    assert proposed["quantization"]["oversampling"] == 2
    assert not proposed["exact"]
    index.search(one_point().vector, 90)
    exact = given(server.asked("POST", f"{COLLECTION}/points/query")[-1].body["params"])
    assert exact["exact"] is True
    assert exact["quantization"]["ignore"] is True


def test_a_large_upload_goes_in_bounded_requests_one_after_the_other(
    server: FakeQdrant, store: ServerStore
) -> None:
    dim = 1_024
    rows = np.random.default_rng(0).normal(size=(700, dim)).astype(np.float32)
    points = [Point(id_of(n), row, {"text": "ż" * 300}) for n, row in enumerate(rows)]
    builder = store.build("shoes", GenerationSpec(dim, "f" * 64, "tests"))
    builder.upsert(points)
    sent = server.asked("PUT", f"{COLLECTION}/points")
    assert len(sent) > 3
    assert max(request.size_bytes for request in sent) <= MAX_BYTES
    assert {request.query["wait"] for request in sent} == {"true"}
    assert [p["id"] for request in sent for p in request.body["points"]] == [p.id for p in points]
    assert builder.publish().count == 700


@pytest.fixture(params=["refused", "not ready", "busy", "busy for a while"])
def passing(request: pytest.FixtureRequest) -> Fault:
    return {
        "refused": httpx.ConnectError("connection refused"),
        "not ready": refusal(503, "starting"),
        "busy": refusal(429, "too many requests"),
        "busy for a while": refusal(429, "too many requests", {"Retry-After": "7"}),
    }[request.param]


def test_reading_and_writing_points_is_tried_again(
    server: FakeQdrant, store: ServerStore, pauses: list[float], passing: Fault
) -> None:
    builder = store.build("shoes", SPEC)
    for act in (
        lambda: builder.upsert([one_point(n) for n in range(3)]),
        lambda: builder.delete([id_of(2)]),
        lambda: store.categories(),
    ):
        pauses.clear()
        server.faults.extend([passing, passing])
        act()
        assert len(pauses) == 2
        assert not server.faults
    if isinstance(passing, httpx.Response) and "Retry-After" in passing.headers:
        assert pauses == [7, 7]
    else:
        assert 0.1 <= pauses[0] <= 0.3
    assert builder.publish().count == 2


def test_making_a_collection_and_switching_the_alias_are_never_tried_again(
    server: FakeQdrant, store: ServerStore, pauses: list[float], passing: Fault
) -> None:
    server.faulty = lambda request: request.method == "PUT"
    server.faults.append(passing)
    with pytest.raises(StoreUnavailable, match="could not begin"):
        store.build("shoes", SPEC)
    assert len(server.asked("PUT", COLLECTION)) == 1
    builder = store.build("shoes", SPEC)
    server.faulty = lambda request: request.url.path == "/collections/aliases"
    server.faults.append(passing)
    with pytest.raises(StoreUnavailable, match="could not publish"):
        builder.publish()
    assert len(server.asked("POST", "/collections/aliases")) == 1
    assert store.current("shoes") is None
    assert pauses == []


def test_a_server_that_stays_away_is_given_up(
    server: FakeQdrant, store: ServerStore, pauses: list[float]
) -> None:
    server.faults.extend([httpx.ConnectError("connection refused")] * 10)
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        store.categories()
    assert len(server.sent) == retries.ATTEMPTS
    assert len(pauses) == retries.ATTEMPTS - 1
    assert pauses == sorted(pauses) or max(pauses) < 2


def test_a_search_that_times_out_is_not_repeated_and_a_batch_of_an_upload_is(
    server: FakeQdrant, store: ServerStore, pauses: list[float]
) -> None:
    index = published(store, "shoes", [one_point()])
    builder = store.build("shoes", SPEC)
    server.faults.append(httpx.ReadTimeout("timed out"))
    with pytest.raises(StoreUnavailable, match=r"did not answer in time.*QDRANT_TIMEOUT_SECONDS"):
        index.search(one_point().vector, 1)
    assert pauses == []
    server.faults.append(httpx.ReadTimeout("timed out"))
    builder.upsert([one_point()])
    assert len(pauses) == 1
    assert builder.publish().count == 1


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_what_waiting_does_not_cure_is_not_asked_twice(
    server: FakeQdrant, store: ServerStore, pauses: list[float], status: int
) -> None:
    server.faults.append(refusal(status, "no"))
    with pytest.raises((StoreUnavailable, GenerationNotFound)):
        store.categories()
    assert len(server.sent) == 1
    assert pauses == []


def test_points_arrive_as_they_were_given(server: FakeQdrant, store: ServerStore) -> None:
    point = one_point(0, {"brand": "a", "yes": True})
    published(store, "shoes", [point])
    (sent,) = server.asked("PUT", f"{COLLECTION}/points")
    (stored,) = sent.body["points"]
    assert stored["id"] == point.id
    assert stored["payload"] == {"brand": "a", "yes": "\\true"}
    assert stored["vector"] == pytest.approx(point.vector.tolist())


def test_publishing_is_one_request_that_moves_the_alias(
    server: FakeQdrant, store: ServerStore
) -> None:
    built = [publish(store, "shoes", [one_point(n)]).generation for n in range(2)]
    first, second = (s.body["actions"] for s in server.asked("POST", "/collections/aliases"))
    create = [
        {"create_alias": {"collection_name": f"shoes--{name}", "alias_name": "shoes"}}
        for name in built
    ]
    assert first == [create[0]]
    assert second == [{"delete_alias": {"alias_name": "shoes"}}, create[1]]


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.INFO):
        yield


def test_many_points_are_sent_by_number_too(server: FakeQdrant, store: ServerStore) -> None:
    builder = store.build("shoes", SPEC)
    builder.upsert(points_of(random_rows(np.random.default_rng(1), 2_100)))
    counts = [len(s.body["points"]) for s in server.asked("PUT", f"{COLLECTION}/points")]
    assert counts == [1_000, 1_000, 100]
    builder.abandon()

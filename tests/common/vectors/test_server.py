"""What the server's store adds to the suite of all stores: failures, strangers, dead builds."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import grpc
import httpx
import numpy as np
import pytest
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import ResourceExhaustedResponse
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from common.errors import GenerationNotFound, StoreUnavailable
from common.vectors.base import new_generation_name
from common.vectors.server.failures import translated
from common.vectors.server.store import ServerStore, connect
from tests.contracts.conftest import LOCAL_MODE_SPEAKS
from tests.contracts.vector_samples import (
    SPEC,
    exact_rows,
    one_point,
    points_of,
    publish,
    published,
)

pytestmark = LOCAL_MODE_SPEAKS


@pytest.fixture
def client() -> QdrantClient:
    return QdrantClient(":memory:")


@pytest.fixture
def store(client: QdrantClient) -> ServerStore:
    return ServerStore(client)


def collections(client: QdrantClient) -> set[str]:
    return {collection.name for collection in client.get_collections().collections}


def test_a_server_that_does_not_answer_is_unavailable() -> None:
    store = connect("http://127.0.0.1:9", timeout_seconds=1)
    for ask in (
        lambda: store.current("shoes"),
        lambda: store.open("shoes"),
        lambda: store.generations("shoes"),
        lambda: store.categories(),
        lambda: store.build("shoes", SPEC),
    ):
        with pytest.raises(StoreUnavailable, match=r"could not .* Check that it runs"):
            ask()


def refused(status: int, content: bytes = b"") -> UnexpectedResponse:
    return UnexpectedResponse(status, "reason", content, httpx.Headers())


def failed_call(code: grpc.StatusCode) -> grpc.RpcError:
    """A failed call, as gRPC raises it: of the rest of a call nothing is asked."""
    members = {
        **dict.fromkeys(grpc.Call.__abstractmethods__),
        "code": lambda _: code,
        "details": lambda _: "what the server says\nin two lines",
    }
    return type("FailedCall", (grpc.RpcError, grpc.Call), members)()


GONE = b'{"status": {"error": "Not found: Collection `x` doesn\'t exist!"}}'
CODE = grpc.StatusCode


@pytest.mark.parametrize(
    ("error", "expected", "sentence"),
    [
        (refused(404, GONE), GenerationNotFound, r"was removed \(Not found.*Open the category"),
        (refused(404, b"<html>"), StoreUnavailable, "not understood.*address is that of a Qdrant"),
        (refused(401), StoreUnavailable, r"the API key.*Check QDRANT_API_KEY"),
        (refused(403), StoreUnavailable, r"the API key.*Check QDRANT_API_KEY"),
        (refused(429), StoreUnavailable, "too much at once.*Wait a little"),
        (refused(500, b"disk full"), StoreUnavailable, "it refuses .*Look at its log"),
        (refused(503), StoreUnavailable, "not ready"),
        (ResourceExhaustedResponse("slow down", 3), StoreUnavailable, "at once .slow down"),
        (
            ResponseHandlingException(httpx.ReadTimeout("timed out")),
            StoreUnavailable,
            "did not answer in time.*QDRANT_TIMEOUT_SECONDS",
        ),
        (
            ResponseHandlingException(httpx.ConnectError("refused")),
            StoreUnavailable,
            "cannot be reached.*QDRANT_URL",
        ),
        (ResponseHandlingException(ValueError("19 errors")), StoreUnavailable, "not understood"),
        (failed_call(CODE.NOT_FOUND), GenerationNotFound, "says in two lines"),
        (failed_call(CODE.UNAVAILABLE), StoreUnavailable, "cannot be reached"),
        (failed_call(CODE.DEADLINE_EXCEEDED), StoreUnavailable, "in time"),
        (failed_call(CODE.UNAUTHENTICATED), StoreUnavailable, "QDRANT_API_KEY"),
        (failed_call(CODE.RESOURCE_EXHAUSTED), StoreUnavailable, "at once"),
        (failed_call(CODE.INTERNAL), StoreUnavailable, "it refuses"),
    ],
)
def test_what_a_server_refuses_is_an_error_of_ours(
    error: Exception, expected: type[Exception], sentence: str
) -> None:
    expected_error = pytest.raises(expected, match=f"could not search: .*{sentence}")
    with expected_error as caught, translated("search"):
        raise error
    assert caught.value.__cause__ is error
    assert "\n" not in str(caught.value)


def test_a_generation_is_a_collection_and_the_current_one_an_alias(
    store: ServerStore, client: QdrantClient
) -> None:
    built = [publish(store, "shoes", [one_point(n)]).generation for n in range(3)]
    assert collections(client) == {f"shoes--{name}" for name in built[1:]}
    assert client.get_collection_aliases(f"shoes--{built[2]}").aliases[0].alias_name == "shoes"


def test_collections_of_others_are_neither_listed_nor_touched(
    store: ServerStore, client: QdrantClient
) -> None:
    size = models.VectorParams(size=2, distance=models.Distance.DOT)
    theirs = {"boots", "shoes--old", f"shoes-red--{new_generation_name()}"}
    for name in theirs:
        client.create_collection(name, vectors_config=size)
    alias = models.CreateAlias(collection_name="boots", alias_name="hats")
    client.update_collection_aliases([models.CreateAliasOperation(create_alias=alias)])
    publish(store, "shoes", [one_point()])
    assert store.categories() == ["shoes"]
    assert len(store.generations("shoes")) == 1
    assert store.current("hats") is None
    store.remove("shoes")
    store.remove("boots")
    assert collections(client) == theirs


def test_builds_that_died_a_day_ago_are_removed_and_younger_ones_are_not(
    store: ServerStore, client: QdrantClient
) -> None:
    size = models.VectorParams(size=2, distance=models.Distance.COSINE)
    now = datetime.now(UTC)
    young = f"shoes--{new_generation_name(now - timedelta(hours=23))}"
    dead = f"shoes--{new_generation_name(now - timedelta(hours=25))}"
    for name in (young, dead):
        client.create_collection(name, vectors_config=size, metadata={"building": True})
    current = publish(store, "shoes", [one_point()])
    assert store.generations("shoes") == [current]
    assert collections(client) == {young, f"shoes--{current.generation}"}


def test_an_index_whose_manifest_cannot_be_read_is_no_dead_build(
    store: ServerStore, client: QdrantClient
) -> None:
    size = models.VectorParams(size=2, distance=models.Distance.COSINE)
    long_ago = new_generation_name(datetime.now(UTC) - timedelta(days=9))
    client.create_collection(
        f"shoes--{long_ago}", vectors_config=size, metadata={"manifest": {"dim": "of tomorrow"}}
    )
    store.build("shoes", SPEC).abandon()
    assert collections(client) == {f"shoes--{long_ago}"}
    store.remove("shoes")
    assert collections(client) == set()


def test_what_is_current_is_no_dead_build_whatever_its_metadata_say(
    store: ServerStore, client: QdrantClient
) -> None:
    size = models.VectorParams(size=2, distance=models.Distance.COSINE)
    current = f"shoes--{new_generation_name(datetime.now(UTC) - timedelta(days=9))}"
    client.create_collection(current, vectors_config=size, metadata={"building": True})
    alias = models.CreateAlias(collection_name=current, alias_name="shoes")
    client.update_collection_aliases([models.CreateAliasOperation(create_alias=alias)])
    store.build("shoes", SPEC).abandon()
    assert collections(client) == {current}


def test_a_generation_whose_switch_was_answered_too_late_is_not_abandoned(
    store: ServerStore, client: QdrantClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(store, "shoes", [one_point(1)])
    switch = client.update_collection_aliases

    def answered_late(changes: list[models.AliasOperations]) -> None:
        switch(changes)
        raise ResponseHandlingException(httpx.ReadTimeout("timed out"))

    builder = store.build("shoes", SPEC)
    builder.upsert([one_point(2)])
    monkeypatch.setattr(client, "update_collection_aliases", answered_late)
    with pytest.raises(StoreUnavailable, match="in time"):
        builder.publish()
    builder.abandon()
    assert store.current("shoes") == builder.generation
    assert store.open("shoes").count() == 1


@pytest.mark.parametrize("failure", [refused(503), KeyboardInterrupt()])
def test_what_fails_after_the_switch_undoes_nothing(
    store: ServerStore,
    client: QdrantClient,
    monkeypatch: pytest.MonkeyPatch,
    failure: BaseException,
) -> None:
    for n in range(2):
        publish(store, "shoes", [one_point(n)])
    builder = store.build("shoes", SPEC)
    builder.upsert([one_point(7)])
    with monkeypatch.context() as patched, suppress(KeyboardInterrupt):

        def fails(_: str) -> None:
            raise failure

        patched.setattr(client, "delete_collection", fails)
        builder.publish()
    builder.abandon()
    assert store.current("shoes") == builder.generation
    assert store.open("shoes").count() == 1
    publish(store, "shoes", [one_point(8)])
    assert len(collections(client)) == 2


def test_nothing_is_abandoned_while_it_is_not_known_what_is_current(
    store: ServerStore, client: QdrantClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder = store.build("shoes", SPEC)
    with monkeypatch.context() as patched:

        def fails() -> None:
            raise refused(401)

        patched.setattr(client, "get_aliases", fails)
        with pytest.raises(StoreUnavailable):
            builder.abandon()
    assert collections(client) == {f"shoes--{builder.generation}"}
    builder.abandon()
    assert collections(client) == set()


def test_a_reader_of_a_removed_generation_is_told_to_open_again(store: ServerStore) -> None:
    reader = published(store, "shoes", [one_point()])
    store.remove("shoes")
    with pytest.raises(GenerationNotFound, match="Open the category again"):
        reader.count()


def test_a_server_that_keeps_no_metadata_is_too_old(
    store: ServerStore, client: QdrantClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = client.create_collection

    def forgetful(name: str, *, metadata: object, **settings: object) -> bool:
        return create(name, **settings)

    monkeypatch.setattr(client, "create_collection", forgetful)
    with pytest.raises(StoreUnavailable, match=r"too old.*1\.16"):
        store.build("shoes", SPEC)
    assert collections(client) == set()


def test_between_all_steps_of_twenty_publishes_answers_are_wholly_from_one_generation(
    client: QdrantClient, store: ServerStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = exact_rows(np.random.default_rng(0), 21)
    publish(store, "shoes", points_of(rows))
    seen: list[str] = []

    def search() -> None:
        index = store.open("shoes")
        assert len(index.search(rows[0], 50)) == index.manifest.count
        seen.append(index.manifest.generation)

    def watched(name: str) -> None:
        step = getattr(client, name)

        def searched_around(*arguments: object, **named: object) -> object:
            search()
            answer = step(*arguments, **named)
            search()
            return answer

        monkeypatch.setattr(client, name, searched_around)

    for name in ("create_collection", "update_collection", "update_collection_aliases"):
        watched(name)
    watched("delete_collection")
    generations = [publish(store, "shoes", points_of(rows[:n])).generation for n in range(1, 21)]
    assert set(generations) < set(seen)  # and the one before
    assert seen == sorted(seen)  # never back to an older one
    assert store.current("shoes") == generations[-1]

"""The client: what the service answers comes through the wire unchanged, errors included."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from api.app import create_api
from common.assembly import Services
from common.client import SearchClient
from common.errors import (
    ApiUnavailable,
    CategoryNotFound,
    DimensionMismatch,
    EditError,
    FilterError,
    ImageFormatError,
    KeyRequired,
    QueryError,
    RecordNotFound,
)
from common.queries import (
    ExampleQuery,
    PictureExample,
    RecordExample,
    SearchOptions,
    VectorExample,
)
from common.records import Answer, AnyOf, Between, Filter
from tests.samples import make_services, picture


def served(live: Services) -> Iterator[str]:
    """Serve the API on a free port, mounted as beside the page; yields its address."""
    app = Starlette(routes=[Mount("/api", create_api(live))])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/api"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def address(live: Services) -> Iterator[str]:
    yield from served(live)


@pytest.fixture
def client(address: str) -> Iterator[SearchClient]:
    with SearchClient(address) as client:
        yield client


def told(answer: Answer) -> list[tuple[int, str, float, str, dict[str, object]]]:
    """What an answer says, without what the system alone knows of a record."""
    return [
        (
            hit.rank,
            hit.id,
            hit.similarity,
            hit.file,
            {name: value for name, value in hit.payload.items() if not name.startswith("_")},
        )
        for hit in answer.hits
    ]


def test_every_way_to_ask_is_answered_as_the_service_answers(
    client: SearchClient, live: Services
) -> None:
    chosen = Filter((AnyOf("colours", ("teal", "white")),), (Between("price", 13.0),))
    options = SearchOptions(k=4, offset=1, minimum_similarity=-0.5, filter=chosen)
    data = picture("teal", 50)
    points = live.store.open("shapes").scroll(with_vectors=True).points
    record = points[0].id
    query = ExampleQuery(
        [
            PictureExample(data),
            RecordExample(record, -0.5),
            VectorExample(points[1].vector, 2, live.search.manifest("shapes").spec.fingerprint),
        ],
        options,
    )
    (expected,) = live.search.by_examples("shapes", [query])
    pairs = [
        (client.search("shapes", data, options), live.search.by_image("shapes", data, options)),
        (
            client.similar("shapes", record, options),
            live.search.by_record("shapes", record, options),
        ),
        (client.search_examples("shapes", query), expected),
        (client.search_batch("shapes", [query, query])[1], expected),
    ]
    for found, wanted in pairs:
        assert told(found) == told(wanted)
        assert (found.category, found.generation) == (wanted.category, wanted.generation)
        assert found.seconds.keys() == wanted.seconds.keys()


def test_only_the_fields_asked_for_come_back(client: SearchClient) -> None:
    answer = client.search("shapes", picture("teal", 50), fields=["class"])
    assert {tuple(hit.payload) for hit in answer.hits} == {("class",)}


def test_records_come_page_by_page_with_their_pictures(
    client: SearchClient, live: Services
) -> None:
    records = list(client.records("shapes", page_size=5))
    points = live.store.open("shapes").scroll().points
    assert [record.id for record in records] == sorted(point.id for point in points)
    teal = Filter((AnyOf("class", ("teal shape",)),))
    assert client.record_page("shapes", limit=1, filter=teal).total == 4
    first = records[0]
    assert client.record("shapes", first.id) == first
    assert first.image is not None
    assert client.original("shapes", first.id) == live.pictures.original("shapes", first.file)
    small = live.pictures.thumbnail("shapes", first.file, first.image.sha256)
    assert client.thumbnail("shapes", first.id) == small


def test_categories_and_generations_are_listed(client: SearchClient, live: Services) -> None:
    assert [category.name for category in client.categories()] == ["badges", "shapes"]
    (generation,) = client.generations("shapes")
    manifest = live.search.manifest("shapes")
    assert generation.current
    assert (generation.count, generation.fields) == (manifest.count, dict(manifest.spec.fields))


def test_the_server_s_errors_are_raised_here(client: SearchClient) -> None:
    wrong: list[tuple[type[Exception], Callable[[], object]]] = [
        (CategoryNotFound, lambda: client.search("nothing", picture("teal", 1))),
        (CategoryNotFound, lambda: client.record("nothing", "x")),
        (RecordNotFound, lambda: client.similar("shapes", "nothing")),
        (ImageFormatError, lambda: client.search("shapes", b"words")),
        (
            DimensionMismatch,
            lambda: client.search_examples(
                "shapes", ExampleQuery([VectorExample(np.ones(2, dtype=np.float32))])
            ),
        ),
        (
            FilterError,
            lambda: client.record_page("shapes", filter=Filter((AnyOf("nothing", ("a",)),))),
        ),
        (QueryError, lambda: client.record_page("shapes", limit=0)),
    ]
    for kind, ask in wrong:
        with pytest.raises(kind, match=r"[^.]\.$"):
            ask()


def test_the_key_is_sent(live: Services) -> None:
    key = "read-key-0123456789"
    guarded = make_services(live.settings.data_dir, api_keys=f"read:{key}")
    for address in served(guarded):
        with SearchClient(address, api_key=key) as client:
            assert len(client.categories()) == 2
        with SearchClient(address) as client, pytest.raises(KeyRequired):
            client.categories()


def test_a_server_that_does_not_answer_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/api"
    with SearchClient(address) as client, pytest.raises(ApiUnavailable, match=address):
        client.categories()


def test_a_server_that_is_another_program_is_not_understood() -> None:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>Welcome</html>")

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            address = f"http://127.0.0.1:{server.server_port}"
            with (
                SearchClient(address) as client,
                pytest.raises(ApiUnavailable, match="does not understand"),
            ):
                client.categories()
        finally:
            server.shutdown()


def test_records_are_changed_and_removed_as_if_there(client: SearchClient, live: Services) -> None:
    record, other = (point.id for point in live.browse.page("shapes", limit=2).records)
    changed = client.patch_record("shapes", record, {"price": 99, "colours": ["gold"]})
    assert changed == client.record("shapes", record)
    assert (changed.payload["price"], changed.payload["colours"]) == (99, ["gold"])
    first = client.browse("shapes", order_by="price", descending=True, limit=1)
    assert [found.id for found in first.records] == [record]
    assert (first.total, first.next, first.next_offset) == (12, None, 1)
    assert client.delete_record("shapes", record).removed == 1
    report = client.delete_records("shapes", [other], remove_files=True)
    assert (report.removed, report.files_removed, report.problems) == (1, 1, [])
    removed = client.removed_records("shapes")
    assert (removed.total, [found.id for found in removed.records]) == (1, [record])
    job = client.restore_records("shapes", [record])
    assert (job.kind, job.state) == ("index", "queued")
    with pytest.raises(RecordNotFound):
        client.delete_record("shapes", record)
    with pytest.raises(EditError, match="'prize'"):
        client.patch_record("shapes", client.browse("shapes").records[0].id, {"prize": 1})

"""A Qdrant server that speaks HTTP, in this process: local mode behind the server's paths.

It answers what the store asks, and notes every request as it was sent, so that tests can look at
what a real server would be told: shards, replicas, quantisation, thresholds. What local mode has no
notion of it accepts and forgets, as the notes do not. Made to fail, it answers with what a test
gives it.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from pydantic import BaseModel, TypeAdapter
from qdrant_client import QdrantClient, models

URL = "http://qdrant.test:6333"
Fault = httpx.Response | Exception


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it came."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    size_bytes: int
    headers: Mapping[str, str]


class FakeQdrant:
    """A server in this process.

    Args:
        version: it says it has.

    Attributes:
        sent: the requests that came.
        faults: what the next requests get instead of an answer.
        faulty: tells whether a request takes its fault, or is answered.
        statuses: of a collection, the next times that it is asked for; green afterwards.
    """

    def __init__(self, version: str = "1.16.0") -> None:
        self.sent: list[Sent] = []
        self.faults: deque[Fault] = deque()
        self.faulty: Callable[[httpx.Request], bool] = lambda _: True
        self.statuses: deque[str] = deque()
        self._version = version
        self._local = QdrantClient(":memory:")
        self._lock = threading.Lock()  # local mode does not expect several writers

    def client(self, **options: Any) -> QdrantClient:
        """Return a client that talks to this server only."""
        return QdrantClient(
            url=URL,
            check_compatibility=False,
            transport=httpx.MockTransport(self.answer),
            **options,
        )

    def asked(self, method: str, path: str) -> list[Sent]:
        """Return the requests whose path matches a pattern, in their order."""
        return [
            sent
            for sent in self.sent
            if sent.method == method and re.fullmatch(path, sent.path) is not None
        ]

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, or fail as the test wants."""
        content = request.read()
        with self._lock:
            self.sent.append(
                Sent(
                    request.method,
                    request.url.path,
                    dict(request.url.params),
                    json.loads(content) if content else None,
                    len(content),
                    dict(request.headers),
                )
            )
            if self.faults and self.faulty(request):
                fault = self.faults.popleft()
                if isinstance(fault, Exception):
                    raise fault
                return fault
            try:
                result = self._result(self.sent[-1])
            except ValueError as error:
                status = 404 if str(error).endswith("not found") else 400
                return refusal(status, str(error))
        if isinstance(result, dict) and "version" in result:
            return httpx.Response(200, json=result)
        plain = _plain(result)
        return httpx.Response(200, json={"result": plain, "status": "ok", "time": 0.0})

    def _result(self, sent: Sent) -> Any:
        if sent.path == "/":
            return {"title": "qdrant - vector search engine", "version": self._version}
        if sent.path == "/collections/aliases":
            body = models.ChangeAliasesOperation.model_validate(sent.body)
            return self._local.update_collection_aliases(body.actions)
        if sent.path == "/aliases":
            return self._local.get_aliases()
        if sent.path == "/collections":
            return self._local.get_collections()
        _, _, name, *rest = sent.path.split("/")
        return self._of_collection(name, f"{sent.method} {'/'.join(rest)}".strip(), sent.body)

    def _of_collection(self, name: str, operation: str, body: Any) -> Any:
        local = self._local
        match operation:
            case "PUT":
                asked = models.CreateCollection.model_validate(body)
                return local.create_collection(
                    name, vectors_config=asked.vectors, metadata=asked.metadata
                )
            case "PATCH":
                change = models.UpdateCollection.model_validate(body)
                return local.update_collection(name, metadata=change.metadata)
            case "GET":
                status = self.statuses.popleft() if self.statuses else "green"
                return {**_plain(local.get_collection(name)), "status": status}
            case "DELETE":
                return local.delete_collection(name)
            case "PUT index":
                local.get_collection(name)
                return models.UpdateResult(status=models.UpdateStatus.COMPLETED, operation_id=0)
            case "PUT points":
                points = models.PointsList.model_validate(body).points
                return local.upsert(name, points)
            case "POST points/delete":
                ids = models.PointIdsList.model_validate(body)
                return local.delete(name, ids)
        return self._read(name, operation, body)

    def _read(self, name: str, operation: str, body: Any) -> Any:
        local = self._local
        match operation:
            case "POST points":
                request = models.PointRequest.model_validate(body)
                return local.retrieve(
                    name, request.ids, with_payload=True, with_vectors=bool(request.with_vector)
                )
            case "POST points/scroll":
                scroll = models.ScrollRequest.model_validate(body)
                points, following = local.scroll(
                    name,
                    scroll_filter=scroll.filter,
                    offset=scroll.offset,
                    limit=scroll.limit or 10,
                    with_vectors=bool(scroll.with_vector),
                )
                return {"points": [_plain(p) for p in points], "next_page_offset": following}
            case "POST points/query":
                query = models.QueryRequest.model_validate(body)
                return local.query_points(
                    name,
                    query=query.query.nearest if hasattr(query.query, "nearest") else query.query,
                    query_filter=query.filter,
                    limit=query.limit or 10,
                    with_payload=False,
                )
            case "POST points/count":
                count = models.CountRequest.model_validate(body)
                return local.count(name, count.filter, exact=True)
            case "POST facet":
                facet = models.FacetRequest.model_validate(body)
                return local.facet(name, facet.key, facet.filter, limit=facet.limit or 10)
        raise AssertionError(f"nobody taught this server '{operation}'")


@contextmanager
def listening(server: FakeQdrant, context: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve on a port of this machine while the block runs; yields the address."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            request = httpx.Request(
                self.command,
                f"{URL}{self.path}",
                headers=list(self.headers.items()),
                content=self.rfile.read(length),
            )
            answer = server.answer(request)
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = handle_any  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    class Listener(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Expect clients that break off, as those do that trust no certificate."""

    listener = Listener(("127.0.0.1", 0), Handler)
    if context is not None:
        listener.socket = context.wrap_socket(listener.socket, server_side=True)
    thread = threading.Thread(target=listener.serve_forever)
    thread.start()
    try:
        yield f"{'http' if context is None else 'https'}://127.0.0.1:{listener.server_port}"
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


def refusal(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """Return a refusal in Qdrant's form."""
    content = {"status": {"error": sentence}, "time": 0.0}
    return httpx.Response(status, json=content, headers=dict(headers or {}))


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return TypeAdapter(Any).dump_python(value, mode="json")

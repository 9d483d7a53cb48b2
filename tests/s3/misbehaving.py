"""An HTTP server that answers as it is told, however wrong."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from common.storage.minio import MinioStore
from common.storage.s3_connection import connect


@dataclass
class Answer:
    """One HTTP answer.

    Attributes:
        status: its status.
        body: its body.
        content_type: of the body.
        claimed_bytes: length that the header tells, None for the true one.
        headers: further ones.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/xml"
    claimed_bytes: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


def refusal(code: str, status: int = 403) -> Answer:
    """Return the answer with which an S3 server refuses."""
    body = f"<Error><Code>{code}</Code><Message>as told</Message></Error>"
    return Answer(status, body.encode())


class MisbehavingServer:
    """Answers every request alike, and counts them."""

    def __init__(self, answer: Callable[[int], Answer], tls: ssl.SSLContext | None) -> None:
        self.requests: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                outer.requests.append(f"{self.command} {self.path}")
                told = answer(len(outer.requests))
                self.send_response(told.status)
                length = len(told.body) if told.claimed_bytes is None else told.claimed_bytes
                headers = {"Content-Type": told.content_type, "Content-Length": str(length)}
                for name, value in (headers | told.headers).items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(told.body)
                if told.claimed_bytes is not None:
                    self.close_connection = True

            do_GET = do_HEAD = do_PUT = do_DELETE = _answer  # noqa: N815  # named by the library

            def log_message(self, *args: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            def handle_error(self, *args: object) -> None:
                return  # clients that hang up are what is tested

        self._server = Server(("127.0.0.1", 0), Handler)
        if tls is not None:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.host = f"127.0.0.1:{self._server.server_port}"

    def store(self, **options: object) -> MinioStore:
        """Return a store on this server."""
        keys = {"access_key": "a-known-key", "secret_key": "a-secret-key"}
        settings = {"secure": False, "region": "us-east-1", **keys, **options}
        return MinioStore(connect(self.host, "pictures", **settings))

    def run(self) -> None:
        self._server.serve_forever()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def answering(*answers: Answer, tls: ssl.SSLContext | None = None) -> Iterator[MisbehavingServer]:
    """Run a server that gives these answers in turn, and the last one for ever."""
    server = MisbehavingServer(lambda number: answers[min(number, len(answers)) - 1], tls)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()

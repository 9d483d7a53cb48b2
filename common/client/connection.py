"""One server, reached over HTTP: what is sent, and what comes back checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict, TypeVar, Unpack

import httpx
from pydantic import TypeAdapter, ValidationError

from common.client.wire import Json, error_of
from common.errors import ApiUnavailable

Body = TypeVar("Body")


class RequestParts(TypedDict, total=False):
    """What a request may have beside its address; ``timeout`` in seconds a step."""

    params: Json
    json: Json
    files: dict[str, tuple[str, bytes, str]]
    content: Iterable[bytes]
    headers: dict[str, str]
    timeout: float


class Connection:
    """Requests to one server. Safe to share by threads.

    Args:
        base_url: where the API is mounted.
        api_key: sent with each request; empty: none.
        timeout_seconds: how long one step of a request may take.
    """

    def __init__(self, base_url: str, api_key: str, timeout_seconds: float) -> None:
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self.timeout_seconds = timeout_seconds
        self._base_url = base_url.rstrip("/")
        self._http = httpx.Client(timeout=timeout_seconds, headers=headers)

    def close(self) -> None:
        """Close it. Closing twice is fine."""
        self._http.close()

    def read(
        self, method: str, path: str, kind: type[Body], **request: Unpack[RequestParts]
    ) -> Body:
        """Return an answer, checked to be of a kind.

        Raises:
            ApiUnavailable: it is of another kind, or there is none.
            VisualSearchError: the error that the server met.
        """
        response = self.send(method, path, **request)
        try:
            return TypeAdapter(kind).validate_json(response.content)
        except ValidationError as error:
            raise ApiUnavailable(
                f"{response.url.copy_with(query=None)} answered what this client does not "
                f"understand",
                "Use the client of the server's own version, and check the address",
            ) from error

    def send(self, method: str, path: str, **request: Unpack[RequestParts]) -> httpx.Response:
        """Return an answer as it comes.

        Raises:
            ApiUnavailable: there is none.
            VisualSearchError: the error that the server met.
        """
        try:
            response = self._http.request(method, f"{self._base_url}/v1{path}", **request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ApiUnavailable(
                f"The HTTP API at {self._base_url} does not answer ({error})",
                "Check the address, and that the server runs",
            ) from error
        if not response.is_success:
            raise error_of(response)
        return response

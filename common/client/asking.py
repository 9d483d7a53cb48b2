"""Asking one server over HTTP."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Self, TypedDict, TypeVar, Unpack
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from common.client.answers import CategorySummary, Generation, Record, RecordPage
from common.client.wire import Json, error_of, filter_param, params, query_body
from common.errors import ApiUnavailable
from common.queries import ExampleQuery, SearchOptions
from common.records import Answer, Filter

_Body = TypeVar("_Body")


class _Request(TypedDict, total=False):
    params: Json
    json: Json
    files: dict[str, tuple[str, bytes, str]]


class SearchClient:
    """Asks one server. Use it in a ``with`` statement, or close it; safe to share by threads.

    Every method raises the error that the server met, as if it had been called there, and
    :class:`~common.errors.ApiUnavailable` when the server does not answer.

    Args:
        base_url: where the API is mounted, such as ``http://localhost:8080/api``.
        api_key: sent with each request; empty: none.
        timeout_seconds: how long one step of a request may take.
    """

    def __init__(self, base_url: str, *, api_key: str = "", timeout_seconds: float = 30) -> None:
        headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._base_url = base_url.rstrip("/")
        self._http = httpx.Client(timeout=timeout_seconds, headers=headers)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. Closing twice is fine."""
        self._http.close()

    def categories(self) -> list[CategorySummary]:
        """Return all categories, broken ones included."""
        return self._read("GET", "/categories", list[CategorySummary])

    def generations(self, category: str) -> list[Generation]:
        """Return the published generations of a category, oldest first."""
        return self._read("GET", f"{_category(category)}/generations", list[Generation])

    def search(
        self,
        category: str,
        picture: bytes,
        options: SearchOptions | None = None,
        fields: Sequence[str] | None = None,
    ) -> Answer:
        """Find the records most similar to a picture.

        Args:
            category: where to search.
            picture: an image file's bytes.
            options: how to answer.
            fields: of the payload to return; None: all.
        """
        return self._read(
            "POST",
            f"{_category(category)}/search",
            Answer,
            params=params(options or SearchOptions(), fields),
            files={"file": ("picture", picture, "application/octet-stream")},
        )

    def similar(
        self,
        category: str,
        record: str,
        options: SearchOptions | None = None,
        fields: Sequence[str] | None = None,
    ) -> Answer:
        """Find the records most similar to one of the category, itself left out."""
        address = f"{_record(category, record)}/similar"
        return self._read("GET", address, Answer, params=params(options or SearchOptions(), fields))

    def search_examples(
        self, category: str, query: ExampleQuery, fields: Sequence[str] | None = None
    ) -> Answer:
        """Find records that are like some examples and unlike others."""
        body = query_body(query, fields)
        return self._read("POST", f"{_category(category)}/search/examples", Answer, json=body)

    def search_batch(
        self, category: str, queries: Sequence[ExampleQuery], fields: Sequence[str] | None = None
    ) -> list[Answer]:
        """Answer several queries by the same generation, in their order."""
        body = {"queries": [query_body(query, fields) for query in queries]}
        address = f"{_category(category)}/search/batch"
        return self._read("POST", address, dict[str, list[Answer]], json=body)["answers"]

    def record(self, category: str, record: str) -> Record:
        """Return one record."""
        return self._read("GET", _record(category, record), Record)

    def record_page(
        self,
        category: str,
        *,
        start: str | None = None,
        limit: int = 100,
        filter: Filter | None = None,
    ) -> RecordPage:
        """Return up to ``limit`` records (at most 1,000), from ``start`` on (None: the first)."""
        page = {"limit": limit, **({"start": start} if start else {}), **filter_param(filter)}
        return self._read("GET", f"{_category(category)}/records", RecordPage, params=page)

    def records(
        self, category: str, *, filter: Filter | None = None, page_size: int = 500
    ) -> Iterator[Record]:
        """Yield all records that pass a filter, in the order of their ids."""
        page = self.record_page(category, limit=page_size, filter=filter)
        yield from page.records
        while page.next is not None:
            page = self.record_page(category, start=page.next, limit=page_size, filter=filter)
            yield from page.records

    def original(self, category: str, record: str) -> bytes:
        """Return a record's image file."""
        return self._send("GET", f"{_record(category, record)}/original").content

    def thumbnail(self, category: str, record: str) -> bytes:
        """Return a small copy of a record's image, a JPEG."""
        return self._send("GET", f"{_record(category, record)}/thumbnail").content

    def _read(
        self, method: str, path: str, kind: type[_Body], **request: Unpack[_Request]
    ) -> _Body:
        response = self._send(method, path, **request)
        try:
            return TypeAdapter(kind).validate_json(response.content)
        except ValidationError as error:
            raise ApiUnavailable(
                f"{response.url.copy_with(query=None)} answered what this client does not "
                f"understand",
                "Use the client of the server's own version, and check the address",
            ) from error

    def _send(self, method: str, path: str, **request: Unpack[_Request]) -> httpx.Response:
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


def _category(category: str) -> str:
    return f"/categories/{quote(category, safe='')}"


def _record(category: str, record: str) -> str:
    return f"{_category(category)}/records/{quote(record, safe='')}"

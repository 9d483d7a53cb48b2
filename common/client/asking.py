"""Asking one server over HTTP."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Self

from common.client.addresses import category_address, job_address, record_address
from common.client.answers import CategorySummary, Generation, JobAnswer
from common.client.connection import Connection
from common.client.intake import IntakeRequests
from common.client.records import RecordRequests
from common.client.wire import Json, params, query_body
from common.errors import TooBusy
from common.indexing import SyncOptions
from common.jobs import Job, JobState
from common.queries import ExampleQuery, SearchOptions
from common.records import Answer

_WAIT_SECONDS = 20.0
_BUSY_SECONDS = 1.0


class SearchClient(RecordRequests, IntakeRequests):
    """Asks one server. Use it in a ``with`` statement, or close it; safe to share by threads.

    Every method raises the error that the server met, as if it had been called there, and
    :class:`~common.errors.ApiUnavailable` when the server does not answer.

    Args:
        base_url: where the API is mounted, such as ``http://localhost:8080/api``.
        api_key: sent with each request; empty: none.
        timeout_seconds: how long one step of a request may take.
    """

    def __init__(self, base_url: str, *, api_key: str = "", timeout_seconds: float = 30) -> None:
        super().__init__(Connection(base_url, api_key, timeout_seconds))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. Closing twice is fine."""
        self._connection.close()

    def categories(self) -> list[CategorySummary]:
        """Return all categories, broken ones included."""
        return self._connection.read("GET", "/categories", list[CategorySummary])

    def generations(self, category: str) -> list[Generation]:
        """Return the published generations of a category, oldest first."""
        return self._connection.read(
            "GET", f"{category_address(category)}/generations", list[Generation]
        )

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
        return self._connection.read(
            "POST",
            f"{category_address(category)}/search",
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
        address = f"{record_address(category, record)}/similar"
        return self._connection.read(
            "GET", address, Answer, params=params(options or SearchOptions(), fields)
        )

    def search_examples(
        self, category: str, query: ExampleQuery, fields: Sequence[str] | None = None
    ) -> Answer:
        """Find records that are like some examples and unlike others."""
        body = query_body(query, fields)
        return self._connection.read(
            "POST", f"{category_address(category)}/search/examples", Answer, json=body
        )

    def search_batch(
        self, category: str, queries: Sequence[ExampleQuery], fields: Sequence[str] | None = None
    ) -> list[Answer]:
        """Answer several queries by the same generation, in their order."""
        body = {"queries": [query_body(query, fields) for query in queries]}
        address = f"{category_address(category)}/search/batch"
        return self._connection.read("POST", address, dict[str, list[Answer]], json=body)["answers"]

    def index(self, category: str, options: SyncOptions | None = None) -> Job:
        """Have a category's index brought in step with its files; return the job that does it."""
        body = asdict(options or SyncOptions())
        return self._connection.read(
            "POST", f"{category_address(category)}/index", JobAnswer, json=body
        )

    def jobs(
        self, *, category: str | None = None, states: Sequence[JobState] = (), limit: int = 100
    ) -> Sequence[Job]:
        """Return jobs, the newest first: of one category or all, in some states or any."""
        chosen: Json = {"limit": limit, "state": list(states)}
        if category is not None:
            chosen["category"] = category
        return self._connection.read("GET", "/jobs", list[JobAnswer], params=chosen)

    def job(self, job: str, *, revision: int | None = None, wait_seconds: float = 0) -> Job:
        """Return a job by its id, at once or as soon as it differs from what the caller knows.

        Args:
            job: its id.
            revision: that the caller has seen; None: the present one.
            wait_seconds: after which it is returned as it is, at most 30.
        """
        seen = {} if revision is None else {"revision": revision}
        return self._connection.read(
            "GET",
            job_address(job),
            JobAnswer,
            params={"wait_seconds": wait_seconds, **seen},
            timeout=self._connection.timeout_seconds + wait_seconds,
        )

    def wait_for_job(
        self,
        job: str,
        *,
        timeout_seconds: float = math.inf,
        on_change: Callable[[Job], None] | None = None,
    ) -> Job:
        """Return a job by its id once it has ended, or as it is when time is up.

        Args:
            job: its id.
            timeout_seconds: how long to wait.
            on_change: called with the job as it was found, and whenever it has changed.
        """
        deadline = time.monotonic() + timeout_seconds
        found, told = self.job(job), -1
        while True:
            if on_change is not None and found.revision != told:
                on_change(found)
                told = found.revision
            remaining = deadline - time.monotonic()
            if not found.is_open or remaining <= 0:
                return found
            try:
                wait_seconds = min(_WAIT_SECONDS, remaining)
                found = self.job(job, revision=found.revision, wait_seconds=wait_seconds)
            except TooBusy:  # too many wait already
                time.sleep(min(_BUSY_SECONDS, remaining))
                found = self.job(job)

    def cancel_job(self, job: str) -> Job:
        """End a queued job at once, or ask a running one to end; return it."""
        return self._connection.read("POST", f"{job_address(job)}/cancel", JobAnswer)

    def retry_job(self, job: str) -> Job:
        """Queue a job again that failed, was cancelled or was interrupted; return it."""
        return self._connection.read("POST", f"{job_address(job)}/retry", JobAnswer)

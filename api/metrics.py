"""What Prometheus is told: requests, the stages of queries, and what is under way or waits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import AbstractContextManager

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client import generate_latest as _exposed

from common.jobs import JobState
from common.jobs.record import OPEN_STATES

MEDIA_TYPE = CONTENT_TYPE_LATEST
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_STAGE_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5)


class Metrics:
    """The figures of one application, in a registry of their own. Thread-safe.

    Labels come from closed sets (routes as they are declared, not as they are asked for), so that
    no client can make their number grow.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "visual_search_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "visual_search_request_seconds",
            "Time from a request to the end of its answer.",
            ("method", "route"),
            buckets=_REQUEST_SECONDS,
            registry=self._registry,
        )
        self._stage_seconds = Histogram(
            "visual_search_stage_seconds",
            "Time that a stage of a query took.",
            ("stage",),
            buckets=_STAGE_SECONDS,
            registry=self._registry,
        )
        self._embedding = Gauge(
            "visual_search_embeddings_in_progress",
            "Queries by picture that are being answered.",
            registry=self._registry,
        )
        self._waiting = Gauge(
            "visual_search_job_waits_in_progress",
            "Requests that wait for a job to change.",
            registry=self._registry,
        )
        self._editing = Gauge(
            "visual_search_edits_in_progress",
            "Requests that change records, or wait for another that does.",
            registry=self._registry,
        )
        self._uploading = Gauge(
            "visual_search_uploads_in_progress",
            "Requests that bring files to add.",
            registry=self._registry,
        )
        self._jobs = Gauge(
            "visual_search_jobs",
            "Jobs that have not ended, by state; NaN where that cannot be found out.",
            ("state",),
            registry=self._registry,
        )

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; ``status`` is 0 where the connection broke before an answer."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._request_seconds.labels(known, route).observe(seconds)

    def observe_stages(self, seconds: Mapping[str, float]) -> None:
        """Note how long the stages of a query took."""
        for stage, spent in seconds.items():
            self._stage_seconds.labels(stage).observe(spent)

    def embedding(self) -> AbstractContextManager[None]:
        """Count a query as being embedded for the length of a ``with`` block."""
        return self._embedding.track_inprogress()

    def waiting(self) -> AbstractContextManager[None]:
        """Count a request as waiting for a job for the length of a ``with`` block."""
        return self._waiting.track_inprogress()

    def editing(self) -> AbstractContextManager[None]:
        """Count a request as changing records for the length of a ``with`` block."""
        return self._editing.track_inprogress()

    def uploading(self) -> AbstractContextManager[None]:
        """Count a request as bringing files for the length of a ``with`` block."""
        return self._uploading.track_inprogress()

    def set_jobs(self, counts: Mapping[JobState, int] | None) -> None:
        """Note how many jobs have not ended, by state; None where that cannot be found out."""
        for state in OPEN_STATES:
            self._jobs.labels(state).set(math.nan if counts is None else counts.get(state, 0))

    def exposed(self) -> bytes:
        """Return all figures in Prometheus's text format."""
        return _exposed(self._registry)

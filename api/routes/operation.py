"""What those who run the server ask: is it alive, is it ready, how does it fare."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping

from fastapi import APIRouter, Response

from api.metrics import MEDIA_TYPE, Metrics
from api.models.health import Dependency, Health, Readiness
from api.problems import described
from common.assembly import Services
from common.errors import VisualSearchError
from common.jobs import JobState, JobStore
from common.jobs.record import OPEN_STATES

# Equal jobs are queued once: the queue is far shorter than that.
_MOST_COUNTED = 10_000
_log = logging.getLogger(__name__)


def health_routes(live: Services) -> APIRouter:
    """Return the routes that health checks ask."""
    router = APIRouter(prefix="/v1/health", tags=["operation"])
    checks: dict[str, Callable[[], object]] = {
        "images": lambda: _reach_images(live),
        "vectors": live.store.categories,
        "embedder": lambda: live.embedders.get(live.settings.embedder),
    }

    @router.get("/live")
    def health_live() -> Health:
        """Tell that the process answers."""
        return Health()

    @router.get(
        "/ready",
        responses={503: {"model": Readiness, "description": "Something is down."}},
    )
    def health_ready(response: Response) -> Readiness:
        """Tell, dependency by dependency, whether queries can be answered."""
        dependencies = [_asked(name, check) for name, check in checks.items()]
        ready = all(dependency.ok for dependency in dependencies)
        response.status_code = 200 if ready else 503
        return Readiness(
            status="ok" if ready else "unavailable",
            dependencies=dependencies,
            jobs_are_run=_jobs_are_run(live.jobs),
        )

    return router


def metrics_routes(live: Services, metrics: Metrics) -> APIRouter:
    """Return the route that Prometheus asks."""
    router = APIRouter(prefix="/v1", tags=["operation"])

    @router.get(
        "/metrics",
        response_class=Response,
        responses={
            200: {
                "description": "Figures in Prometheus's text format.",
                "content": {"text/plain": {"schema": {"type": "string"}}},
            },
            **described(401),
        },
    )
    def read_metrics() -> Response:
        """Tell requests, time by stage, how much is being embedded, and how many jobs wait."""
        metrics.set_jobs(_open_jobs(live.jobs))
        return Response(metrics.exposed(), media_type=MEDIA_TYPE)

    return router


def _reach_images(live: Services) -> None:
    live.files.check()  # a bucket's categories would be listed from copies too
    live.catalog.list()


def _jobs_are_run(jobs: JobStore) -> bool | None:
    try:
        return jobs.is_served()
    except (VisualSearchError, OSError) as error:
        _log.warning("whether jobs are run cannot be told: %s", error)
        return None


def _open_jobs(jobs: JobStore) -> Mapping[JobState, int] | None:
    try:
        found = jobs.list(states=OPEN_STATES, limit=_MOST_COUNTED)
    except VisualSearchError as error:  # the other figures can still be told
        _log.warning("jobs cannot be counted: %s", error)
        return None
    return Counter(job.state for job in found)


def _asked(name: str, check: Callable[[], object]) -> Dependency:
    try:
        check()
    except VisualSearchError as error:
        return Dependency(name=name, ok=False, detail=str(error))
    except Exception:  # noqa: BLE001  # this one is down; the others are still to be asked
        _log.exception("the check of '%s' went wrong", name)
        return Dependency(name=name, ok=False, detail="Unexpected; the details are in the log.")
    return Dependency(name=name, ok=True, detail="")

"""Serve the HTTP API without the page, and run the jobs that it is given: ``make api``.

It serves what is there: the demo is drawn by other commands.
"""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from api.app import create_api
from common.assembly import Services, assemble
from common.job_kinds import job_runner
from common.logs import configure_logging
from common.settings import load_settings
from scripts.serve import reachable, require_free_port, require_writable
from scripts.terminal import exit_status


def application(live: Services) -> Starlette:
    """Return the API under the same addresses as beside the page."""
    return Starlette(routes=[Mount("/api", create_api(live))])


def run() -> None:
    """Serve until stopped.

    Raises:
        VisualSearchError: the settings do not allow it.
    """
    settings = load_settings()
    configure_logging(settings.log_level)
    require_free_port(settings, "api_port")
    require_writable(settings)
    live = assemble(settings)
    app = application(live)
    print(f"Open http://{reachable(settings.interactive_host)}:{settings.api_port}/api/docs")
    with job_runner(live):
        uvicorn.run(
            app,
            host=settings.interactive_host,
            port=settings.api_port,
            log_config=None,  # this program's own
            access_log=False,  # each request has its line already
            server_header=False,
        )


if __name__ == "__main__":
    sys.exit(exit_status(run))

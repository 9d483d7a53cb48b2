"""The servers that the settings name: whether they answer, and in what state they are."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Final

import httpx

from common.assembly import bucket_places
from common.bucket.places import BucketPlaces, places_in
from common.errors import VisualSearchError
from common.settings import Settings
from common.storage.s3_connection import connect
from scripts.doctor.findings import Finding, failure, ok, warning

TIMEOUT_SECONDS: Final = 3
CONNECT_SECONDS: Final = 1.0  # tried twice
ALLOWED_SKEW_SECONDS: Final = 60
"""S3 refuses requests whose clock is 15 minutes off: a minute is a good time to tell."""


def names_qdrant(settings: Settings) -> bool:
    """Tell whether a Qdrant server is configured."""
    return bool(settings.qdrant_url or settings.qdrant_host)


def check_qdrant(settings: Settings) -> list[Finding]:
    """Ask the Qdrant server for its version; without one, tell the engine in this process."""
    if not names_qdrant(settings):
        from importlib.metadata import version

        engine = version("qdrant-edge-py")
        return [ok("qdrant", f"Indexes are kept by the embedded engine, Qdrant Edge {engine}")]
    from common.vectors.server.connection import Connection, ServerAddress

    url = settings.qdrant_url or f"http://{settings.qdrant_host}:{settings.qdrant_port}"
    address = ServerAddress(
        url,
        settings.qdrant_api_key or None,
        min(TIMEOUT_SECONDS, settings.qdrant_timeout_seconds),
        ca_file=Path(settings.qdrant_ca_file) if settings.qdrant_ca_file else None,
    )
    try:
        client = Connection(address)()
    except VisualSearchError as error:
        return [failure("qdrant", error.what, error.cure)]
    try:
        told = client.info().version
    finally:
        client.close()
    return [ok("qdrant", f"The Qdrant server answers, version {told}")]


def check_bucket(settings: Settings) -> list[Finding]:
    """List the bucket of the settings, and compare the server's clock with this machine's."""
    if settings.type == "LOCAL" and not settings.minio_host:
        return [ok("bucket", "Categories lie in DATA_DIR (TYPE=LOCAL)")]
    try:
        places = _places(settings)
        places.categories.check()
    except VisualSearchError as error:
        return [failure("bucket", error.what, error.cure)]
    bucket = places.categories.bucket
    try:
        told = server_time(bucket.server, settings.minio_ca_file)
    finally:
        bucket.close()
    found = [ok("bucket", f"{places.categories.address} answers at {bucket.server}")]
    if told is not None:
        found.append(skew_finding(bucket.server, told, datetime.now(UTC)))
    return found


def server_time(server: str, ca_file: str) -> datetime | None:
    """Return the time that an HTTP server tells with its answers, None where it tells none."""
    trusted = ssl.create_default_context()
    if ca_file:
        trusted.load_verify_locations(cafile=ca_file)
    try:
        answer = httpx.head(server, timeout=TIMEOUT_SECONDS, verify=trusted)
        told = parsedate_to_datetime(answer.headers["date"])
    except (httpx.HTTPError, KeyError, ValueError):
        return None
    return told if told.tzinfo else told.replace(tzinfo=UTC)


def skew_finding(server: str, told: datetime, here: datetime) -> Finding:
    """Judge how far a server's clock and this machine's are apart."""
    seconds = abs((told - here).total_seconds())
    if seconds <= ALLOWED_SKEW_SECONDS:
        return ok("bucket", f"The clocks of {server} and of this machine agree")
    return warning(
        "bucket",
        f"The clock of {server} differs from this machine's by {seconds:,.0f} s: from 900 s on it "
        "refuses requests",
        "Set this machine's clock right, or the server's",
    )


def _places(settings: Settings) -> BucketPlaces:
    """Return the bucket's stores as everything uses them, but for how long they wait."""
    bucket_places(settings)  # refuses what is missing
    bucket = connect(
        settings.minio_host,
        settings.minio_bucket_name,
        access_key=settings.minio_access_key,
        secret_key=settings.minio_secret_key,
        secure=settings.minio_secure,
        region=settings.minio_region,
        ca_file=settings.minio_ca_file,
        connect_seconds=CONNECT_SECONDS,
        read_seconds=TIMEOUT_SECONDS,
    )
    return places_in(bucket, settings.minio_main_path)

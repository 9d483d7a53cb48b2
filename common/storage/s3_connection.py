"""A connection to one bucket of an S3 server: bounded in time, retries and sockets."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import urllib3
from minio import Minio
from minio.helpers import check_bucket_name

from common.errors import SettingsError, StorageUnavailable
from common.storage.s3_errors import VENDOR_ERRORS, is_outage, translated

CONNECT_SECONDS: Final = 3.0
READ_SECONDS: Final = 30.0
CONNECTIONS: Final = 16
_PAUSE_SECONDS: Final = 1.0
_PASSING_STATUS: Final = (429, 500, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class _Outage:
    until: float
    what: str
    cure: str


class Bucket:
    """One bucket, and what every call to it has in common. Safe to use from several threads.

    After a call that could not reach the server, calls fail at once for a second: a page with many
    pictures then waits for one timeout and not for many.

    Args:
        client: of the server.
        name: the bucket's.
        server: how the server is called in sentences.
        pool: the client's connections.
    """

    def __init__(self, client: Minio, name: str, server: str, pool: urllib3.PoolManager) -> None:
        self.client = client
        self.name = name
        self.server = server
        self._pool = pool
        self._lock = threading.Lock()
        self._outage: _Outage | None = None

    def __repr__(self) -> str:
        return f"Bucket({self.name!r} at {self.server})"

    @contextmanager
    def asked(self, path: str = "") -> Iterator[None]:
        """Translate whatever goes wrong in the block.

        Args:
            path: the file concerned, for sentences.

        Raises:
            StorageError: as :func:`~common.storage.s3_errors.translated` says.
        """
        with self._lock:
            outage = self._outage
        if outage is not None and time.monotonic() < outage.until:
            raise StorageUnavailable(outage.what, outage.cure)
        try:
            yield
        except VENDOR_ERRORS as error:
            told = translated(error, self.name, self.server, path)
            if is_outage(error):
                with self._lock:
                    until = time.monotonic() + _PAUSE_SECONDS
                    self._outage = _Outage(until, told.what, told.cure)
            raise told from error

    def check(self, prefix: str = "") -> None:
        """Make sure that the bucket answers.

        Args:
            prefix: of keys that may be listed: some keys may list no others.

        Raises:
            StorageUnavailable: it does not, with the reason.
        """
        with self.asked():
            # A listing and not HEAD, whose answers never tell why they refuse.
            next(iter(self.client.list_objects(self.name, prefix)), None)

    def close(self) -> None:
        """Close the connections that are kept for reuse. The next call opens one again."""
        self._pool.clear()


def connect(
    host: str,
    bucket: str,
    *,
    access_key: str,
    secret_key: str,
    secure: bool = True,
    region: str = "",
    ca_file: str = "",
    connect_seconds: float = CONNECT_SECONDS,
    read_seconds: float = READ_SECONDS,
    connections: int = CONNECTIONS,
) -> Bucket:
    """Prepare a connection. Nothing is sent before the first call.

    Args:
        host: of the server, with its port if that is not the usual one; ``http://`` or
            ``https://`` before it outweighs ``secure``.
        bucket: its name.
        access_key: empty for a bucket that all may read.
        secret_key: of that key.
        secure: speak https.
        region: the bucket's; empty: the server is asked for it.
        ca_file: certificates, in PEM, of an authority that the system does not know.
        connect_seconds: to wait for a connection.
        read_seconds: to wait for the next bytes.
        connections: at most open at once; further calls wait for one.

    Raises:
        SettingsError: a value cannot be used.
    """
    scheme, separator, rest = host.rstrip("/").partition("://")
    if separator:
        secure, host = scheme == "https", rest
    if "@" in host or "?" in host:
        raise SettingsError(  # which does not repeat it: keys may be in it
            "MINIO_HOST holds more than a host and its port",
            "Give it as host:port, and the keys in MINIO_ACCESS_KEY and MINIO_SECRET_KEY",
        )
    context = ssl.create_default_context()
    try:
        if ca_file:
            context.load_verify_locations(cafile=ca_file)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(
            f"MINIO_CA_FILE '{ca_file}' cannot be read as certificates",
            "Give the path of a PEM file",
        ) from error
    pool = urllib3.PoolManager(
        maxsize=connections,
        block=True,
        timeout=urllib3.Timeout(connect=connect_seconds, read=read_seconds),
        ssl_context=context,
        # Each of these methods may be repeated: a PUT here always carries a whole object or part.
        retries=urllib3.Retry(
            total=3,
            connect=1,
            read=2,
            redirect=1,
            other=0,
            backoff_factor=0.2,
            status_forcelist=_PASSING_STATUS,
            allowed_methods=("GET", "HEAD", "PUT", "DELETE"),
            raise_on_status=False,
            respect_retry_after_header=False,
        ),
    )
    try:
        client = Minio(
            host,
            access_key or None,
            secret_key or None,
            secure=secure,
            region=region or None,
            http_client=pool,
        )
        check_bucket_name(bucket)
    except ValueError as error:
        raise SettingsError(
            f"The bucket '{bucket}' at '{host}' cannot be connected to: {error}",
            "Correct MINIO_HOST (host:port), MINIO_REGION or MINIO_BUCKET_NAME",
        ) from error
    return Bucket(client, bucket, f"{'https' if secure else 'http'}://{host}", pool)

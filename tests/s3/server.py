"""moto's S3 server in a thread of this process, or the real one that MINIO_HOST names."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from minio.deleteobjects import DeleteObject
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from common.storage.s3_connection import Bucket, connect


class _QuietHandler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"  # as real servers do, it leaves connections open for reuse

    def log(self, *args: object) -> None:
        return


@dataclass(frozen=True)
class S3Server:
    """Where an S3 server listens, and keys that it accepts."""

    host: str
    access_key: str
    secret_key: str
    secure: bool

    def connect(self, bucket: str, host: str | None = None, **options: object) -> Bucket:
        """Connect to a bucket, perhaps by way of another address."""
        return connect(
            host or self.host,
            bucket,
            access_key=self.access_key,
            secret_key=self.secret_key,
            **{"secure": self.secure, "region": "us-east-1", **options},
        )

    @contextmanager
    def new_bucket(self) -> Iterator[Bucket]:
        """Make a bucket that nothing else uses; it is removed afterwards."""
        bucket = self.connect(f"test-{uuid.uuid4().hex[:12]}")
        bucket.client.make_bucket(bucket.name)
        try:
            yield bucket
        finally:
            held = bucket.client.list_objects(bucket.name, recursive=True)
            names = [DeleteObject(found.object_name) for found in held]
            assert not list(bucket.client.remove_objects(bucket.name, names))
            bucket.client.remove_bucket(bucket.name)
            bucket.close()

    def settings(self, bucket: str, host: str | None = None) -> dict[str, object]:
        """Return the settings under which a bucket's categories are used."""
        return {
            "type": "DEV",
            "minio_host": host or self.host,
            "minio_access_key": self.access_key,
            "minio_secret_key": self.secret_key,
            "minio_bucket_name": bucket,
            "minio_secure": self.secure,
            "minio_region": "us-east-1",
        }


@contextmanager
def running_server() -> Iterator[S3Server]:
    """Run moto's server until the block ends, unless MINIO_HOST names a real one."""
    if host := os.environ.get("MINIO_HOST"):
        secure = os.environ.get("MINIO_SECURE", "true").lower() == "true"
        keys = os.environ["MINIO_ACCESS_KEY"], os.environ["MINIO_SECRET_KEY"]
        yield S3Server(host, *keys, secure)
        return
    server = make_server(
        "127.0.0.1",
        0,
        DomainDispatcherApplication(create_backend_app),
        threaded=True,
        request_handler=_QuietHandler,
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield S3Server(f"127.0.0.1:{server.server_port}", "tester", "tester-secret", secure=False)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

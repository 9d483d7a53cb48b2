"""Reaching a Qdrant server: over TLS, with a key, by gRPC where it answers there."""

from __future__ import annotations

import logging
import re
import ssl
import threading
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qdrant_client import QdrantClient

from common.errors import SettingsError, StoreUnavailable
from common.vectors.server.failures import VENDOR_ERRORS, translated

LEAST_VERSION = (1, 16)  # the first that keeps metadata of collections
_PROBE_SECONDS = 3
_VERSION = re.compile(r"v?(\d+)\.(\d+)")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server is, and what it wants to see before it answers.

    Attributes:
        url: of its HTTP interface, such as ``https://qdrant.example:6333``; ``https`` means TLS
            for gRPC too.
        api_key: the server's, if any.
        timeout_seconds: within which each request must be answered.
        grpc_port: of its gRPC interface; 0: only HTTP is used.
        ca_file: certificates of the authorities to trust, PEM; None: those the system trusts.
    """

    url: str
    api_key: str | None = field(default=None, repr=False)
    timeout_seconds: int = 30
    grpc_port: int = 0
    ca_file: Path | None = None


class Connection:
    """A client that is made on first use. Safe to call from several threads.

    Args:
        address: of the server.
    """

    def __init__(self, address: ServerAddress) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._client: QdrantClient | None = None

    def __call__(self) -> QdrantClient:
        """Return the client, the same each time once the server has answered.

        Raises:
            SettingsError: the address is none, or the authorities' file cannot be used.
            StoreUnavailable: the server does not answer, or is too old. The next call tries again.
        """
        if self._client is None:
            with self._lock:
                if self._client is None:
                    self._client = self._connected()
        return self._client

    def _connected(self) -> QdrantClient:
        client = self._made()
        try:
            with translated("tell its version"):
                check_version(client.info().version)
        except BaseException:
            client.close()
            raise
        if self._address.grpc_port and self._answers_grpc():
            client.close()
            return self._made(prefer_grpc=True)
        return client

    def _answers_grpc(self) -> bool:
        probe = self._made(prefer_grpc=True, timeout_seconds=_PROBE_SECONDS)
        try:
            probe.info()
        except VENDOR_ERRORS as error:
            _log.info(
                "Qdrant does not answer gRPC at port %d (%s): HTTP is used",
                self._address.grpc_port,
                type(error).__name__,
            )
            return False
        finally:
            probe.close()
        return True

    def _made(
        self, *, prefer_grpc: bool = False, timeout_seconds: int | None = None
    ) -> QdrantClient:
        address = self._address
        trusted = _trusted(address.ca_file)
        options: dict[str, Any] = {}
        if trusted is not None:
            options["verify"] = ssl.create_default_context(cadata=trusted)
            options["grpc_options"] = {"root_certificates": trusted.encode()}
        if address.api_key and address.url.startswith("http://"):
            _log.warning("the Qdrant API key travels unencrypted: give QDRANT_URL as https://…")
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Api key is used with an insecure connection")
            try:
                return QdrantClient(
                    url=address.url,
                    api_key=address.api_key,
                    timeout=timeout_seconds or address.timeout_seconds,
                    grpc_port=address.grpc_port or 6334,
                    prefer_grpc=prefer_grpc,
                    check_compatibility=False,  # it would speak by warnings; see check_version
                    **options,
                )
            except ValueError as error:
                if isinstance(error, UnicodeError):
                    raise SettingsError(
                        "QDRANT_API_KEY holds characters that no key has", "Correct it"
                    ) from None
                # Neither the address nor the error, which repeats it: a password may be in it.
                raise SettingsError(
                    "QDRANT_URL (or QDRANT_HOST with QDRANT_PORT) is no address of a server",
                    "Give it as https://host:6333 or http://host:6333",
                ) from None


def check_version(version: str) -> None:
    """Make sure that a server can keep generations.

    Raises:
        StoreUnavailable: it is too old.
    """
    found = _VERSION.match(version)
    if found is not None and (int(found[1]), int(found[2])) < LEAST_VERSION:
        raise StoreUnavailable(
            f"The Qdrant server is too old: version {version} keeps no metadata of collections",
            f"Use version {'.'.join(map(str, LEAST_VERSION))} or later",
        )


def _trusted(ca_file: Path | None) -> str | None:
    """Return the certificates in a file, after making sure that they are some.

    Raises:
        SettingsError: it cannot be read, or holds no certificates.
    """
    if ca_file is None:
        return None
    try:
        text = ca_file.read_text(encoding="ascii")
        if not text:
            raise ValueError  # which would stand for those the system trusts
        ssl.create_default_context(cadata=text)
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        raise SettingsError(
            f"QDRANT_CA_FILE '{ca_file}' cannot be used as certificates",
            "Name a readable file in PEM format",
        ) from error
    return text

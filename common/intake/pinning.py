"""A transport that connects to the very IP address that was checked, and keeps the host's name."""

from __future__ import annotations

import ssl
from collections import OrderedDict
from typing import Final

import httpx

from common.intake.addresses import Resolve, checked_ip, port_of

_ORIGINS_KEPT: Final = 4


class PinnedTransport(httpx.BaseTransport):
    """Sends each request to an IP address that was checked, under its host's name.

    The host is looked up and checked once a connection is made; the request then names the IP
    address, while the header ``Host`` and the name that TLS asks for and verifies stay the host's.
    Connections are kept by host, never by IP address: two hosts may share one. No proxy of the
    environment is used, as that would look the host up again.

    For one thread: a host that was not asked for a while is given up for another.

    Args:
        resolve: looks hosts up.
        allow_private: whether private addresses may be asked.
        tls: how servers prove who they are.
    """

    def __init__(self, resolve: Resolve, *, allow_private: bool, tls: ssl.SSLContext) -> None:
        self._resolve = resolve
        self._allow_private = allow_private
        self._tls = tls
        self._inner: OrderedDict[tuple[str, str, int], tuple[str, httpx.HTTPTransport]] = (
            OrderedDict()
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request.

        Raises:
            AddressRefused: its host is not at a public address.
            httpx.TransportError: there is no such host, or it does not answer.
        """
        host = request.url.raw_host.decode("ascii")
        ip, inner = self._pinned(request.url.scheme, host, port_of(request.url))
        return inner.handle_request(
            httpx.Request(
                request.method,
                request.url.copy_with(host=ip),
                headers=request.headers,  # with the host's own name
                stream=request.stream,
                extensions={**request.extensions, "sni_hostname": host},
            )
        )

    def close(self) -> None:
        """Close all connections."""
        while self._inner:
            self._inner.popitem()[1][1].close()

    def _pinned(self, scheme: str, host: str, port: int) -> tuple[str, httpx.HTTPTransport]:
        origin = (scheme, host, port)
        if origin in self._inner:
            self._inner.move_to_end(origin)
            return self._inner[origin]
        try:
            ip = checked_ip(host, port, self._resolve, allow_private=self._allow_private)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"the host '{host}' cannot be found") from error
        made = (ip, httpx.HTTPTransport(verify=self._tls, trust_env=False))
        self._inner[origin] = made
        while len(self._inner) > _ORIGINS_KEPT:
            self._inner.popitem(last=False)[1][1].close()
        return made

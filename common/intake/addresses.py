"""Web addresses from anyone: which may be asked, and which would lead into a private network.

A server that downloads what others name can be made to ask what only it can reach: its own
machine, its neighbours, a cloud's service of credentials. So only what is on the public internet is
asked (OWASP, "Server-Side Request Forgery Prevention Cheat Sheet", which follows RFC 1918, 4193,
6598 and 6890 for what is not).
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import httpx

from common.errors import AddressRefused
from common.intake.names import shown_name

Resolve: TypeAlias = Callable[[str, int], Sequence[str]]
"""Returns the IP addresses of a host and port; raises OSError where there are none."""

_LONGEST: Final = 2_000
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052, of an IPv4 address
_GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")  # RFC 4291: all that is public
# Which of the special ranges the standard library knows depends on its age.
_SPECIAL: Final = (ipaddress.IPv4Network("192.0.0.0/24"),)
_SPECIAL_6: Final = (ipaddress.IPv6Network("2001::/23"), ipaddress.IPv6Network("3fff::/20"))


def parse_address(text: str) -> httpx.URL:
    """Return the web address that a text is, without its fragment.

    Raises:
        AddressRefused: it is none, or has a password in it.
    """
    shown = shown_name(text)
    if len(text) > _LONGEST:
        raise AddressRefused(
            f"The address '{shown}' is longer than {_LONGEST:,} characters",
            "Leave it out, or find a shorter one",
        )
    try:
        url = httpx.URL(text).copy_with(fragment=None)
        text.encode()
        host = url.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError) as error:
        raise AddressRefused(
            f"'{shown}' is no web address", "Write it as https://host/path"
        ) from error
    if url.scheme not in _DEFAULT_PORTS or not host:
        raise AddressRefused(
            f"'{shown}' is no address of the web", "Give one that begins with https:// or http://"
        )
    if url.userinfo:
        raise AddressRefused(
            f"The address of '{host}' has a user name or password in it",
            "Leave it out: it would be shown in reports",
        )
    return url


def check_literal(url: httpx.URL) -> None:
    """Accept an address that names a host, or a public IP address outright.

    Where a host is decides :func:`checked_ip`, once it is asked.

    Raises:
        AddressRefused: it names an IP address that is not public.
    """
    host = url.raw_host.decode("ascii")
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return
    checked_ip(host, port_of(url), lambda host, _: [host], allow_private=False)


def port_of(url: httpx.URL) -> int:
    """Return the port that an address leads to."""
    return url.port or _DEFAULT_PORTS[url.scheme]


def system_resolve(host: str, port: int) -> Sequence[str]:
    """Return the IP addresses that the system's resolver knows.

    Raises:
        OSError: there are none, or it does not answer.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def checked_ip(host: str, port: int, resolve: Resolve, *, allow_private: bool) -> str:
    """Return the IP address to connect to for a host.

    Each address that the host has is checked, and the caller connects to the one returned, so that
    the host's name cannot be given another meaning in between (DNS rebinding).

    Raises:
        AddressRefused: one of them is not public.
        OSError: there are none.
    """
    found = list(resolve(host, port))
    if not found:
        raise OSError(f"'{host}' has no address")
    for address in found:
        if not allow_private and not is_public(address):
            raise AddressRefused(
                f"The host '{shown_name(host)}' is at {shown_name(address)}, which is not on the "
                "public internet",
                "Give a public address, or set DOWNLOAD_PRIVATE_ADDRESSES=true",
                reason="private address",
            )
    return found[0]


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public internet.

    An IPv6 address that stands for an IPv4 address is judged by that: mapped (RFC 4291), translated
    (RFC 6052) or tunnelled by 6to4 (RFC 3056).
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        special = any(ip in network for network in _SPECIAL)
        return ip.is_global and not (special or ip.is_multicast or ip.is_reserved)
    inner = ip.ipv4_mapped or ip.sixtofour
    if inner is None and ip in _TRANSLATED:
        inner = ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    if inner is not None:
        return is_public(str(inner))
    special = any(ip in network for network in _SPECIAL_6)
    return ip in _GLOBAL_UNICAST and ip.is_global and not special

"""What others could do who reach this installation: missing, weak and unencrypted keys."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from api.guards.access import parse_keys
from common.settings import Settings
from scripts.doctor.findings import Finding, ok, warning

AREA: Final = "access"
SHORTEST_SECRET: Final = 16
_FEWEST_CHARACTERS: Final = 6  # distinct ones: fewer are a repetition
_KNOWN_TO_ALL: Final = frozenset({"minioadmin", "password", "changeme", "secret", "admin"})


def check_exposure(settings: Settings) -> list[Finding]:
    """Judge keys by who can reach what they guard.

    Raises:
        SettingsError: API_KEYS cannot be read.
    """
    keys = parse_keys(settings.api_keys)
    found = _open_door(settings, has_keys=bool(keys))
    for name, secret in _secrets(settings).items():
        if reason := weakness(secret):
            what = f"{name} is weak: {reason}"
            found.append(warning(AREA, what, "Make another, such as by 'openssl rand -hex 16'"))
    found += _unencrypted(settings)
    return found or [ok(AREA, "Keys and addresses fit each other")]


def weakness(secret: str) -> str:
    """Return why a secret could be guessed, empty where it is not set or seems strong."""
    if not secret:
        return ""
    if secret.lower() in _KNOWN_TO_ALL:
        return "it is a default that everybody knows"
    if len(secret) < SHORTEST_SECRET:
        return f"it has fewer than {SHORTEST_SECRET} characters"
    if len(set(secret)) < _FEWEST_CHARACTERS:
        return "it repeats a few characters"
    return ""


def is_local(host: str) -> bool:
    """Tell whether only this machine reaches a host's name or address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _open_door(settings: Settings, *, has_keys: bool) -> list[Finding]:
    host = settings.interactive_host
    if is_local(host) or has_keys:
        return []
    return [
        warning(
            AREA,
            f"Everybody who reaches {host} may change categories by the HTTP API: there are no "
            "API_KEYS",
            "Set API_KEYS=write:KEY,read:KEY, or INTERACTIVE_HOST=127.0.0.1",
        )
    ]


def _secrets(settings: Settings) -> Mapping[str, str]:
    entries = [entry.strip() for entry in settings.api_keys.split(",") if entry.strip()]
    keys = {
        f"API_KEYS' entry {number}": entry.partition(":")[2]
        for number, entry in enumerate(entries, start=1)
    }
    return {
        **keys,
        "QDRANT_API_KEY": settings.qdrant_api_key,
        "MINIO_SECRET_KEY": settings.minio_secret_key,
    }


def _unencrypted(settings: Settings) -> list[Finding]:
    found: list[Finding] = []
    url = settings.qdrant_url or (f"http://{settings.qdrant_host}" if settings.qdrant_host else "")
    qdrant = urlsplit(url)
    if settings.qdrant_api_key and qdrant.scheme == "http" and not is_local(qdrant.hostname or ""):
        what = f"QDRANT_API_KEY travels unencrypted to {qdrant.hostname}"
        cure = "Give QDRANT_URL as https://…, unless that network is yours alone"
        found.append(warning(AREA, what, cure))
    scheme, separator, rest = settings.minio_host.partition("://")
    plain = scheme == "http" if separator else not settings.minio_secure
    host = urlsplit(f"//{rest if separator else settings.minio_host}").hostname or ""
    if host and plain and not is_local(host):
        what = f"Images travel unencrypted from {host}"
        cure = "Set MINIO_SECURE=true, unless that network is yours alone"
        found.append(warning(AREA, what, cure))
    return found

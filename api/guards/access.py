"""Who may ask for what: API keys with a scope, compared in constant time."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import error_response
from common.errors import KeyInsufficient, KeyRequired, RequestError, SettingsError

KeyScope: TypeAlias = Literal["read", "write"]
SHORTEST_KEY = 16

_OPEN = re.compile(r"/v1/health/(live|ready)|/docs|/openapi\.json")
# A search is a question, although it is sent by POST.
_SEARCH = re.compile(r"/v1/categories/[^/]+/search(/(examples|batch))?")


def parse_keys(text: str) -> Mapping[bytes, KeyScope]:
    """Read the setting API_KEYS.

    Returns:
        The scope of each key, by the key's sha256.

    Raises:
        SettingsError: an entry is not ``read:KEY`` or ``write:KEY``, or its key is too short. The
            sentence shows no key.
    """
    keys: dict[bytes, KeyScope] = {}
    entries = [entry.strip() for entry in text.split(",") if entry.strip()]
    for number, entry in enumerate(entries, start=1):
        named, _, key = entry.partition(":")
        scope = next((known for known in get_args(KeyScope) if known == named), None)
        if scope is None or len(key) < SHORTEST_KEY:
            raise SettingsError(
                f"API_KEYS cannot be used: entry {number} is not a scope and a key of at least "
                f"{SHORTEST_KEY} characters",
                "Write them as read:KEY or write:KEY, separated by commas",
            )
        keys[_digest(key)] = scope
    return keys


class AccessControl:
    """Asks for a key before anything of a request's body is read.

    Without keys everyone may do everything, but pages of other sites may not write through their
    visitors' browsers. With keys, writing needs one of scope ``write``; reading needs any, once
    there is one of scope ``read``. Whatever is not known to be reading is writing.

    Args:
        app: that answers those who may ask.
        keys: scopes by sha256 of the key, see :func:`parse_keys`.
        origins: of other sites' pages that may write; ``*`` for all.
        searches: paths that ask, although by POST, besides the API's own.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: Mapping[bytes, KeyScope],
        origins: frozenset[str] = frozenset(),
        searches: re.Pattern[str] | None = None,
    ) -> None:
        self._app = app
        self._keys = keys
        self._origins = origins
        self._searches = searches
        self._closed = "read" in keys.values()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, as ASGI has it."""
        if scope["type"] == "http" and (refusal := self._refusal(scope)):
            await error_response(scope["path"], refusal)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope) -> RequestError | None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        headers = Headers(scope=scope)
        reading = scope["method"] in ("GET", "HEAD", "OPTIONS") or (
            scope["method"] == "POST" and self._is_search(path)
        )
        if not reading and not self._same_site(headers):
            return KeyInsufficient(
                "A page of another site may not change anything here",
                "Add the site to CORS_ORIGINS if it may",
            )
        if not self._keys or (reading and not self._closed) or _OPEN.fullmatch(path):
            return None
        granted = self._granted(headers.get("authorization", ""))
        if granted is None:
            return KeyRequired(
                "This needs an API key, and none that is known came with the request",
                "Send the header 'Authorization: Bearer KEY'",
            )
        if not reading and granted != "write":
            return KeyInsufficient(
                "This API key may read but not write", "Use a key of scope 'write'"
            )
        return None

    def _is_search(self, path: str) -> bool:
        others = self._searches is not None and self._searches.fullmatch(path)
        return bool(others or _SEARCH.fullmatch(path))

    def _granted(self, authorization: str) -> KeyScope | None:
        kind, _, key = authorization.partition(" ")
        given = _digest(key.strip())
        granted: KeyScope | None = None
        for known, scope in self._keys.items():  # all of them, so that the time tells nothing
            if hmac.compare_digest(known, given):
                granted = scope
        return granted if kind.lower() == "bearer" else None

    def _same_site(self, headers: Headers) -> bool:
        origin = headers.get("origin")
        if origin is None or "*" in self._origins or origin in self._origins:
            return True
        return urlsplit(origin).netloc == headers.get("host", "")


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()

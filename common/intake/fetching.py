"""Fetching one address: redirects checked anew, bounded bytes and time, retries worth making."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import IO, Final

import httpx

from common.errors import AddressRefused, DownloadError
from common.intake.addresses import parse_address
from common.intake.deadlines import Deadline
from common.intake.names import shown_name
from common.intake.pacing import Pacing

USER_AGENT: Final = "visual-similarity-search (downloads images that its user listed)"

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_WORTH_RETRYING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class DownloadPolicy:
    """How addresses are asked.

    Attributes:
        max_bytes: one byte more than this is read of an answer, which is enough to refuse it.
        allow_private: whether addresses of private networks are asked.
        at_once: requests at once, to all hosts.
        per_host: requests at once to one host.
        pause_seconds: between the starts of two requests to one host.
        connect_seconds: for a connection.
        read_seconds: for the next piece of an answer.
        total_seconds: for a whole request, from the connection to the last byte of its answer;
            looking the host up has the limits of the system.
        redirects: that are followed, each checked like the first address.
        attempts: at an address that does not answer, or says that it will later.
        backoff_seconds: before the second attempt; twice as long before each further one.
        longest_wait_seconds: that a server may ask to wait for (``Retry-After``).
    """

    max_bytes: int = 20_000_000
    allow_private: bool = False
    at_once: int = 8
    per_host: int = 2
    pause_seconds: float = 0.1
    connect_seconds: float = 10
    read_seconds: float = 20
    total_seconds: float = 120
    redirects: int = 5
    attempts: int = 3
    backoff_seconds: float = 1
    longest_wait_seconds: float = 60


class _Later(Exception):
    """The address may answer another time."""

    def __init__(self, error: DownloadError, wait_seconds: float | None = None) -> None:
        self.error = error
        self.wait_seconds = wait_seconds
        super().__init__(str(error))


class Fetcher:
    """Fetches addresses, one after the other, for one thread.

    Args:
        client: to ask with; it follows no redirect by itself.
        policy: how to ask.
        pacing: turns at hosts, shared by all threads.
    """

    def __init__(self, client: httpx.Client, policy: DownloadPolicy, pacing: Pacing) -> None:
        self._client = client
        self._policy = policy
        self._pacing = pacing
        self._deadline = Deadline()

    def fetch(self, address: str, into: IO[bytes]) -> None:
        """Write what an address gives to a file: at most one byte more than is read of an image.

        Raises:
            DownloadError: it does not give anything, or not in time.
            AddressRefused: it is not asked, or leads to where nothing is asked.
            OSError: the file cannot be written.
            Stopped: all is to end.
        """
        wait_seconds = self._policy.backoff_seconds
        for attempt in range(1, self._policy.attempts + 1):
            into.seek(0)
            into.truncate()
            try:
                self._follow(address, into)
            except _Later as later:
                if attempt == self._policy.attempts:
                    raise later.error from later
                wanted = wait_seconds if later.wait_seconds is None else later.wait_seconds
                if wanted > self._policy.longest_wait_seconds:
                    raise later.error from later
                self._pacing.wait(wanted)
                wait_seconds *= 2
            else:
                return

    def _follow(self, address: str, into: IO[bytes]) -> None:
        url = parse_address(address)
        for hop in range(self._policy.redirects + 1):
            try:
                target = self._ask(url, into)
            except AddressRefused as error:
                raise _refused(address, error, redirected=hop > 0) from error
            if target is None:
                return
            try:
                url = parse_address(str(url.join(target)))
            except AddressRefused as error:
                raise _refused(address, error, redirected=True) from error
            except httpx.InvalidURL as error:
                raise _failed(address, "redirects to what is no address", "no answer") from error
        raise _failed(
            address, f"redirects more than {self._policy.redirects} times", "too many redirects"
        )

    def _ask(self, url: httpx.URL, into: IO[bytes]) -> str | None:
        """Write the answer, or return where it redirects to."""
        host = url.host
        try:
            with self._pacing.turn(host), self._request(url) as response:
                status = response.status_code
                if status in _REDIRECTS and "location" in response.headers:
                    return response.headers["location"]
                if status == httpx.codes.OK:
                    self._save(url, response, into)
                    return None
                error = _answered(url, status)
                if status not in _WORTH_RETRYING:
                    raise error
                wait_seconds = _retry_after(response.headers.get("retry-after", ""))
        except httpx.TimeoutException as failure:
            if self._deadline.passed():
                raise self._too_slow(url) from failure
            raise _Later(_failed(str(url), "does not answer in time", "no answer in time")) from (
                failure
            )
        except (httpx.HTTPError, httpx.StreamError) as failure:
            detail = f"does not answer ({failure})" if str(failure) else "does not answer"
            raise _Later(_failed(str(url), detail, "no answer")) from failure
        if wait_seconds is not None and wait_seconds <= self._policy.longest_wait_seconds:
            self._pacing.hold(host, wait_seconds)
        raise _Later(error, wait_seconds)

    def _request(self, url: httpx.URL) -> AbstractContextManager[httpx.Response]:
        self._deadline.start(self._policy.total_seconds)
        return self._client.stream("GET", url, extensions={"trace": self._deadline.trace})

    def _save(self, url: httpx.URL, response: httpx.Response, into: IO[bytes]) -> None:
        # A decoder has no bound on what it makes of a piece, so none is let near an answer.
        encoding = response.headers.get("content-encoding", "identity").strip()
        if encoding.lower() not in ("", "identity"):
            raise _failed(str(url), "answers with compressed bytes", "compressed answer")
        limit = self._policy.max_bytes + 1
        received = 0
        for piece in response.iter_raw():  # as it comes: a slow one must not be waited for
            self._pacing.wait(0)  # ends here where all is to end
            into.write(piece[: limit - received])
            received += len(piece)
            if received >= limit:
                return
            if self._deadline.passed():
                raise self._too_slow(url)

    def _too_slow(self, url: httpx.URL) -> DownloadError:
        return _failed(
            str(url),
            f"takes longer than {self._policy.total_seconds:g} seconds",
            "no answer in time",
        )


def _failed(address: str, what: str, reason: str) -> DownloadError:
    return DownloadError(
        f"'{shown_name(address)}' {what}",
        "Check the address, or try again later",
        reason=reason,
    )


def _refused(address: str, error: AddressRefused, *, redirected: bool) -> AddressRefused:
    how = "redirects to where it may not" if redirected else "is not asked"
    return AddressRefused(
        f"'{shown_name(address)}' {how}: {error.what[:1].lower()}{error.what[1:]}",
        error.cure,
        reason=f"redirect to {error.reason}" if redirected else error.reason,
    )


def _answered(url: httpx.URL, status: int) -> DownloadError:
    phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "unknown"
    return DownloadError(
        f"'{shown_name(str(url))}' answers {status} ({phrase})",
        "Try again later" if status in _WORTH_RETRYING else "Check the address in a browser",
        reason=f"the server answers {status}",
    )


def _retry_after(text: str) -> float | None:
    """Return the seconds that a server asks to wait for: a number of them, or a date (RFC 9110)."""
    if text.strip().isascii() and text.strip().isdigit():
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    aware = date if date.tzinfo else date.replace(tzinfo=UTC)
    return max((aware - datetime.now(UTC)).total_seconds(), 0.0)

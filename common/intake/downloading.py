"""Downloading a delivery's addresses: several at once, politely, and going on where it stopped."""

from __future__ import annotations

import os
import ssl
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import chain, zip_longest
from pathlib import Path
from typing import IO

import httpx

from common.errors import DownloadError, IntakeError
from common.files.durable import sync_folder
from common.intake.addresses import Resolve, system_resolve
from common.intake.delivery import Delivery
from common.intake.disk import on_disk
from common.intake.fetching import USER_AGENT, DownloadPolicy, Fetcher
from common.intake.names import shown_name
from common.intake.pacing import Pacing, Stopped
from common.intake.pinning import PinnedTransport
from common.intake.progress import OnProgress
from common.pipeline import Skipped


def download(
    delivery: Delivery,
    policy: DownloadPolicy,
    max_total_bytes: int,
    on_progress: OnProgress,
    resolve: Resolve = system_resolve,
) -> list[Skipped]:
    """Download what a delivery's addresses give into it. What is there already is not asked again.

    Args:
        delivery: whose ``fetched_path`` of each address that answers has a file afterwards.
        policy: how to ask.
        max_total_bytes: of all that is kept; what comes after that is left out.
        on_progress: called with the addresses done and their total.
        resolve: looks hosts up.

    Returns:
        The addresses that gave nothing, each with its reason.

    Raises:
        StorageUnavailable: the disk does not take it.
    """
    missing = [
        (number, address)
        for number, address in enumerate(delivery.addresses)
        if not delivery.fetched_path(number).exists()
    ]
    total = len(delivery.addresses)
    if not missing:
        return []
    on_progress(total - len(missing), total)
    with _Downloads(delivery, policy, max_total_bytes, resolve) as downloads:
        skipped: list[Skipped] = []
        waiting = {downloads.start(number, address) for number, address in _by_turns(missing)}
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            skipped += [found for future in done if (found := future.result()) is not None]
            on_progress(total - len(waiting), total)
    return sorted(skipped, key=lambda skip: skip.file)


class _Downloads:
    """The threads that download, for the length of a ``with`` block."""

    def __init__(
        self, delivery: Delivery, policy: DownloadPolicy, max_total_bytes: int, resolve: Resolve
    ) -> None:
        self._delivery = delivery
        self._policy = policy
        self._resolve = resolve
        self._stopping = threading.Event()
        self._pacing = Pacing(policy.per_host, policy.pause_seconds, self._stopping)
        self._threads = ThreadPoolExecutor(policy.at_once, thread_name_prefix="download")
        self._own = threading.local()
        self._lock = threading.Lock()
        self._clients: list[httpx.Client] = []
        self._tls = ssl.create_default_context()
        with on_disk(delivery.folder):
            kept = list((delivery.folder / "fetched").iterdir())
            for path in kept:
                if path.suffix:  # left by a process that ended
                    path.unlink()
            self._room = max_total_bytes - sum(
                path.stat().st_size for path in kept if not path.suffix
            )

    def __enter__(self) -> _Downloads:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stopping.set()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for client in self._clients:
            client.close()

    def start(self, number: int, address: str) -> Future[Skipped | None]:
        return self._threads.submit(self._one, number, address)

    def _one(self, number: int, address: str) -> Skipped | None:
        try:
            with self._lock:
                if self._room <= 0:
                    raise DownloadError(
                        f"'{shown_name(address)}' is not asked: enough was downloaded already",
                        "Hand the rest in later, or raise MAX_UPLOAD_MEGABYTES",
                        reason="too much at once",
                    )
            self._fetch(address, self._delivery.fetched_path(number))
        except IntakeError as error:
            return Skipped(address, error.reason, str(error))
        except Stopped:
            pass
        return None

    def _fetch(self, address: str, path: Path) -> None:
        fresh = path.with_suffix(".part")
        with on_disk(path):
            try:
                with fresh.open("w+b") as stream:
                    self._fetcher().fetch(address, stream)
                    length = stream.tell()
                    _force(stream)
                fresh.replace(path)
                sync_folder(path.parent)
            finally:
                fresh.unlink(missing_ok=True)
        with self._lock:
            self._room -= length

    def _fetcher(self) -> Fetcher:
        found: Fetcher | None = getattr(self._own, "fetcher", None)
        if found is None:
            transport = PinnedTransport(
                self._resolve, allow_private=self._policy.allow_private, tls=self._tls
            )
            client = httpx.Client(
                transport=transport,
                timeout=httpx.Timeout(
                    self._policy.read_seconds, connect=self._policy.connect_seconds
                ),
                # Pictures are compressed already; a body that is compressed anyway is refused.
                headers={
                    "User-Agent": USER_AGENT,
                    "Accept": "image/*",
                    "Accept-Encoding": "identity",
                },
                trust_env=False,
            )
            with self._lock:
                self._clients.append(client)
            found = Fetcher(client, self._policy, self._pacing)
            self._own.fetcher = found
        return found


def _force(stream: IO[bytes]) -> None:
    stream.flush()
    os.fsync(stream.fileno())


def _by_turns(addresses: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Order addresses so that hosts take turns: a slow one then keeps no thread from the others."""
    by_host: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, address in addresses:
        by_host[httpx.URL(address).host].append((number, address))
    rounds: Iterable[tuple[tuple[int, str] | None, ...]] = zip_longest(*by_host.values())
    return (entry for entry in chain.from_iterable(rounds) if entry is not None)

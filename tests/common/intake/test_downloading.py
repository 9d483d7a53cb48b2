"""Downloading: from a server of this test's own, which may be slow, huge, busy or deceitful."""

from __future__ import annotations

import gzip
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from common.assembly import Services
from common.intake import Delivery, DownloadPolicy, addresses
from common.intake.downloading import download
from common.intake.fetching import USER_AGENT
from common.intake.pinning import PinnedTransport
from common.pipeline import Skipped
from tests.common.intake.conftest import hand_in
from tests.samples import picture

ONE = picture("crimson", 1)
QUICK = DownloadPolicy(
    max_bytes=2_000_000,
    pause_seconds=0,
    connect_seconds=5,
    read_seconds=0.5,
    total_seconds=2,
    backoff_seconds=0.01,
    longest_wait_seconds=2,
)


@dataclass
class Site:
    """What was asked of the server, and what it answers."""

    port: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    at_once: Counter[str] = field(default_factory=Counter)
    most_at_once: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str, host: str = "images.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [path for _, path in self.asked]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    known = Site()
    public = addresses.is_public
    # The server is on this machine: its address is taken for a public one, and only that.
    monkeypatch.setattr(addresses, "is_public", lambda ip: ip == "127.0.0.1" or public(ip))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            host = self.headers["Host"]
            with known.lock:
                known.asked.append((host, self.path))
                known.headers.append(dict(self.headers))
                known.at_once[host] += 1
                known.most_at_once[host] = max(known.most_at_once[host], known.at_once[host])
                times = known.paths().count(self.path)
            try:
                self.answer(times)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
            finally:
                with known.lock:
                    known.at_once[host] -= 1

        def send(self, status: int, body: bytes = b"", **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def answer(self, times: int) -> None:
            name, _, rest = self.path[1:].partition("/")
            match name:
                case "status":
                    self.send(int(rest))
                case "busy" if times == 1:
                    self.send(429, Retry_After=rest)
                case "flaky" if times <= int(rest):
                    self.send(503)
                case "to":
                    self.send(302, Location=rest)
                case "loop":
                    self.send(302, Location=f"/loop/{int(rest) + 1}")
                case "drip":
                    self.send_response(200)
                    self.send_header("Content-Length", "100000")
                    self.end_headers()
                    for _ in range(100):
                        self.wfile.write(b"\xff")
                        time.sleep(0.1)
                case "encoded":
                    self.send(200, gzip.compress(gzip.compress(ONE)), Content_Encoding=rest)
                case "plain":
                    self.send(200, ONE, Content_Encoding="identity")
                case "headers":
                    self.send_response(200)
                    self.flush_headers()
                    for _ in range(40):
                        self.wfile.write(b"x")
                        time.sleep(0.05)
                    self.close_connection = True
                case "silent":
                    time.sleep(1.5)
                    self.close_connection = True
                case "huge":
                    self.send_response(200)
                    self.send_header("Connection", "close")
                    self.end_headers()
                    for _ in range(1_000):
                        self.wfile.write(bytes(100_000))
                    self.close_connection = True
                case "slow":
                    time.sleep(0.05)
                    self.send(200, ONE)
                case _:
                    self.send(200, ONE)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    known.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield known
    server.shutdown()
    thread.join()
    server.server_close()


def resolve(host: str, port: int) -> Sequence[str]:
    if host.endswith("private.example"):
        return ["192.168.1.7"]
    if host.endswith("nowhere.example"):
        raise OSError("no such host")
    return [host if host[0].isdigit() or ":" in host else "127.0.0.1"]


Fetch = Callable[..., tuple[Delivery, list[Skipped]]]


@pytest.fixture
def fetch(fresh: Services) -> Fetch:
    def fetched(
        *urls: str, policy: DownloadPolicy = QUICK, total: int = 10**9, resolve=resolve
    ) -> tuple[Delivery, list[Skipped]]:
        delivery = hand_in(fresh, urls=urls)
        return delivery, download(delivery, policy, total, lambda done, total: None, resolve)

    return fetched


def contents(delivery: Delivery) -> list[bytes | None]:
    paths = [delivery.fetched_path(number) for number in range(len(delivery.addresses))]
    return [path.read_bytes() if path.exists() else None for path in paths]


def test_images_are_downloaded_by_their_place_in_the_list(site: Site, fetch: Fetch) -> None:
    delivery, skipped = fetch(site.url("/1.jpg"), site.url("/status/404"), site.url("/2.jpg"))
    assert contents(delivery) == [ONE, None, ONE]
    (skip,) = skipped
    assert (skip.file, skip.reason) == (site.url("/status/404"), "the server answers 404")
    assert f"'{site.url('/status/404')}' answers 404 (Not Found)" in skip.detail
    assert site.asked[0][0] == f"images.example:{site.port}"
    assert site.headers[0]["User-Agent"] == USER_AGENT


def test_progress_is_told_and_ends_with_all_of_them(site: Site, fresh: Services) -> None:
    delivery = hand_in(fresh, urls=[site.url(f"/{n}.jpg") for n in range(5)])
    told: list[tuple[int, int]] = []
    download(delivery, QUICK, 10**9, lambda *at: told.append(at), resolve)
    assert told[0] == (0, 5)
    assert told[-1] == (5, 5)
    assert told == sorted(told)


def test_what_was_fetched_is_not_asked_for_again(site: Site, fresh: Services) -> None:
    delivery = hand_in(fresh, urls=[site.url("/1.jpg"), site.url("/flaky/3")])
    nothing = lambda done, total: None  # noqa: E731
    (skip,) = download(delivery, QUICK, 10**9, nothing, resolve)
    assert skip.reason == "the server answers 503"
    (delivery.folder / "fetched" / "000007.part").write_bytes(b"left by a killed process")
    assert download(delivery, QUICK, 10**9, nothing, resolve) == []
    assert site.paths().count("/1.jpg") == 1
    assert contents(delivery) == [ONE, ONE]
    assert sorted(path.name for path in (delivery.folder / "fetched").iterdir()) == [
        "000000",
        "000001",
    ]
    assert download(delivery, QUICK, 10**9, nothing, resolve) == []
    assert len(site.asked) == 1 + 4


def test_redirects_are_followed_and_each_is_checked(site: Site, fetch: Fetch) -> None:
    delivery, skipped = fetch(
        site.url(f"/to/{site.url('/1.jpg', 'other.example')}"),
        site.url("/to//2.jpg"),
        site.url("/loop/0"),
        site.url("/to/http://10.0.0.1/x.jpg"),
        site.url("/to/http://[::1]/x.jpg"),
        site.url("/to/http://private.example/x.jpg"),
        site.url("/to/file:///etc/passwd"),
        site.url(f"/to/{site.url('/to/http://169.254.169.254/latest')}"),
    )
    assert contents(delivery) == [ONE, ONE, None, None, None, None, None, None]
    assert (f"other.example:{site.port}", "/1.jpg") in site.asked
    reasons = {skip.file: skip.reason for skip in skipped}
    assert reasons.pop(site.url("/loop/0")) == "too many redirects"
    assert reasons.pop(site.url("/to/file:///etc/passwd")) == (
        "redirect to address that is not asked"
    )
    assert set(reasons.values()) == {"redirect to private address"}
    assert site.paths().count("/loop/5") == 1
    assert site.paths().count("/loop/6") == 0
    detail = next(skip.detail for skip in skipped if "private.example" in skip.file)
    assert "redirects to where it may not: the host 'private.example' is at 192.168.1.7" in detail
    assert "DOWNLOAD_PRIVATE_ADDRESSES" in detail


def test_a_private_address_is_asked_only_where_that_is_allowed(
    site: Site, fresh: Services, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # this machine is private again
    _delivery, (skip,) = fetch(site.url("/1.jpg"))
    assert skip.reason == "private address"
    assert site.asked == []
    allowing = replace(QUICK, allow_private=True)
    assert contents(fetch(site.url("/1.jpg"), policy=allowing)[0]) == [ONE]


def test_a_host_that_changes_its_mind_is_not_followed(site: Site, fetch: Fetch) -> None:
    told: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        told.append(host)
        return ["127.0.0.1"] if len(told) == 1 else ["10.0.0.1"]

    delivery, skipped = fetch(
        site.url("/1.jpg"),
        site.url("/2.jpg"),
        policy=replace(QUICK, at_once=1),
        resolve=rebinding,
    )
    # Both by the one connection, to the address that was checked.
    assert (contents(delivery), skipped, len(told)) == ([ONE, ONE], [], 1)
    both = lambda host, port: ["127.0.0.1", "10.0.0.1"]  # noqa: E731
    assert [skip.reason for skip in fetch(site.url("/3.jpg"), resolve=both)[1]] == [
        "private address"
    ]
    assert "/3.jpg" not in site.paths()


def test_the_checked_address_is_connected_to_under_the_hosts_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[httpx.Request] = []

    def handle(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    found = {"a.example": ["93.184.216.34"], "b.example": ["2606:4700:4700::1111"]}
    transport = PinnedTransport(
        lambda host, port: found[host], allow_private=False, tls=httpx.create_ssl_context()
    )
    with httpx.Client(transport=transport) as client:
        client.get("https://a.example/x?y=1")
        client.get("https://b.example:8443/x")
    first, second = sent
    assert str(first.url) == "https://93.184.216.34/x?y=1"
    assert first.headers["Host"] == "a.example"
    assert first.extensions["sni_hostname"] == "a.example"
    assert str(second.url) == "https://[2606:4700:4700::1111]:8443/x"
    assert second.headers["Host"] == "b.example:8443"


def test_an_answer_that_is_too_long_is_cut_where_it_is_known_to_be(
    site: Site, fetch: Fetch
) -> None:
    delivery, skipped = fetch(site.url("/huge"))
    assert skipped == []
    (content,) = contents(delivery)
    assert len(content or b"") == QUICK.max_bytes + 1


def test_a_server_that_is_slow_or_silent_is_given_up(site: Site, fetch: Fetch) -> None:
    policy = replace(QUICK, attempts=2, total_seconds=1)
    delivery, skipped = fetch(
        site.url("/drip"), site.url("/silent"), site.url("/1.jpg", "nowhere.example"), policy=policy
    )
    assert contents(delivery) == [None, None, None]
    assert {skip.file: skip.reason for skip in skipped} == {
        site.url("/drip"): "no answer in time",
        site.url("/silent"): "no answer in time",
        site.url("/1.jpg", "nowhere.example"): "no answer",
    }
    assert (site.paths().count("/silent"), site.paths().count("/drip")) == (2, 1)


@pytest.mark.parametrize("reused", [False, True])
def test_headers_that_come_drop_by_drop_end_with_the_time_for_the_whole_request(
    site: Site, fetch: Fetch, reused: bool
) -> None:
    policy = replace(QUICK, at_once=1, total_seconds=0.6)
    before = [site.url("/1.jpg")] if reused else []
    _, (skip,) = fetch(*before, site.url("/headers"), policy=policy)
    assert (skip.reason, site.paths().count("/headers")) == ("no answer in time", 1)
    assert "takes longer than 0.6 seconds" in skip.detail


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip", "br"])
def test_compressed_answers_are_refused_and_never_unpacked(
    site: Site, fetch: Fetch, encoding: str
) -> None:
    delivery, (skip,) = fetch(site.url(f"/encoded/{encoding}"), site.url("/plain"))
    assert contents(delivery) == [None, ONE]
    assert skip.reason == "compressed answer"


def test_a_busy_server_is_waited_for_as_long_as_it_asks_within_reason(
    site: Site, fetch: Fetch
) -> None:
    delivery, skipped = fetch(site.url("/busy/1"))
    assert (contents(delivery), skipped) == ([ONE], [])
    delivery, (skip,) = fetch(site.url("/busy/3600"))
    assert skip.reason == "the server answers 429"
    assert site.paths().count("/busy/3600") == 1


@pytest.mark.parametrize(
    ("status", "times"), [(400, 1), (401, 1), (403, 1), (404, 1), (410, 1), (500, 3), (503, 3)]
)
def test_only_what_may_change_is_tried_again(
    site: Site, fetch: Fetch, status: int, times: int
) -> None:
    _, (skip,) = fetch(site.url(f"/status/{status}"))
    assert skip.reason == f"the server answers {status}"
    assert len(site.asked) == times


def test_a_host_gets_only_so_many_requests_at_once(site: Site, fetch: Fetch) -> None:
    urls = [site.url(f"/slow/{n}") for n in range(12)]
    others = [site.url(f"/slow/{n}", "other.example") for n in range(12)]
    delivery, _skipped = fetch(*urls, *others)
    assert contents(delivery) == [ONE] * 24
    assert max(site.most_at_once.values()) <= QUICK.per_host


def test_no_more_is_downloaded_than_there_is_room_for(site: Site, fetch: Fetch) -> None:
    policy = replace(QUICK, at_once=1)
    delivery, skipped = fetch(
        *(site.url(f"/{n}.jpg") for n in range(4)), policy=policy, total=len(ONE) + 1
    )
    assert contents(delivery) == [ONE, ONE, None, None]
    assert {skip.reason for skip in skipped} == {"too much at once"}


def test_ending_in_the_middle_leaves_whole_files_only(site: Site, fresh: Services) -> None:
    delivery = hand_in(fresh, urls=[site.url(f"/slow/{n}") for n in range(20)])

    class Cancelled(BaseException):
        pass

    def on_progress(done: int, total: int) -> None:
        if done >= 5:
            raise Cancelled

    with pytest.raises(Cancelled):
        download(delivery, QUICK, 10**9, on_progress, resolve)
    kept = [content for content in contents(delivery) if content is not None]
    assert kept == [ONE] * len(kept)
    assert 5 <= len(kept) < 20
    assert not list((delivery.folder / "fetched").glob("*.part"))
    assert download(delivery, QUICK, 10**9, lambda *at: None, resolve) == []
    assert contents(delivery) == [ONE] * 20

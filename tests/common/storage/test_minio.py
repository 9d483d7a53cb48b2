"""What a bucket has beside what every image store promises: size, outages, keys, links."""

from __future__ import annotations

import hashlib
import io
import random
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from common.errors import PathOutsideRoot, StorageUnavailable
from common.storage import minio
from common.storage.minio import MinioStore
from common.storage.s3_connection import Bucket
from common.storage.s3_sampling import PAGE, sample_files
from tests.s3.misbehaving import Answer, answering
from tests.s3.server import S3Server
from tests.s3.wire import Wire, wire_to


@pytest.fixture
def bucket(s3: S3Server) -> Iterator[Bucket]:
    with s3.new_bucket() as bucket:
        yield bucket


@pytest.fixture
def wire(s3: S3Server) -> Iterator[Wire]:
    with wire_to(s3.host) as wire:
        yield wire


@pytest.fixture(scope="module")
def crowded(s3: S3Server) -> Iterator[Bucket]:
    """A bucket of more than one page."""
    with s3.new_bucket() as bucket:
        store = MinioStore(bucket, "images")
        with ThreadPoolExecutor(4) as executor:
            list(executor.map(lambda n: store.write(path_of(n), b""), range(1004)))
        yield bucket


def path_of(number: int) -> str:
    return f"{number // 502}/{number:04}.jpg"


def test_listings_of_several_pages_are_walked_lazily_and_whole(
    s3: S3Server, crowded: Bucket, wire: Wire
) -> None:
    requests = Counter[bytes]()
    wire.on_bytes = lambda data: requests.update([data[:4]])
    walked = MinioStore(s3.connect(crowded.name, wire.host), "images").walk()
    assert next(walked).path == path_of(0)
    assert requests[b"GET "] == 1
    assert [found.path for found in walked] == [path_of(number) for number in range(1, 1004)]
    assert requests[b"GET "] == 2


def operate(store: MinioStore, number: int) -> None:
    match number % 5:
        case 0:
            store.read("a.jpg")
        case 1:
            store.read("a.jpg", max_bytes=10)
        case 2:
            store.stat("a.jpg")
        case 3:
            store.write(f"{number % 7}.jpg", b"x")
        case _:
            next(store.walk())


def test_five_hundred_operations_leave_no_connection_open(
    s3: S3Server, bucket: Bucket, wire: Wire
) -> None:
    store = MinioStore(s3.connect(bucket.name, wire.host, connections=4))
    store.write("a.jpg", b"content" * 10_000)
    # More threads than connections: one that is not given back would leave them waiting for ever.
    with ThreadPoolExecutor(8) as executor:
        list(executor.map(lambda number: operate(store, number), range(500)))
    store.bucket.close()
    wire.settle()
    assert wire.open_connections == 0
    store.read("a.jpg")  # closing is no end


def test_connections_are_used_again_where_the_server_leaves_them_open() -> None:
    with answering(Answer(200, b"content" * 10_000)) as server, wire_to(server.host) as wire:
        server.host = wire.host
        store = server.store(connections=4)
        accesses = [
            lambda: store.read("a.jpg"),
            lambda: store.stat("a.jpg"),
            lambda: store.write("a.jpg", b"x"),
            lambda: store.delete("a.jpg"),
        ]
        with ThreadPoolExecutor(8) as executor:
            list(executor.map(lambda number: accesses[number % 4](), range(500)))
        assert len(server.requests) == 500
        assert wire.accepted <= 4
        store.bucket.close()
        wire.settle()
        assert wire.open_connections == 0


def test_an_outage_is_over_without_a_new_connection_object(
    s3: S3Server, bucket: Bucket, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("common.storage.s3_connection._PAUSE_SECONDS", 0.0)
    store = MinioStore(s3.connect(bucket.name, wire.host))
    store.write("a.jpg", b"one")
    wire.cut()
    for access in (
        lambda: store.read("a.jpg"),
        lambda: store.stat("a.jpg"),
        lambda: store.write("a.jpg", b"two"),
        lambda: list(store.walk()),
        lambda: store.sample(1, random.Random(1)),
    ):
        with pytest.raises(StorageUnavailable, match="cannot be reached"):
            access()
    wire.mend()
    assert store.read("a.jpg") == b"one"


def test_a_connection_that_breaks_once_is_not_noticed(
    s3: S3Server, bucket: Bucket, wire: Wire
) -> None:
    store = MinioStore(s3.connect(bucket.name, wire.host))
    store.write("a.jpg", b"one")
    wire.cut()
    wire.mend()
    assert store.read("a.jpg") == b"one"


def test_the_time_of_change_differs_for_another_content_within_one_second(bucket: Bucket) -> None:
    store = MinioStore(bucket)
    times = set()
    for content in (b"one", b"two", b"six"):
        store.write("a.jpg", content)
        times.add(store.stat("a.jpg").modified)
    assert len(times) == 3
    assert max(times) - min(times) < 60


def test_files_are_streamed_in_and_out_in_pieces(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minio, "MAX_SINGLE_BYTES", 5 * 2**20)
    monkeypatch.setattr(minio, "_CHUNK_BYTES", 100_000)
    content = random.Random(5).randbytes(11 * 2**20)
    store = MinioStore(bucket, "models")
    store.write("model.onnx", content)
    assert "-" in store.stat("model.onnx").etag  # it went in parts
    target = io.BytesIO(b"what was there before is overwritten")
    store.download("model.onnx", target)
    assert target.getvalue() == content


def test_folders_are_those_right_below(bucket: Bucket) -> None:
    store = MinioStore(bucket, "data/metric_datasets")
    for path in ("shoes/category.yaml", "shoes/images/1.jpg", "bags/a.jpg", "readme.txt", ".x/y"):
        store.write(path, b"x")
    assert list(store.folders()) == ["bags", "shoes"]
    assert [found.path for found in store.below("shoes").walk()] == [
        "category.yaml",
        "images/1.jpg",
    ]


@pytest.mark.parametrize("path", ["../other", "a/../../other", "/other"])
def test_no_store_below_leads_out_of_its_prefix(bucket: Bucket, path: str) -> None:
    with pytest.raises(PathOutsideRoot):
        MinioStore(bucket, "data").below(path)


@pytest.mark.parametrize("path", ["x" * 1100, "\udce9.jpg"])
def test_names_that_can_be_no_key_are_refused(bucket: Bucket, path: str) -> None:
    with pytest.raises(PathOutsideRoot):
        MinioStore(bucket).read(path)


@pytest.mark.parametrize("path", ["a b+c%20&?=#.jpg", "tab\there.jpg", "'\"<>.jpg", "é" * 500])
def test_odd_names_come_back_as_they_were(bucket: Bucket, path: str) -> None:
    store = MinioStore(bucket, "data")
    store.write(path, b"x")
    assert [found.path for found in store.walk()] == [path]
    assert store.read(path) == b"x"


def test_keys_that_differ_in_slashes_only_are_different_files(bucket: Bucket) -> None:
    store = MinioStore(bucket)
    store.write("a/b.jpg", b"one")
    store.write("a//b.jpg", b"two")
    assert {found.path: store.read(found.path) for found in store.walk()} == {
        "a/b.jpg": b"one",
        "a//b.jpg": b"two",
    }


def test_a_link_gives_anyone_who_has_it_the_file(bucket: Bucket) -> None:
    store = MinioStore(bucket, "data")
    store.write("a b.jpg", b"content")
    link = store.link("a b.jpg", seconds=60)
    assert "X-Amz-Expires=60" in link
    with urllib.request.urlopen(link) as answer:
        assert answer.read() == b"content"


class Listed:
    """Files listed as a server does, counting the pages."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = sorted(keys)
        self.requests = 0

    def list_keys(self) -> Iterator[str]:
        return self._paged(self.keys)

    def list_names(self, directory: str, after: str) -> Iterator[str]:
        names = {
            key.removeprefix(directory).partition("/")[0] + "/" * ("/" in key[len(directory) :])
            for key in self.keys
            if key.startswith(directory) and key > directory + after
        }
        return self._paged(sorted(names))

    def _paged(self, entries: list[str]) -> Iterator[str]:
        for number, entry in enumerate(entries):
            self.requests += number % PAGE == 0
            yield entry

    def sample(self, count: int, seed: int) -> list[str]:
        return sample_files(self.list_keys, self.list_names, count, random.Random(seed))


@pytest.mark.parametrize(
    "keys",
    [
        [f"{number % 10}/{number // 10}/img_{number:06}.jpg" for number in range(6_000)],
        [f"{number % 10}{number:06}.jpg" for number in range(6_000)],
        [hashlib.sha256(bytes([n % 256, n // 256])).hexdigest() + ".jpg" for n in range(6_000)],
    ],
    ids=["folders", "numbers", "hashes"],
)
def test_a_large_bucket_is_sampled_all_over_in_a_few_requests(keys: list[str]) -> None:
    listed = Listed(keys)
    drawn = [key for seed in range(12) for key in listed.sample(9, seed)]
    assert listed.requests <= 12 * 40
    assert len(set(drawn)) > 90
    assert set(drawn) <= set(keys)
    # The 16 or 10 first characters are about equally frequent: none may be left out by design.
    assert len({key[0] for key in drawn}) >= 9


def test_a_sample_larger_than_what_is_drawn_is_still_complete() -> None:
    keys = [f"{number}.jpg" for number in range(1200)]
    assert sorted(Listed(keys).sample(1200, 1)) == sorted(keys)


def test_a_bucket_of_more_than_a_page_is_sampled_over_http(crowded: Bucket) -> None:
    store = MinioStore(crowded, "images")
    drawn = store.sample(5, random.Random(1))
    assert len(set(drawn)) == 5
    assert all(store.stat(path).size_bytes == 0 for path in drawn)

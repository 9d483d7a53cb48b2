"""What an S3 server says wrong, or does not say at all, ends in one sentence with its cure."""

from __future__ import annotations

import hashlib
import logging
import socket

import pytest

from common.errors import (
    ObjectNotFound,
    ObjectUnreadable,
    SettingsError,
    StorageError,
    StorageUnavailable,
)
from common.storage.minio import MinioStore
from common.storage.s3_connection import connect
from tests.s3.misbehaving import Answer, answering, refusal
from tests.s3.server import S3Server

CONTENT = b"a picture's bytes" * 100


def picture(**changes: object) -> Answer:
    headers = {"x-amz-meta-sha256": hashlib.sha256(CONTENT).hexdigest()}
    return Answer(**{"body": CONTENT, "content_type": "image/jpeg", "headers": headers, **changes})


@pytest.mark.parametrize(
    ("code", "status", "what", "cure"),
    [
        ("NoSuchBucket", 404, "There is no bucket 'pictures' at http://", "MINIO_BUCKET_NAME"),
        ("InvalidAccessKeyId", 403, "does not know the access key", "MINIO_ACCESS_KEY"),
        ("SignatureDoesNotMatch", 403, "does not fit the access key", "MINIO_SECRET_KEY"),
        ("AccessDenied", 403, "refuses access to bucket 'pictures'", "what that key may do"),
        ("RequestTimeTooSkewed", 403, "its clock and this machine's differ", "clock right"),
        ("AuthorizationHeaderMalformed", 400, "is in another region", "MINIO_REGION"),
        ("SlowDown", 400, "asked for too much at once", "Try again"),
        ("XMinioStorageFull", 507, "are full", "Free space"),
        ("SomethingNew", 418, "(SomethingNew: as told)", "MINIO_ACCESS_KEY"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_do(
    code: str, status: int, what: str, cure: str
) -> None:
    with answering(refusal(code, status)) as server:
        for access in (
            lambda store: store.read("a.jpg"),
            lambda store: store.write("a.jpg", b"x"),
            lambda store: list(store.walk()),
            lambda store: list(store.folders()),
            lambda store: store.delete("a.jpg"),
        ):
            with pytest.raises(StorageUnavailable) as caught:
                access(server.store())
            assert what in caught.value.what
            assert cure in caught.value.cure
            assert "a-secret-key" not in str(caught.value)


def test_an_answer_without_a_body_is_asked_after_for_its_reason() -> None:
    no_body = Answer(404)
    with (
        answering(no_body, refusal("NoSuchBucket", 404)) as server,
        pytest.raises(StorageUnavailable, match="no bucket 'pictures'"),
    ):
        server.store().stat("a.jpg")


def test_a_missing_bucket_is_told_by_every_method(s3: S3Server) -> None:
    store = MinioStore(s3.connect("never-made"), "images")
    for access in (
        lambda: store.read("a.jpg"),
        lambda: store.stat("a.jpg"),
        lambda: store.write("a.jpg", b"x"),
        lambda: store.delete("a.jpg"),
        lambda: next(store.walk()),
    ):
        with pytest.raises(StorageUnavailable, match="no bucket 'never-made'"):
            access()


def test_an_object_that_is_cut_short_is_asked_for_three_times_and_then_unreadable() -> None:
    with answering(picture(body=CONTENT[:-9], claimed_bytes=len(CONTENT))) as server:
        with pytest.raises(ObjectUnreadable, match=r"'a\.jpg' does not arrive whole") as caught:
            server.store().read("a.jpg")
        assert "upload the file anew" in caught.value.cure
        assert len(server.requests) == 3


def test_an_object_of_another_content_than_was_uploaded_is_unreadable() -> None:
    with answering(picture(body=CONTENT[:-1] + b"?")) as server:
        with pytest.raises(ObjectUnreadable, match="does not arrive whole"):
            server.store().read("a.jpg")
        # Its first bytes alone cannot be told wrong.
        assert server.store().read("a.jpg", max_bytes=5) == CONTENT[:5]


def test_an_object_that_arrives_whole_the_second_time_is_taken() -> None:
    with answering(picture(body=CONTENT[:50], claimed_bytes=len(CONTENT)), picture()) as server:
        assert server.store().read("a.jpg") == CONTENT


def test_passing_trouble_is_asked_again_a_bounded_number_of_times() -> None:
    with answering(refusal("InternalError", 500), picture()) as server:
        assert server.store().read("a.jpg") == CONTENT
    with answering(refusal("ServiceUnavailable", 503)) as server:
        with pytest.raises(StorageUnavailable, match="not ready to answer"):
            server.store().read("a.jpg")
        assert len(server.requests) == 4


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html><body>It works!</body>", "text/html"),
        Answer(404, b"nothing here", "text/plain"),
        Answer(400, b"Client sent an HTTP request to an HTTPS server.", "text/plain"),
    ],
)
def test_a_server_that_is_not_s3_is_told_as_such(answer: Answer) -> None:
    with (
        answering(answer) as server,
        pytest.raises(StorageUnavailable, match="does not answer as an S3 server does") as caught,
    ):
        list(server.store().walk())
    assert "MINIO_SECURE" in caught.value.cure


def test_https_to_a_server_that_speaks_http_names_the_setting() -> None:
    with (
        answering(picture()) as server,
        pytest.raises(StorageUnavailable, match="cannot be spoken to by https") as caught,
    ):
        server.store(secure=True).read("a.jpg")
    assert "MINIO_SECURE=false" in caught.value.cure


def test_nobody_listening_is_told_at_once_and_again_without_asking() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    keys = {"access_key": "a", "secret_key": "b", "region": "us-east-1"}
    store = MinioStore(connect(host, "pictures", secure=False, **keys))
    for _ in range(20):
        with pytest.raises(StorageUnavailable, match="cannot be reached \\(connection refused\\)"):
            store.read("a.jpg")


def test_a_server_that_never_answers_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = f"127.0.0.1:{silent.getsockname()[1]}"
        store = MinioStore(
            connect(
                host,
                "pictures",
                access_key="a",
                secret_key="b",
                secure=False,
                region="us-east-1",
                read_seconds=0.05,
            )
        )
        with pytest.raises(StorageUnavailable, match="cannot be reached \\(it stopped answering"):
            store.read("a.jpg")


@pytest.mark.parametrize(
    "options",
    [
        {"host": "minio:9000/with/a/path"},
        {"bucket": "No Bucket"},
        {"ca_file": "missing.pem"},
        {"ca_file": __file__},
    ],
)
def test_values_that_cannot_be_used_are_named_before_anything_is_sent(
    options: dict[str, str],
) -> None:
    values = {"host": "minio:9000", "bucket": "pictures", **options}
    with pytest.raises(SettingsError, match="MINIO_"):
        connect(values.pop("host"), values.pop("bucket"), access_key="a", secret_key="b", **values)


@pytest.mark.parametrize(
    "host", ["AK:SK@minio:9000", "https://AK:SK@minio:9000/", "minio:9000/?secret=SK"]
)
def test_keys_in_the_host_are_refused_and_not_repeated(host: str) -> None:
    with pytest.raises(SettingsError, match="MINIO_HOST") as caught:
        connect(host, "pictures", access_key="", secret_key="")
    assert "SK" not in str(caught.value)


def test_the_scheme_in_the_host_outweighs_the_setting() -> None:
    bucket = connect("http://minio:9000/", "pictures", access_key="a", secret_key="b", secure=True)
    assert bucket.server == "http://minio:9000"


def test_neither_errors_nor_logs_nor_reprs_hold_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with answering(refusal("SignatureDoesNotMatch")) as server:
        store = server.store()
        with pytest.raises(StorageError) as caught:
            store.read("a.jpg")
    for text in (caplog.text, str(caught.value), repr(store.bucket)):
        assert "a-secret-key" not in text


def test_a_missing_object_is_not_found() -> None:
    with (
        answering(refusal("NoSuchKey", 404)) as server,
        pytest.raises(ObjectNotFound, match=r"'x/a\.jpg' in bucket 'pictures'"),
    ):
        server.store().read("x/a.jpg")

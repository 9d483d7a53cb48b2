"""Reaching a Qdrant server: versions, keys, certificates, gRPC where it answers there."""

from __future__ import annotations

import ipaddress
import logging
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from qdrant_client import grpc as messages

from common.errors import SettingsError, StoreUnavailable
from common.vectors.server.connection import Connection, ServerAddress, check_version
from common.vectors.server.store import ServerStore, connect
from tests.common.vectors.qdrant_over_grpc import GrpcQdrant
from tests.common.vectors.qdrant_over_http import FakeQdrant, listening, refusal
from tests.contracts.conftest import LOCAL_MODE_SPEAKS
from tests.contracts.vector_samples import SPEC, one_point, published

pytestmark = LOCAL_MODE_SPEAKS


@pytest.fixture
def server() -> FakeQdrant:
    return FakeQdrant()


@pytest.fixture
def url(server: FakeQdrant) -> Iterator[str]:
    with listening(server) as address:
        yield address


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that is its own authority, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "ca.pem", folder / "key.pem"


def test_nothing_is_asked_before_the_first_use(server: FakeQdrant, url: str) -> None:
    store = connect(url)
    assert server.sent == []
    assert store.categories() == []
    assert [sent.path for sent in server.sent] == ["/", "/aliases"]
    store.categories()
    assert [sent.path for sent in server.sent] == ["/", "/aliases", "/aliases"]


def test_the_key_goes_with_every_request_and_into_no_text(
    server: FakeQdrant, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    address = ServerAddress(url, api_key="s3cret")
    ServerStore(Connection(address)).categories()
    assert {sent.headers["api-key"] for sent in server.sent} == {"s3cret"}
    assert "travels unencrypted" in caplog.text
    assert "s3cret" not in repr(address) + caplog.text


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_accepted_is_named_as_the_reason(
    server: FakeQdrant, url: str, status: int
) -> None:
    server.faults.append(refusal(status, "Must provide an API key"))
    with pytest.raises(StoreUnavailable, match=r"does not accept the API key.*QDRANT_API_KEY"):
        connect(url, api_key="wrong").categories()


def test_a_server_that_is_too_old_is_told_so_until_it_is_replaced(url: str) -> None:
    old = FakeQdrant(version="1.15.4")
    with listening(old) as address:
        store = connect(address)
        with pytest.raises(StoreUnavailable, match=r"version 1\.15\.4.*Use version 1\.16 or later"):
            store.categories()
        old._version = "1.17.0"
        assert store.categories() == []


@pytest.mark.parametrize("version", ["1.16.0", "v1.17.3", "2.0.0", "1.100.1-dev", "nightly"])
def test_later_versions_are_accepted(version: str) -> None:
    check_version(version)


def test_another_kind_of_server_is_recognised(server: FakeQdrant, url: str) -> None:
    server.faults.append(refusal(200, "welcome"))
    with pytest.raises(StoreUnavailable, match=r"not understood.*that of a Qdrant server"):
        connect(url).categories()


def test_a_server_that_comes_up_later_is_found(server: FakeQdrant, url: str) -> None:
    store = connect(url)
    server.faults.append(refusal(503, "starting"))
    with pytest.raises(StoreUnavailable, match="not ready"):
        store.categories()
    assert store.categories() == []


def test_grpc_is_used_where_the_server_answers_there(server: FakeQdrant, url: str) -> None:
    with GrpcQdrant() as grpc_server:
        store = connect(url, grpc_port=grpc_server.port, timeout_seconds=10)
        index = published(store, "shoes", [one_point()])
        assert index.count() == 1
        store._client.close()
    assert [sent.path for sent in server.sent] == ["/"]
    assert len(grpc_server.asked(messages.UpsertPoints)) == 1


def test_http_is_used_where_grpc_does_not_answer(
    server: FakeQdrant, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    store = connect(url, grpc_port=9)
    assert published(store, "shoes", [one_point()]).count() == 1
    assert "HTTP is used" in caplog.text
    assert server.asked("PUT", "/collections/shoes--[^/]*/points")


def test_a_certificate_is_trusted_once_its_authority_is_named(
    server: FakeQdrant, certificate: tuple[Path, Path]
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with listening(server, context) as url:
        with pytest.raises(StoreUnavailable, match=r"certificate is not trusted.*QDRANT_CA_FILE"):
            connect(url).categories()
        assert server.sent == []
        store = connect(url, api_key="s3cret", ca_file=certificate[0])
        assert store.categories() == []
    assert server.sent[-1].headers["api-key"] == "s3cret"


def test_grpc_is_encrypted_where_http_is(
    server: FakeQdrant, certificate: tuple[Path, Path]
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with listening(server, context) as url, GrpcQdrant(certificate) as grpc_server:
        store = connect(url, ca_file=certificate[0], grpc_port=grpc_server.port, timeout_seconds=10)
        assert store.categories() == []
        store._client.close()
    assert [sent.path for sent in server.sent] == ["/"]
    assert len(grpc_server.asked(messages.ListAliasesRequest)) == 1


@pytest.mark.parametrize(
    "url",
    ["https://me:s3cret@host:abc", "https://[fe80", "ftp://x", "host:6333", "http://host:99999"],
)
def test_an_address_that_is_none_is_told_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingsError, match=r"QDRANT_URL .* is no address.*https://") as caught:
        connect(url).categories()
    assert "s3cret" not in str(caught.value)


def test_a_key_that_cannot_be_sent_is_told_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingsError, match="QDRANT_API_KEY") as caught:
        connect(url, api_key="żółć").categories()
    assert "żółć" not in str(caught.value)


@pytest.mark.parametrize("content", [None, "", "no certificate", "żółć"])
def test_a_file_of_authorities_that_is_none_is_named(
    tmp_path: Path, url: str, content: str | None
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"QDRANT_CA_FILE '.*ca\.pem' cannot be used"):
        connect(url, ca_file=file).build("shoes", SPEC)

"""Buckets over https: only a server whose certificate can be trusted is spoken to."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from common.errors import StorageUnavailable
from tests.s3.misbehaving import Answer, answering


def certificate(folder: Path, address: str) -> tuple[Path, Path]:
    """Write a certificate that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a museum's own")])
    now = dt.datetime.now(dt.UTC)
    day = dt.timedelta(days=1)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / f"{address}.pem", folder / f"{address}.key"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate_file, key_file


def context(files: tuple[Path, Path]) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*files)
    return made


def test_a_certificate_of_an_own_authority_is_trusted_when_it_is_given(tmp_path: Path) -> None:
    files = certificate(tmp_path, "127.0.0.1")
    with answering(Answer(200, b"content"), tls=context(files)) as server:
        store = server.store(secure=True, ca_file=str(files[0]))
        assert store.read("a.jpg") == b"content"
        with pytest.raises(StorageUnavailable, match="cannot be trusted") as caught:
            server.store(secure=True).read("a.jpg")
        assert "MINIO_CA_FILE" in caught.value.cure


def test_a_certificate_of_another_address_is_not_trusted(tmp_path: Path) -> None:
    files = certificate(tmp_path, "192.0.2.1")
    with (
        answering(Answer(200, b"content"), tls=context(files)) as server,
        pytest.raises(StorageUnavailable, match="cannot be trusted"),
    ):
        server.store(secure=True, ca_file=str(files[0])).read("a.jpg")

"""ZIP archives made in code, hostile ones included."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Mapping

from tests.samples import picture

# What archives and forms of others have been seen to try.
TRAVERSALS = [
    "../evil.jpg",
    "../../../../../../tmp/evil.jpg",
    "a/../../evil.jpg",
    "/evil.jpg",
    "//evil.jpg",
    "/etc/cron.d/evil.jpg",
    "..\\evil.jpg",
    "a\\..\\..\\evil.jpg",
    "\\evil.jpg",
    "\\\\server\\share\\evil.jpg",
    "C:\\evil.jpg",
    "C:evil.jpg",
    "c:/evil.jpg",
    "..",
    "a/..",
    "./../evil.jpg",
    " ../evil.jpg",
    "../evil.jpg ",
    "evil.jpg\x00.png",
    "a\nb.jpg",
    "\x1b[2Jevil.jpg",
    "",
    ".",
    "/",
    "a//../../evil.jpg",
]


def zipped(files: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo("placeholder")
            info.filename = name  # as it is: the constructor would mend it
            info.compress_type = compression
            archive.writestr(info, content)
    return stream.getvalue()


def zipped_link(name: str, target: str) -> bytes:
    """Return an archive with a symbolic link and a picture."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system = 3
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, target)
        archive.writestr("real.jpg", picture("teal", 1))
    return stream.getvalue()


def with_flags(archive: bytes, flags: int) -> bytes:
    """Return an archive whose entries have more general purpose flags set."""
    changed = bytearray(archive)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            (known,) = struct.unpack_from("<H", changed, at + offset)
            struct.pack_into("<H", changed, at + offset, known | flags)
            at = changed.find(signature, at + 4)
    return bytes(changed)


def with_declared_size(archive: bytes, size: int) -> bytes:
    """Return an archive of one entry that declares another length."""
    changed = bytearray(archive)
    struct.pack_into("<L", changed, changed.find(b"PK\x01\x02") + 24, size)
    struct.pack_into("<L", changed, changed.find(b"PK\x03\x04") + 22, size)
    return bytes(changed)


def with_raw_name(archive: bytes, name: bytes, raw: bytes) -> bytes:
    """Return an archive with a name's bytes replaced by as many others."""
    assert len(name) == len(raw)
    return archive.replace(name, raw)

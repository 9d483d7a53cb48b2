"""An image store in a bucket of MinIO, or of any other server that speaks S3."""

from __future__ import annotations

import hashlib
import io
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import BinaryIO, Final

from minio.datatypes import Object
from minio.error import S3Error
from urllib3.exceptions import IncompleteRead, ProtocolError
from urllib3.response import BaseHTTPResponse

from common.errors import ObjectNotFound, ObjectUnreadable
from common.storage.s3_connection import Bucket
from common.storage.s3_objects import StoredObject, is_hidden, key_of, modified_of
from common.storage.s3_sampling import sample_files

MAX_SINGLE_BYTES: Final = 64 * 2**20
"""Larger files are uploaded in pieces of this size, and their etag is no MD5."""
LINK_SECONDS: Final = 900
_CHUNK_BYTES: Final = 2**20
_ATTEMPTS: Final = 3
_SHA256: Final = "x-amz-meta-sha256"


class MinioStore:
    """Files whose keys begin with one prefix. Keeps no connection of its own; thread-safe.

    Listings are read page by page as they are walked. What was written by this class carries its
    sha256 and is checked against it when it is read whole; what arrives incomplete is asked for
    again, three times in all.

    Args:
        bucket: that holds them.
        prefix: of their keys, such as ``data/metric_datasets/shoes``; empty: all of the bucket.
    """

    def __init__(self, bucket: Bucket, prefix: str = "") -> None:
        self.bucket = bucket
        inner = "/".join(part for part in prefix.split("/") if part)
        self._prefix = f"{key_of('', inner)}/" if inner else ""

    @property
    def address(self) -> str:
        """How the place is called in sentences, such as ``s3://pictures/data/``."""
        return f"s3://{self.bucket.name}/{self._prefix}"

    def below(self, path: str) -> MinioStore:
        """Return the store of the files below a directory of this one.

        Raises:
            PathOutsideRoot: the path leaves it.
        """
        return MinioStore(self.bucket, key_of(self._prefix, path))

    def check(self) -> None:
        """Make sure that the bucket answers.

        Raises:
            StorageUnavailable: it does not, with the reason.
        """
        self.bucket.check(self._prefix)

    def walk(self, prefix: str = "") -> Iterator[StoredObject]:
        """Yield the files below the prefix, see :meth:`ImageStore.walk`."""
        for found in self._listed(self._prefix + prefix, recursive=True):
            path = (found.object_name or "").removeprefix(self._prefix)
            if not is_hidden(path):
                etag = found.etag or ""
                modified = modified_of(found.last_modified, etag)
                yield StoredObject(path, found.size or 0, modified, etag)

    def folders(self) -> Iterator[str]:
        """Yield the names of the directories right below the prefix, in order.

        Raises:
            StorageUnavailable: the bucket cannot be reached.
        """
        for found in self._listed(self._prefix, recursive=False):
            name = (found.object_name or "").removeprefix(self._prefix)
            if name.endswith("/") and not is_hidden(name[:-1]):
                yield name[:-1]

    def stat(self, path: str) -> StoredObject:
        """Describe one file, see :meth:`ImageStore.stat`."""
        key = self._key(path)
        try:
            with self.bucket.asked(path):
                found = self.bucket.client.stat_object(self.bucket.name, key)
        except ObjectNotFound:
            self.check()  # an answer without a body: it may be the bucket that is missing
            raise
        etag = found.etag or ""
        return StoredObject(path, found.size or 0, modified_of(found.last_modified, etag), etag)

    def read(self, path: str, max_bytes: int | None = None) -> bytes:
        """Return a file's content, see :meth:`ImageStore.read`."""
        if max_bytes == 0:
            self.stat(path)
            return b""
        target = io.BytesIO()
        self._fetch(path, target, max_bytes)
        return target.getvalue()

    def download(self, path: str, target: BinaryIO) -> None:
        """Copy a file's content to a seekable file, a megabyte at a time.

        Raises:
            ObjectNotFound: there is no file of that path.
            ObjectUnreadable: it does not arrive whole.
            StorageUnavailable: the bucket cannot be reached.
        """
        self._fetch(path, target, None)

    def write(self, path: str, content: bytes) -> None:
        """Put a file, see :meth:`ImageStore.write`."""
        self.upload(path, io.BytesIO(content), len(content), hashlib.sha256(content).hexdigest())

    def upload(self, path: str, source: BinaryIO, size_bytes: int, sha256: str) -> None:
        """Put a file that need not be in memory as a whole; it appears when all of it is there.

        Args:
            path: of the file.
            source: its content, from where it stands.
            size_bytes: of the content.
            sha256: of the content, in hexadecimal.

        Raises:
            StorageUnavailable: the bucket cannot be reached, or refuses it.
        """
        with self.bucket.asked(path):
            self.bucket.client.put_object(
                self.bucket.name,
                self._key(path),
                source,
                size_bytes,
                metadata={"sha256": sha256},
                part_size=MAX_SINGLE_BYTES,
            )

    def sha256(self, path: str) -> str | None:
        """Return the sha256 that a file was uploaded with; None: by something else.

        Raises:
            ObjectNotFound: there is no file of that path.
        """
        with self.bucket.asked(path):
            found = self.bucket.client.stat_object(self.bucket.name, self._key(path))
        return None if found.metadata is None else found.metadata.get(_SHA256)

    def delete(self, path: str) -> None:
        """Remove a file, see :meth:`ImageStore.delete`."""
        key = self._key(path)
        try:
            with self.bucket.asked(path):
                self.bucket.client.remove_object(self.bucket.name, key)
        except ObjectNotFound:
            return

    def sample(self, count: int, rng: random.Random) -> list[str]:
        """Draw paths in a few requests, see :mod:`common.storage.s3_sampling`."""
        return sample_files(
            lambda: (found.path for found in self.walk()), self._names_after, count, rng
        )

    def link(self, path: str, seconds: int = LINK_SECONDS) -> str:
        """Return an address under which a browser can fetch a file for a while.

        Whether the file is there is not looked at.

        Raises:
            PathOutsideRoot: the path leaves the prefix.
            StorageUnavailable: the bucket's region is not set, and cannot be asked for.
        """
        with self.bucket.asked(path):
            return self.bucket.client.presigned_get_object(
                self.bucket.name, self._key(path), timedelta(seconds=seconds)
            )

    def _key(self, path: str) -> str:
        return key_of(self._prefix, path)

    def _listed(self, prefix: str, *, recursive: bool, after: str = "") -> Iterator[Object]:
        listing = self.bucket.client.list_objects(
            self.bucket.name, prefix, recursive=recursive, start_after=after or None
        )
        while True:
            with self.bucket.asked():
                found = next(listing, None)
            if found is None:
                return
            yield found

    def _names_after(self, directory: str, name: str) -> Iterator[str]:
        prefix = self._prefix + directory
        after = prefix + name if name else ""
        for found in self._listed(prefix, recursive=False, after=after):
            entry = (found.object_name or "").removeprefix(prefix)
            if entry and not is_hidden(entry.removesuffix("/")):
                yield entry

    def _fetch(self, path: str, target: BinaryIO, max_bytes: int | None) -> None:
        key, start = self._key(path), target.tell()
        for attempt in range(1, _ATTEMPTS + 1):
            target.seek(start)
            target.truncate()
            with self.bucket.asked(path):
                try:
                    self._fetch_once(key, target, max_bytes)
                except S3Error as error:
                    if error.code != "InvalidRange":  # a file of no bytes has no first ones
                        raise
                except (ProtocolError, _Damaged) as error:
                    if attempt < _ATTEMPTS:
                        continue
                    if isinstance(error, ProtocolError) and not _is_cut(error):
                        raise
                    raise ObjectUnreadable(
                        f"File '{path}' does not arrive whole from bucket '{self.bucket.name}'",
                        "Try again; where it stays so, upload the file anew",
                    ) from error
            return

    def _fetch_once(self, key: str, target: BinaryIO, max_bytes: int | None) -> None:
        response = self.bucket.client.get_object(self.bucket.name, key, length=max_bytes or 0)
        try:
            digest, size = hashlib.sha256(), 0
            for chunk in response.stream(_CHUNK_BYTES, decode_content=False):
                size += len(chunk)
                if max_bytes is not None and size > max_bytes:  # ranges are not known there
                    target.write(chunk[: len(chunk) - (size - max_bytes)])
                    return
                digest.update(chunk)
                target.write(chunk)
            expected = response.headers.get(_SHA256)
            if expected and _is_whole(response, size) and digest.hexdigest() != expected:
                raise _Damaged
        finally:
            response.close()  # a no-op where all was read: the connection is in the pool again
            response.release_conn()


class _Damaged(Exception):
    """The content is not the one that was uploaded."""


def _is_whole(response: BaseHTTPResponse, size: int) -> bool:
    """Tell whether an answer was of all of the file, and not of its first bytes."""
    total = str(response.headers.get("content-range", "")).rpartition("/")[2]
    return not total or total == str(size)


def _is_cut(error: BaseException) -> bool:
    """Tell whether an answer ended too early, as if the stored file did, and nothing broke."""
    return any(isinstance(argument, IncompleteRead) for argument in error.args)

"""What an S3 server, or its absence, says: translated into the one error tree."""

from __future__ import annotations

import ssl
from typing import Final
from xml.etree.ElementTree import ParseError

from minio.error import InvalidResponseError, MinioException, S3Error, ServerError
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
    SSLError,
)

from common.errors import ObjectNotFound, ObjectUnreadable, StorageError, StorageUnavailable

VENDOR_ERRORS: Final = (MinioException, HTTPError, ParseError)
"""Everything that a call of the ``minio`` client raises for reasons outside this program."""

_MISSING: Final = {
    "NoSuchKey",
    "NoSuchObject",
    "NoSuchVersion",
    "KeyTooLongError",
    "XMinioInvalidObjectName",
    "XMinioParentIsObject",
}
_KEYS: Final = "Check MINIO_ACCESS_KEY and MINIO_SECRET_KEY, and what that key may do"
_LATER: Final = "Try again in a moment"
_REGION: Final = "Set MINIO_REGION to the bucket's region, and MINIO_HOST to its server"
_FULL: Final = "Free space there, or raise the bucket's quota"

# What is said of '{bucket}' at '{server}', and the cure, by S3's code.
_REFUSALS: Final[dict[str, tuple[str, str]]] = {
    "NoSuchBucket": (
        "There is no bucket '{bucket}' at {server}",
        "Make the bucket, or correct MINIO_BUCKET_NAME",
    ),
    "InvalidAccessKeyId": (
        "{server} does not know the access key that it is asked with",
        "Correct MINIO_ACCESS_KEY",
    ),
    "SignatureDoesNotMatch": (
        "{server} finds that the secret key does not fit the access key",
        "Correct MINIO_SECRET_KEY",
    ),
    "AccessDenied": ("{server} refuses access to bucket '{bucket}'", _KEYS),
    "AllAccessDisabled": ("{server} refuses access to bucket '{bucket}'", _KEYS),
    "ExpiredToken": ("{server} finds that the access key has expired", _KEYS),
    "RequestTimeTooSkewed": (
        "{server} refuses requests, as its clock and this machine's differ too much",
        "Set this machine's clock right, or the server's",
    ),
    "SlowDown": ("{server} is asked for too much at once", _LATER),
    "ServiceUnavailable": ("{server} is not ready to answer", _LATER),
    "RequestTimeout": ("{server} waited too long for a request", _LATER),
    "InternalError": ("{server} met an error of its own", "Look into its log, and try again"),
    "AuthorizationHeaderMalformed": ("Bucket '{bucket}' is in another region", _REGION),
    "PermanentRedirect": ("Bucket '{bucket}' is in another region", _REGION),
    "Redirect": ("Bucket '{bucket}' is in another region", _REGION),
    "QuotaExceeded": ("Bucket '{bucket}' at {server} is full", _FULL),
    "XMinioAdminBucketQuotaExceeded": ("Bucket '{bucket}' at {server} is full", _FULL),
    "XMinioStorageFull": ("The disks of {server} are full", _FULL),
}


def is_outage(error: BaseException) -> bool:
    """Tell whether the server could not be asked at all, so that asking again now is no use."""
    return isinstance(error, HTTPError)


def translated(error: Exception, bucket: str, server: str, path: str) -> StorageError:
    """Return what a vendor's error means.

    Args:
        error: one of ``VENDOR_ERRORS``.
        bucket: that was asked for.
        server: how the server is called in sentences, such as ``https://minio.example:9000``.
        path: the file concerned, as its store's callers know it.
    """
    if isinstance(error, S3Error):
        return _refused(error.code or "no code", error.message or "", bucket, server, path)
    if isinstance(error, ServerError):
        return StorageUnavailable(f"{server} answers with HTTP status {error.status_code}", _LATER)
    if isinstance(error, (InvalidResponseError, ParseError)):
        return StorageUnavailable(
            f"{server} does not answer as an S3 server does",
            "Check MINIO_HOST, its port, and whether MINIO_SECURE fits it",
        )
    reason = error.reason if isinstance(error, MaxRetryError) else error
    if isinstance(reason, SSLError):
        return _untrusted(reason, server)
    return StorageUnavailable(
        f"{server} cannot be reached ({_in_words(reason)})",
        "Check that it runs, and MINIO_HOST; nothing need be started anew once it answers",
    )


def _refused(code: str, message: str, bucket: str, server: str, path: str) -> StorageError:
    if code in _MISSING:
        return ObjectNotFound(
            f"There is no file '{path}' in bucket '{bucket}'",
            "It may have been moved or removed since it was indexed: index the category again",
        )
    if code == "InvalidObjectState":
        return ObjectUnreadable(
            f"File '{path}' in bucket '{bucket}' is archived", "Have it restored in the bucket"
        )
    if code == "RequestExpired":
        code = "RequestTimeTooSkewed"
    what, cure = _REFUSALS.get(
        code, (f"{server} refuses what it is asked of '{path}' ({code}: {message})", _KEYS)
    )
    return StorageUnavailable(what.format(bucket=bucket, server=server), cure)


def _untrusted(error: SSLError, server: str) -> StorageUnavailable:
    cause = error.args[0] if error.args else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return StorageUnavailable(
            f"The certificate of {server} cannot be trusted ({cause.verify_message})",
            "Give the file of the authority that signed it as MINIO_CA_FILE",
        )
    return StorageUnavailable(
        f"{server} cannot be spoken to by https ({cause})",
        "Set MINIO_SECURE=false if it speaks plain http",
    )


def _in_words(error: BaseException | None) -> str:
    match error:
        case NameResolutionError():
            return "no machine of that name is known"
        case NewConnectionError() if "refused" in str(error):
            return "connection refused"
        case NewConnectionError():
            return "there is no way to it"
        case ConnectTimeoutError():
            return "no answer in time"
        case ReadTimeoutError():
            return "it stopped answering"
        case _:
            return "the connection broke"

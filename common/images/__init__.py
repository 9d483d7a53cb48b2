"""Untrusted bytes in, bounded upright RGB pictures out: one path for queries and galleries."""

from common.images.decoding import (
    THUMBNAIL_MEDIA_TYPE,
    ImageInfo,
    content_hash,
    decode,
    describe,
    thumbnail,
)
from common.images.kinds import Kind, sniff
from common.images.limits import ImageLimits

__all__ = [
    "THUMBNAIL_MEDIA_TYPE",
    "ImageInfo",
    "ImageLimits",
    "Kind",
    "content_hash",
    "decode",
    "describe",
    "sniff",
    "thumbnail",
]

"""Checking a delivery's files before any is placed: named safely, and an image that decodes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from common.errors import ImageError, IntakeError
from common.images import ImageLimits, content_hash, decode, sniff
from common.intake.contents import Item
from common.intake.names import placed_path, safe_path, shown_name
from common.intake.progress import OnProgress
from common.pipeline import Skipped

_HEAD_BYTES: Final = 1_024
_DECODED_SIDE_PX: Final = 128  # a JPEG is read to its end all the same, several times as fast


@dataclass(frozen=True, slots=True)
class Accepted:
    """An image that may be placed.

    Attributes:
        number: of its item in the delivery, from 0.
        path: where it is to be put, relative to the category's images.
        given: as whoever handed it in knows it: its name, or its address.
        sha256: of its bytes, in hexadecimal.
        size_bytes: how many there are.
    """

    number: int
    path: str
    given: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that may not be placed: ``given`` as for :class:`Accepted`, and how it is reported."""

    given: str
    skipped: Skipped


def check_items(
    items: Iterable[Item],
    total: int,
    limits: ImageLimits,
    *,
    label: str,
    threads: int,
    on_progress: OnProgress,
) -> Iterator[Accepted | Refused]:
    """Check files; yields one outcome each, in their order.

    Args:
        items: of a delivery.
        total: how many there are.
        limits: on each image.
        label: folder of files that come without one; empty: none.
        threads: that decode.
        on_progress: called with the files checked and their total.

    Raises:
        StorageUnavailable: the delivery cannot be read.
    """
    pending: deque[Future[Accepted | Refused]] = deque()
    done = 0
    with ThreadPoolExecutor(threads, thread_name_prefix="check") as executor:
        for number, item in enumerate(items):
            # Read here, as archives are read in order; decoded there.
            data = _read(item, limits)
            pending.append(executor.submit(_check, number, item, data, limits, label))
            if len(pending) > 2 * threads:
                yield pending.popleft().result()
                done += 1
                on_progress(done, total)
        while pending:
            yield pending.popleft().result()
            done += 1
            on_progress(done, total)


def _read(item: Item, limits: ImageLimits) -> bytes | IntakeError:
    try:
        safe_path(item.name)  # what cannot be placed need not be read
        head = item.read(_HEAD_BYTES)
        sniff(head)
        return item.read(limits.max_bytes + 1)
    except ImageError:
        return head
    except IntakeError as error:
        return error


def _check(
    number: int, item: Item, data: bytes | IntakeError, limits: ImageLimits, label: str
) -> Accepted | Refused:
    try:
        if isinstance(data, IntakeError):
            raise data
        kind = sniff(data)
        decode(data, limits, minimum_side_px=_DECODED_SIDE_PX)
        path = placed_path(safe_path(item.name), kind, label)
        return Accepted(number, path, item.given, content_hash(data), len(data))
    except (ImageError, IntakeError) as error:
        shown = shown_name(item.given)
        within = f" in the archive '{item.origin}'" if item.origin else ""
        named = f"'{shown}'{within}: {error}" if isinstance(error, ImageError) else str(error)
        return Refused(item.given, Skipped(shown, error.reason, named))

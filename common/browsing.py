"""The use case of leafing through a category: filtered, sorted by any field, page by page."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from common.errors import FilterError, QueryError
from common.records import FieldType, Filter, Payload, Point
from common.search import SearchService
from common.vectors.base import VectorIndex
from common.vectors.conditions import compared_values

MAX_PAGE = 1_000
_SCROLLED = 5_000  # fewer and larger pages take less time
_ORDERS_KEPT = 32  # of 0.8 MB each at 50,000 records

SortKey: TypeAlias = tuple[str | float, str]
_Ids: TypeAlias = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class BrowsePage:
    """One page of a listing.

    Attributes:
        records: with their payloads, in the order asked for.
        total: number of records that pass the filter.
        generation: that was read. Pages of one generation neither repeat nor miss a record.
    """

    records: Sequence[Point]
    total: int
    generation: str


@dataclass(frozen=True, slots=True)
class _Listing:
    """What is kept of an order: by category, so that a new generation replaces it."""

    category: str
    filter: Filter
    order_by: str | None
    descending: bool


class BrowseService:
    """Lists the records of the current generations. Safe to use from several threads.

    No engine sorts: a listing is read once in its whole, sorted here, and its ids are kept (16
    bytes a record) until the category has a new generation, for the orders asked for last.

    Args:
        search: knows the current generations.
    """

    def __init__(self, search: SearchService) -> None:
        self._search = search
        self._lock = threading.Lock()
        self._orders: OrderedDict[_Listing, tuple[str, _Ids]] = OrderedDict()

    def page(
        self,
        category: str,
        *,
        filter: Filter | None = None,
        order_by: str | None = None,
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
    ) -> BrowsePage:
        """Return a part of the records that pass a filter.

        Texts are ordered without regard to case, dates and numbers by their value. Records of
        equal values come in the order of their ids, and those without a value last, whichever the
        direction.

        Args:
            category: its name.
            filter: records that do not pass are left out.
            order_by: a field of the index that is no list; None: in the order of the ids.
            descending: the greatest value first.
            offset: how many of the first to leave out.
            limit: how many at most, 1 to 1,000.

        Raises:
            CategoryNotFound: there is no such category.
            GenerationNotFound: it was never indexed.
            FilterError: the filter or the order names a field that the index does not have, or
                the order one that is a list.
            QueryError: the offset or the limit is out of its range.
        """
        if offset < 0 or not 1 <= limit <= MAX_PAGE:
            raise QueryError(
                f"A page of {limit:,} records after {offset:,} cannot be listed",
                f"Ask for 1 to {MAX_PAGE:,} records after 0 or more",
            )
        listing = _Listing(category, filter or Filter(), order_by, descending)

        def read(index: VectorIndex) -> BrowsePage:
            ids = self._ordered(index, listing)
            wanted = [str(uuid.UUID(bytes=id_.tobytes())) for id_ in ids[offset : offset + limit]]
            return BrowsePage(index.get(wanted), len(ids), index.manifest.generation)

        return self._search.read(category, read)

    def _ordered(self, index: VectorIndex, listing: _Listing) -> _Ids:
        """Return the ids of a listing, shape ``(n, 16)``, as they are kept or made anew."""
        generation = index.manifest.generation
        with self._lock:
            kept, ids = self._orders.get(listing, ("", None))
            if ids is not None and kept == generation:
                self._orders.move_to_end(listing)
                return ids
        ids = _read_ordered(index, listing)
        with self._lock:
            self._orders[listing] = (generation, ids)
            self._orders.move_to_end(listing)
            while len(self._orders) > _ORDERS_KEPT:
                self._orders.popitem(last=False)
        return ids


def sort_key(payload: Payload, field: str, fields: Mapping[str, FieldType]) -> SortKey | None:
    """Return what a payload is sorted by, None where it has no value of the field's type."""
    values = compared_values(payload, field, fields)
    if not values:
        return None
    value = values[0]
    if isinstance(value, bool):
        return str(value).casefold(), ""
    # The second tells texts apart that differ in case only.
    return (value.casefold(), value) if isinstance(value, str) else (value, "")


def _read_ordered(index: VectorIndex, listing: _Listing) -> _Ids:
    field, fields = listing.order_by, index.manifest.spec.fields
    if field is not None:
        _check_sortable(field, fields)
    with_value: list[tuple[SortKey, bytes]] = []
    without: list[bytes] = []
    start: str | None = None
    while True:
        page = index.scroll(start=start, limit=_SCROLLED, filter=listing.filter)
        for point in page.points:
            id_ = bytes.fromhex(point.id.replace("-", ""))
            key = None if field is None else sort_key(point.payload, field, fields)
            if key is None:
                without.append(id_)
            else:
                with_value.append((key, id_))
        start = page.next
        if start is None:
            break
    # Stable in both directions: points come in the order of their ids.
    with_value.sort(key=lambda pair: pair[0], reverse=listing.descending)
    ordered = b"".join([*(id_ for _, id_ in with_value), *without])
    return np.frombuffer(ordered, dtype=np.uint8).reshape(-1, 16)


def _check_sortable(field: str, fields: Mapping[str, FieldType]) -> None:
    sortable = ", ".join(f"'{name}'" for name, type_ in fields.items() if type_ != "list")
    if field not in fields:
        raise FilterError(
            f"The index has no field '{field}' to order by",
            f"Fields to order by: {sortable or 'none'}",
        )
    if fields[field] == "list":
        raise FilterError(
            f"Field '{field}' is a list, and lists have no order", f"Fields to order by: {sortable}"
        )

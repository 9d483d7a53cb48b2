"""The part of the client that lists records and changes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from common.client.addresses import category_address, record_address
from common.client.answers import JobAnswer, Record, RecordPage, RemovalReport, RemovedPage
from common.client.connection import Connection
from common.client.wire import Json, filter_param
from common.jobs import Job
from common.records import Filter, PayloadValue


class RecordRequests:
    """Asks one server for records, and to change them; see :class:`~common.client.SearchClient`.

    Args:
        connection: to the server.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, category: str, record: str) -> Record:
        """Return one record."""
        return self._connection.read("GET", record_address(category, record), Record)

    def record_page(
        self,
        category: str,
        *,
        start: str | None = None,
        limit: int = 100,
        filter: Filter | None = None,
    ) -> RecordPage:
        """Return up to ``limit`` records (at most 1,000), from ``start`` on (None: the first)."""
        page = {"limit": limit, **({"start": start} if start else {}), **filter_param(filter)}
        return self._page(category, page)

    def records(
        self, category: str, *, filter: Filter | None = None, page_size: int = 500
    ) -> Iterator[Record]:
        """Yield all records that pass a filter, in the order of their ids."""
        page = self.record_page(category, limit=page_size, filter=filter)
        yield from page.records
        while page.next is not None:
            page = self.record_page(category, start=page.next, limit=page_size, filter=filter)
            yield from page.records

    def browse(
        self,
        category: str,
        *,
        filter: Filter | None = None,
        order_by: str | None = None,
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
    ) -> RecordPage:
        """Return a part of the records that pass a filter, in the order of a field.

        Args:
            category: its name.
            filter: records that do not pass are left out.
            order_by: a field that is no list; None: in the order of the ids.
            descending: the greatest value first; records without one come last all the same.
            offset: how many of the first to leave out.
            limit: how many at most, 1 to 1,000.
        """
        page: Json = {
            "limit": limit,
            "offset": offset,
            "descending": descending,
            **({} if order_by is None else {"order_by": order_by}),
            **filter_param(filter),
        }
        return self._page(category, page)

    def patch_record(
        self, category: str, record: str, changes: Mapping[str, PayloadValue]
    ) -> Record:
        """Change fields of a record, for good; return it as it is now. None removes a value."""
        body = {"payload": dict(changes)}
        return self._connection.read("PATCH", record_address(category, record), Record, json=body)

    def delete_record(
        self, category: str, record: str, *, remove_file: bool = False
    ) -> RemovalReport:
        """Remove a record for good, and its image file too if asked."""
        return self._connection.read(
            "DELETE",
            record_address(category, record),
            RemovalReport,
            params={"remove_file": remove_file},
        )

    def delete_records(
        self, category: str, records: Sequence[str], *, remove_files: bool = False
    ) -> RemovalReport:
        """Remove up to 1,000 records for good: all of them, or on an error none."""
        body = {"records": list(records), "remove_files": remove_files}
        address = f"{category_address(category)}/records/delete"
        return self._connection.read("POST", address, RemovalReport, json=body)

    def removed_records(self, category: str, *, offset: int = 0, limit: int = 100) -> RemovedPage:
        """Return a part of the records that were removed and whose files are still there."""
        address = f"{category_address(category)}/records/removed"
        return self._connection.read(
            "GET", address, RemovedPage, params={"offset": offset, "limit": limit}
        )

    def restore_records(self, category: str, records: Sequence[str]) -> Job:
        """Have up to 1,000 removed records back; return the job that indexes them again."""
        body = {"records": list(records)}
        address = f"{category_address(category)}/records/restore"
        return self._connection.read("POST", address, JobAnswer, json=body)

    def original(self, category: str, record: str) -> bytes:
        """Return a record's image file."""
        return self._connection.send("GET", f"{record_address(category, record)}/original").content

    def thumbnail(self, category: str, record: str) -> bytes:
        """Return a small copy of a record's image, a JPEG."""
        return self._connection.send("GET", f"{record_address(category, record)}/thumbnail").content

    def _page(self, category: str, page: Json) -> RecordPage:
        address = f"{category_address(category)}/records"
        return self._connection.read("GET", address, RecordPage, params=page)

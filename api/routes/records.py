"""Records: listing them page by page and in any order, reading one, and the picture behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.caching import picture_response
from api.models.filters import FieldName
from api.models.records import RecordBody, RecordPage, record_values
from api.problems import described
from api.routes.parameters import CategoryName, FieldNames, RecordId, filter_of
from common.assembly import Services
from common.errors import ImageError, ObjectUnreadable, QueryError
from common.images import THUMBNAIL_MEDIA_TYPE, Kind, content_hash, sniff
from common.records import Filter, Point
from common.vectors.base import VectorIndex

MAX_PAGE = 1_000
MAX_OFFSET = 2**31 - 1
_PICTURE = {"schema": {"type": "string", "format": "binary"}}
_MEDIA_TYPES: dict[Kind, str] = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "TIFF": "image/tiff",
    "BMP": "image/bmp",
    "AVIF": "image/avif",
    "HEIC": "image/heic",
}
_UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The client's copy is still right."}
}

IfNoneMatch = Annotated[str | None, Header(description="ETags of copies the client has.")]


def record_routes(live: Services) -> APIRouter:
    """Return the routes that read records."""
    router = APIRouter(prefix="/v1/categories/{category}/records", tags=["records"])

    @router.get("", responses=described(401, 404, 422, 503))
    def list_records(
        request: Request,
        category: CategoryName,
        filter: Annotated[Filter | None, Depends(filter_of)],
        limit: Annotated[int, Query(ge=1, le=MAX_PAGE, description="Records a page.")] = 100,
        start: Annotated[
            str | None, Query(max_length=100, description="`next` of the page before.")
        ] = None,
        order_by: Annotated[
            FieldName | None,
            Query(description="Field to order by, no list; left out: by the records' ids."),
        ] = None,
        descending: Annotated[bool, Query(description="The greatest value first.")] = False,
        offset: Annotated[
            int, Query(ge=0, le=MAX_OFFSET, description="How many of the first to leave out.")
        ] = 0,
        fields: FieldNames = None,
    ) -> RecordPage:
        """List the records that pass a filter, page by page, by their ids or by a field.

        In the order of ids, `start` goes on where a page ended. In any order, `offset` does.
        Records of equal values come by id, those without a value last.
        """
        if start is not None and (order_by is not None or descending or offset):
            raise QueryError(
                "A page begins at 'start' or after 'offset', and 'start' knows no other order than "
                "that of ids",
                "Leave out 'start' to list by 'order_by', 'descending' and 'offset'",
            )
        prefix = request.scope.get("root_path", "")

        def page_of(
            generation: str, total: int, points: Sequence[Point], next_: str | None, end: int | None
        ) -> RecordPage:
            return RecordPage(
                generation=generation,
                total=total,
                records=[
                    RecordBody(**record_values(prefix, category, point.id, point.payload, fields))
                    for point in points
                ],
                next=next_,
                next_offset=end if end is not None and end < total else None,
            )

        def scrolled(index: VectorIndex) -> RecordPage:
            page = index.scroll(start=start, limit=limit, filter=filter)
            end = limit if start is None else None
            total = index.count(filter)
            return page_of(index.manifest.generation, total, page.points, page.next, end)

        if order_by is None and not descending and not offset:
            return live.search.read(category, scrolled)
        page = live.browse.page(
            category,
            filter=filter,
            order_by=order_by,
            descending=descending,
            offset=offset,
            limit=limit,
        )
        return page_of(page.generation, page.total, page.records, None, offset + limit)

    @router.get("/{record}", responses=described(401, 404, 422, 503))
    def read_record(
        request: Request, category: CategoryName, record: RecordId, fields: FieldNames = None
    ) -> RecordBody:
        """Read one record."""
        point = live.search.record(category, record)
        prefix = request.scope.get("root_path", "")
        return RecordBody(**record_values(prefix, category, point.id, point.payload, fields))

    @router.get(
        "/{record}/original",
        response_class=Response,
        responses={
            200: {
                "description": "The image file.",
                "content": dict.fromkeys(_MEDIA_TYPES.values(), _PICTURE),
            },
            **_UNCHANGED,
            307: {"description": "The address at which the bucket's own server has the file."},
            **described(401, 404, 422, 503),
        },
    )
    def read_original(
        category: CategoryName, record: RecordId, if_none_match: IfNoneMatch = None
    ) -> Response:
        """Read a record's image file, as it is now."""
        file = str(live.search.record(category, record).payload["file"])
        link = live.pictures.link(category, file)
        if link is not None:
            return RedirectResponse(link, headers={"Cache-Control": "private, no-store"})
        try:
            data = live.pictures.original(category, file)
            media_type = _MEDIA_TYPES[sniff(data)]
        except ImageError as error:
            raise _cannot_be_shown(file, error) from error
        return picture_response(
            lambda: data, media_type, content_hash(data), if_none_match, file=file
        )

    @router.get(
        "/{record}/thumbnail",
        response_class=Response,
        responses={
            200: {
                "description": "A picture of 480 px a side or less, upright.",
                "content": {THUMBNAIL_MEDIA_TYPE: _PICTURE},
            },
            **_UNCHANGED,
            **described(401, 404, 422, 503),
        },
    )
    def read_thumbnail(
        category: CategoryName,
        record: RecordId,
        version: Annotated[
            str | None,
            Query(
                max_length=64,
                description="The image's sha256. Of that version the answer may be kept for ever.",
            ),
        ] = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response:
        """Read a small copy of a record's image."""
        payload = live.search.record(category, record).payload
        file, current = str(payload["file"]), str(payload.get("_sha256", ""))

        def read() -> bytes:
            try:
                return live.pictures.thumbnail(category, file, current)
            except ImageError as error:
                raise _cannot_be_shown(file, error) from error

        return picture_response(
            read,
            THUMBNAIL_MEDIA_TYPE,
            f"{current}-480",
            if_none_match,
            for_ever=version == current != "",
        )

    return router


def _cannot_be_shown(file: str, error: ImageError) -> ObjectUnreadable:
    return ObjectUnreadable(
        f"Image '{file}' cannot be shown any more: {error.what}", "Index the category again"
    )

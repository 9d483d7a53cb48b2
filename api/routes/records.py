"""Records: listing them page by page, reading one, and the picture behind it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from api.caching import picture_response
from api.models.records import RecordBody, RecordPage, record_values
from api.problems import described
from api.routes.parameters import CategoryName, FieldNames, RecordId, filter_of
from common.assembly import Services
from common.errors import ImageError, ObjectUnreadable
from common.images import THUMBNAIL_MEDIA_TYPE, Kind, content_hash, sniff
from common.records import Filter

MAX_PAGE = 1_000
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
        fields: FieldNames = None,
    ) -> RecordPage:
        """List the records that pass a filter, page by page, in the order of their ids."""
        index = live.search.index(category)
        page = index.scroll(start=start, limit=limit, filter=filter)
        prefix = request.scope.get("root_path", "")
        return RecordPage(
            generation=index.manifest.generation,
            total=index.count(filter),
            records=[
                RecordBody(**record_values(prefix, category, point.id, point.payload, fields))
                for point in page.points
            ],
            next=page.next,
        )

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
            **described(401, 404, 422, 503),
        },
    )
    def read_original(
        category: CategoryName, record: RecordId, if_none_match: IfNoneMatch = None
    ) -> Response:
        """Read a record's image file, as it is now."""
        file = str(live.search.record(category, record).payload["file"])
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

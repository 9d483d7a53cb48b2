"""Hits as the older systems' answers name them: with addresses that lead somewhere."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from fastapi import Request

from api.adapters.answers import KeptAnswer, KeptHit
from common.categories import Category
from common.records import Answer, Payload


def kept_answer(category: Category, answer: Answer) -> KeptAnswer:
    """Return what of an answer is kept until it is fetched."""
    return KeptAnswer(
        category.name,
        [
            KeptHit(hit.id, hit.file, hit.similarity, _page(category, hit.payload))
            for hit in answer.hits
        ],
    )


def image_address(request: Request, category: str, hit: KeptHit) -> str:
    """Return the address of a hit's image file on this server, whose last part is the file's name.

    The name is a fragment: clients that read it off the address find it, and servers never see it.
    """
    prefix = request.scope.get("root_path", "")
    path = f"{prefix}/v1/categories/{category}/records/{hit.record}/original"
    return f"{_origin(request)}{path}#/{quote(hit.file, errors='replace')}"


def page_address(request: Request, category: str, hit: KeptHit) -> str:
    """Return the address of a hit's own web page, or else of its image on this server."""
    return hit.link or image_address(request, category, hit)


def _origin(request: Request) -> str:
    """Return the scheme and host by which the client came; empty where it did not say."""
    host = request.headers.get("host", "")
    return f"{request.scope['scheme']}://{host}" if host else ""


def _page(category: Category, payload: Payload) -> str | None:
    field = category.manifest.link_field
    value = payload.get(field) if field else None
    if not isinstance(value, str):
        return None
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    # It becomes a link in somebody's page: an address of the web, or nothing.
    return value if parts.scheme in ("http", "https") and parts.netloc else None

"""The chosen adapters as routes of the application, and what its guards have to know of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from fastapi import APIRouter

from api.adapters.answers import AnswerStore
from api.adapters.catalogues import catalogue_routes
from api.adapters.choice import AdapterName
from api.adapters.collection_search import collection_search_routes
from api.adapters.papyri import papyrus_routes
from api.adapters.places import Places
from api.metrics import Metrics
from common.assembly import Services

SEARCHES: Final = re.compile(r"/search/[^/]+|/papyrus/submit/?|/search_with_image")
"""Paths that ask, although by POST: a key that may read is enough."""

UPLOADS: Final = re.compile(r"/upload_catalogue")
"""Paths whose bodies are read piece by piece, and so may be longer than others."""

TAGS: Final[Mapping[AdapterName, str]] = {
    "s1": "For clients of an older Visual Similarity Search.",
    "s2": "For clients of Papyrus Retrieval.",
    "s4": "For clients of ImageSimilarity.",
}


def adapter_routes(
    chosen: Mapping[AdapterName, str], live: Services, places: Places, metrics: Metrics
) -> Iterator[APIRouter]:
    """Return the routes of the chosen adapters, see :func:`api.adapters.choice.parse_adapters`."""
    answers = AnswerStore(live.settings.data_dir / "cache" / "answers")
    if "s1" in chosen:
        yield collection_search_routes(live, places.embedding, metrics)
    if "s2" in chosen:
        yield papyrus_routes(live, chosen["s2"], answers, places.embedding, metrics)
    if "s4" in chosen:
        yield catalogue_routes(live, chosen["s4"], answers, places, metrics)

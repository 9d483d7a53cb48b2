"""A typed client of the HTTP API, in the words of :mod:`common.records` and :mod:`common.errors`.

::

    with SearchClient("http://localhost:8080/api") as client:
        answer = client.search("shoes", Path("mine.jpg").read_bytes(), SearchOptions(k=5))
        for hit in answer.hits:
            print(hit.rank, hit.similarity, hit.file)
"""

from common.client.answers import (
    CategorySummary,
    FileProblem,
    Generation,
    ImageFacts,
    Record,
    RecordPage,
    RemovalReport,
    RemovedPage,
    RemovedRecord,
)
from common.client.asking import SearchClient

__all__ = [
    "CategorySummary",
    "FileProblem",
    "Generation",
    "ImageFacts",
    "Record",
    "RecordPage",
    "RemovalReport",
    "RemovedPage",
    "RemovedRecord",
    "SearchClient",
]

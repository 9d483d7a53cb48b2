"""A Qdrant server that speaks gRPC on a port of this machine: local mode behind its services."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import grpc
from qdrant_client import QdrantClient
from qdrant_client import grpc as messages
from qdrant_client.conversions.conversion import GrpcToRest, RestToGrpc
from qdrant_client.grpc import (
    collections_service_pb2_grpc,
    points_service_pb2_grpc,
    qdrant_pb2_grpc,
)


class GrpcQdrant:
    """A server in this process, listening while the block of its ``with`` statement runs.

    Args:
        certificate: files of a certificate and its key, to speak TLS.
    """

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        self.requests: list[Any] = []
        self._server = grpc.server(ThreadPoolExecutor(4))
        local, lock = QdrantClient(":memory:"), threading.Lock()

        def served(handle: Callable[[QdrantClient, Any], Any]) -> Callable[[Any, Any, Any], Any]:
            def answer(_: Any, request: Any, context: grpc.ServicerContext) -> Any:
                with lock:
                    self.requests.append(request)
                    try:
                        return handle(local, request)
                    except ValueError as error:
                        gone = str(error).endswith("not found")
                        code = grpc.StatusCode.NOT_FOUND if gone else grpc.StatusCode.UNKNOWN
                        context.abort(code, str(error))
                raise AssertionError(request)

            return answer

        for base, add, handlers in (
            (
                qdrant_pb2_grpc.QdrantServicer,
                qdrant_pb2_grpc.add_QdrantServicer_to_server,
                {"HealthCheck": _health},
            ),
            (
                collections_service_pb2_grpc.CollectionsServicer,
                collections_service_pb2_grpc.add_CollectionsServicer_to_server,
                _COLLECTIONS,
            ),
            (
                points_service_pb2_grpc.PointsServicer,
                points_service_pb2_grpc.add_PointsServicer_to_server,
                _POINTS,
            ),
        ):
            methods = {name: served(handle) for name, handle in handlers.items()}
            add(type("Servicer", (base,), methods)(), self._server)
        if certificate is None:
            self.port = self._server.add_insecure_port("127.0.0.1:0")
            return
        chain, key = (file.read_bytes() for file in certificate)
        credentials = grpc.ssl_server_credentials([(key, chain)])
        self.port = self._server.add_secure_port("127.0.0.1:0", credentials)

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(None).wait()

    def client(self) -> QdrantClient:
        """Return a client that talks gRPC to this server."""
        return QdrantClient(
            url="http://127.0.0.1:9",
            grpc_port=self.port,
            prefer_grpc=True,
            check_compatibility=False,
            timeout=10,
        )

    def asked(self, kind: type) -> list[Any]:
        """Return the requests of a kind, in their order."""
        return [request for request in self.requests if isinstance(request, kind)]


def _health(_: QdrantClient, __: Any) -> Any:
    return messages.HealthCheckReply(title="qdrant - vector search engine", version="1.16.0")


def _create(local: QdrantClient, asked: Any) -> Any:
    local.create_collection(
        asked.collection_name,
        vectors_config=GrpcToRest.convert_vectors_config(asked.vectors_config),
        metadata=GrpcToRest.convert_payload(asked.metadata),
    )
    return messages.CollectionOperationResponse(result=True)


def _update(local: QdrantClient, asked: Any) -> Any:
    metadata = GrpcToRest.convert_payload(asked.metadata) if asked.metadata else None
    local.update_collection(asked.collection_name, metadata=metadata)
    return messages.CollectionOperationResponse(result=True)


def _delete(local: QdrantClient, asked: Any) -> Any:
    return messages.CollectionOperationResponse(
        result=local.delete_collection(asked.collection_name)
    )


def _info(local: QdrantClient, asked: Any) -> Any:
    info = RestToGrpc.convert_collection_info(local.get_collection(asked.collection_name))
    return messages.GetCollectionInfoResponse(result=info)


def _list(local: QdrantClient, _: Any) -> Any:
    names = [found.name for found in local.get_collections().collections]
    return messages.ListCollectionsResponse(
        collections=[messages.CollectionDescription(name=name) for name in names]
    )


def _aliases(local: QdrantClient, _: Any) -> Any:
    found = local.get_aliases().aliases
    return messages.ListAliasesResponse(
        aliases=[RestToGrpc.convert_alias_description(alias) for alias in found]
    )


def _switch(local: QdrantClient, asked: Any) -> Any:
    actions = [GrpcToRest.convert_alias_operations(action) for action in asked.actions]
    return messages.CollectionOperationResponse(result=local.update_collection_aliases(actions))


def _done() -> Any:
    result = messages.UpdateResult(operation_id=0, status=messages.UpdateStatus.Completed)
    return messages.PointsOperationResponse(result=result)


def _index(local: QdrantClient, asked: Any) -> Any:
    local.get_collection(asked.collection_name)
    return _done()


def _upsert(local: QdrantClient, asked: Any) -> Any:
    points = [GrpcToRest.convert_point_struct(point) for point in asked.points]
    local.upsert(asked.collection_name, points)
    return _done()


def _remove(local: QdrantClient, asked: Any) -> Any:
    local.delete(asked.collection_name, GrpcToRest.convert_points_selector(asked.points))
    return _done()


def _get(local: QdrantClient, asked: Any) -> Any:
    records = local.retrieve(
        asked.collection_name,
        [GrpcToRest.convert_point_id(id_) for id_ in asked.ids],
        with_vectors=asked.with_vectors.enable,
    )
    return messages.GetResponse(result=[RestToGrpc.convert_record(record) for record in records])


def _scroll(local: QdrantClient, asked: Any) -> Any:
    records, following = local.scroll(
        asked.collection_name,
        scroll_filter=_filter(asked),
        offset=GrpcToRest.convert_point_id(asked.offset) if asked.HasField("offset") else None,
        limit=asked.limit,
        with_vectors=asked.with_vectors.enable,
    )
    return messages.ScrollResponse(
        result=[RestToGrpc.convert_record(record) for record in records],
        next_page_offset=None
        if following is None
        else RestToGrpc.convert_extended_point_id(following),
    )


def _query(local: QdrantClient, asked: Any) -> Any:
    found = local.query_points(
        asked.collection_name,
        query=list(asked.query.nearest.dense.data),
        query_filter=_filter(asked),
        limit=asked.limit,
        with_payload=False,
    ).points
    return messages.QueryResponse(
        result=[
            messages.ScoredPoint(
                id=RestToGrpc.convert_extended_point_id(point.id), score=point.score, version=0
            )
            for point in found
        ]
    )


def _count(local: QdrantClient, asked: Any) -> Any:
    count = local.count(asked.collection_name, _filter(asked), exact=True)
    return messages.CountResponse(result=RestToGrpc.convert_count_result(count))


def _facet(local: QdrantClient, asked: Any) -> Any:
    hits = local.facet(asked.collection_name, asked.key, _filter(asked), limit=asked.limit).hits
    return messages.FacetResponse(hits=[RestToGrpc.convert_facet_value_hit(hit) for hit in hits])


def _filter(asked: Any) -> Any:
    return GrpcToRest.convert_filter(asked.filter) if asked.HasField("filter") else None


_COLLECTIONS = {
    "Create": _create,
    "Update": _update,
    "Delete": _delete,
    "Get": _info,
    "List": _list,
    "ListAliases": _aliases,
    "UpdateAliases": _switch,
}
_POINTS = {
    "CreateFieldIndex": _index,
    "Upsert": _upsert,
    "Delete": _remove,
    "Get": _get,
    "Scroll": _scroll,
    "Query": _query,
    "Count": _count,
    "Facet": _facet,
}

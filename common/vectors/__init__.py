"""Vector stores: one protocol, an exact oracle, embedded Qdrant, and a Qdrant server."""

"""Typed settings, read from the environment and ``.env`` when asked for, never at import."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from common.errors import SettingsError


class Settings(BaseSettings):
    """Every setting, each under its upper-case name in the environment or in ``.env``."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_dir: Path = Field(
        Path("data"), description="Where images, models and indexes lie (data/README.md)."
    )
    interactive_host: str = Field(
        "127.0.0.1", description="Address the page listens on; 0.0.0.0 for every network."
    )
    interactive_port: int = Field(
        8080, ge=1, le=65535, description="Port of the page and of the HTTP API."
    )
    demo_data: bool = Field(
        True, description="Draw and index the demo categories when there is no category yet."
    )
    embedder: str = Field(
        "compact", description="Embedder of categories that are indexed from now on."
    )
    max_image_megabytes: float = Field(
        20, gt=0, description="Larger image files are refused, in megabytes (10^6 bytes)."
    )
    max_image_megapixels: float = Field(
        50, gt=0, description="Images of more pixels are refused, in millions."
    )
    embedding_threads: int = Field(
        0, ge=0, description="Threads that decode images and run models; 0: one a core."
    )
    embedding_batch_size: int = Field(
        32, ge=1, le=1024, description="Images embedded at once while indexing."
    )
    hnsw_from_points: int = Field(
        50_000,
        ge=0,
        description="Indexes of fewer images are scanned exactly, without a graph.",
    )
    qdrant_url: str = Field(
        "", description="Qdrant server, such as https://qdrant.example:6333; empty: embedded."
    )
    qdrant_host: str = Field(
        "", description="Qdrant server's host, where no QDRANT_URL is given; empty: embedded."
    )
    qdrant_port: int = Field(6333, ge=1, le=65535, description="Port of QDRANT_HOST.")
    qdrant_api_key: str = Field("", repr=False, description="Qdrant server's API key, if any.")
    qdrant_ca_file: str = Field(
        "", description="Certificates that the Qdrant server's is signed by, PEM; empty: public."
    )
    qdrant_grpc_port: int = Field(
        6334,
        ge=0,
        le=65535,
        description="Qdrant server's gRPC port, used where it answers there; 0: only HTTP.",
    )
    qdrant_timeout_seconds: int = Field(
        30, ge=1, description="Within which the Qdrant server must answer each request."
    )
    qdrant_shards: int = Field(
        0, ge=0, description="Parts a generation on the server is cut into; 0: one a node."
    )
    qdrant_replicas: int = Field(
        1, ge=1, description="Nodes of the server's cluster that hold each part."
    )
    qdrant_quantisation: Literal["none", "int8"] = Field(
        "none", description="int8: the server searches in a quarter of the memory; or none."
    )
    qdrant_on_disk: bool = Field(
        False, description="The server keeps full vectors on disk instead of in memory."
    )
    qdrant_hnsw_m: int = Field(
        16, ge=4, le=128, description="Edges of each image in the server's graph."
    )
    qdrant_hnsw_ef: int = Field(
        100, ge=16, le=2000, description="Candidates looked at while the server builds its graph."
    )
    type: Literal["LOCAL", "DEV", "TEST", "PROD"] = Field(
        "LOCAL", description="Where categories lie: LOCAL: in DATA_DIR; DEV, TEST, PROD: a bucket."
    )
    minio_host: str = Field(
        "", description="Server of the bucket, MinIO's or another of S3, such as minio:9000."
    )
    minio_access_key: str = Field("", repr=False, description="Access key of that server.")
    minio_secret_key: str = Field("", repr=False, description="Secret key of MINIO_ACCESS_KEY.")
    minio_bucket_name: str = Field("", description="The bucket.")
    minio_main_path: str = Field(
        "", description="Directory in the bucket that metric_datasets/ and models/ lie in."
    )
    minio_secure: bool = Field(True, description="Speak https to that server; false: http.")
    minio_region: str = Field(
        "", description="Region of the bucket; empty: the server is asked for it."
    )
    minio_ca_file: str = Field(
        "", description="Certificates that MINIO_HOST's is signed by, PEM; empty: public ones."
    )
    minio_links: Literal["proxy", "presigned"] = Field(
        "proxy",
        description="Full images by the API: proxy: through it; presigned: from MINIO_HOST itself.",
    )
    thumbnail_cache_megabytes: float = Field(
        500, ge=0, description="Small copies kept on disk of images in a bucket, in megabytes."
    )
    api_port: int = Field(
        8081,
        ge=1,
        le=65535,
        description="Port of the HTTP API where it is served without the page ('make api').",
    )
    api_keys: str = Field(
        "",
        repr=False,
        description="Keys that may use the HTTP API: write:KEY,read:KEY,...; empty: no key needed.",
    )
    api_adapters: str = Field(
        "",
        description="Older systems whose clients the HTTP API answers: s1, s2, s4 or s2:CATEGORY.",
    )
    cors_origins: str = Field(
        "",
        description="Sites whose pages may call the HTTP API, separated by commas; *: all.",
    )
    max_request_megabytes: float = Field(
        32, gt=0, description="Larger requests to the HTTP API are refused, in megabytes."
    )
    max_queries_at_once: int = Field(
        16, ge=1, description="Queries by picture the HTTP API embeds at once; more must wait."
    )
    max_upload_megabytes: float = Field(
        1000, gt=0, description="More images handed in at once are refused, in megabytes."
    )
    max_archive_megabytes: float = Field(
        4000,
        gt=0,
        description="Archives handed in together that unpack to more are refused, in megabytes.",
    )
    download_private_addresses: bool = Field(
        False, description="Download images from addresses of private networks too."
    )
    log_level: str = Field(
        "INFO",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="Least severe messages to log: DEBUG, INFO, WARNING or ERROR.",
    )


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings.

    Args:
        env_file: file of ``NAME=value`` lines; the environment wins over it. None: no file.

    Raises:
        SettingsError: a value cannot be used; the sentence names each one.
    """
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]  # added by pydantic-settings
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"Settings file '{env_file}' is not UTF-8 text", "Save it in UTF-8"
        ) from error
    except ValidationError as error:
        problems = "; ".join(
            f"{str(e['loc'][0]).upper()}={e['input']!r}: {e['msg'].lower()}" for e in error.errors()
        )
        raise SettingsError(
            f"Settings cannot be used: {problems}",
            "Correct them in the environment or in .env; .env.example lists them all",
        ) from error

"""Typed settings, read from the environment and ``.env`` when asked for, never at import."""

from __future__ import annotations

from pathlib import Path

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
        description="Embedded indexes of fewer images are scanned exactly, without a graph.",
    )
    qdrant_url: str = Field(
        "", description="Qdrant server, such as https://qdrant.example:6333; empty: embedded."
    )
    qdrant_host: str = Field(
        "", description="Qdrant server's host, where no QDRANT_URL is given; empty: embedded."
    )
    qdrant_port: int = Field(6333, ge=1, le=65535, description="Port of QDRANT_HOST.")
    qdrant_api_key: str = Field("", repr=False, description="Qdrant server's API key, if any.")
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

"""Embedders and their model cards."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from common.embedding.base import ModelCard


class PreprocessingBody(BaseModel):
    """How an upright RGB picture becomes the model's input."""

    size_px: int = Field(description="Side of the square input.")
    resize: Literal["squash", "crop", "pad"]
    interpolation: Literal["bilinear", "bicubic", "lanczos"]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    pad_colour: tuple[int, int, int]


class EmbedderBody(BaseModel):
    """An embedder's model card."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "name": "histogram",
                    "default": False,
                    "fingerprint": "4be1c0…",
                    "dim": 256,
                    "preprocessing": {
                        "size_px": 128,
                        "resize": "pad",
                        "interpolation": "bicubic",
                        "mean": [0, 0, 0],
                        "std": [1, 1, 1],
                        "pad_colour": [255, 255, 255],
                    },
                    "description": "Colours, edges and texture; needs no weights.",
                    "source": "this project",
                    "licence": "MIT",
                    "quality": {},
                    "extra": {},
                }
            ]
        },
    )

    name: str
    default: bool = Field(description="Whether categories are indexed with it unless they choose.")
    fingerprint: str = Field(description="Vectors may be compared only where it is equal.")
    dim: int = Field(description="Length of a vector.")
    preprocessing: PreprocessingBody
    description: str
    source: str
    licence: str
    quality: dict[str, float] = Field(description="Measured figures by name.")
    extra: dict[str, Any] = Field(description="Anything else its maker wrote into the card.")


class BrokenEmbedder(BaseModel):
    """A model bundle whose card cannot be read."""

    name: str
    problem: str


class EmbedderList(BaseModel):
    """The embedders, and the bundles that should be some and are not."""

    embedders: list[EmbedderBody]
    broken: list[BrokenEmbedder]


def embedder_body(card: ModelCard, default: str) -> EmbedderBody:
    """Return a card as the API shows it.

    Args:
        card: of the embedder.
        default: name of the embedder that the settings choose.
    """
    return EmbedderBody(
        name=card.name,
        default=card.name == default,
        fingerprint=card.fingerprint,
        dim=card.dim,
        preprocessing=PreprocessingBody.model_validate(card.preprocessing, from_attributes=True),
        description=card.description,
        source=card.source,
        licence=card.licence,
        quality=dict(card.quality),
        extra=dict(card.extra),
    )

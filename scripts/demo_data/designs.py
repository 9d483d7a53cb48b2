"""What a drawn category consists of: designs (one per class) and the texts around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from PIL import Image

from scripts.demo_data.look import Look

FieldType = Literal["keyword", "integer", "number", "link", "list"]


@dataclass(frozen=True)
class FieldText:
    """How one metadata column is typed and shown.

    Attributes:
        type: `list` means keywords joined with `;`.
        label: Column heading for people.
        unit: Unit of a number, if it has one.
    """

    type: FieldType
    label: str
    unit: str | None = None


class Mount(Protocol):
    """Puts a drawing on what carries it in the world, differently in every picture.

    Must be picklable, since pictures are taken in worker processes.
    """

    def __call__(self, drawing: Image.Image, rng: np.random.Generator) -> Image.Image:
        """Turn a square RGBA drawing into a square RGBA subject of any size."""


@dataclass(frozen=True)
class Design:
    """One class: a thing that can be told from every other class by its picture.

    Attributes:
        name: Unique within the category and readable, such as "Harbour Runner, coral".
        attributes: Metadata columns and values, the same columns for every design.
        views: SVG documents showing the same thing, at least one.
        mount: Applied to a rasterised view before it is photographed, if the drawing is not yet
            the thing itself.
    """

    name: str
    attributes: Mapping[str, str | int | float]
    views: tuple[str, ...]
    mount: Mount | None = None


@dataclass(frozen=True)
class DemoCategory:
    """A category that this package can draw.

    Attributes:
        name: Directory name.
        title: Heading for people.
        description: What is in it; says that the content is invented.
        business_usage: What such a search is good for.
        source_name: Who made the pictures.
        source_url: Where they come from.
        licence: SPDX identifier.
        look: How its designs are photographed.
        fields: Metadata columns beyond file, class and label.
        designs: Makes all designs from a random generator; always in the same order.
    """

    name: str
    title: str
    description: str
    business_usage: str
    source_name: str
    source_url: str
    licence: str
    look: Look
    fields: Mapping[str, FieldText]
    designs: Callable[[np.random.Generator], list[Design]]

"""Named augmentation policies: what may change about a picture without changing what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from common.errors import TrainingError
from metrics.nets.trunks import unknown


@dataclass(frozen=True, slots=True)
class Policy:
    """How far a training picture may be varied. Plain data, stored with the run.

    Colour is part of what people search by, so hue hardly moves and grey is rare in every policy.

    Attributes:
        whole: chance that all of the picture is seen, as serving sees it, instead of a part.
        part: smallest and largest share of the picture's area in a part.
        stretch: a side may grow by up to this factor against the other.
        flip: chance of a mirror image.
        upside_down: chance of turning top and bottom round.
        rotation_degrees: largest turn to either side.
        perspective: furthest that a corner moves, as a share of the side.
        brightness: 0.2 means a factor from 0.8 to 1.2.
        contrast: likewise.
        saturation: likewise.
        hue_degrees: largest turn of the colour circle.
        temperature: 0.2 means red up to 20 % up while blue is as much down, or the reverse.
        grey: chance of losing the colour.
        blur: chance of a blur.
        blur_radius: largest radius, as a share of the side.
        jpeg: chance of a lossy compression.
        jpeg_quality: its smallest and largest quality.
        erasing: chance that a rectangle is covered.
        erased: smallest and largest share of the area covered.
    """

    whole: float = 0.3
    part: tuple[float, float] = (0.35, 1.0)
    stretch: float = 1.2
    flip: float = 0.5
    upside_down: float = 0.0
    rotation_degrees: float = 10.0
    perspective: float = 0.06
    brightness: float = 0.2
    contrast: float = 0.2
    saturation: float = 0.2
    hue_degrees: float = 5.0
    temperature: float = 0.1
    grey: float = 0.02
    blur: float = 0.15
    blur_radius: float = 0.012
    jpeg: float = 0.3
    jpeg_quality: tuple[int, int] = (40, 95)
    erasing: float = 0.15
    erased: tuple[float, float] = (0.02, 0.2)

    def __post_init__(self) -> None:
        chances = ("whole", "flip", "upside_down", "grey", "blur", "jpeg", "erasing")
        for name in chances:
            if not 0 <= getattr(self, name) <= 1:
                raise _unusable(name, getattr(self, name), "a chance is from 0 to 1")
        for name in ("brightness", "contrast", "saturation", "temperature"):
            if not 0 <= getattr(self, name) < 1:
                raise _unusable(name, getattr(self, name), "a strength is from 0 to below 1")
        for name, top in (("part", 1.0), ("jpeg_quality", 100), ("erased", 1.0)):
            smallest, largest = getattr(self, name)
            if not 0 < smallest <= largest <= top:
                raise _unusable(name, (smallest, largest), f"a range rises within 0 and {top}")
        if self.stretch < 1:
            raise _unusable("stretch", self.stretch, "it is a factor of at least 1")
        if not 0 <= self.perspective < 0.3:
            raise _unusable("perspective", self.perspective, "beyond 0.3 the picture may fold")


POLICIES: Final[dict[str, Policy]] = {
    "generic": Policy(),
    "products": Policy(perspective=0.08, temperature=0.15, erasing=0.25),
    # Mirrored letters are another logo, and a part of a mark may be another mark.
    "logos": Policy(
        whole=0.5,
        part=(0.6, 1.0),
        flip=0.0,
        rotation_degrees=15.0,
        perspective=0.12,
        temperature=0.2,
        blur=0.25,
        blur_radius=0.02,
        jpeg=0.5,
        erasing=0.2,
    ),
    # Any part of a texture is that texture, and it has no top.
    "textures": Policy(
        whole=0.1,
        part=(0.15, 0.8),
        upside_down=0.5,
        rotation_degrees=90.0,
        perspective=0.1,
        hue_degrees=3.0,
        saturation=0.15,
        grey=0.0,
    ),
    "documents": Policy(
        whole=0.6,
        part=(0.6, 1.0),
        flip=0.0,
        rotation_degrees=5.0,
        perspective=0.1,
        temperature=0.2,
        grey=0.2,
        blur=0.25,
        jpeg=0.5,
        jpeg_quality=(25, 90),
        erasing=0.1,
        erased=(0.02, 0.1),
    ),
    # What a frozen trunk or an ablation asks for.
    "none": Policy(
        whole=1.0,
        stretch=1.0,
        flip=0.0,
        rotation_degrees=0.0,
        perspective=0.0,
        brightness=0.0,
        contrast=0.0,
        saturation=0.0,
        hue_degrees=0.0,
        temperature=0.0,
        grey=0.0,
        blur=0.0,
        jpeg=0.0,
        erasing=0.0,
    ),
}


def policy(name: str) -> Policy:
    """Look a policy up by name.

    Raises:
        TrainingError: there is none of that name.
    """
    if name in POLICIES:
        return POLICIES[name]
    raise unknown("augmentation policy", name, list(POLICIES))


def _unusable(name: str, value: object, why: str) -> TrainingError:
    return TrainingError(f"The augmentation cannot have a {name} of {value}: {why}")

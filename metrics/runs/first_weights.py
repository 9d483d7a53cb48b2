"""What people call a network's first weights, in one place for all commands."""

from __future__ import annotations

from typing import Final

from metrics.nets.weights import PRETRAINED

_NONE: Final = ("none", "random")
_PUBLISHED: Final = ("pretrained", PRETRAINED)


def weights_named(text: str) -> str | None:
    """Return what a person means, as :func:`metrics.nets.weights.load_weights` takes it.

    Args:
        text: ``none`` or ``random``; ``pretrained`` or ``imagenet`` for torchvision's own; one of
            torchvision's versions; or the path of a safetensors file.
    """
    if text in _NONE:
        return None
    return PRETRAINED if text in _PUBLISHED else text

"""The trunks that can be trained and exported, by name."""

from __future__ import annotations

import difflib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal, TypeAlias

import torch
import torchvision  # type: ignore[import-untyped]
from torch import nn

from common.errors import TrainingError
from metrics.nets.compact import STAGES, CompactTrunk

PoolingName: TypeAlias = Literal["gem", "average"]


@dataclass(frozen=True, slots=True)
class TrunkSpec:
    """What is known about a trunk before it is built.

    Attributes:
        name: what people choose it by.
        dim: channels of its feature map.
        build: makes it, with random weights, for square images of a side in pixels. It maps
            ``(n, 3, side, side)`` to ``(n, dim, h, w)``.
        last_block: names of the submodules that stay trainable when all but the last block is
            frozen, in torchvision's sense of a block (ResNet: ``layer4``).
        pooling: what suits its features. GeM needs features that are not negative.
        pretrained: torchvision publishes weights under this name.
        patch_px: the input's side must be a multiple of this.
        maps: whether it gives a map with places, not a single summary vector of 1x1.
    """

    name: str
    dim: int
    build: Callable[[int], nn.Module]
    last_block: tuple[str, ...]
    pooling: PoolingName
    pretrained: bool = True
    patch_px: int = 1
    maps: bool = True


class ClassToken(torchvision.models.VisionTransformer):  # type: ignore[misc]
    """A vision transformer whose class token is given as a feature map of 1x1.

    Parameters keep torchvision's names, so that its weights load.
    """

    def __init__(self, side_px: int, *, layers: int, heads: int, width: int) -> None:
        super().__init__(side_px, 16, layers, heads, width, 4 * width)
        self.heads = nn.Sequential()  # the classifier is of no use here

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Map ``(n, 3, side, side)`` to ``(n, width, 1, 1)``."""
        token: torch.Tensor = super().forward(images)
        return token[:, :, None, None]


def _resnet(name: str, _: int) -> nn.Module:
    net = torchvision.models.get_model(name, weights=None, num_classes=1)
    return nn.Sequential(OrderedDict(list(net.named_children())[:-2]))  # less avgpool and fc


def _features(name: str, _: int) -> nn.Module:
    net = torchvision.models.get_model(name, weights=None, num_classes=1)
    return nn.Sequential(OrderedDict(features=net.features))


def _vgg16(_: int) -> nn.Module:
    # Not get_model: its classifier, which we have no use for, takes 480 MB.
    layers = torchvision.models.vgg.make_layers(torchvision.models.vgg.cfgs["D"], batch_norm=False)
    for layer in layers:
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
            assert layer.bias is not None  # noqa: S101 - narrows the type
            nn.init.zeros_(layer.bias)
    return nn.Sequential(OrderedDict(features=layers))


def _vit(side_px: int, *, layers: int, heads: int, width: int) -> nn.Module:
    return ClassToken(side_px, layers=layers, heads=heads, width=width)


def _compact(_: int) -> nn.Module:
    return CompactTrunk()


def _resnet_spec(name: str, dim: int) -> TrunkSpec:
    return TrunkSpec(name, dim, partial(_resnet, name), ("layer4",), "gem")


def _features_spec(name: str, dim: int, last_block: tuple[str, ...]) -> TrunkSpec:
    # Their activations (h-swish, SiLU, GELU) go below zero, where GeM is blind.
    return TrunkSpec(name, dim, partial(_features, name), last_block, "average")


_VIT_LAST_BLOCK: Final = ("encoder.layers.encoder_layer_11", "encoder.ln")
_SPECS: Final = (
    TrunkSpec(
        "compact", STAGES[-1].width, _compact, (f"stage{len(STAGES)}",), "gem", pretrained=False
    ),
    _resnet_spec("resnet18", 512),
    _resnet_spec("resnet34", 512),
    _resnet_spec("resnet50", 2048),
    _features_spec("mobilenet_v3_small", 576, ("features.11", "features.12")),
    _features_spec("mobilenet_v3_large", 960, ("features.15", "features.16")),
    _features_spec("efficientnet_b0", 1280, ("features.7", "features.8")),
    _features_spec("convnext_tiny", 768, ("features.6", "features.7")),
    TrunkSpec("vgg16", 512, _vgg16, ("features.24", "features.26", "features.28"), "gem"),
    TrunkSpec(
        "vit_s_16",
        384,
        partial(_vit, layers=12, heads=6, width=384),
        _VIT_LAST_BLOCK,
        "average",
        pretrained=False,
        patch_px=16,
        maps=False,
    ),
    TrunkSpec(
        "vit_b_16",
        768,
        partial(_vit, layers=12, heads=12, width=768),
        _VIT_LAST_BLOCK,
        "average",
        patch_px=16,
        maps=False,
    ),
)
TRUNKS: Final[dict[str, TrunkSpec]] = {spec.name: spec for spec in _SPECS}


def trunk_names() -> list[str]:
    """Return the names of all trunks, our own first."""
    return list(TRUNKS)


def trunk_spec(name: str) -> TrunkSpec:
    """Look a trunk up by name.

    Raises:
        TrainingError: there is none of that name.
    """
    if name in TRUNKS:
        return TRUNKS[name]
    raise unknown("trunk", name, trunk_names())


def build_trunk(spec: TrunkSpec, side_px: int) -> nn.Module:
    """Build a trunk with random weights from torch's global generator.

    Args:
        spec: which.
        side_px: the side of the square images it will see. Convolutional trunks take other sides
            too.

    Returns:
        A module that maps float ``(n, 3, side_px, side_px)`` to ``(n, spec.dim, h, w)``.

    Raises:
        TrainingError: ``side_px`` is too small or no multiple of the trunk's patches.
    """
    if side_px < 32:
        raise TrainingError(
            f"Images of {side_px} px are too small for the trunk '{spec.name}'",
            "Give an input size of at least 32",
        )
    if side_px % spec.patch_px:
        raise TrainingError(
            f"The trunk '{spec.name}' cuts images into patches of {spec.patch_px} px, and "
            f"{side_px} is no multiple of that",
            f"Give an input size of {side_px - side_px % spec.patch_px} px, or another trunk",
        )
    return spec.build(side_px)


def unknown(kind: str, name: str, known: list[str]) -> TrainingError:
    """Say that there is no ``kind`` of that name, and which it may have been."""
    close = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    cure = f"Did you mean {' or '.join(close)}" if close else f"Choose from {', '.join(known)}"
    return TrainingError(f"There is no {kind} called '{name}'", cure)

"""A small convolutional trunk of our own, for images of 96 to 160 px on a CPU.

Only plain convolutions, BatchNorm and ReLU: every one of them becomes a single int8 convolution
in ONNX Runtime, where squeeze-and-excitation and h-swish leave islands of float (reference: He et
al., 2015, https://arxiv.org/abs/1512.03385, with the shortcuts of ResNet-D, He et al., 2018,
https://arxiv.org/abs/1812.01187).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import torch
from torch import nn


@dataclass(frozen=True, slots=True)
class Stage:
    """A run of residual blocks, the first of which halves height and width.

    Attributes:
        width: channels that leave it.
        middle: channels inside a block.
        blocks: how many.
        pointwise: 1x1, 3x3, 1x1 convolutions in a block instead of two of 3x3. Cheap where the
            width is large.
    """

    width: int
    middle: int
    blocks: int
    pointwise: bool


STEM_WIDTH: Final = 32
STAGES: Final = (
    Stage(width=64, middle=48, blocks=2, pointwise=False),
    Stage(width=128, middle=64, blocks=3, pointwise=False),
    Stage(width=256, middle=96, blocks=4, pointwise=True),
    Stage(width=512, middle=128, blocks=3, pointwise=True),
)


class CompactTrunk(nn.Sequential):
    """A stem and four stages: height and width shrink by 32.

    Args:
        stages: the plan; the last one's width is the trunk's dim.
    """

    def __init__(self, stages: tuple[Stage, ...] = STAGES) -> None:
        parts: OrderedDict[str, nn.Module] = OrderedDict()
        parts["stem"] = _convolution(3, STEM_WIDTH, side=3, stride=2)
        width = STEM_WIDTH
        for number, stage in enumerate(stages, start=1):
            parts[f"stage{number}"] = _stage(width, stage)
            width = stage.width
        super().__init__(parts)
        self.apply(_initialise)
        # Each block starts as the identity, which lets a deep net learn from its first step
        # (Goyal et al., 2017, https://arxiv.org/abs/1706.02677).
        for module in self.modules():
            if isinstance(module, ResidualBlock):
                module.start_as_identity()


class ResidualBlock(nn.Module):
    """Convolutions and a shortcut around them, added and rectified.

    Args:
        width_in: channels that enter.
        stage: widths and kind.
        stride: 2 halves height and width, averaging in the shortcut so that no pixel is ignored.
    """

    def __init__(self, width_in: int, stage: Stage, stride: int) -> None:
        super().__init__()
        middle, width = stage.middle, stage.width
        if stage.pointwise:
            self.body = nn.Sequential(
                _convolution(width_in, middle, side=1),
                _convolution(middle, middle, side=3, stride=stride),
                _convolution(middle, width, side=1, rectify=False),
            )
        else:
            self.body = nn.Sequential(
                _convolution(width_in, middle, side=3, stride=stride),
                _convolution(middle, width, side=3, rectify=False),
            )
        shortcut: list[nn.Module] = []
        if stride > 1:
            shortcut.append(nn.AvgPool2d(stride, ceil_mode=True, count_include_pad=False))
        if width_in != width:
            shortcut.append(_convolution(width_in, width, side=1, rectify=False))
        self.shortcut = nn.Sequential(*shortcut)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Map ``(n, width_in, h, w)`` to ``(n, width, h / stride, w / stride)``, rounded up."""
        output: torch.Tensor = self.relu(self.body(inputs) + self.shortcut(inputs))
        return output

    def start_as_identity(self) -> None:
        """Silence the convolutions, so that the shortcut alone speaks until they have learnt."""
        last = self.body[-1]
        assert isinstance(last, nn.Sequential)  # noqa: S101 - narrows the type
        norm = last[1]
        assert isinstance(norm, nn.BatchNorm2d)  # noqa: S101
        nn.init.zeros_(norm.weight)


def _stage(width_in: int, stage: Stage) -> nn.Sequential:
    blocks = [ResidualBlock(width_in, stage, stride=2)]
    blocks += [ResidualBlock(stage.width, stage, stride=1) for _ in range(stage.blocks - 1)]
    return nn.Sequential(*blocks)


def _convolution(
    width_in: int, width: int, *, side: int, stride: int = 1, rectify: bool = True
) -> nn.Sequential:
    layers: list[nn.Module] = [
        nn.Conv2d(width_in, width, side, stride, padding=side // 2, bias=False),
        nn.BatchNorm2d(width),
    ]
    if rectify:
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

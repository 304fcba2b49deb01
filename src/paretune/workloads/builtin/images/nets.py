"""The nets for images: five kinds, each from small to large by multipliers of width and depth."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    Module,
    ReLU,
    Sequential,
    Sigmoid,
)

_BASE_CHANNELS, _BASE_BLOCKS = (16, 32, 64), 2  # of three stages at width 1 and depth 1
_DIVISOR = 4  # of the numbers of channels
_HALVED_FROM = (4, 8, 40)  # pixels of a side from which on a net halves its images once, twice, and three times
_SMALLEST_SIDE = 2  # pixels
_SQUEEZE = 4  # channels for each of a squeeze


@dataclass(frozen=True)
class NetShape:
    """What a net is built from, in whole numbers.

    Args:
        kind: a name in `BLOCKS`, or ``small``.
        channels: of the three stages.
        n_blocks: of each stage; a small net has one convolution.
        n_halvings: how often the images become half as large: after the first stage, the second, and at the start.
        resolution: pixels of a side.
        n_inputs: channels of an image.
        n_classes: classes to tell apart.
    """

    kind: str
    channels: tuple[int, ...]
    n_blocks: int
    n_halvings: int
    resolution: int
    n_inputs: int
    n_classes: int

    @classmethod
    def scaled(cls, kind: str, multipliers: Mapping[str, float], side: int, n_inputs: int, n_classes: int) -> NetShape:
        """The base net of a kind with multipliers.

        Args:
            kind: as above.
            multipliers: ``width``, ``depth`` and ``resolution``. Channels are rounded to multiples of 4, the number of
                blocks is rounded up.
            side: pixels of a side at resolution 1.
            n_inputs: as above.
            n_classes: as above.
        """
        width, depth = multipliers["width"], multipliers.get("depth", 1.0)
        channels = tuple(max(_DIVISOR, _DIVISOR * round(base * width / _DIVISOR)) for base in _BASE_CHANNELS)
        n_blocks = max(1, math.ceil(_BASE_BLOCKS * depth - 1e-9))
        n_halvings = sum(side >= first for first in _HALVED_FROM)  # the same at all resolutions, which scale the cost
        resolution = max(_SMALLEST_SIDE, round(side * multipliers["resolution"]))
        return cls(kind, channels, n_blocks, n_halvings, resolution, n_inputs, n_classes)


def build_net(shape: NetShape, seed: int) -> Module:
    """Build an untrained net, whose weights depend on the seed only.

    Args:
        shape: of the net.
        seed: of the weights.

    Returns:
        A net from ``n x c x r x r`` normalised images to ``n x k`` logits, on the CPU.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = _small_net(shape) if shape.kind == "small" else _net_of_blocks(shape)
        for layer in net.modules():
            if isinstance(layer, Conv2d):
                torch.nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
    return net


def _net_of_blocks(shape: NetShape) -> Module:
    """A first convolution, three stages of blocks, the mean over places, and a dense layer."""
    block, before = BLOCKS[shape.kind], shape.channels[0]
    layers: list[Module] = [_convolution(shape.n_inputs, before, 3, _first_stride(shape)), ReLU()]
    for stage, channels in enumerate(shape.channels):
        for place in range(shape.n_blocks):
            layers.append(block(before, channels, 2 if place == 0 and 0 < stage <= shape.n_halvings else 1))
            before = channels
    return Sequential(*layers, AdaptiveAvgPool2d(1), Flatten(), Linear(before, shape.n_classes))


def _small_net(shape: NetShape) -> Module:
    """Three convolutions with a pooling after each of the first two, as in the first nets for digits."""
    layers: list[Module] = []
    before = shape.n_inputs
    for stage, channels in enumerate(shape.channels):
        if 0 < stage <= shape.n_halvings:
            layers.append(MaxPool2d(2, ceil_mode=True))
        layers += [_convolution(before, channels, 3, _first_stride(shape) if stage == 0 else 1), ReLU()]
        before = channels
    return Sequential(*layers, AdaptiveAvgPool2d(1), Flatten(), Linear(before, shape.n_classes))


def _first_stride(shape: NetShape) -> int:
    return 2 if shape.n_halvings == len(_HALVED_FROM) else 1


def _convolution(before: int, after: int, size: int, stride: int = 1, groups: int = 1) -> Module:
    """A convolution with as many places as before, or half as many, and a batch normalisation."""
    layer = Conv2d(before, after, size, stride, padding=size // 2, groups=groups, bias=False)
    return Sequential(layer, BatchNorm2d(after))


def _plain(before: int, after: int, stride: int) -> Module:
    """Two convolutions, as in VGG nets (Simonyan and Zisserman, 2015)."""
    return Sequential(_convolution(before, after, 3, stride), ReLU(), _convolution(after, after, 3), ReLU())


def _mobile(before: int, after: int, stride: int) -> Module:
    """Two depthwise separable convolutions (Howard et al., 2017): each channel alone, then all of one place."""
    return Sequential(
        Sequential(_convolution(before, before, 3, stride, before), ReLU(), _convolution(before, after, 1), ReLU()),
        Sequential(_convolution(after, after, 3, 1, after), ReLU(), _convolution(after, after, 1), ReLU()),
    )


class _Residual(Module):
    """Two convolutions whose result is added to the input (He et al., 2016)."""

    def __init__(self, before: int, after: int, stride: int, last: Module | None = None) -> None:
        super().__init__()
        self.body = Sequential(_convolution(before, after, 3, stride), ReLU(), _convolution(after, after, 3))
        self.last = last or Sequential()
        self.shortcut = Sequential() if (before, stride) == (after, 1) else _convolution(before, after, 1, stride)

    def forward(self, images: Tensor) -> Tensor:
        return torch.relu(self.last(self.body(images)) + self.shortcut(images))


class _Squeeze(Module):
    """Channels weighted by what all places of the image say of them (Hu et al., 2018)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        squeezed = max(1, channels // _SQUEEZE)
        self.weigh = Sequential(
            AdaptiveAvgPool2d(1), Conv2d(channels, squeezed, 1), ReLU(), Conv2d(squeezed, channels, 1), Sigmoid()
        )

    def forward(self, images: Tensor) -> Tensor:
        weights: Tensor = self.weigh(images)
        return images * weights


def _squeeze_excite(before: int, after: int, stride: int) -> Module:
    return _Residual(before, after, stride, _Squeeze(after))


BLOCKS: Mapping[str, Callable[[int, int, int], Module]] = {
    "plain": _plain,
    "residual": _Residual,
    "mobile": _mobile,
    "squeeze_excite": _squeeze_excite,
}


def largest_shape(
    kinds: tuple[str, ...], highest: Mapping[str, float], side: int, n_inputs: int, n_classes: int
) -> NetShape:
    """The shape of a search that needs most memory: residual nets with squeezes keep most values."""
    order = ("squeeze_excite", "residual", "plain", "mobile", "small")
    return NetShape.scaled(min(kinds, key=order.index), highest, side, n_inputs, n_classes)

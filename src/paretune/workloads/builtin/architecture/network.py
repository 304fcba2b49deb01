"""The net of cells: with all operations on each edge it is a supernet, with one the net of an architecture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn

from paretune.workloads.builtin.architecture.cells import (
    EDGE_NAMES,
    EDGES,
    Architecture,
    Choices,
    live_edges,
)


@dataclass(frozen=True)
class NetShape:
    """All of a net but its cells.

    Args:
        inputs: channels, height and width of an example; a series has the height 1.
        n_classes: the number of outputs.
        width: channels of the first cell; each further cell has twice as many, at half the resolution.
        n_cells: how many cells.
        stem: kernel size and stride of the first convolution.
    """

    inputs: tuple[int, int, int]
    n_classes: int
    width: int = 8
    n_cells: int = 2
    stem: tuple[int, int] = (3, 1)

    @property
    def widths(self) -> list[int]:
        """The channels of each cell."""
        return [self.width * 2**i for i in range(self.n_cells)]

    def window(self, size: int) -> tuple[int, int]:
        """The height and the width of a window: a series has windows of the height 1."""
        return (1 if self.inputs[1] == 1 else size), size


class CellNet(nn.Module):
    """A stem, cells with reductions between them, and a linear classifier of the channels' means.

    Nets with the same shape have the same names of weights, so that one can inherit those of another.

    Args:
        choices: the operations that exist on each edge of each cell.
        shape: of the net.
    """

    def __init__(self, choices: Choices, shape: NetShape) -> None:
        super().__init__()
        widths = shape.widths
        self.stem = nn.Sequential(
            _convolution(shape.inputs[0], widths[0], shape, *shape.stem), nn.BatchNorm2d(widths[0])
        )
        self.cells = nn.ModuleList(Cell(choices, width, shape) for width in widths)
        self.reductions = nn.ModuleList(
            nn.Sequential(nn.ReLU(), _convolution(before, after, shape, 3, 2), nn.BatchNorm2d(after))
            for before, after in pairwise(widths)
        )
        last = widths[-1]
        self.head = nn.Sequential(
            nn.BatchNorm2d(last), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(last, shape.n_classes)
        )

    def forward(self, x: Tensor, architecture: Architecture) -> Tensor:
        """Return the ``n x k`` outputs of one architecture, whose operations must exist."""
        return self._run(x, lambda cell, inputs: cell(inputs, architecture))

    def mix(self, x: Tensor, shares: Sequence[Tensor]) -> Tensor:
        """Return the ``n x k`` outputs with each edge a weighted sum of its operations.

        Args:
            x: inputs.
            shares: for each edge the weights of its operations, in the order of the choices.
        """
        return self._run(x, lambda cell, inputs: cell.mix(inputs, shares))

    def _run(self, x: Tensor, run_cell: Callable[[Cell, Tensor], Tensor]) -> Tensor:
        x = self.stem(x)
        for i, cell in enumerate(self.cells):
            x = run_cell(cell, self.reductions[i - 1](x) if i else x)  # type: ignore[arg-type]
        outputs: Tensor = self.head(x)
        return outputs


class Cell(nn.Module):
    """The operations of a cell, by edge and name; ``none`` is not stored.

    Args:
        choices: the operations that exist on each edge.
        width: the number of channels.
        shape: of the net.
    """

    def __init__(self, choices: Choices, width: int, shape: NetShape) -> None:
        super().__init__()
        self._choices = choices
        self.edges = nn.ModuleDict(
            {
                name: nn.ModuleDict({o: make_operation(o, width, shape) for o in operations if o != "none"})
                for name, operations in zip(EDGE_NAMES, choices, strict=True)
            }
        )

    def operation(self, edge: int, name: str) -> nn.Module:
        """An operation of an edge."""
        found: nn.Module = self.edges[EDGE_NAMES[edge]][name]  # type: ignore[index]
        return found

    def forward(self, x: Tensor, architecture: Architecture) -> Tensor:
        """Return the last node's sum; zeros if no path leads to it."""
        return self._sum(x, ((edge, [(architecture[edge], None)]) for edge in live_edges(architecture)))

    def mix(self, x: Tensor, shares: Sequence[Tensor]) -> Tensor:
        """Return the last node's sum, with each edge a weighted sum of its operations."""
        return self._sum(x, ((e, list(zip(self._choices[e], shares[e], strict=True))) for e in range(len(EDGES))))

    def _sum(self, x: Tensor, outputs: Iterable[tuple[int, Sequence[tuple[str, Tensor | None]]]]) -> Tensor:
        nodes: list[Tensor | None] = [x, None, None, None]
        for edge, weighted in outputs:
            source, target = EDGES[edge]
            inputs = nodes[source]
            for name, weight in weighted:
                if name == "none" or inputs is None:
                    continue
                found: Tensor = self.operation(edge, name)(inputs)
                found = found if weight is None else weight * found
                before = nodes[target]
                nodes[target] = found if before is None else before + found
        last = nodes[-1]
        return torch.zeros_like(x) if last is None else last


class PathNet(nn.Module):
    """One architecture of a net, as a function of the inputs alone; the weights are those of the net itself.

    Args:
        net: with the operations of the architecture.
        architecture: of every cell.
    """

    def __init__(self, net: CellNet, architecture: Architecture) -> None:
        super().__init__()
        self.net, self.architecture = net, architecture

    def forward(self, x: Tensor) -> Tensor:
        """Return ``n x k`` outputs."""
        outputs: Tensor = self.net(x, self.architecture)
        return outputs


def build_alone(architecture: Architecture, shape: NetShape, seed: int = 0) -> PathNet:
    """Build the net of one architecture, without the edges that change nothing."""
    live = live_edges(architecture)
    choices = tuple((o,) if edge in live else () for edge, o in enumerate(architecture))
    return PathNet(build(choices, shape, seed), architecture)


def build(choices: Choices, shape: NetShape, seed: int) -> CellNet:
    """Build a net with initial weights that depend on the seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return CellNet(choices, shape)


def inherit(net: CellNet, supernet: CellNet) -> None:
    """Copy the weights of a supernet to a net of the same shape, with the statistics of its normalisations."""
    weights = supernet.state_dict()
    net.load_state_dict({name: weights[name] for name in net.state_dict()})


def make_operation(name: str, width: int, shape: NetShape) -> nn.Module:
    """Make an operation of a cell, which is not ``none``."""
    if name == "skip":
        return nn.Identity()
    if name == "pool3":
        window = shape.window(3)
        return nn.AvgPool2d(window, 1, (window[0] // 2, 1), count_include_pad=False)
    kernel = {"conv1": 1, "conv3": 3}[name]
    return nn.Sequential(nn.ReLU(), _convolution(width, width, shape, kernel, 1), nn.BatchNorm2d(width))


def _convolution(before: int, after: int, shape: NetShape, kernel: int, stride: int) -> nn.Conv2d:
    height, width = shape.window(kernel)
    strides = (stride if height > 1 or shape.inputs[1] > 1 else 1, stride)
    return nn.Conv2d(before, after, (height, width), strides, (height // 2, width // 2), bias=False)

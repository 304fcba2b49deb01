"""What an architecture costs: a table of its operations, whose sum needs no net, and the cost of a whole net."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import torch
from torch import nn

from paretune.workloads.builtin.architecture.cells import EDGES, OPERATIONS, Architecture, live_edges
from paretune.workloads.builtin.architecture.network import CellNet, NetShape, PathNet, make_operation
from paretune.workloads.builtin.vision.net_costs import (
    Shape,
    count_multiply_adds,
    count_parameters,
    measure_latency,
)

CPU = torch.device("cpu")
TIME, MULTIPLY_ADDS, PARAMETERS = "inference_time", "multiply_adds", "n_parameters"
BATCH = 32  # examples of which the time is measured

Measure: TypeAlias = Callable[[nn.Module, Shape], float]  # the cost of a module for one example of this shape


@dataclass(frozen=True)
class CostTable:
    """Costs that add up to the cost of an architecture.

    Args:
        fixed: of all but the cells.
        operations: of each operation on one edge of all cells together, by name.
    """

    fixed: float
    operations: Mapping[str, float]

    def cost(self, architecture: Architecture) -> float:
        """The sum for an architecture; edges that change nothing cost nothing."""
        return self.fixed + sum(self.operations[architecture[edge]] for edge in live_edges(architecture))


def measure_table(shape: NetShape, measure: Measure) -> CostTable:
    """Measure each operation alone, at the resolution of each cell, and the rest of the net.

    Args:
        shape: of the net.
        measure: the cost of a module.
    """
    bare = PathNet(CellNet(((),) * len(EDGES), shape), ("none",) * len(EDGES))
    sizes = _cell_inputs(bare, shape)
    operations = {"none": 0.0}
    for name in OPERATIONS[1:]:
        modules = [make_operation(name, size[0], shape) for size in sizes]
        operations[name] = sum(measure(module, size) for module, size in zip(modules, sizes, strict=True))
    return CostTable(measure(bare, shape.inputs), operations)


def measure_for(cost: str) -> Measure:
    """The function that measures a cost."""
    return {
        TIME: lambda net, shape: float(measure_latency(net, shape, CPU, BATCH)["seconds"]),
        MULTIPLY_ADDS: lambda net, shape: float(count_multiply_adds(net, shape, CPU)),
        PARAMETERS: lambda net, _: float(count_parameters(net)),
    }[cost]


def measure_costs(net: nn.Module, shape: Shape, *, is_timed: bool) -> dict[str, Any]:
    """The costs of a net as metrics.

    Args:
        net: of an architecture.
        shape: of an example.
        is_timed: whether to measure ``inference_time``, the seconds for one example in a batch of 32, too.
    """
    counts = {MULTIPLY_ADDS: float(count_multiply_adds(net, shape, CPU)), PARAMETERS: float(count_parameters(net))}
    if not is_timed:
        return counts
    found = measure_latency(net, shape, CPU, BATCH)
    return {
        TIME: found["seconds"],
        f"{TIME}_se": found["se"],
        f"{TIME}_wall": found["wall"],
        "clock": found["clock"],
        "measured": found["measured"],
        **counts,
    }


@torch.inference_mode()
def _cell_inputs(net: PathNet, shape: NetShape) -> list[Shape]:
    """The shapes of the inputs of the cells for one example."""
    found: list[Shape] = []

    def note(_: nn.Module, inputs: Any) -> None:
        found.append(tuple(inputs[0].shape[1:]))

    hooks = [cell.register_forward_pre_hook(note) for cell in net.net.cells]
    net.eval()
    net(torch.zeros(1, *shape.inputs))
    for hook in hooks:
        hook.remove()
    return found

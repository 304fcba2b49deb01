"""Candidates of a search by inherited weights, and the few of them that are worth a training of their own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.workloads.builtin.architecture.cells import Architecture, live_edges
from paretune.workloads.builtin.architecture.costs import CostTable

Accuracy = Callable[[Architecture], float]  # the inherited accuracy


@dataclass(frozen=True)
class Judge:
    """What a search knows of an architecture without training it.

    Args:
        accuracy: the inherited accuracy.
        table: of the cost.
    """

    accuracy: Accuracy
    table: CostTable

    def losses(self, architectures: Sequence[Architecture]) -> NDArray[np.float64]:
        """The inherited error and the cost of each architecture, ``n x 2``."""
        pairs = [(1 - self.accuracy(each), self.table.cost(each)) for each in architectures]
        return np.array(pairs, dtype=float).reshape(-1, 2)


def choose_front(candidates: Mapping[Architecture, float], table: CostTable, n: int) -> list[Architecture]:
    """Choose architectures that represent the front; if it has fewer, also those of the fronts behind it.

    Architectures without a path from the first node to the last one are left out.

    Args:
        candidates: inherited accuracy of each architecture.
        table: of the cost.
        n: at most so many.
    """
    left = [each for each in candidates if live_edges(each)]
    chosen: list[Architecture] = []
    while left and len(chosen) < n:
        losses = [(1 - candidates[each], table.cost(each)) for each in left]
        rows = pareto.hypervolume_subset(losses, n - len(chosen)).tolist()
        chosen += [left[row] for row in rows]
        left = [each for row, each in enumerate(left) if row not in rows]
    return chosen

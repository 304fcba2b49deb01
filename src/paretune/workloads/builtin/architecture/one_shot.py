"""Search by a supernet: many architectures ranked by inherited weights, half of them drawn, half of them evolved."""

from __future__ import annotations

import numpy as np

from paretune import pareto
from paretune.workloads.builtin.architecture.candidates import Judge
from paretune.workloads.builtin.architecture.cells import Architecture, Choices, draw, live_edges, mutate, simplify

_MAX_DRAWS = 50  # in a row that are known or have no path, before the space counts as exhausted


def find_candidates(judge: Judge, choices: Choices, n: int, rng: np.random.Generator) -> dict[Architecture, float]:
    """Judge architectures; return the inherited accuracy of each.

    Args:
        judge: knows accuracy and cost.
        choices: the operations that each edge may have.
        n: how many architectures; fewer if there are not so many.
        rng: of the draws.
    """
    found: dict[Architecture, float] = {}
    while len(found) < n:
        parents = _front(judge, list(found)) if len(found) >= n // 2 else []
        new = _draw_new(found, parents, choices, rng)
        if new is None:
            break
        found[new] = judge.accuracy(new)
    return found


def _draw_new(
    found: dict[Architecture, float], parents: list[Architecture], choices: Choices, rng: np.random.Generator
) -> Architecture | None:
    """Draw an architecture that is not known: a mutation of a parent, if there are parents."""
    for _ in range(_MAX_DRAWS):
        drawn = mutate(parents[int(rng.integers(len(parents)))], choices, rng) if parents else draw(choices, rng)
        simple = simplify(drawn)
        if simple not in found and live_edges(simple):
            return simple
    return None


def _front(judge: Judge, found: list[Architecture]) -> list[Architecture]:
    is_efficient = pareto.is_nondominated(judge.losses(found))
    return [each for each, efficient in zip(found, is_efficient, strict=True) if efficient]

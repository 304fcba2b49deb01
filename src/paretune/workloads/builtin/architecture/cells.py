"""Cells of NAS-Bench-201's kind: four nodes, and one of five operations on each of the six edges between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from paretune.space import Categorical, Space

OPERATIONS = ("none", "skip", "conv1", "conv3", "pool3")
EDGES = ((0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3))  # from, to; the edges to a node come before those from it
EDGE_NAMES = tuple(f"edge_{source}_{target}" for source, target in EDGES)

Architecture: TypeAlias = tuple[str, ...]  # the operation of each edge
Choices: TypeAlias = tuple[tuple[str, ...], ...]  # the operations that each edge may have

ALL_CHOICES: Choices = (OPERATIONS,) * len(EDGES)


def cell_space() -> Space:
    """The space of all 15,625 cells."""
    return Space({name: Categorical(OPERATIONS) for name in EDGE_NAMES})


def read_architecture(params: Mapping[str, Any]) -> Architecture:
    """The architecture of a configuration."""
    return tuple(params[name] for name in EDGE_NAMES)


def to_params(architecture: Architecture) -> dict[str, str]:
    """The configuration of an architecture."""
    return dict(zip(EDGE_NAMES, architecture, strict=True))


def read_choices(space: Space) -> Choices:
    """The operations that each edge may have in a space of cells, of which some edges may be fixed."""
    return tuple(tuple(parameter.choices) for parameter in (space[name] for name in EDGE_NAMES))  # type: ignore[attr-defined]


@lru_cache(maxsize=1 << 14)
def live_edges(architecture: Architecture) -> tuple[int, ...]:
    """The edges that lie on a path from the first node to the last one; the others change nothing.

    Example:
        >>> live_edges(("conv3", "none", "skip", "none", "none", "none")), live_edges(("none",) * 3 + ("skip",) * 3)
        ((), (3,))
    """
    used = [edge for edge, operation in enumerate(architecture) if operation != "none"]
    reached, useful = {0}, {len(EDGES) // 2}
    for edge in used:
        if EDGES[edge][0] in reached:
            reached.add(EDGES[edge][1])
    for edge in reversed(used):
        if EDGES[edge][1] in useful:
            useful.add(EDGES[edge][0])
    return tuple(edge for edge in used if EDGES[edge][0] in reached and EDGES[edge][1] in useful)


def simplify(architecture: Architecture) -> Architecture:
    """The same net with the operation ``none`` on all edges that change nothing.

    Example:
        >>> simplify(("conv3", "none", "skip", "skip", "none", "none"))
        ('none', 'none', 'none', 'skip', 'none', 'none')
    """
    live = live_edges(architecture)
    return tuple(operation if edge in live else "none" for edge, operation in enumerate(architecture))


def fit_choices(architecture: Architecture, choices: Choices) -> Architecture:
    """The same net with allowed operations on the edges that change nothing, of which some may not be ``none``."""
    return tuple(
        operation if operation in operations else operations[0]
        for operation, operations in zip(architecture, choices, strict=True)
    )


def draw(choices: Choices, rng: np.random.Generator) -> Architecture:
    """Draw an architecture uniformly: each edge has each of its operations with the same probability."""
    return tuple(operations[int(rng.integers(len(operations)))] for operations in choices)


def mutate(architecture: Architecture, choices: Choices, rng: np.random.Generator) -> Architecture:
    """Change the operation of one edge, of those that have another one."""
    free = [edge for edge, operations in enumerate(choices) if len(operations) > 1]
    if not free:
        return architecture
    edge = free[int(rng.integers(len(free)))]
    others = _without(choices[edge], architecture[edge])
    return (*architecture[:edge], others[int(rng.integers(len(others)))], *architecture[edge + 1 :])


def _without(operations: Sequence[str], operation: str) -> list[str]:
    return [other for other in operations if other != operation]

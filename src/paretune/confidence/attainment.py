"""Which places do how many fronts attain?

A front attains a place if one of its points is nowhere worse than it: the empirical attainment function of Grunert da
Fonseca, Fonseca and Hall (2001) is the share of fronts that do.
"""

from __future__ import annotations

from collections.abc import Sequence

import moocore
import numpy as np
from numpy.typing import NDArray

Fronts = Sequence[NDArray[np.float64]]
Edges = tuple[NDArray[np.float64], ...]


def count_at_nodes(fronts: Fronts, edges: Edges) -> NDArray[np.int64]:
    """How many fronts attain each crossing of the grid's edges.

    Args:
        fronts: each ``k x m``.
        edges: ``m`` ascending arrays.

    Returns:
        One count for each combination of edges: ``m`` axes as long as the edges are.
    """
    shape = tuple(len(axis) for axis in edges)
    counts = np.zeros(shape, np.int64)
    for front in fronts:
        attained = np.zeros(shape, bool)
        nodes = np.stack([np.searchsorted(axis, x) for axis, x in zip(edges, front.T, strict=True)], axis=1)
        nodes = nodes[(nodes < shape).all(axis=1)]
        attained[tuple(nodes.T)] = True
        for axis in range(len(shape)):
            np.logical_or.accumulate(attained, axis=axis, out=attained)
        counts += attained
    return counts


def exact_surface(fronts: Fronts, at_least: int) -> NDArray[np.float64]:
    """The best places that at least so many of the fronts attain: two objectives.

    Fonseca et al. (2011), by moocore, which leaves fronts without a point out of its shares.

    Args:
        fronts: each ``k x 2``.
        at_least: 1 to the number of fronts.

    Returns:
        ``k x 2``, in the order of the first loss; no rows if no place is attained so often.
    """
    known = [front for front in fronts if len(front)]
    if at_least > len(known):
        return np.empty((0, 2))
    sets = np.repeat(np.arange(len(known)), [len(front) for front in known])
    percentile = 100 * (at_least - 0.5) / len(known)  # half-way to the level below: no rounding can miss the level
    surface = moocore.eaf(np.vstack(known), sets, percentiles=[percentile])[:, :2]
    return np.array(surface[np.lexsort(surface.T[::-1])])


def surface_on_grid(counts: NDArray[np.int64], edges: Edges, at_least: int) -> NDArray[np.float64]:
    """The best crossings of the grid's edges that at least so many fronts attain.

    This is exact where the losses are on the grid; else at most one cell worse than the surface.

    Args:
        counts: as `count_at_nodes` gives them.
        edges: ``m`` ascending arrays.
        at_least: 1 to the number of fronts.

    Returns:
        ``k x m``, in the order of the first loss, then the next.
    """
    attained = counts >= at_least
    best = attained.copy()
    for axis in range(attained.ndim):
        later, earlier = [slice(None)] * attained.ndim, [slice(None)] * attained.ndim
        later[axis], earlier[axis] = slice(1, None), slice(None, -1)
        best[tuple(later)] &= ~attained[tuple(earlier)]
    nodes = np.nonzero(best)
    return np.stack([axis[node] for axis, node in zip(edges, nodes, strict=True)], axis=1)

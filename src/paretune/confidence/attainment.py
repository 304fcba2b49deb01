"""The empirical attainment function: how many fronts attain each place.

A place is a vector of losses. A front attains it if one of its points is not worse in any objective. The empirical
attainment function is the share of fronts that do (Grunert da Fonseca, Fonseca and Hall 2001).
"""

from __future__ import annotations

from collections.abc import Sequence

import moocore
import numpy as np
from numpy.typing import NDArray

Fronts = Sequence[NDArray[np.float64]]
Edges = tuple[NDArray[np.float64], ...]


def count_at_nodes(fronts: Fronts, edges: Edges) -> NDArray[np.int64]:
    """Count the fronts that attain each node of a grid.

    Args:
        fronts: each ``k x m``.
        edges: ``m`` ascending arrays.

    Returns:
        A count for each combination of edges: an array with ``m`` axes, as long as the edges.
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
    """Return the best places that at least a number of fronts attain, for two objectives.

    By moocore (Fonseca et al. 2011), which ignores fronts without a point.

    Args:
        fronts: each ``k x 2``.
        at_least: a number from 1 to the number of fronts.

    Returns:
        ``k x 2``, sorted by the first loss; no rows if no place is attained by enough fronts.
    """
    known = [front for front in fronts if len(front)]
    if at_least > len(known):
        return np.empty((0, 2))
    sets = np.repeat(np.arange(len(known)), [len(front) for front in known])
    percentile = (
        100 * (at_least - 0.5) / len(known)
    )  # halfway to the level below, so that rounding cannot change the level
    surface = moocore.eaf(np.vstack(known), sets, percentiles=[percentile])[:, :2]
    return np.array(surface[np.lexsort(surface.T[::-1])])


def surface_on_grid(counts: NDArray[np.int64], edges: Edges, at_least: int) -> NDArray[np.float64]:
    """Return the best nodes of a grid that at least a number of fronts attain, for any number of objectives.

    The result is exact if all losses are on the grid; otherwise it is at most one cell worse.

    Args:
        counts: as `count_at_nodes` returns them.
        edges: ``m`` ascending arrays.
        at_least: a number from 1 to the number of fronts.

    Returns:
        ``k x m``, sorted by the first loss, then by the next ones.
    """
    attained = counts >= at_least
    best = attained.copy()
    for axis in range(attained.ndim):
        later, earlier = [slice(None)] * attained.ndim, [slice(None)] * attained.ndim
        later[axis], earlier[axis] = slice(1, None), slice(None, -1)
        best[tuple(later)] &= ~attained[tuple(earlier)]
    nodes = np.nonzero(best)
    return np.stack([axis[node] for axis, node in zip(edges, nodes, strict=True)], axis=1)

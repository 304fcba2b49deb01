"""What is the mean of random fronts, and how far do they lie from it?

Vorob'ev's expectation and deviation of the attained set: Molchanov (2005, chapter 2), for fronts Chevalier et al.
(2013) and Binois, Ginsbourger and Roustant (2015, section 3).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.confidence.attainment import Edges, Fronts, exact_surface, surface_on_grid
from paretune.confidence.estimate import ROUNDING


@dataclass(frozen=True, eq=False)
class Vorobev:
    """The mean front and the spread about it. Volumes are products of losses, inside the grid's box.

    Args:
        expectation: ``k x m``, the surface of the places that at least the share `threshold` of fronts attains.
        threshold: the largest such share, of 1, whose volume is not below the mean volume.
        volume: the mean of the volumes that the fronts attain.
        deviation: the mean volume by which a front's attained set and the expectation's differ.
    """

    expectation: NDArray[np.float64]
    threshold: float
    volume: float
    deviation: float


def exact_vorobev(fronts: Fronts, edges: Edges) -> Vorobev:
    """For two objectives: only the box is the grid's."""
    best, worst = (np.array([axis[end] for axis in edges]) for end in (0, -1))

    def volume(points: NDArray[np.float64]) -> float:
        return pareto.hypervolume(np.maximum(points, best), worst)

    mean = float(np.mean([volume(front) for front in fronts]))
    at_least = _threshold(lambda k: volume(exact_surface(fronts, k)), mean, len(fronts))
    expectation = exact_surface(fronts, at_least)
    union = float(np.mean([volume(np.vstack([front, expectation])) for front in fronts]))
    deviation = 2 * union - mean - volume(expectation)
    return Vorobev(expectation, at_least / len(fronts), mean, max(deviation, 0.0))


def vorobev_on_grid(counts: NDArray[np.int64], edges: Edges, n_fronts: int) -> Vorobev:
    """For any number of objectives: of the fronts with their losses rounded up to the grid's edges."""
    cells = reduce(np.multiply.outer, [np.diff(axis) for axis in edges])
    attained = counts[(slice(None, -1),) * counts.ndim]
    share = attained / n_fronts
    mean = float((cells * share).sum())
    at_least = _threshold(lambda k: float(cells[attained >= k].sum()), mean, n_fronts)
    differs = np.where(attained >= at_least, 1 - share, share)
    expectation = surface_on_grid(counts, edges, at_least)
    return Vorobev(expectation, at_least / n_fronts, mean, float((cells * differs).sum()))


def _threshold(volume: Callable[[int], float], mean: float, n_fronts: int) -> int:
    """The largest number of fronts whose common volume, which falls with it, is not below the mean volume."""
    enough = -mean * (1 - ROUNDING)
    return max(bisect_right(range(1, n_fronts + 1), enough, key=lambda k: -volume(k)), 1)

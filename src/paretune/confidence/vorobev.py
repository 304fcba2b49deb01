"""Vorob'ev's expectation and deviation: the mean of random fronts, and their spread around it.

They describe the attained sets of the fronts: see Molchanov (2005, chapter 2), and for fronts Chevalier et al. (2013)
and Binois, Ginsbourger and Roustant (2015, section 3).
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
from paretune.confidence.interval_estimate import RELATIVE_ROUNDING


@dataclass(frozen=True, eq=False)
class Vorobev:
    """The mean front and the spread around it. Volumes are products of losses, inside the box of the grid.

    Args:
        expectation: ``k x m``, the surface of the places that at least the share `threshold` of the fronts attains.
        threshold: the largest share, of 1, for which the volume of these places is not below the mean volume.
        volume: the mean of the volumes that the fronts attain.
        deviation: the mean volume of the difference between the sets attained by a front and by the expectation.
    """

    expectation: NDArray[np.float64]
    threshold: float
    volume: float
    deviation: float


def exact_vorobev(fronts: Fronts, edges: Edges) -> Vorobev:
    """Compute the exact numbers for two objectives; the edges only set the box."""
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
    """Compute the numbers on a grid, with losses rounded up to its edges, for any number of objectives."""
    cells = reduce(np.multiply.outer, [np.diff(axis) for axis in edges])
    attained = counts[(slice(None, -1),) * counts.ndim]
    share = attained / n_fronts
    mean = float((cells * share).sum())
    at_least = _threshold(lambda k: float(cells[attained >= k].sum()), mean, n_fronts)
    differs = np.where(attained >= at_least, 1 - share, share)
    expectation = surface_on_grid(counts, edges, at_least)
    return Vorobev(expectation, at_least / n_fronts, mean, float((cells * differs).sum()))


def _threshold(volume: Callable[[int], float], mean: float, n_fronts: int) -> int:
    """Return the largest number of fronts for which the volume that as many attain is not below the mean volume."""
    rounded_mean = -mean * (1 - RELATIVE_ROUNDING)
    return max(bisect_right(range(1, n_fronts + 1), rounded_mean, key=lambda k: -volume(k)), 1)

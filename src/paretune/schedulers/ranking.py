"""The order of trials by several losses: layers of fronts, and within a layer the hypervolume that each adds."""

from __future__ import annotations

from dataclasses import dataclass

import moocore
import numpy as np
from numpy.typing import NDArray

from paretune.pareto import ranks

REFERENCE = 1.1  # of normalised losses, which are from 0 to 1
MAX_MEDIAN_DISTANCES = 4.0  # a loss farther from the best than this many times the median counts as that far


@dataclass(frozen=True)
class Standing:
    """The place of one trial among ``n``.

    Args:
        place: how many trials are better.
        n: how many trials are compared, this one included.
        is_on_front: whether no other trial dominates it.
    """

    place: int
    n: int
    is_on_front: bool


def standing(losses: NDArray[np.float64], row: int) -> Standing:
    """Return the place of one of ``n`` points.

    Points are sorted by nondominated layer. Within a layer the point that adds more hypervolume is better; losses are
    normalised for that. Equal points share the better place.

    Args:
        losses: ``n x m`` finite losses.
        row: the index of the point.

    Example:
        >>> standing(np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]]), 2)
        Standing(place=2, n=3, is_on_front=False)
    """
    layers = ranks(losses)
    members = np.flatnonzero(layers == layers[row])
    own = int(np.searchsorted(members, row))
    gains = contributions(normalize(losses)[members])
    n_better = int((layers < layers[row]).sum() + (gains > gains[own] * (1 + 1e-9)).sum())
    return Standing(n_better, len(losses), bool(layers[row] == 0))


def places(losses: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the place of each of ``n`` points, as `standing` gives it: how many points are better.

    Args:
        losses: ``n x m`` finite losses.

    Example:
        >>> places(np.array([[0.0, 1.0], [1.0, 0.0], [2.0, 2.0]])).tolist()
        [0, 0, 2]
    """
    layers, scaled = ranks(losses), normalize(losses) if len(losses) else losses
    found = np.zeros(len(losses), np.int64)
    for layer in np.unique(layers):
        members = np.flatnonzero(layers == layer)
        gains = contributions(scaled[members])
        better = (gains[None, :] > gains[:, None] * (1 + 1e-9)).sum(axis=1)
        found[members] = (layers < layer).sum() + better
    return found


def normalize(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale each of ``m`` losses to 0 for the best and 1 for the worst; distant ones are clipped first.

    Example:
        >>> normalize(np.array([[0.0], [1.0], [2.0], [1e9]]))[:, 0].round(2).tolist()
        [0.0, 0.17, 0.33, 1.0]
    """
    from_best = losses - losses.min(axis=0)
    medians = np.median(from_best, axis=0)
    from_best = np.where(medians > 0, np.minimum(from_best, MAX_MEDIAN_DISTANCES * medians), from_best)
    ranges = from_best.max(axis=0)
    return np.asarray(from_best / np.where(ranges > 0, ranges, 1.0))


def contributions(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the hypervolume that each of ``k`` normalised points adds to the others: ``k`` numbers."""
    if points.shape[1] == 1:  # one objective: a layer holds equal points only
        return np.zeros(len(points))
    return np.asarray(moocore.hv_contributions(points, ref=np.full(points.shape[1], REFERENCE)))

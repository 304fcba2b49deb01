"""Merged-front share and coverage: how two fronts compare point by point.

A front is a set here: points with equal losses are one point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune import pareto
from paretune.confidence.input_checks import check_losses
from paretune.errors import InvalidInputError


def merged_front_share(losses: ArrayLike, others: ArrayLike) -> float:
    """Return the share of the points on the union's front that the first side found.

    SigOpt and NVIDIA (2017) used this measure to compare Bayesian and random search. A point that both sides found
    counts for both, so the shares of the two sides may add up to more than 1.

    Args:
        losses: ``n x m``, every column minimised; a row with a NaN is a failed trial.
        others: ``k x m``, the losses of the other side.

    Returns:
        A fraction of 1; NaN if neither side has a point.

    Raises:
        InvalidInputError: a side is not a table or is infinite, or the sides differ in m.

    Example:
        >>> merged_front_share([[0, 3], [1, 1]], [[1, 1], [3, 0], [4, 4]])  # both found (1, 1)
        0.6666666666666666
    """
    return _count_merged_losses(losses, others).share


def coverage(losses: ArrayLike, others: ArrayLike) -> float:
    """Return the share of the others' front that a point of the first side dominates or equals: C(first, others).

    See Zitzler and Thiele (1998, section 4). The two directions do not add up to 1, so both are needed.

    Args:
        losses: ``n x m``, every column minimised; a row with a NaN is a failed trial.
        others: ``k x m``, the losses of the other side.

    Returns:
        A fraction of 1; NaN if the others have no point.

    Raises:
        InvalidInputError: a side is not a table or is infinite, or the sides differ in m.

    Example:
        >>> coverage([[1, 1]], [[0, 3], [1, 1], [2, 0.5], [3, 0]])
        0.25
    """
    return _count_merged_losses(losses, others).coverage


@dataclass(frozen=True)
class MergedCounts:
    """The counts of the points of two merged fronts.

    Args:
        n_others: the number of points on the others' front.
        n_on_union: the number of the first side's points on the union's front.
        n_others_on_union: the number of the others' points on the union's front.
        n_shared: the number of points on the union's front that both sides found.
    """

    n_others: int
    n_on_union: int
    n_others_on_union: int
    n_shared: int

    @property
    def share(self) -> float:
        """The share of the union's front that the first side found."""
        union = self.n_on_union + self.n_others_on_union - self.n_shared
        return self.n_on_union / union if union else math.nan

    @property
    def coverage(self) -> float:
        """The share of the others' front that the first side dominates or equals."""
        return (self.n_others - self.n_others_on_union + self.n_shared) / self.n_others if self.n_others else math.nan


def count_merged(front: NDArray[np.float64], others: NDArray[np.float64]) -> tuple[MergedCounts, MergedCounts]:
    """Count the points of two merged fronts, from the view of each side.

    Args:
        front: ``k x m``, as `distinct_front` returns it.
        others: ``l x m``, as `distinct_front` returns it.
    """
    both = np.vstack([front, others])
    is_on_union = pareto.is_nondominated(both)
    n_on_union, n_others_on_union = int(is_on_union[: len(front)].sum()), int(is_on_union[len(front) :].sum())
    n_shared = n_on_union + n_others_on_union - len(_sort_distinct(both[is_on_union]))
    ours = MergedCounts(len(others), n_on_union, n_others_on_union, n_shared)
    theirs = MergedCounts(len(front), n_others_on_union, n_on_union, n_shared)
    return ours, theirs


def distinct_front(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the nondominated points, without duplicates."""
    return _sort_distinct(points[pareto.is_nondominated(points)])


def _sort_distinct(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sort points by the first loss, then by the next ones, and drop duplicates."""
    ordered = points[np.lexsort(points.T[::-1])]
    is_new = np.ones(len(ordered), bool)
    is_new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    return ordered[is_new]


def _count_merged_losses(losses: ArrayLike, others: ArrayLike) -> MergedCounts:
    first, second = check_losses(losses), check_losses(others, "others")
    if first.shape[1] != second.shape[1]:
        raise InvalidInputError(
            f"both sides must have the same number of objectives, but have {first.shape[1]} and {second.shape[1]}"
        )
    return count_merged(distinct_front(first), distinct_front(second))[0]

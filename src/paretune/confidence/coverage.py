"""How do two fronts stand to each other?

A front is here a set: points with equal losses are one point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune import pareto
from paretune.confidence.check import check_losses
from paretune.errors import InvalidInputError


def merged_front_share(losses: ArrayLike, others: ArrayLike) -> float:
    """The share of the points on the union's front that the first side found.

    The measure of SigOpt's and NVIDIA's comparison of Bayesian and random search (2017). A point that both sides found
    counts for both: the two sides' shares then add to more than 1.

    Args:
        losses: ``n x m``, every column minimised; a row with a NaN is a failed trial.
        others: ``k x m``, likewise.

    Returns:
        A fraction of 1; NaN where neither side has a point.

    Raises:
        InvalidInputError: a side is no table or infinite, or the two have different m.

    Example:
        >>> merged_front_share([[0, 3], [1, 1]], [[1, 1], [3, 0], [4, 4]])  # (1, 1) is both sides'
        0.6666666666666666
    """
    return _merged(losses, others).share


def coverage(losses: ArrayLike, others: ArrayLike) -> float:
    """The share of the others' front that a point of the first side dominates or equals: C(first, others).

    Zitzler and Thiele (1998, section 4). The two directions do not add to 1: ask for both.

    Args:
        losses: ``n x m``, every column minimised; a row with a NaN is a failed trial.
        others: ``k x m``, likewise.

    Returns:
        A fraction of 1; NaN where the others have no point.

    Raises:
        InvalidInputError: a side is no table or infinite, or the two have different m.

    Example:
        >>> coverage([[1, 1]], [[0, 3], [1, 1], [2, 0.5], [3, 0]])
        0.25
    """
    return _merged(losses, others).coverage


@dataclass(frozen=True)
class Merged:
    """The counts of two fronts' points, laid together.

    Args:
        others: on the others' front.
        kept: of the first side's front, those on the union's front.
        others_kept: of the others' front, likewise.
        shared: on the union's front, those that both found.
    """

    others: int
    kept: int
    others_kept: int
    shared: int

    @property
    def share(self) -> float:
        """Of the union's front, the first side's points."""
        union = self.kept + self.others_kept - self.shared
        return self.kept / union if union else math.nan

    @property
    def coverage(self) -> float:
        """Of the others' front, what the first side dominates or equals: all but what only the others keep."""
        return (self.others - self.others_kept + self.shared) / self.others if self.others else math.nan


def merge(front: NDArray[np.float64], others: NDArray[np.float64]) -> tuple[Merged, Merged]:
    """Lay two fronts together, each as `distinct_front` gives it: as the first sees it, and as the others do."""
    both = np.vstack([front, others])
    is_kept = pareto.is_nondominated(both)
    kept, others_kept = int(is_kept[: len(front)].sum()), int(is_kept[len(front) :].sum())
    shared = kept + others_kept - len(distinct_front(both[is_kept]))
    return Merged(len(others), kept, others_kept, shared), Merged(len(front), others_kept, kept, shared)


def distinct_front(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The non-dominated points, of equal ones only one."""
    front = pareto.front(points)
    return front[np.diff(front, axis=0, prepend=np.nan).any(axis=1)]


def _merged(losses: ArrayLike, others: ArrayLike) -> Merged:
    first, second = check_losses(losses), check_losses(others, "others")
    if first.shape[1] != second.shape[1]:
        raise InvalidInputError(
            f"both sides must have as many objectives, but have {first.shape[1]}, {second.shape[1]}"
        )
    return merge(distinct_front(first), distinct_front(second))[0]

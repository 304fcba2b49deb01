"""Dominance, fronts and nondominated sorting."""

from __future__ import annotations

import reprlib

import moocore
import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError
from paretune.space.values import check_instance
from paretune.trials import Trials


def as_losses(losses: ArrayLike) -> NDArray[np.float64]:
    """Copy ``n x m`` losses into an array.

    Raises:
        InvalidInputError: the losses are no numbers, or have another shape.
    """
    try:
        array = np.asarray(losses, dtype=float).copy()
    except (TypeError, ValueError):
        raise InvalidInputError(
            f"losses must be a table of numbers, n points by m objectives, but are {reprlib.repr(losses)}"
        ) from None
    if array.ndim != 2 or array.shape[1] == 0:
        raise InvalidInputError(f"losses must be a table of n points by m objectives, but have shape {array.shape}")
    return array


def is_nondominated(losses: ArrayLike) -> NDArray[np.bool_]:
    """Mark the points that no other point dominates.

    Equal points do not dominate each other, so all duplicates are marked. A point with a NaN is a failed trial: it is
    never marked, and it dominates no point.

    Args:
        losses: ``n x m``, every column minimised.

    Returns:
        ``n`` booleans.

    Example:
        >>> is_nondominated([[1, 2], [2, 1], [2, 2], [1, 2]]).tolist()
        [True, True, False, True]
    """
    points = as_losses(losses)
    known = ~np.isnan(points).any(axis=1)
    mask = np.zeros(len(points), bool)
    if known.any():
        mask[known] = _is_nondominated(points[known])
    return mask


def _is_nondominated(points: NDArray[np.float64]) -> NDArray[np.bool_]:
    if points.shape[1] == 1:  # moocore starts at two objectives
        return np.asarray(points[:, 0] == points[:, 0].min())
    return np.asarray(moocore.is_nondominated(_finite(points), keep_weakly=True))


def _finite(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Replace infinite points by ranks, which keeps dominance: moocore fails, or ends the process, at infinity."""
    if np.isfinite(points).all():
        return points
    columns = [np.unique(column, return_inverse=True)[1] for column in points.T]
    return np.column_stack(columns).astype(float)


def ranks(losses: ArrayLike) -> NDArray[np.int64]:
    """Return the layer of each point: 0 for the front, 1 for the front of the other points, and so on.

    This is nondominated sorting (Deb et al. 2002). Equal points share a layer.

    Args:
        losses: ``n x m`` numbers, every column minimised.

    Returns:
        ``n`` whole numbers.

    Example:
        >>> ranks([[1, 2], [2, 1], [2, 2], [3, 3], [1, 2]]).tolist()
        [0, 0, 1, 2, 0]
    """
    points = as_losses(losses)
    if len(points) == 0 or points.shape[1] == 1:  # moocore starts at two objectives
        return np.unique(points[:, 0], return_inverse=True)[1].astype(np.int64)
    return np.asarray(moocore.pareto_rank(_finite(points)), np.int64)


def efficient_trials(trials: Trials) -> Trials:
    """Select the complete trials that no other complete trial dominates, in the order of the table.

    Args:
        trials: ``n`` trials of any state.
    """
    check_instance("trials", trials, Trials, "Trials(space, objectives)")
    complete = trials[trials.is_complete]
    return complete[is_nondominated(complete.losses)]


def front(losses: ArrayLike) -> NDArray[np.float64]:
    """Return the nondominated points, with duplicates, sorted by the first loss, then by the next ones.

    Args:
        losses: ``n x m``; a row with a NaN is a failed trial.

    Returns:
        ``k x m``.

    Example:
        >>> front([[2, 1], [1, 2], [2, 2]]).tolist()
        [[1.0, 2.0], [2.0, 1.0]]
    """
    points = as_losses(losses)
    points = points[is_nondominated(points)]
    return points[np.lexsort(points.T[::-1])]

"""Checks of losses and counts that a caller gives."""

from __future__ import annotations

import operator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.argument_checks import COUNT, check_arguments
from paretune.errors import InvalidInputError


def check_losses(losses: ArrayLike, name: str = "losses") -> NDArray[np.float64]:
    """Copy ``n x m`` losses into an array, in which a failed trial, a row with a NaN, has only NaN.

    Raises:
        InvalidInputError: the losses are not a table of numbers, or one is infinite; the message begins with the name.
    """
    try:
        points = np.array(losses, dtype=float) + 0.0  # no negative zero: equal points look alike
    except (TypeError, ValueError):
        raise InvalidInputError(f"{name} must be a table of numbers, n points by m objectives") from None
    if points.ndim != 2 or points.shape[1] == 0:
        raise InvalidInputError(f"{name} must be a table of n points by m objectives, but have shape {points.shape}")
    if np.isinf(points).any():
        row = int(np.flatnonzero(np.isinf(points).any(axis=1))[0])
        raise InvalidInputError(f"{name}: row {row} is infinite, but losses must be finite: use NaN for a failed trial")
    points[np.isnan(points).any(axis=1)] = np.nan
    return points


def check_count(count: int, name: str) -> int:
    """Return the count as an int.

    Raises:
        InvalidInputError: the count is not a whole number of at least 1; the message begins with the name.
    """
    check_arguments(**{name: (count, COUNT)})
    return operator.index(count)

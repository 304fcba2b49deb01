"""Does what was given fit?"""

from __future__ import annotations

import operator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError


def check_losses(losses: ArrayLike, name: str = "losses") -> NDArray[np.float64]:
    """``n x m`` losses as an array of its own, in which a failed trial, a row with a NaN, is NaN throughout.

    Raises:
        InvalidInputError: not a table of numbers, or a number is infinite.
    """
    try:
        points = np.array(losses, dtype=float) + 0.0  # no negative zero: equal points look alike
    except (TypeError, ValueError):
        raise InvalidInputError(f"{name} must be a table of numbers, n points by m objectives") from None
    if points.ndim != 2 or points.shape[1] == 0:
        raise InvalidInputError(f"{name} must be a table of n points by m objectives, but have shape {points.shape}")
    if np.isinf(points).any():
        row = int(np.flatnonzero(np.isinf(points).any(axis=1))[0])
        raise InvalidInputError(f"{name}: row {row} is infinite; give NaN for a failed trial")
    points[np.isnan(points).any(axis=1)] = np.nan
    return points


def check_count(count: int, name: str) -> int:
    """A whole number of at least 1.

    Raises:
        InvalidInputError: it is not.
    """
    try:
        number = operator.index(count)
    except TypeError:
        number = 0
    if number < 1:
        raise InvalidInputError(f"{name} must be a whole number of at least 1, but is {count!r}")
    return number

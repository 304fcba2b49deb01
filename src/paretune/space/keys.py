"""Keys that are equal for equal configurations, and for no others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from paretune.space.space import Params, Space


def row_keys(X: NDArray[np.float64]) -> list[bytes]:
    """Return a key for each point of the unit cube: equal for equal configurations.

    Args:
        X: ``n x d``, as `Space.snap` returns it.

    Returns:
        ``n`` keys.
    """
    return [row.tobytes() for row in np.nan_to_num(np.round(X, 13), nan=-1.0) + 0.0]


def configuration_keys(space: Space, configurations: Sequence[Params]) -> list[bytes]:
    """Return a key for each configuration: equal for equal ones; True and 1 are different choices.

    Args:
        space: the parameters.
        configurations: ``n`` configurations of this space.

    Returns:
        ``n`` keys.
    """
    return row_keys(space.snap(space.encode(configurations))) if configurations else []


def configuration_indices(space: Space, configurations: Sequence[Params]) -> NDArray[np.int64]:
    """Number the different configurations from 0, in the order of their first occurrence.

    Args:
        space: the parameters.
        configurations: ``n`` configurations of this space.

    Returns:
        ``n`` numbers, equal for equal configurations.

    Example:
        >>> from paretune.space import Int
        >>> configuration_indices(Space({"k": Int(1, 9)}), [{"k": 7}, {"k": 2}, {"k": 7}]).tolist()
        [0, 1, 0]
    """
    numbers: dict[bytes, int] = {}
    keys = configuration_keys(space, configurations)
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)

"""Selection of a few points of a front that represent it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError
from paretune.pareto.dominance import as_losses, is_nondominated
from paretune.pareto.hypervolume import hypervolume, reference_point
from paretune.space.values import check_whole_number


def hypervolume_subset(losses: ArrayLike, k: int) -> NDArray[np.int64]:
    """Select ``k`` points of the front that together have a large hypervolume.

    The selection is greedy: each point adds the most hypervolume to those before. It has at least 1 - 1/e of the
    hypervolume of the best ``k`` points (Nemhauser, Wolsey and Fisher 1978, "An analysis of approximations for
    maximizing submodular set functions").

    Args:
        losses: ``n x m``, every column minimised; a row with a NaN is a failed trial.
        k: the number of points; if the front has fewer, all are selected.

    Returns:
        The indices of the selected rows, in the order of selection.

    Raises:
        InvalidInputError: ``k`` is no whole number of at least 0.

    Example:
        >>> hypervolume_subset([[0.0, 10.0], [2.0, 2.0], [10.0, 0.0], [2.1, 1.9], [9.0, 9.0]], 2).tolist()
        [1, 0]
    """
    points, k = as_losses(losses), check_whole_number("k", k)
    if k < 0:
        raise InvalidInputError(f"k must be at least 0, but is {k}")
    left = np.flatnonzero(is_nondominated(points)).tolist()
    corner = reference_point(points, None)
    chosen: list[int] = []
    while left and len(chosen) < k:
        volumes = [hypervolume(points[[*chosen, row]], corner) for row in left]
        chosen.append(left.pop(int(np.argmax(volumes))))
    return np.array(chosen, np.int64)

"""Which few points stand for many?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.pareto.dominance import as_losses, is_nondominated
from paretune.pareto.hypervolume import hypervolume, reference_point


def most_hypervolume(losses: ArrayLike, k: int) -> NDArray[np.int64]:
    """The rows of ``k`` points of the front that together have much of its hypervolume.

    The best is taken, then the one that adds the most to it, and so on: never less than 1 - 1/e of what the best ``k``
    have (Nemhauser, Wolsey and Fisher 1978, "An analysis of approximations for maximizing submodular set functions").

    Args:
        losses: ``n x m``, every column minimised; a row with a NaN has failed.
        k: how many; all of the front where it has no more.

    Returns:
        Rows, the most valuable first.

    Example:
        >>> most_hypervolume([[0.0, 10.0], [2.0, 2.0], [10.0, 0.0], [2.1, 1.9], [9.0, 9.0]], 2).tolist()
        [1, 0]
    """
    points = as_losses(losses)
    left = np.flatnonzero(is_nondominated(points)).tolist()
    corner = reference_point(points, None)
    chosen: list[int] = []
    while left and len(chosen) < k:
        volumes = [hypervolume(points[[*chosen, row]], corner) for row in left]
        chosen.append(left.pop(int(np.argmax(volumes))))
    return np.array(chosen, np.int64)

"""The border of the region that a front of two objectives dominates."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def staircase(losses: NDArray[np.float64], worst: ArrayLike | None = None) -> NDArray[np.float64]:
    """The corners of the border: between two neighbours stands the worse value of each loss.

    Args:
        losses: ``f x 2``, ordered along the front.
        worst: two losses; the staircase is extended to them at both ends. If None, it ends in its points.

    Returns:
        ``(2 f - 1) x 2`` corners, two more with `worst`; no rows for an empty front.

    Example:
        >>> import numpy as np
        >>> staircase(np.array([[0.0, 2.0], [1.0, 1.0]])).tolist()
        [[0.0, 2.0], [1.0, 2.0], [1.0, 1.0]]
        >>> staircase(np.array([[0.0, 2.0]]), worst=[5.0, 6.0]).tolist()
        [[0.0, 6.0], [0.0, 2.0], [5.0, 2.0]]
    """
    if len(losses) == 0:
        return np.empty((0, 2))
    path = np.repeat(losses, 2, axis=0)[:-1]
    path[1::2] = np.maximum(losses[:-1], losses[1:])
    if worst is None:
        return path
    edge = np.asarray(worst, float)
    return np.vstack([[path[0, 0], edge[1]], path, [edge[0], path[-1, 1]]])

"""Which point of a front is the one to take when nothing else is known?"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from paretune.pareto.dominance import as_losses, is_nondominated


def knee(losses: ArrayLike) -> int | None:
    """The point of the front nearest to the ideal, with each loss scaled to the front's range.

    Distance to the ideal point (compromise programming, Zeleny 1973), Euclidean. Of points as near, the one that is
    better in the first loss, then in the next; of equal points the first. The ends of a front of two are as near.

    Args:
        losses: ``n x m``; rows that are not finite are left out.

    Returns:
        A row's index; None if no row is finite.

    Example:
        >>> knee([[0.0, 1.0], [0.1, 0.1], [1.0, 0.0]])
        1
    """
    points = as_losses(losses)
    points[~np.isfinite(points).all(axis=1)] = np.nan
    rows = np.flatnonzero(is_nondominated(points))
    rows = rows[np.lexsort(points[rows].T[::-1])]
    if len(rows) == 0:
        return None
    front = points[rows] / 2  # the range of the largest numbers is finite
    best, spread = front.min(axis=0), np.ptp(front, axis=0)
    scaled = (front - best) / np.where(spread > 0, spread, 1.0)
    return int(rows[np.argmin(np.linalg.norm(scaled, axis=1))])

"""The knee of a front: the point to choose without other preferences."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from paretune.pareto.dominance import as_losses, is_nondominated


def knee(losses: ArrayLike) -> int | None:
    """Find the point of the front nearest to the ideal point, with each loss scaled to the front's range.

    The distance is Euclidean (compromise programming, Zeleny 1973). Among equally near points, the one with the
    smallest first loss is chosen, then with the smallest next loss; among equal points, the first. The two points of a
    front of two are equally near.

    Args:
        losses: ``n x m``; rows that are not finite are ignored.

    Returns:
        The index of a row; None if no row is finite.

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
    front = points[rows] / 2  # halved, so that the range of the largest numbers is finite
    best, spread = front.min(axis=0), np.ptp(front, axis=0)
    scaled = (front - best) / np.where(spread > 0, spread, 1.0)
    return int(rows[np.argmin(np.linalg.norm(scaled, axis=1))])

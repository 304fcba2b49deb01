"""How much of the space of outcomes does a set of points beat?"""

from __future__ import annotations

import math

import moocore
import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError
from paretune.pareto.dominance import as_losses, ranks

ENOUGH = 8  # points, of which some may be far from the others
REACH = 10.0  # ranges of the better half: a nearer reference forgets an end of some fronts
FAR_OFF = 100.0  # ways from the best to the median: no front of few decades goes beyond


def hypervolume(losses: ArrayLike, reference: ArrayLike) -> float:
    """Volume of what lies between the points and the reference: dominated by a point, and better than the reference.

    Zitzler and Thiele (1998). Points that are not better than the reference in every objective add nothing, nor
    do rows with a NaN (failed trials); no points give 0, and an infinitely good one gives infinity.

    Args:
        losses: ``n x m``, every column minimised.
        reference: ``m`` finite losses.

    Raises:
        InvalidInputError: the reference has another length or is not finite.

    Example:
        >>> hypervolume([[1, 2], [2, 1]], reference=[3, 3])
        3.0
    """
    points = as_losses(losses)
    corner = checked_reference(reference, points.shape[1])
    inside = points[(points < corner).all(axis=1)]
    if len(inside) == 0:
        return 0.0
    if np.isinf(inside).any():
        return math.inf  # moocore ends the process
    if len(corner) == 1:  # moocore starts at two objectives
        return float(corner[0] - inside.min())
    return float(moocore.hypervolume(inside, ref=corner))


def checked_reference(reference: ArrayLike, m: int, name: str = "reference") -> NDArray[np.float64]:
    """A reference as ``m`` finite losses; an `InvalidInputError` with its name where it is not that."""
    try:
        corner = np.asarray(reference, dtype=float)
    except (TypeError, ValueError):
        corner = np.empty(0)
    if corner.shape != (m,) or not np.isfinite(corner).all():
        raise InvalidInputError(f"{name} must be {m} finite losses, but is {reference!r}")
    return corner


def hypervolume_history(losses: ArrayLike, reference: ArrayLike) -> NDArray[np.float64]:
    """The hypervolume after the first, the first two, ... points.

    Args:
        losses: ``n x m`` in the order of the trials; a row with a NaN is a failed trial.
        reference: ``m`` finite losses.

    Returns:
        ``n`` volumes, never falling.

    Example:
        >>> hypervolume_history([[2, 1], [float("nan")] * 2, [1, 2]], reference=[3, 3]).tolist()
        [2.0, 2.0, 3.0]
    """
    points = as_losses(losses)
    volumes = np.zeros(len(points))
    beaten = np.empty((0, points.shape[1]))
    for i, point in enumerate(points):
        is_news = not np.isnan(point).any() and not (beaten <= point).all(axis=1).any()
        if is_news:
            beaten = np.vstack([beaten[~(point <= beaten).all(axis=1)], point])
        volumes[i] = hypervolume(beaten, reference) if is_news else (volumes[i - 1] if i else 0.0)
    return volumes


def reference_point(losses: ArrayLike, limits: ArrayLike | None = None) -> NDArray[np.float64]:
    """A reference that forgets no end of the front: the limit where there is one, else the worst loss and a margin.

    The margin is a tenth of the range of the losses (of their size, or 1, where they do not vary). A tighter one, as
    ``botorch``'s ``infer_reference_point`` gives, forgets the ends of the front. Of eight losses or more, those that
    are ten ranges of the better half beyond it, or farther from the median than a hundred times the best is, are taken
    for just so far off: from where one training diverged nothing but the ends of a front would count.

    Args:
        losses: ``n x m``; rows that are not finite are left out.
        limits: ``m`` largest losses of interest; infinite where there is none.

    Returns:
        ``m`` losses.

    Example:
        >>> reference_point([[0, 5], [10, 5]], limits=[float("inf"), 7]).tolist()
        [11.0, 7.0]
    """
    points = as_losses(losses)
    limit = np.full(points.shape[1], np.inf) if limits is None else np.asarray(limits, float)
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) == 0:
        return np.where(np.isfinite(limit), limit, 1.0)
    points = _within_reach(points)
    best, worst = points.min(axis=0), points.max(axis=0)
    size = np.where(worst != 0, np.abs(worst), 1.0)
    margin = np.where(worst > best, 0.1 * worst - 0.1 * best, 0.1 * size)
    with np.errstate(over="ignore"):  # some give the largest number for a failure
        beyond = np.minimum(worst + margin, np.finfo(float).max)
    return np.where(np.isfinite(limit), limit, beyond)


def _within_reach(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The losses, each no farther than some ranges of the better half beyond its worst: ``n x m``.

    Nor is any far beyond the median: what diverged at once may be the fastest, and so among the better half.
    """
    if len(points) < ENOUGH:
        return points
    layers = ranks(points)
    better = points[layers <= np.sort(layers)[len(layers) // 2]]
    with np.errstate(over="ignore", invalid="ignore"):
        best, median = points.min(axis=0), np.median(points, axis=0)
        better = np.minimum(better, np.where(median > best, median + FAR_OFF * (median - best), np.inf))
        worst, span = better.max(axis=0), np.ptp(better, axis=0)
        return np.minimum(points, np.where(span > 0, worst + REACH * span, np.inf))

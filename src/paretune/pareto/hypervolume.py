"""Hypervolume, its history over the trials, and the reference point."""

from __future__ import annotations

import math

import moocore
import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError
from paretune.pareto.dominance import as_losses, ranks

MIN_POINTS_TO_CLIP = 8  # with fewer points, distant ones are not clipped
MAX_RANGES_BEYOND = 10.0  # ranges of the better half; with less, the reference would exclude ends of some fronts
MAX_MEDIAN_DISTANCES = 100.0  # distances from the best to the median; fronts over a few decades stay within


def hypervolume(losses: ArrayLike, reference: ArrayLike) -> float:
    """Return the volume of the region that the points dominate and that is better than the reference.

    See Zitzler and Thiele (1998). Points that are not better than the reference in every objective add nothing, and
    neither do rows with a NaN (failed trials). Without points the volume is 0; with an infinitely good point it is
    infinite.

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
    corner = check_reference(reference, points.shape[1])
    inside = points[(points < corner).all(axis=1)]
    if len(inside) == 0:
        return 0.0
    if np.isinf(inside).any():
        return math.inf  # moocore would end the process
    if len(corner) == 1:  # moocore starts at two objectives
        return float(corner[0] - inside.min())
    return float(moocore.hypervolume(inside, ref=corner))


def check_reference(reference: ArrayLike, m: int, name: str = "reference") -> NDArray[np.float64]:
    """Return a reference as ``m`` finite losses.

    Raises:
        InvalidInputError: it has another length or is not finite; the message begins with the name.
    """
    try:
        corner = np.asarray(reference, dtype=float)
    except (TypeError, ValueError):
        corner = np.empty(0)
    if corner.shape != (m,) or not np.isfinite(corner).all():
        raise InvalidInputError(f"{name} must be {m} finite losses, but is {reference!r}")
    return corner


def hypervolume_history(losses: ArrayLike, reference: ArrayLike) -> NDArray[np.float64]:
    """Return the hypervolume of the first point, the first two points, and so on.

    Args:
        losses: ``n x m`` in the order of the trials; a row with a NaN is a failed trial.
        reference: ``m`` finite losses.

    Returns:
        ``n`` volumes, which never decrease.

    Example:
        >>> hypervolume_history([[2, 1], [float("nan")] * 2, [1, 2]], reference=[3, 3]).tolist()
        [2.0, 2.0, 3.0]
    """
    points = as_losses(losses)
    volumes = np.zeros(len(points))
    front = np.empty((0, points.shape[1]))
    for i, point in enumerate(points):
        is_new = not np.isnan(point).any() and not (front <= point).all(axis=1).any()
        if is_new:
            front = np.vstack([front[~(point <= front).all(axis=1)], point])
        volumes[i] = hypervolume(front, reference) if is_new else (volumes[i - 1] if i else 0.0)
    return volumes


def reference_point(losses: ArrayLike, limits: ArrayLike | None = None) -> NDArray[np.float64]:
    """Choose a reference point that includes the ends of the front: the limit, or the worst loss and a margin.

    The margin is a tenth of the range of the losses; if they do not vary, a tenth of their size, or 0.1 for zeros. A
    tighter reference, such as that of ``botorch``'s ``infer_reference_point``, excludes the ends of the front. With 8
    or more points, distant losses are clipped, because with the losses of a diverged training as reference only the
    ends of the front would count. Losses are clipped at 10 ranges of the better half beyond its worst, and at 100 times
    the distance from the best to the median.

    Args:
        losses: ``n x m``; rows that are not finite are ignored.
        limits: ``m`` largest losses that succeed; infinite for an objective without a limit.

    Returns:
        ``m`` losses.

    Raises:
        InvalidInputError: the limits have another length.

    Example:
        >>> reference_point([[0, 5], [10, 5]], limits=[float("inf"), 7]).tolist()
        [11.0, 7.0]
    """
    points = as_losses(losses)
    limit = np.full(points.shape[1], np.inf) if limits is None else _check_limits(limits, points.shape[1])
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) == 0:
        return np.where(np.isfinite(limit), limit, 1.0)
    points = _clip_distant(points)
    best, worst = points.min(axis=0), points.max(axis=0)
    size = np.where(worst != 0, np.abs(worst), 1.0)
    margin = np.where(worst > best, 0.1 * worst - 0.1 * best, 0.1 * size)
    with np.errstate(over="ignore"):  # some evaluations return the largest number for a failure
        beyond = np.minimum(worst + margin, np.finfo(float).max)
    return np.where(np.isfinite(limit), limit, beyond)


def _check_limits(limits: ArrayLike, m: int) -> NDArray[np.float64]:
    try:
        found = np.asarray(limits, dtype=float)
    except (TypeError, ValueError):
        found = np.empty(0)
    if found.shape != (m,):
        raise InvalidInputError(f"limits must be {m} losses, infinite without a limit, but are {limits!r}")
    return found


def _clip_distant(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Clip distant losses, ``n x m``, as `reference_point` describes.

    The median counts too, because a training that diverged at once may be the fastest and so in the better half.
    """
    if len(points) < MIN_POINTS_TO_CLIP:
        return points
    layers = ranks(points)
    better = points[layers <= np.sort(layers)[len(layers) // 2]]
    with np.errstate(over="ignore", invalid="ignore"):
        best, median = points.min(axis=0), np.median(points, axis=0)
        better = np.minimum(better, np.where(median > best, median + MAX_MEDIAN_DISTANCES * (median - best), np.inf))
        worst, span = better.max(axis=0), np.ptp(better, axis=0)
        return np.minimum(points, np.where(span > 0, worst + MAX_RANGES_BEYOND * span, np.inf))

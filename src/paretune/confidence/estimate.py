"""A number, and between which bounds it may lie."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtrit

LEVEL = 0.95
TAILS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
ROUNDING = 1e-12  # relative: equal volumes may be summed in another order


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval, which holds it.

    Args:
        value: as measured; None where it is not defined.
        low: the lower end; None likewise.
        high: the upper end; None likewise.
    """

    value: float | None
    low: float | None
    high: float | None


def estimate(value: float, resampled: ArrayLike) -> Estimate:
    """The percentiles of resampled numbers (Efron 1979), and the measured one where it lies beyond them.

    Args:
        value: as measured; NaN where it is not defined.
        resampled: a NaN is left out.

    Example:
        >>> estimate(2.0, [1.0, 2.0, 3.0, float("nan")])
        Estimate(value=2.0, low=1.05, high=2.95)
    """
    numbers = np.asarray(resampled, float)
    numbers = numbers[~np.isnan(numbers)]
    if np.isnan(value) or len(numbers) == 0:
        return Estimate(None if np.isnan(value) else float(value), None, None)
    low, high = np.quantile(numbers, TAILS).tolist()
    return Estimate(float(value), min(low, float(value)), max(high, float(value)))


def centred(value: float, resampled: ArrayLike, most: float = np.inf, wider: float = 1.0) -> NDArray[np.float64]:
    """Resampled numbers, shifted so that their mean is the measured one: only their spread is taken.

    A draw of trials with replacement repeats some and lacks others, so that its front is smaller than the measured one
    for no fault of the search: the bias of Efron and Tibshirani (1993, chapter 10).

    Args:
        value: as measured.
        resampled: numbers, or NaN.
        most: the largest number that there can be; the least is 0.
        wider: what their spread is multiplied by.

    Example:
        >>> centred(0.75, [0.25, 0.5, 0.75], most=1).tolist()
        [0.5, 0.75, 1.0]
    """
    numbers = np.asarray(resampled, float)
    mean = float(mean_of_known(numbers[:, None])[0])
    return np.clip(value + wider * (numbers - mean), 0, most)


def widening(n_runs: int) -> float:
    """What the spread of resampled means of ``n`` runs must be multiplied by, so that few runs are not trusted too far.

    Runs drawn with replacement vary by ``sqrt((n - 1) / n)`` of what a mean of ``n`` runs does, and their percentiles
    know nothing of Student's ``t`` (Hesterberg 2015, arXiv 1411.5279, section 3.2). Of one run nothing is known.

    Example:
        >>> [round(widening(n), 2) for n in (2, 3, 5, 10, 100)]
        [9.17, 2.69, 1.58, 1.22, 1.02]
    """
    return float(math.sqrt(n_runs / (n_runs - 1)) * stdtrit(n_runs - 1, TAILS[1]) / ndtri(TAILS[1]))


def mean_of_known(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of each column without its NaNs; NaN where there is nothing else."""
    known = ~np.isnan(rows)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, rows, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)

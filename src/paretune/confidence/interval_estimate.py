"""Estimates: numbers with intervals from resamples."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

CONFIDENCE_LEVEL = 0.95
INTERVAL_QUANTILES = ((1 - CONFIDENCE_LEVEL) / 2, (1 + CONFIDENCE_LEVEL) / 2)
RELATIVE_ROUNDING = 1e-12  # equal volumes may differ by this share, because sums have different orders


@dataclass(frozen=True)
class Estimate:
    """A number and its 95 % interval, which contains it.

    Args:
        value: the measured number; None if it is not defined.
        low: the lower end of the interval; None if it is not defined.
        high: the upper end of the interval; None if it is not defined.
    """

    value: float | None
    low: float | None
    high: float | None


def percentile_estimate(value: float, resampled: ArrayLike) -> Estimate:
    """Make an estimate whose interval has the percentiles of resampled numbers (Efron 1979) as ends.

    If the measured number lies outside the percentiles, the interval is extended to it.

    Args:
        value: the measured number; NaN if it is not defined.
        resampled: the resampled numbers; NaNs are ignored.

    Example:
        >>> percentile_estimate(2.0, [1.0, 2.0, 3.0, float("nan")])
        Estimate(value=2.0, low=1.05, high=2.95)
    """
    numbers = np.asarray(resampled, float)
    numbers = numbers[~np.isnan(numbers)]
    if np.isnan(value) or len(numbers) == 0:
        return Estimate(None if np.isnan(value) else float(value), None, None)
    low, high = np.quantile(numbers, INTERVAL_QUANTILES).tolist()
    return Estimate(float(value), min(low, float(value)), max(high, float(value)))


def shift_to_measured(
    value: float, resampled: ArrayLike, maximum: float = np.inf, factor: float = 1.0
) -> NDArray[np.float64]:
    """Shift resampled numbers so that their mean is the measured number, and only their spread is used.

    A draw of trials with replacement repeats some trials and lacks others, so its front is smaller than the measured
    front. This bias (Efron and Tibshirani 1993, chapter 10) is not caused by the search, and is removed.

    Args:
        value: the measured number.
        resampled: the resampled numbers; NaN if not defined.
        maximum: the largest possible number; the smallest is 0.
        factor: the factor by which the spread is multiplied.

    Example:
        >>> shift_to_measured(0.75, [0.25, 0.5, 0.75], maximum=1).tolist()
        [0.5, 0.75, 1.0]
    """
    numbers = np.asarray(resampled, float)
    mean = float(mean_of_known(numbers[:, None])[0])
    return np.clip(value + factor * (numbers - mean), 0, maximum)


def small_sample_factor(n_runs: int) -> float:
    """Return the factor by which the spread of resampled means of few runs must be multiplied.

    The mean of runs drawn with replacement varies less than a mean of ``n`` runs, by the factor ``sqrt((n - 1) / n)``.
    Percentiles also ignore Student's t distribution (Hesterberg 2015, arXiv 1411.5279, section 3.2).

    Args:
        n_runs: the number of runs, at least 2.

    Example:
        >>> [round(small_sample_factor(n), 2) for n in (2, 3, 5, 10, 100)]
        [9.17, 2.69, 1.58, 1.22, 1.02]
    """
    from scipy.special import ndtri, stdtrit  # noqa: PLC0415 (slow to load; a service and a run start without it)

    return float(
        math.sqrt(n_runs / (n_runs - 1)) * stdtrit(n_runs - 1, INTERVAL_QUANTILES[1]) / ndtri(INTERVAL_QUANTILES[1])
    )


def mean_of_known(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean of each column without its NaNs; NaN if a column has only NaNs."""
    known = ~np.isnan(rows)
    count = known.sum(axis=0)
    return np.where(count > 0, np.where(known, rows, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)

"""Standard errors of a median, for independent samples and for samples that drift."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune.errors import InvalidInputError

MAX_BLOCKS = 5  # more, shorter blocks would miss slow drift; the spread of fewer is imprecise


def median_error(samples: ArrayLike) -> float:
    """Standard error of the median from order statistics, without assuming a distribution.

    One spike does not change it if there are at least 8 samples.

    McKean and Schrader (1984), "A comparison of methods for studentizing the sample median", as made exact for few
    samples by Price and Bonett (2001), "Estimating the variance of the sample median":
    ``(x[n-c+1] - x[c]) / (2 z)``, where `z` follows from the binomial coverage of that interval.

    Args:
        samples: ``n`` independent values, at least 2.

    Example:
        >>> round(median_error([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 100.0]), 2)
        1.38
    """
    ordered = np.sort(_check_samples(samples))
    n = len(ordered)
    if n < 2:
        raise InvalidInputError("a standard error needs at least 2 samples")
    c = max(1, round((n + 1) / 2 - math.sqrt(n)))  # about two standard deviations of the binomial
    z = -NormalDist().inv_cdf(sum(math.comb(n, k) for k in range(c)) / 2**n)
    return float((ordered[n - c] - ordered[c - 1]) / (2 * z))


def batch_means_error(samples: ArrayLike) -> float:
    """Standard error of the median of samples that may drift over time.

    The method is batch means (Conway 1963, "Some tactical problems in digital simulation") with medians: consecutive
    samples form up to five blocks of at least three, since one spike does not move the median of three. The result is
    the standard error of the mean of the block medians, or `median_error` if that is larger.

    Args:
        samples: ``n`` values in time order, at least 2.

    Example:
        >>> steady, warming = [1.0, 1.1, 0.9] * 5, [9.0, 7.0, 5.0, 4.0, 3.0, 2.0] + [1.0] * 9
        >>> round(batch_means_error(steady), 2), round(batch_means_error(warming), 2), round(median_error(warming), 2)
        (0.05, 1.17, 0.71)
    """
    values = _check_samples(samples)
    n_blocks = min(MAX_BLOCKS, len(values) // 3)
    if n_blocks < 2:
        return median_error(values)
    medians = [np.median(block) for block in np.array_split(values, n_blocks)]
    return max(median_error(values), float(np.std(medians, ddof=1)) / math.sqrt(n_blocks))


def _check_samples(samples: ArrayLike) -> NDArray[np.float64]:
    try:
        values = np.asarray(samples, float)
    except (TypeError, ValueError):
        values = np.empty(())
    if values.ndim != 1:
        raise InvalidInputError(f"samples must be a list of numbers, but are {samples!r}")
    return values

"""How far may the median of some samples be from what it would be of all?"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from paretune.errors import InvalidInputError


def median_error(samples: ArrayLike) -> float:
    """Standard error of the median, from order statistics: free of any distribution; deaf to a spike from 8 samples on.

    McKean and Schrader (1984), "A comparison of methods for studentizing the sample median", as made exact for few
    samples by Price and Bonett (2001), "Estimating the variance of the sample median":
    ``(x[n-c+1] - x[c]) / (2 z)``, where the binomial distribution says how sure that interval is.

    Args:
        samples: ``n`` independent values, at least 2.

    Example:
        >>> round(median_error([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 100.0]), 2)
        1.38
    """
    ordered = np.sort(np.asarray(samples, float))
    n = len(ordered)
    if n < 2:
        raise InvalidInputError("a standard error needs at least 2 samples")
    c = max(1, round((n + 1) / 2 - math.sqrt(n)))  # about two standard deviations of the binomial
    z = -NormalDist().inv_cdf(sum(math.comb(n, k) for k in range(c)) / 2**n)
    return float((ordered[n - c] - ordered[c - 1]) / (2 * z))

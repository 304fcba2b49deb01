"""In how many digits is a number written beside those that it is shown with?"""

from __future__ import annotations

import math
import sys

import numpy as np
from numpy.typing import ArrayLike

WHOLE = 1e7  # below it no digit before the point is rounded away
MOST = 12  # a double has 15, of which the last are sums' rounding


def written(value: float, among: ArrayLike = (), least: int = 4) -> str:
    """A number in few digits, but enough to tell it from others.

    A hundredth of the range of all that is shown is seen, and the closest two are told apart unless they are closer
    than a ten thousandth of it.

    Args:
        value: what is written.
        among: what is shown with it; it may be in there itself, and what is not finite counts nothing.
        least: significant digits that it has anyway.

    Example:
        >>> written(0.99976458), written(0.99998868, [0.99976458, 0.99998868])
        ('0.9998', '0.999989')
        >>> written(1234514.0), written(1744040218.0), written(0.5, [0.25])
        ('1234514', '1.744e+09', '0.5')
    """
    if not math.isfinite(value) or value == 0:
        return f"{value:g}"
    first = math.floor(math.log10(abs(value)))
    before_point = first + 1 if abs(value) < WHOLE else 0
    digits = max(least, before_point, first - _last_place(np.append(value, among)) + 1)
    return f"{value:.{min(digits, MOST)}g}"


def _last_place(shown: ArrayLike) -> int:
    """The power of ten of the last digit that tells numbers apart; beyond all numbers where there are not two."""
    distinct = np.unique(np.asarray(shown, float))
    distinct = distinct[np.isfinite(distinct)]
    if len(distinct) < 2:
        return sys.float_info.max_10_exp
    with np.errstate(over="ignore"):  # some give the largest number for a failure
        gap, spread = np.minimum([np.diff(distinct).min(), np.ptp(distinct)], sys.float_info.max).tolist()
    return min(math.floor(math.log10(max(gap, spread / 1e4))), math.floor(math.log10(spread)) - 2)

"""The text of a number: as few digits as needed to distinguish it from other numbers."""

from __future__ import annotations

import math
import sys

import numpy as np
from numpy.typing import ArrayLike

ROUND_INTEGERS_FROM = 1e7  # smaller numbers keep all digits before the decimal point
MAX_DIGITS = 12  # a double has 15, but sums of numbers have rounding errors in the last ones


def format_number(value: float, among: ArrayLike = (), min_digits: int = 4) -> str:
    """Format a number in few digits, but enough to distinguish it from the numbers that are shown with it.

    Differences of a hundredth of the range of these numbers are visible. The two closest numbers differ in their text,
    unless their distance is below a ten thousandth of the range.

    Args:
        value: the number.
        among: the numbers that are shown with it. The number itself may be one of them; non-finite ones are ignored.
        min_digits: the least number of significant digits.

    Example:
        >>> format_number(0.99976458), format_number(0.99998868, [0.99976458, 0.99998868])
        ('0.9998', '0.999989')
        >>> format_number(1234514.0), format_number(1744040218.0), format_number(0.5, [0.25])
        ('1234514', '1.744e+09', '0.5')
    """
    if not math.isfinite(value) or value == 0:
        return f"{value:g}"
    first_place = math.floor(math.log10(abs(value)))
    before_point = first_place + 1 if abs(value) < ROUND_INTEGERS_FROM else 0
    digits = max(min_digits, before_point, first_place - _last_place(np.append(value, among)) + 1)
    return f"{value:.{min(digits, MAX_DIGITS)}g}"


def _last_place(shown: ArrayLike) -> int:
    """Return the power of ten of the last digit at which the numbers differ; the largest if there are not two."""
    distinct = np.unique(np.asarray(shown, float))
    distinct = distinct[np.isfinite(distinct)]
    if len(distinct) < 2:
        return sys.float_info.max_10_exp
    with np.errstate(over="ignore"):  # some evaluations return the largest number for a failure
        gap, spread = np.minimum([np.diff(distinct).min(), np.ptp(distinct)], sys.float_info.max).tolist()
    return min(math.floor(math.log10(max(gap, spread / 1e4))), math.floor(math.log10(spread)) - 2)

"""The text of an estimate and its interval."""

from __future__ import annotations

import math
import re

from paretune.confidence.interval_estimate import Estimate
from paretune.number_format import format_number


def interval_text(estimate: Estimate, *, percent: bool = False) -> str:
    """Format an estimate and its interval, to the second digit of the interval's width.

    Args:
        estimate: the estimate.
        percent: whether it is a share, to be shown as percent.

    Example:
        >>> interval_text(Estimate(0.857, 0.8, 0.9), percent=True), interval_text(Estimate(None, None, None))
        ('86 % [80, 90]', '-')
        >>> interval_text(Estimate(-0.2, -5, 6))
        '0 [-5, 6]'
    """
    if estimate.value is None:
        return "-"
    numbers = [
        math.nan if x is None else x * (100 if percent else 1) for x in (estimate.value, estimate.low, estimate.high)
    ]
    texts = (f"{x:.0f}" if percent else _to_width(x, numbers[2] - numbers[1]) for x in numbers)
    value, low, high = (re.sub(r"^-(?=[0.]*$)", "", text) for text in texts)  # no negative zero
    return f"{value}{' %' if percent else ''}" + ("" if estimate.low is None else f" [{low}, {high}]")


def _to_width(value: float, width: float) -> str:
    """Format the value or an end of an interval of this width."""
    if not 1e-6 < width < 1e7 or not abs(value) < 1e7:  # also without an interval
        return format_number(value)
    place = math.floor(math.log10(width)) - 1
    return f"{round(value, -place):.{max(-place, 0)}f}"

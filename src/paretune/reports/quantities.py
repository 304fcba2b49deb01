"""Measured numbers as people write them: the error in one or two digits, the value to the same place."""

from __future__ import annotations

import math
from collections.abc import Sequence

from paretune.number_format import format_number

_LARGEST, _SMALLEST = 1e6, 1e-4  # beyond, the number has an exponent


def measured_text(value: float, error: float | None, column: Sequence[float] = ()) -> str:
    """Format a number of a column, with its standard error if that is known and not zero.

    Example:
        >>> measured_text(378.2, 4.31), measured_text(0.8412, 0.0131), measured_text(0.5, None, [0.25, 0.5])
        ('378 ± 4', '0.841 ± 0.013', '0.5')
        >>> measured_text(51234.0, 1267.0)
        '51200 ± 1300'
    """
    if not error or not math.isfinite(error):
        return format_number(value, column)
    place = math.floor(math.log10(error)) - (1 if _leading_digit(error) == 1 else 0)
    if not _SMALLEST <= max(abs(value), error) < _LARGEST or place < -9:
        return f"{format_number(value, column)} ± {format_number(error, min_digits=2)}"
    places = max(-place, 0)
    value, error = (round(x, -place) for x in (value, error))
    return f"{value:.{places}f} ± {error:.{places}f}"


def _leading_digit(number: float) -> int:
    return int(f"{number:.1e}"[0])

"""Axes: from values to pixels, and the ticks on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from paretune.number_format import format_number

_LOG_RATIO = 50.0  # of the largest and the smallest value, from which an axis is logarithmic
_MARGIN = 0.05
_N_TICKS = 5


@dataclass(frozen=True)
class Axis:
    """One axis.

    Args:
        low: the value at its beginning.
        high: the value at its end.
        start: the pixel of its beginning.
        end: the pixel of its end.
        is_log: whether it is logarithmic.
    """

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    @classmethod
    def of(cls, values: Sequence[float], start: float, end: float, *, may_be_log: bool = True) -> Axis:
        """An axis that shows all finite values, with a margin.

        Example:
            >>> axis = Axis.of([0.0, 10.0], 0, 100)
            >>> [round(axis.at(value)) for value in (0, 5, 10)], [text for _, text in axis.ticks()]
            ([4, 50, 96], ['0', '5', '10'])
        """
        known = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
        low, high = min(known), max(known)
        is_log = may_be_log and low > 0 and high / low >= _LOG_RATIO
        if is_log:
            margin = _MARGIN * math.log10(high / low)
            return cls(low / 10**margin, high * 10**margin, start, end, is_log=True)
        margin = _MARGIN * (high - low) or abs(high) * _MARGIN or 1.0
        return cls(low - margin, high + margin, start, end)

    def at(self, value: float) -> float:
        """The pixel of a value."""
        if self.is_log:
            share = math.log(max(value, self.low * 1e-9) / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round(self.start + min(max(share, -1.0), 2.0) * (self.end - self.start), 1)

    def ticks(self) -> list[tuple[float, str]]:
        """Values for ticks, with their texts."""
        values = self._log_ticks() if self.is_log else self._linear_ticks()
        return [(value, format_number(value, values)) for value in values]

    def _linear_ticks(self) -> list[float]:
        raw = (self.high - self.low) / _N_TICKS
        power = 10.0 ** math.floor(math.log10(raw))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        return [index * step for index in range(first, last + 1)]

    def _log_ticks(self) -> list[float]:
        first, last = math.ceil(math.log10(self.low)), math.floor(math.log10(self.high))
        every = max(1, (last - first) // _N_TICKS + 1)
        decades = [10.0**power for power in range(first, last + 1, every)]
        if len(decades) > 2:
            return decades
        powers = range(first - 1, last + 1)
        return [f * 10.0**p for p in powers for f in (1, 2, 5) if self.low <= f * 10.0**p <= self.high]

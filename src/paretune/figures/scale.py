"""Scales of axes: positions of values between 0 and 1, and ticks."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

MIN_LOG_TICKS = 3
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """A linear or logarithmic scale.

    Args:
        low: the value at position 0.
        high: the value at position 1.
        is_log: whether the scale is logarithmic; both ends are then positive.
    """

    low: float
    high: float
    is_log: bool = False

    @classmethod
    def around(cls, values: ArrayLike, *, is_log: bool = False, margin: float = 0.05) -> Scale:
        """Return a scale that holds the finite values, with a margin on both sides.

        Example:
            >>> Scale.around([0.0, 10.0], margin=0.1)
            Scale(low=-1.0, high=11.0, is_log=False)
        """
        known = np.asarray(values, float)
        known = known[np.isfinite(known)]
        if not known.size:
            return cls(0.0, 1.0)
        known = np.log10(known) if is_log else known
        low, high = float(known.min()), float(known.max())
        edge = margin * (high - low) or (0.1 if is_log else 0.1 * abs(high) or 1.0)
        return cls(10 ** (low - edge), 10 ** (high + edge), is_log=True) if is_log else cls(low - edge, high + edge)

    def positions(self, values: ArrayLike) -> NDArray[np.float64]:
        """Return the positions of values; 0 is the low end, 1 is the high end."""
        given = np.asarray(values, float)
        if self.is_log:
            low, high = math.log10(self.low), math.log10(self.high)
            with np.errstate(divide="ignore", invalid="ignore"):
                given = np.log10(given)
        else:
            low, high = self.low, self.high
        return np.asarray((given - low) / ((high - low) or 1.0))

    def ticks(self, n: int) -> list[tuple[float, str]]:
        """Return at most about ``n`` round values, and their texts."""
        values = self._log_ticks(n) if self.is_log else []
        if len(values) < MIN_LOG_TICKS:
            values = _round_values(self.low, self.high, n)
        return [(value, tick_text(value, values)) for value in values]

    def _log_ticks(self, n: int) -> list[float]:
        """Return powers of ten, with numbers between them if there is room; thinned if there is not."""
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        for subs in ((1, 2, 5), (1, 3), (1,)):
            values = [m * 10.0**e for e in range(first, last + 1) for m in subs if self.low <= m * 10.0**e <= self.high]
            if len(values) <= n:
                return values
        every = -(-len(values) // max(n, 1))
        return [value for i, value in enumerate(values) if (i - len(values) // 2) % every == 0]


def tick_text(value: float, among: list[float]) -> str:
    """Return a tick as short text: in decimals if that is short, else with an exponent."""
    largest = max(map(abs, among))
    step = min((abs(b - a) for a, b in itertools.pairwise(among)), default=largest)
    if value == 0 or abs(value) < 1e-9 * step:
        return "0"
    if step > 1e-5 and largest < 1e7:
        places = max(0, -math.floor(math.log10(step) + 1e-9))
        text = f"{value:,.{places + 2}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return short_exponent(f"{value:.4g}")


def short_exponent(text: str) -> str:
    """Write 1e-5 in place of 1e-05.

    Example:
        >>> short_exponent("1e-05"), short_exponent("3.2e+16")
        ('1e-5', '3.2e16')
    """
    return re.sub(r"e([+-])0*(\d+)$", lambda found: f"e{found[1].replace('+', '')}{found[2]}", text)


def whole_ticks(low: float, high: float, n: int) -> list[tuple[float, str]]:
    """Return at most about ``n`` whole numbers between two ends."""
    values = [value for value in _round_values(low, high, n) if value == math.floor(value)]
    return [(value, f"{value:,.0f}") for value in values]


def _round_values(low: float, high: float, n: int) -> list[float]:
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return [low]
    raw = span / max(n, 1)
    power = 10.0 ** math.floor(math.log10(raw)) if raw > 1e-300 else raw
    step = next((s * power for s in _STEPS if s * power >= raw * (1 - 1e-9)), raw)
    if not step > 0:
        return [low]
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [i * step for i in range(first, last + 1)][: 2 * n + 2]

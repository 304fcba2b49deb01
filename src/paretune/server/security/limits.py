"""Limits of a service, and the rate at which one caller may send requests."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one caller may do.

    Args:
        body: bytes of a request.
        batch: bytes of a request with many observations.
        requests: requests a second of one token, on average; twice as many at once.
        failed_logins: wrong tokens from one address in five minutes.
        streams: open streams of events of one token.
        open_trials: pending trials of one study.
        trials: trials of one study.
        observations: trials in one request.
        runs: runs that the service has started and that are under way.
        workers: of one such run.
    """

    body: int = 2**20
    batch: int = 2**24
    requests: float = 500.0
    failed_logins: int = 20
    streams: int = 50
    open_trials: int = 1_000
    trials: int = 100_000
    observations: int = 2_500
    runs: int = 4
    workers: int = 64


class TokenBuckets:
    """Counts requests by caller: each has a bucket that fills at a rate and holds a burst.

    Args:
        rate: requests a second.
        burst: requests at once.
        clock: seconds that only grow.
        max_callers: for how many callers to count; the one that was silent longest is forgotten.

    Example:
        >>> buckets = TokenBuckets(rate=1.0, burst=2, clock=lambda: 0.0)
        >>> [buckets.take("a"), buckets.take("a"), buckets.take("a") > 0]
        [0.0, 0.0, True]
    """

    def __init__(
        self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic, max_callers: int = 10_000
    ) -> None:
        self._rate, self._burst, self._clock, self._max_callers = rate, burst, clock, max_callers
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, amount: float = 1.0) -> float:
        """Count a request; return 0 if it is allowed, else the seconds until it will be."""
        level = self.level(caller)
        if level < amount:
            return (amount - level) / self._rate
        self._levels[caller] = (level - amount, self._clock())
        self._levels.move_to_end(caller)
        if len(self._levels) > self._max_callers:
            self._levels.popitem(last=False)
        return 0.0

    def level(self, caller: str) -> float:
        """How many requests a caller may send now."""
        level, then = self._levels.get(caller, (self._burst, 0.0))
        return min(self._burst, level + (self._clock() - then) * self._rate)

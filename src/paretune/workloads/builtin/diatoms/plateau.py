"""When does the learning rate halve? The plateau rule of Keras 2.0.5, as a pure function."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

FACTOR, PATIENCE, THRESHOLD, FLOOR = 0.5, 50, 1e-4, 1e-4
_LOWEST_CHANGED = FLOOR * (1 + 1e-4)


@dataclass(frozen=True)
class Plateau:
    """What the rule knows between two epochs.

    Args:
        rate: the learning rate of the next epoch; at or below 1e-4 it is never changed.
        best: the lowest training loss so far that was clearly lower than the one before.
        wait: epochs since then.

    Example:
        >>> Plateau(0.1, best=1.0, wait=50).after(0.99995)
        Plateau(rate=0.05, best=1.0, wait=1)
    """

    rate: float
    best: float = math.inf
    wait: int = 0

    def after(self, loss: float) -> Plateau:
        """The state after one more epoch with this training loss; a NaN is no improvement."""
        if loss < self.best - THRESHOLD:
            return replace(self, best=loss, wait=0)
        if self.wait >= PATIENCE and self.rate > _LOWEST_CHANGED:
            return replace(self, rate=max(self.rate * FACTOR, FLOOR), wait=1)
        return replace(self, wait=self.wait + 1)

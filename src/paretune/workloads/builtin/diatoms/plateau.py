"""The rule that halves the learning rate on a plateau, as in Keras 2.0.5, as a pure function."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

FACTOR, PATIENCE, THRESHOLD, MIN_RATE = 0.5, 50, 1e-4, 1e-4
_MIN_CHANGED_RATE = MIN_RATE * (1 + 1e-4)


@dataclass(frozen=True)
class Plateau:
    """The state of the rule between two epochs.

    Args:
        rate: the learning rate of the next epoch; a rate at or below 1e-4 is never changed.
        best: the best training loss; a new loss must be lower by 1e-4 to replace it.
        wait: epochs since the best loss was replaced.

    Example:
        >>> Plateau(0.1, best=1.0, wait=50).update(0.99995)
        Plateau(rate=0.05, best=1.0, wait=1)
    """

    rate: float
    best: float = math.inf
    wait: int = 0

    def update(self, loss: float) -> Plateau:
        """The state after one more epoch with this training loss; NaN is not an improvement."""
        if loss < self.best - THRESHOLD:
            return replace(self, best=loss, wait=0)
        if self.wait >= PATIENCE and self.rate > _MIN_CHANGED_RATE:
            return replace(self, rate=max(self.rate * FACTOR, MIN_RATE), wait=1)
        return replace(self, wait=self.wait + 1)

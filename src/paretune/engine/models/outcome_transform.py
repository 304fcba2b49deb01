"""The transform of a loss before it is modelled: standardised, and logarithmic far from the best value, or not."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

LINEAR_RANGE_SHARES = (1.0, 0.2)  # of the median distance to the best loss
MIN_LOSSES_FOR_LOG = 8
MAX_EXPONENT = 50.0


@dataclass(frozen=True)
class LossTransform:
    """A loss as the models see it: standardised, and either linear or logarithmic in its distance to the best loss.

    ``z = (g(y - best) - mean) / unit`` with ``g(t) = r log(1 + t / r)`` for losses worse than the best, where ``r`` is
    the linear range, and ``g(t) = t`` for better ones, so that beyond the best loss no more is predicted than without
    the logarithm. With ``r`` as large as the best loss itself it is the logarithm, which suits times; a small ``r``
    compresses the losses of trainings that diverged.

    Args:
        best: the smallest loss so far.
        linear_range: the distance to the best loss from which on it is compressed; infinite for a linear transform.
        mean: of the compressed losses.
        unit: their standard deviation.

    Example:
        >>> scale = LossTransform(best=1.0, linear_range=1.0)
        >>> scale.transform([0.5, 1.0, 2.0, 1000.0]).round(2).tolist()
        [-0.5, 0.0, 0.69, 6.91]
        >>> scale.untransform(scale.transform([0.5, 1.0, 2.0, 1000.0])).round(2).tolist()
        [0.5, 1.0, 2.0, 1000.0]
    """

    best: float
    linear_range: float = math.inf
    mean: float = 0.0
    unit: float = 1.0

    @classmethod
    def fit(cls, losses: NDArray[np.float64], linear_range: float) -> LossTransform:
        """Return the transform after which these losses have mean 0 and standard deviation 1."""
        best = float(losses.min())
        compressed = cls(best, linear_range).transform(losses)
        return cls(best, linear_range, float(compressed.mean()), float(compressed.std()) or 1.0)

    @property
    def is_linear(self) -> bool:
        """Whether losses are only standardised."""
        return math.isinf(self.linear_range)

    def transform(self, losses: ArrayLike) -> NDArray[np.float64]:
        """Transform losses of any shape."""
        distance = np.asarray(losses, float) - self.best
        if not self.is_linear:
            worse = np.maximum(distance, 0.0)
            distance = np.where(distance > 0, self.linear_range * np.log1p(worse / self.linear_range), distance)
        return np.asarray((distance - self.mean) / self.unit)

    def untransform(self, z: ArrayLike) -> NDArray[np.float64]:
        """Return the losses again."""
        distance = np.asarray(z, float) * self.unit + self.mean
        if not self.is_linear:
            exponent = np.clip(distance / self.linear_range, 0.0, MAX_EXPONENT)
            distance = np.where(distance > 0, self.linear_range * np.expm1(exponent), distance)
        return np.asarray(self.best + distance)

    def slope(self, losses: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return dz/dy at losses."""
        return np.asarray(1.0 / (1.0 + np.maximum(losses - self.best, 0.0) / self.linear_range) / self.unit)

    def log_jacobian(self, losses: NDArray[np.float64]) -> float:
        """Return the log determinant of dz/dy at ``n`` losses, by which evidences on two scales can be compared."""
        return float(np.log(self.slope(losses)).sum())


def candidate_transforms(losses: NDArray[np.float64]) -> list[LossTransform]:
    """Return the transforms to choose from, the linear one first, then logarithmic ones where there are enough losses.

    Args:
        losses: ``n`` losses.
    """
    typical = float(np.median(losses) - losses.min())
    has_log = len(losses) >= MIN_LOSSES_FOR_LOG and typical > 0
    ranges = [share * typical for share in LINEAR_RANGE_SHARES] if has_log else []
    return [LossTransform.fit(losses, linear_range) for linear_range in (math.inf, *ranges)]

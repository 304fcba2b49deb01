"""On which scale does an outcome vary evenly? Straight, or compressed where it is far worse than the best."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

SHARES = (1.0, 0.2)
ENOUGH = 8
LARGEST_EXPONENT = 50.0


@dataclass(frozen=True)
class Scale:
    """A loss as the models see it: standardised, and logarithmic in its distance to the best, or not.

    ``z = (g(y - best) - mean) / unit`` with ``g(t) = bend log(1 + t / bend)`` for losses worse than the best and
    ``g(t) = t`` for better ones, so that nothing is promised beyond the best that a straight scale would not promise.
    With ``bend`` as large as the best itself it is the logarithm, as of times; a small one tames what diverged.

    Args:
        best: the smallest loss so far.
        bend: from which distance on it is compressed; infinite for a straight scale.
        mean: of the compressed losses.
        unit: their standard deviation.

    Example:
        >>> scale = Scale(best=1.0, bend=1.0)
        >>> scale([0.5, 1.0, 2.0, 1000.0]).round(2).tolist()
        [-0.5, 0.0, 0.69, 6.91]
        >>> scale.inverse(scale([0.5, 1.0, 2.0, 1000.0])).round(2).tolist()
        [0.5, 1.0, 2.0, 1000.0]
    """

    best: float
    bend: float = math.inf
    mean: float = 0.0
    unit: float = 1.0

    @classmethod
    def of(cls, values: NDArray[np.float64], bend: float) -> Scale:
        """The scale on which these losses have mean 0 and deviation 1."""
        best = float(values.min())
        compressed = cls(best, bend)(values)
        return cls(best, bend, float(compressed.mean()), float(compressed.std()) or 1.0)

    def __call__(self, losses: ArrayLike) -> NDArray[np.float64]:
        """Losses on this scale."""
        distance = np.asarray(losses, float) - self.best
        if math.isfinite(self.bend):
            worse = np.maximum(distance, 0.0)
            distance = np.where(distance > 0, self.bend * np.log1p(worse / self.bend), distance)
        return np.asarray((distance - self.mean) / self.unit)

    def inverse(self, z: ArrayLike) -> NDArray[np.float64]:
        """Losses again."""
        distance = np.asarray(z, float) * self.unit + self.mean
        if math.isfinite(self.bend):
            exponent = np.clip(distance / self.bend, 0.0, LARGEST_EXPONENT)
            distance = np.where(distance > 0, self.bend * np.expm1(exponent), distance)
        return np.asarray(self.best + distance)

    def slope(self, losses: NDArray[np.float64]) -> NDArray[np.float64]:
        """dz/dy at losses."""
        return np.asarray(1.0 / (1.0 + np.maximum(losses - self.best, 0.0) / self.bend) / self.unit)

    def log_density(self, losses: NDArray[np.float64]) -> float:
        """The logarithm of the determinant of dz/dy at ``n`` losses: what makes evidences on two scales comparable."""
        return float(np.log(self.slope(losses)).sum())


def candidate_scales(values: NDArray[np.float64]) -> list[Scale]:
    """The scales that are tried, the straight one first; others bend at about the typical distance to the best.

    Args:
        values: ``n`` losses.
    """
    typical = float(np.median(values) - values.min())
    bends = [share * typical for share in SHARES] if len(values) >= ENOUGH and typical > 0 else []
    return [Scale.of(values, bend) for bend in (math.inf, *bends)]

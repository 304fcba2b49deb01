"""The acceptance rules of simulated annealing: Metropolis for one objective, AMOSA for several.

AMOSA: Bandyopadhyay, Saha, Maulik and Deb (2008), "A simulated annealing-based multiobjective optimization algorithm".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune import pareto


def metropolis(difference: float, temperature: float) -> float:
    """Return the probability of going to a point with a loss that is larger by a difference (Metropolis et al. 1953).

    Example:
        >>> metropolis(-1.0, 0.5), round(metropolis(0.5, 0.5), 4)
        (1.0, 0.3679)
    """
    return float(np.exp(-max(difference, 0.0) / temperature))


def sigmoid(amount: float, temperature: float) -> float:
    """Return AMOSA's probability of going to a point that is dominated by an amount.

    This is 1 / (1 + exp(amount / temperature)), as in the paper's equation 1. Its later equations write a product.

    Example:
        >>> sigmoid(0.0, 1.0), round(sigmoid(1.0, 0.5), 4)
        (0.5, 0.1192)
    """
    return float(1.0 / (1.0 + np.exp(min(amount / temperature, 700.0))))


def domination(a: NDArray[np.float64], b: NDArray[np.float64], ranges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the amount of domination between points: the product of the differences, each divided by its range.

    Args:
        a: ``k x m`` losses.
        b: ``m`` losses.
        ranges: ``m`` positive ranges.

    Returns:
        ``k`` amounts. Objectives in which two points are equal are left out of their product.

    Example:
        >>> domination(np.array([[0.0, 0.0], [1.0, 1.0]]), np.array([1.0, 2.0]), np.array([2.0, 4.0])).tolist()
        [0.25, 0.25]
    """
    parts = np.abs(a - b) / ranges
    return np.asarray(np.where(parts == 0, 1.0, parts).prod(axis=1))


def dominates(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the points of ``a`` that dominate those of ``b``; the two have shapes that broadcast."""
    return np.asarray((a <= b).all(axis=-1) & (a < b).any(axis=-1))


@dataclass
class Annealer:
    """The state of a chain over complete trials: the present point, and the archive of nondominated ones.

    AMOSA reduces an archive that is too long by clustering. A study has hundreds of trials, not millions: here the
    archive is never reduced.

    Args:
        losses: ``n x m`` losses of all trials, some of them visited so far.
        archive: indices of the nondominated visited trials.
        current: index of the present one.
    """

    losses: NDArray[np.float64]
    archive: list[int]
    current: int

    def visit(self, new: int, temperature: float, draw: float) -> None:
        """Accept or reject a trial as the present one.

        Args:
            new: its index.
            temperature: of this moment.
            draw: a uniform number.
        """
        ranges = self._ranges(new)
        if self.losses.shape[1] == 1:
            difference = float((self.losses[new] - self.losses[self.current])[0] / ranges[0])
            self._move(new, metropolis(difference, temperature), draw)
        else:
            self._visit_by_amosa(new, ranges, temperature, draw)
        self._archive(new)

    def _ranges(self, new: int) -> NDArray[np.float64]:
        """Return the ranges of the losses of all trials up to the new one; 1 where all are equal."""
        known = self.losses[: new + 1]
        ranges = np.nanmax(known, axis=0) - np.nanmin(known, axis=0)
        return np.asarray(np.where(ranges > 0, ranges, 1.0))

    def _visit_by_amosa(self, new: int, ranges: NDArray[np.float64], temperature: float, draw: float) -> None:
        """Decide by the three cases of AMOSA: the present point dominates the new one, neither does, or the new one."""
        point, present = self.losses[new], self.losses[self.current]
        above = [row for row in self.archive if dominates(self.losses[row], point)]
        amounts = domination(self.losses[above], point, ranges)
        if dominates(present, point):
            others = [row for row in above if row != self.current]
            all_amounts = domination(self.losses[[*others, self.current]], point, ranges)
            self._move(new, sigmoid(float(all_amounts.mean()), temperature), draw)
        elif not above:
            self.current = new
        elif dominates(point, present):
            nearest = int(np.argmin(amounts))
            is_back = draw < sigmoid(-float(amounts[nearest]), 1.0)
            self.current = above[nearest] if is_back else new
        else:
            self._move(new, sigmoid(float(amounts.mean()), temperature), draw)

    def _move(self, new: int, probability: float, draw: float) -> None:
        if draw < probability:
            self.current = new

    def _archive(self, new: int) -> None:
        rows = [*self.archive, new]
        self.archive = [
            row for row, is_best in zip(rows, pareto.is_nondominated(self.losses[rows]), strict=True) if is_best
        ]

"""The results of trials as a search compares them: feasible before infeasible, and failed ones last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.trials import Trials

COMPLETE, STOPPED, OUTSIDE, FAILED = range(4)


@dataclass(frozen=True)
class Results:
    """The results of ``n`` trials that have ended.

    The better kind comes first: `COMPLETE` inside all limits; `STOPPED` by a scheduler; `OUTSIDE` the limits, by how
    far; `FAILED` for another reason, or outside the limits by an unknown distance.

    Args:
        kinds: ``n`` of these numbers.
        losses: ``n x m``; NaN unless complete.
        excess: ``n x c``: how far each limit and constraint is exceeded, at least 0; NaN unless outside.
    """

    kinds: NDArray[np.int64]
    losses: NDArray[np.float64]
    excess: NDArray[np.float64]

    @classmethod
    def of(cls, trials: Trials) -> Results:
        """Read the results of trials; those of a pending trial are as if it had failed."""
        over = np.hstack([trials.losses - trials.objectives.limits, trials.violations])
        over = np.where(np.isnan(over), np.nan, np.maximum(over, 0.0))
        is_outside = (trials.reasons == "outside_limits") & (np.nan_to_num(over) > 0).any(axis=1)
        kinds = np.select([trials.is_complete, trials.is_stopped, is_outside], [COMPLETE, STOPPED, OUTSIDE], FAILED)
        losses = np.where(trials.is_complete[:, None], trials.losses, np.nan)
        return cls(kinds.astype(np.int64), losses, np.where(is_outside[:, None], np.nan_to_num(over), np.nan))

    def __len__(self) -> int:
        return len(self.kinds)

    def __getitem__(self, rows: NDArray[np.int64] | NDArray[np.bool_] | slice) -> Results:
        return Results(self.kinds[rows], self.losses[rows], self.excess[rows])

    def concat(self, others: Results) -> Results:
        """Append other results with as many objectives and constraints."""
        pairs = ((getattr(self, name), getattr(others, name)) for name in ("kinds", "losses", "excess"))
        return Results(*(np.concatenate(pair) for pair in pairs))

    @property
    def has_direction(self) -> bool:
        """Whether one of them is better than a failure, so that a search knows where to go."""
        return bool((self.kinds < FAILED).any())


def layers(results: Results) -> NDArray[np.int64]:
    """Return the layer of each result, 0 for the best ones.

    This is nondominated sorting with constraints (Deb et al. 2002, "A fast and elitist multiobjective genetic
    algorithm"): complete trials by dominance, then stopped ones, then those outside the limits by the sum of what they
    exceed, each limit divided by the largest excess; failed ones last.

    Args:
        results: ``n`` of them.

    Returns:
        ``n`` whole numbers.
    """
    found = np.zeros(len(results), np.int64)
    n_before = 0
    for kind in (COMPLETE, STOPPED, OUTSIDE, FAILED):
        rows = np.flatnonzero(results.kinds == kind)
        if len(rows):
            found[rows] = n_before + _layers_of_kind(kind, results[rows])
            n_before = int(found[rows].max()) + 1
    return found


def _layers_of_kind(kind: int, results: Results) -> NDArray[np.int64]:
    if kind == COMPLETE:
        return pareto.ranks(results.losses)
    if kind == OUTSIDE:
        return np.unique(total_excess(results.excess), return_inverse=True)[1].astype(np.int64)
    return np.zeros(len(results), np.int64)


def total_excess(excess: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of what ``n`` trials exceed, each limit divided by its largest excess: ``n`` numbers."""
    largest = excess.max(axis=0, initial=0.0)
    return np.asarray((excess / np.where(largest > 0, largest, 1.0)).sum(axis=1))


def crowding(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far apart the neighbours of each point of a layer are (Deb et al. 2002); infinite at the ends.

    Args:
        losses: ``n x m``, each column divided by its range.

    Returns:
        ``n`` numbers. Of equal points, the first one has the distances.
    """
    n, m = losses.shape
    found = np.zeros(n)
    for column in losses.T:
        order = np.argsort(column, kind="stable")
        spread = column[order[-1]] - column[order[0]]
        if m == 1 or not spread > 0:
            continue
        found[order[[0, -1]]] = np.inf
        found[order[1:-1]] += (column[order[2:]] - column[order[:-2]]) / spread
    return found


def best_first(results: Results) -> NDArray[np.int64]:
    """Return the indices of ``n`` results, the best first: by layer, then by crowding, then in their order."""
    layer, distance = layers(results), np.zeros(len(results))
    for number in np.unique(layer[results.kinds == COMPLETE]):
        rows = layer == number
        distance[rows] = crowding(results.losses[rows])
    return np.lexsort((-distance, layer))

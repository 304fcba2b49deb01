"""One run of CMA-ES after another, in the unit cube of a mixed space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from paretune.searchers.mixed_encoding import MixedEncoding
from paretune.searchers.results import COMPLETE, Results, layers
from paretune.searchers.searcher import Context
from paretune.searchers.untried import stream

if TYPE_CHECKING:
    from cmaes import CatCMAwM

_CONVERGED = 1e-4  # spread of a round in each continuous coordinate
_LEAST_WEIGHT = 0.02
_SUM_SHARE = 0.05  # of the augmented Chebyshev distance


@dataclass(frozen=True)
class RunSettings:
    """The settings of a sequence of runs.

    Args:
        population: number of points in a round of the first run; 0 chooses it.
        sigma: first standard deviation in the unit cube.
        patience: rounds without improvement before a restart.
        rounds: rounds of a run; None for no limit.
        n_sides: how many sequences there are side by side.
    """

    population: int
    sigma: float
    patience: int
    rounds: int | None
    n_sides: int


class CmaRuns:
    """A sequence of CMA-ES runs at its present round.

    Args:
        settings: of the runs.
        context: has the space, the objectives and the seed.
        side: which of the sequences side by side.
    """

    def __init__(self, settings: RunSettings, context: Context, side: int) -> None:
        self._settings, self._context, self._side = settings, context, side
        self._encoding = MixedEncoding(context.space)
        self._number, self._round, self._best_round = 0, 0, 0
        self._visited = np.empty((0, len(context.space)))
        self._results: Results | None = None
        self._run = self._begin(np.full(len(context.space), 0.5))
        self._draw()

    def _begin(self, mean: NDArray[np.float64]) -> CatCMAwM:
        is_single = len(self._context.objectives) == 1
        factor = 2**self._number if is_single else 1
        population = self._settings.population or 4 + int(3 * np.log(max(len(self._context.space), 1)))
        seed = int(stream(self._context, self._side, self._number).integers(2**32))
        return self._encoding.make_search(population * factor, mean, self._settings.sigma, seed)

    def _draw(self) -> None:
        self._solutions = [self._run.ask() for _ in range(self._run.population_size)]

    def points(self) -> NDArray[np.float64]:
        """See `RoundMethod`."""
        return np.array([self._encoding.decode(solution) for solution in self._solutions])

    def close(self, results: Results) -> None:
        """See `RoundMethod`."""
        n = len(results)
        first_of_run = len(self._visited) - self._round * n
        self._visited = np.concatenate([self._visited, self.points()])
        self._results = results if self._results is None else self._results.concat(results)
        values = chebyshev(self._results, self._weights())
        order = np.argsort(values[-n:], kind="stable")
        self._run.tell([(self._solutions[row], float(place)) for place, row in enumerate(order)])
        self._round += 1
        if self._round == 1 or values[-n:].min() < values[first_of_run:-n].min():
            self._best_round = self._round
        if self._has_ended():
            self._number, self._round, self._best_round = self._number + 1, 0, 0
            self._run = self._begin(self._next_mean())
        self._draw()

    def fill(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """See `RoundMethod`."""
        self._run.reseed_rng(int(rng.integers(2**32)))
        return self._encoding.decode(self._run.ask())

    def _weights(self) -> NDArray[np.float64]:
        index = self._side + self._number * self._settings.n_sides
        return simplex_weights(index, len(self._context.objectives))

    def _has_ended(self) -> bool:
        limit = self._settings.rounds
        if limit is not None and self._round >= limit:
            return True
        if self._round - self._best_round >= self._settings.patience:
            return True
        return self._encoding.has_converged(self._solutions, _CONVERGED)

    def _next_mean(self) -> NDArray[np.float64]:
        """Return where the next run begins: at random, or with several objectives at the best place for its weights."""
        weights = self._weights()
        if len(weights) == 1 or self._results is None:
            return stream(self._context, self._side, self._number, 1).random(len(self._context.space))
        return np.asarray(self._visited[int(np.argmin(chebyshev(self._results, weights)))])


def simplex_weights(index: int, m: int) -> NDArray[np.float64]:
    """Return the weights of a point of an even sequence on the simplex (Roberts' additive recurrence, spacings).

    Args:
        index: of the point, from 0.
        m: number of weights.

    Returns:
        ``m`` weights of at least 0.02, before they are divided by their sum.

    Example:
        >>> simplex_weights(0, 2).tolist(), [round(float(w), 3) for w in simplex_weights(1, 2)]
        ([0.5, 0.5], [0.118, 0.882])
    """
    growth = 2.0
    for _ in range(30):  # the root of x**m = x + 1
        growth = (1 + growth) ** (1 / m)
    shares = np.sort((0.5 + index * growth ** -np.arange(1.0, m)) % 1.0)
    weights = np.maximum(np.diff(shares, prepend=0.0, append=1.0), _LEAST_WEIGHT)
    return np.asarray(weights / weights.sum())


def chebyshev(results: Results, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the augmented Chebyshev distance of each result from the best losses, by the losses' ranks.

    Ranks make it independent of the losses' scales (Knowles 2006, "ParEGO", uses ranges). Results that are not complete
    follow in the order of `layers`.

    Args:
        results: ``n`` of them.
        weights: ``m`` weights that add up to 1.

    Returns:
        ``n`` numbers, the best one the smallest.
    """
    layer = layers(results)
    is_complete = results.kinds == COMPLETE
    values = layer + 2.0  # beyond each complete one, at most 1 + 0.05
    if is_complete.any():
        columns = [np.unique(column, return_inverse=True)[1] for column in results.losses[is_complete].T]
        ranks = np.column_stack(columns) / is_complete.sum()
        values[is_complete] = (weights * ranks).max(axis=1) + _SUM_SHARE * (weights * ranks).sum(axis=1)
    return np.asarray(values)

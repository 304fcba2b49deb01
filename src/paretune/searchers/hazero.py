"""HAZero: CMA-ES with a small population, after Baidu's PaddleHub 1.5."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from paretune.searchers.options import option
from paretune.searchers.results import Results, best_first
from paretune.searchers.rounds import suggest_in_rounds
from paretune.searchers.searcher import Context, Suggestion
from paretune.searchers.untried import stream
from paretune.space import Float, Int
from paretune.trials import Trials

if TYPE_CHECKING:
    from cmaes import CMA


@dataclass(frozen=True)
class HazeroSearch:
    """Suggest the next point of a CMA-ES in [-1, 1], linear in each parameter's position on its scale.

    The distribution begins at the middle with the standard deviation ``sigma``. A point outside the bounds is drawn
    again. Results count by their order alone: by nondominated ranks with constraints among all of this search, then by
    crowding, failed trials last. (PaddleHub used the package ``pycma``, which folds a point back; this is ``cmaes``.)

    Rounds are synchronous. A slot that would wait gets a draw from the present distribution; no round learns from it.

    Args:
        population: number of trials in a round.
        sigma: first standard deviation; 2 is the whole range.
    """

    population: int = option(5, Int(4, 10_000), "number of trials in a round")
    sigma: float = option(0.2, Float(1e-6, 2), "first standard deviation, where 2 is the whole range")

    def suggest(self, trials: Trials, context: Context) -> Suggestion:
        """See `Searcher`."""
        return suggest_in_rounds(lambda: [_Rounds(self, len(context.space), context)], trials, context)


class _Rounds:
    """The CMA-ES at its present round."""

    def __init__(self, search: HazeroSearch, d: int, context: Context) -> None:
        from cmaes import CMA  # noqa: PLC0415 (a search by another method does not load it)

        bounds = np.tile([-1.0, 1.0], (d, 1))
        seed = int(stream(context, 0).integers(2**32))
        self._cma: CMA = CMA(np.zeros(d), search.sigma, bounds, seed=seed, population_size=search.population)
        self._results: Results | None = None
        self._places = self._draw()

    def _draw(self) -> NDArray[np.float64]:
        return np.array([self._cma.ask() for _ in range(self._cma.population_size)])

    def points(self) -> NDArray[np.float64]:
        """See `RoundMethod`."""
        return (self._places + 1) / 2

    def close(self, results: Results) -> None:
        """See `RoundMethod`."""
        self._results = results if self._results is None else self._results.concat(results)
        standing = np.argsort(best_first(self._results))[-len(results) :]
        self._cma.tell([(place, float(s)) for place, s in zip(self._places, standing, strict=True)])
        self._places = self._draw()

    def fill(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """See `RoundMethod`."""
        self._cma.reseed_rng(int(rng.integers(2**32)))
        return np.asarray((self._cma.ask() + 1) / 2)

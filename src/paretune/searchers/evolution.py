"""An evolutionary search: a steady (mu + lambda) with nondominated ranks and mixed mutation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.searchers.moves import cross, mutate
from paretune.searchers.options import option
from paretune.searchers.results import Results, best_first
from paretune.searchers.searcher import Context, Suggestion
from paretune.searchers.untried import design, stream, suggest_one_by_one, untried
from paretune.space import Float, Int, Params
from paretune.trials import Trials

_SCALES = 2.0  # orders of magnitude between the longest and the shortest step


@dataclass(frozen=True)
class EvolutionSearch:
    """Suggest a child of the best trials so far.

    The first ``population`` trials follow a Sobol sequence. Each further trial is a child of two parents. A parent is
    the better of two trials drawn from the ``population`` best ones: by nondominated ranks with constraints, then by
    crowding (Deb et al. 2002), failed trials last. The child takes each parameter from one of the parents, or all from
    the first one, and is mutated. A step has the length ``step`` times 10 to a power between -2 and 0.

    The search is asynchronous: a pending trial has no place in the population, and no slot waits. With ``offspring``
    above 1, the parents change only after so many trials, as in generations; a trial of a generation that has not ended
    when the next one begins is left out until it has.

    Args:
        population: how many trials may be parents.
        offspring: after how many trials the parents change. 1 is the steady state.
        crossover: probability that a child has two parents.
        mutation: expected number of parameters that are mutated.
        step: longest standard deviation of a mutation, as a share of the range.

    Example:
        >>> from paretune import Float, Minimize, Objectives, Space
        >>> space, objectives = Space({"x": Float(0, 1)}), Objectives([Minimize("loss")])
        >>> sorted(EvolutionSearch().suggest(Trials(space, objectives), Context(space, objectives)).params)
        ['x']
    """

    population: int = option(10, Int(2, 10_000), "number of trials that may be parents")
    offspring: int = option(1, Int(1, 10_000), "number of trials after which the parents change")
    crossover: float = option(0.8, Float(0, 1), "probability that a child has two parents")
    mutation: float = option(1.0, Float(0, 1000), "expected number of parameters that are mutated")
    step: float = option(0.3, Float(1e-6, 1), "longest step of a mutation, as a share of the range")

    def suggest(self, trials: Trials, context: Context) -> Suggestion:
        """See `Searcher`."""
        return suggest_one_by_one(lambda known: self._suggest(known, context), trials, context)

    def _suggest(self, trials: Trials, context: Context) -> Params:
        parents = self._parents(trials)
        if not len(parents):
            return design(trials, context)
        rng = stream(context, len(trials))
        return untried(lambda: self._child(parents, context, rng), trials, rng)

    def _parents(self, trials: Trials) -> NDArray[np.float64]:
        """Return the positions of the present population, the best first; none while the search begins."""
        n_born = len(trials) - self.population
        rows = np.arange(len(trials) - n_born % self.offspring) if n_born >= 0 else np.empty(0, np.int64)
        ended = trials[rows[~trials.is_pending[rows]]]
        results = Results.of(ended)
        if not results.has_direction:
            return np.empty((0, len(trials.space)))
        return ended.X[best_first(results)[: self.population]]

    def _child(self, parents: NDArray[np.float64], context: Context, rng: np.random.Generator) -> NDArray[np.float64]:
        first, second = (parents[rng.integers(len(parents), size=2).min()] for _ in range(2))
        child = context.space.snap(cross(first, second, rng))[0] if rng.random() < self.crossover else first
        step = self.step * 10 ** (-_SCALES * rng.random())
        return mutate(child, context.space, rng, rate=min(self.mutation / len(child), 1.0), step=step)

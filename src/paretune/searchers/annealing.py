"""Simulated annealing: a chain of neighbours; for several objectives with an archive (AMOSA)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paretune.searchers.acceptance import Annealer
from paretune.searchers.moves import mutate
from paretune.searchers.options import option
from paretune.searchers.results import COMPLETE, Results, best_first, layers
from paretune.searchers.searcher import Context, Suggestion
from paretune.searchers.untried import design, stream, suggest_one_by_one, untried
from paretune.space import Float, Int, Params
from paretune.trials import Trials
from paretune.trials.penalties import mark_penalties_failed

_MIN_TEMPERATURE = 1e-9


@dataclass(frozen=True)
class AnnealingSearch:
    """Suggest a neighbour of the present trial of a chain.

    The first ``n_startup_trials`` follow a Sobol sequence; the chain begins at the best of them. Each further trial, in
    the order of the trials, is accepted as the present one or not: with one objective by Metropolis' rule, with several
    by AMOSA's (`paretune.searchers.acceptance`). Differences are divided by the range of all losses so far. While no
    trial is inside the limits, the one that exceeds them least is the present one. Failed trials are never accepted.

    The temperature falls with each trial by a factor, and the step with its square root. The search is asynchronous:
    several trials at once are neighbours of the same trial. One that ends late is judged at its place in the order.

    Args:
        n_startup_trials: how many trials begin the search.
        temperature: the first temperature, as a share of the range of the losses.
        cooling: factor of the temperature from one trial to the next.
        step: first standard deviation of a move, as a share of a parameter's range.
        min_step: least standard deviation of a move.
    """

    n_startup_trials: int = option(10, Int(1, 10_000), "number of trials of a Sobol sequence that begin the search")
    temperature: float = option(0.5, Float(1e-6, 1000), "first temperature, as a share of the range of the losses")
    cooling: float = option(0.97, Float(0.01, 1), "factor of the temperature from one trial to the next")
    step: float = option(0.3, Float(1e-6, 1), "first length of a move, as a share of the range")
    min_step: float = option(0.01, Float(1e-6, 1), "least length of a move, as a share of the range")

    def suggest(self, trials: Trials, context: Context) -> Suggestion:
        """See `Searcher`."""
        return suggest_one_by_one(lambda known: self._suggest(known, context), trials, context)

    def _suggest(self, trials: Trials, context: Context) -> Params:
        n, ended = len(trials), np.flatnonzero(~trials.is_pending)
        results = Results.of(mark_penalties_failed(trials))
        if n < self.n_startup_trials or not results[ended].has_direction:
            return design(trials, context)
        current = trials.X[self._current(results, ended, context)]
        rng = stream(context, n)
        step = max(self.step * self.temperature_at(n) ** 0.5 / self.temperature**0.5, self.min_step)
        return untried(lambda: mutate(current, context.space, rng, rate=1 / len(context.space), step=step), trials, rng)

    def temperature_at(self, number: int) -> float:
        """Return the temperature at a trial, counted from 0."""
        n_steps = max(number - self.n_startup_trials, 0)
        return float(max(self.temperature * self.cooling**n_steps, _MIN_TEMPERATURE))

    def _current(self, results: Results, ended: np.ndarray, context: Context) -> int:
        """Replay the chain over the trials that have ended; return the index of the present one."""
        complete = ended[results.kinds[ended] == COMPLETE]
        if not len(complete):
            return int(ended[best_first(results[ended])[0]])
        begin = complete[: max(int((complete < self.n_startup_trials).sum()), 1)]
        front = begin[layers(results[begin]) == 0]
        chain = Annealer(results.losses, front.tolist(), int(stream(context).choice(front)))
        for row in complete[len(begin) :].tolist():
            chain.visit(row, self.temperature_at(row), float(stream(context, row, 1).random()))
        return chain.current

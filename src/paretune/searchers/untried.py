"""The first configuration of some draws that no trial has."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from paretune.engine.initial_design import tilted_sobol
from paretune.searchers.first_untried import first_untried
from paretune.searchers.searcher import Context, Suggestion
from paretune.space import Params
from paretune.space.keys import row_keys
from paretune.trials import Trials

N_DRAWS = 64  # of the searcher's own, then as many uniform ones


def untried(draw: Callable[[], NDArray[np.float64]], trials: Trials, rng: np.random.Generator) -> Params:
    """Return the first draw that no trial has; after 64 draws uniform ones, then a Sobol sequence.

    Args:
        draw: returns the next draw, ``d`` positions in the unit cube.
        trials: trials that must not be repeated.
        rng: of the uniform draws.

    Raises:
        SpaceExhaustedError: a finite space has nothing left to try.
    """
    space = trials.space
    tried = set(row_keys(space.snap(trials.X))) if len(trials) else set()
    for i in range(2 * N_DRAWS):
        point = draw() if i < N_DRAWS else rng.random(len(space))
        (key,) = row_keys(space.snap(point))
        if key not in tried:
            return space.decode(point)[0]
    return design(trials, Context(space, trials.objectives, seed=int(rng.integers(2**32))))


def design(trials: Trials, context: Context) -> Params:
    """Return the next configuration of a Sobol sequence, tilted to the priors, with which a search begins.

    Raises:
        SpaceExhaustedError: a finite space has nothing left to try.
    """
    plain = Context(context.space, context.objectives, context.seed)
    return first_untried(tilted_sobol(context.space, context.seed), trials, plain).params


def suggest_one_by_one(suggest: Callable[[Trials], Params], trials: Trials, context: Context) -> Suggestion:
    """Suggest as if the trials that wait for their suggestions had theirs and were pending.

    Args:
        suggest: makes a configuration of the trials that count, without lost ones.
        trials: ``n`` trials so far.
        context: see `Context`.
    """
    known = trials[~trials.is_lost]
    for _ in range(context.n_ahead):
        known = known.with_pending([suggest(known)])
    return Suggestion(suggest(known))


def stream(context: Context, *words: int) -> np.random.Generator:
    """Return the random numbers of one decision of a search, which depend on the seed and its number alone."""
    return np.random.default_rng([context.seed, *words])

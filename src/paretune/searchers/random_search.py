"""Random search: independent draws, uniform on each parameter's scale."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from paretune.searchers.searcher import Context, Suggestion
from paretune.space import Space
from paretune.space.keys import configuration_keys, row_keys
from paretune.trials import Trials

_N_ATTEMPTS = 256  # to satisfy the constraints by a uniform draw


class RandomSearch:
    """Suggest the first draw of a seeded sequence that no trial has.

    In a finite space the sequence may draw a configuration several times; each draw is then a trial. The draw of a
    lost trial is suggested again.
    """

    def suggest(self, trials: Trials, context: Context) -> Suggestion:
        """See `Searcher`."""
        space, n_ahead = context.space, context.n_ahead
        used = Counter(configuration_keys(space, trials[~trials.is_lost].params))
        n_draws = used.total() + n_ahead + 1  # so one is always left
        draws = space.snap(_uniform_points(space, n_draws, context.seed))
        for i, key in enumerate(row_keys(draws)):
            if used[key]:
                used[key] -= 1
            elif n_ahead:
                n_ahead -= 1
            else:
                return Suggestion(space.decode(draws[i])[0])
        raise AssertionError("there are more draws than trials")


def _uniform_points(space: Space, n: int, seed: int) -> NDArray[np.float64]:
    """Draw ``n x d`` uniform points, those of a shorter sequence first; of the constrained part if there is one."""
    rng = np.random.default_rng(seed)
    if not space.constraints:
        return rng.random((n, len(space)))
    blocks = (rng.random((_N_ATTEMPTS, len(space))) for _ in range(n))
    return np.array([block[np.argmax(space.satisfies_constraints(block))] for block in blocks])

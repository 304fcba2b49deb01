"""Random search: independent draws, uniform on each parameter's scale."""

from __future__ import annotations

from collections import Counter

import numpy as np

from paretune.searchers.searcher import Context, Suggestion
from paretune.space.keys import configuration_keys, row_keys
from paretune.trials import Trials


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
        draws = space.snap(np.random.default_rng(context.seed).random((n_draws, len(space))))
        for i, key in enumerate(row_keys(draws)):
            if used[key]:
                used[key] -= 1
            elif n_ahead:
                n_ahead -= 1
            else:
                return Suggestion(space.decode(draws[i])[0])
        raise AssertionError("there are more draws than trials")

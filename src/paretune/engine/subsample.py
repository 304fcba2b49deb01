"""The choice of the trials that the models are fitted to, where there are too many."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paretune.engine.history import History
from paretune.pareto import ranks

MAX_MODELLED_TRIALS = 800


def training_rows(history: History, n_max: int) -> NDArray[np.int64]:
    """Choose the trials that the models are fitted to: all, or the best, the latest and some of the others.

    Half of them are the best trials, those within the limits first. While there is no front, that half is the latest
    trials that show where the limits are (`History.shows_limits`). An eighth are the latest trials, so that the search
    does not try the neighbours of a recent failure again. The others are evenly spaced in time.

    Args:
        history: ``n`` trials.
        n_max: how many at most, without those that are pending, which are all chosen.

    Returns:
        The indices of the chosen trials, in order.
    """
    is_pending = history.trials.is_pending
    ended = np.flatnonzero(~is_pending)
    if len(ended) <= n_max:
        return np.arange(len(history))
    chosen = np.zeros(len(history), bool)
    chosen[_best_first(history)[: n_max // 2]] = True
    chosen[ended[len(ended) - n_max // 8 :]] = True
    others = ended[~chosen[ended]]
    chosen[others[np.linspace(0, len(others) - 1, n_max - int(chosen.sum())).astype(int)]] = True
    return np.flatnonzero(chosen | is_pending)


def _best_first(history: History) -> NDArray[np.int64]:
    """Return the rows of the known trials, best first; if none is known, those that show limits, latest first."""
    trials, is_known = history.trials, history.is_known
    if not history.has_front:
        return np.flatnonzero(history.shows_limits)[::-1]
    groups = [np.flatnonzero(is_known & is_inside) for is_inside in (trials.is_complete, ~trials.is_complete)]
    return np.concatenate([rows[np.argsort(ranks(trials.losses[rows]), kind="stable")] for rows in groups])

"""Searches in rounds, replayed from the trials alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from paretune.searchers.results import Results
from paretune.searchers.searcher import Context, Suggestion
from paretune.searchers.untried import stream, suggest_one_by_one, untried
from paretune.space import Params
from paretune.trials import Trials

_TOLERANCE = 1e-9  # in the unit cube: the last digits may differ between machines
_MAX_KNOWN_ROUNDS = 30  # in a row that need no trial, before the search counts as converged


class RoundMethod(Protocol):
    """A search in rounds: all results of a round make the points of the next one."""

    def points(self) -> NDArray[np.float64]:
        """Return the ``n x d`` points of the present round, in the unit cube."""
        ...

    def close(self, results: Results) -> None:
        """Go to the next round, with the results of this one's points."""
        ...

    def fill(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """Draw ``d`` positions from the distribution of the present round, for a slot that would wait."""
        ...


@dataclass(frozen=True)
class OpenRound:
    """The round that is not closed yet.

    Args:
        method: the search, at this round.
        number: of the round, counted from 0.
        missing: the ``k x d`` points that no trial has.
    """

    method: RoundMethod
    number: int
    missing: NDArray[np.float64]


def suggest_in_rounds(start: Callable[[], Sequence[RoundMethod]], trials: Trials, context: Context) -> Suggestion:
    """Suggest the next point of a search in rounds, or of several such searches side by side.

    A trial belongs to a point that has its configuration, whoever suggested it. So a point that was tried before needs
    no trial, and a lost trial is replaced by its repetition. A round is closed when each of its points has a trial that
    has ended. If all points have trials and some still run, the suggestion is a draw from the distribution of the
    present round: it keeps a slot busy, and no round learns from it.

    Args:
        start: makes the searches at their first rounds.
        trials: ``n`` trials so far.
        context: see `Context`.
    """

    def suggest(known: Trials) -> Params:
        rounds = [replay(method, known) for method in start()]
        open_rounds = [found for found in rounds if len(found.missing)]
        if open_rounds:
            first = min(open_rounds, key=lambda found: found.number)
            return context.space.decode(first.missing[0])[0]
        method, rng = rounds[len(known) % len(rounds)].method, stream(context, len(known))
        return untried(lambda: method.fill(rng), known, rng)

    return suggest_one_by_one(suggest, trials, context)


def replay(method: RoundMethod, trials: Trials) -> OpenRound:
    """Close all rounds of which each point has a trial that has ended.

    Args:
        method: the search at its first round; it is changed.
        trials: ``n`` trials without lost ones.
    """
    results, places = Results.of(trials), np.nan_to_num(trials.X, nan=-1.0)
    used, number, n_known = np.zeros(len(trials), bool), 0, 0
    while n_known < _MAX_KNOWN_ROUNDS:
        points = np.clip(method.points(), 0.0, 1.0)
        rows = _match(np.nan_to_num(trials.space.snap(points), nan=-1.0), places, trials.is_pending)
        if (rows < 0).any() or trials.is_pending[rows].any():
            return OpenRound(method, number, points[rows < 0])
        n_known = n_known + 1 if used[rows].all() else 0
        used[rows] = True
        method.close(results[rows])
        number += 1
    return OpenRound(method, number, np.empty((0, len(trials.space))))


def _match(
    points: NDArray[np.float64], places: NDArray[np.float64], is_pending: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the trial of each point, one that has ended if there is any; -1 if there is none."""
    if not len(places):
        return np.full(len(points), -1)
    is_equal = np.asarray((np.abs(points[:, None, :] - places[None, :, :]) < _TOLERANCE).all(axis=2))
    preference = np.where(is_equal, np.where(is_pending, 1, 2), 0)
    return np.where(is_equal.any(axis=1), preference.argmax(axis=1), -1)

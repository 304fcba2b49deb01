"""How many trials the baseline needs to match the candidate, that is, to reach its hypervolume."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.confidence.interval_estimate import INTERVAL_QUANTILES, RELATIVE_ROUNDING
from paretune.confidence.runs import Losses, Resamples, Side, mean_over_runs


@dataclass(frozen=True)
class EvaluationsToMatch:
    """The number of trials that the baseline needs, as a multiple of the candidate's: 10.0 means "ten times fewer".

    Nothing is extrapolated. If the baseline never reaches the candidate's hypervolume, ``value`` is None. If more than
    2.5 % of the resamples never reach it, ``high`` is None. Both are then more than ``searched``. The trials of a
    single baseline run are resampled by permutation, as if by random search. If they were drawn with replacement, they
    would lack some of the front, and need more trials than the search did.

    Args:
        value: the measured multiple; None if the baseline never reaches the hypervolume.
        low: the 2.5th percentile of the resamples, or the measured multiple if that is smaller; at most ``searched``.
        high: the 97.5th percentile, or the measured multiple if that is larger; None if it is not known.
        searched: the number of the baseline's trials, as a multiple.
        reached: the share of resamples that reach the hypervolume.
        observed: the number of trials that the baseline needed in its own order; None if it never reaches it.
    """

    value: float | None
    low: float
    high: float | None
    searched: float
    reached: float
    observed: int | None

    @property
    def text(self) -> str:
        """The multiple and its interval in words.

        Example:
            >>> EvaluationsToMatch(5.8, 2.1, 9.0, 10.0, 1.0, 350).text
            '5.8 times (2.1 to 9.0)'
            >>> EvaluationsToMatch(5.8, 2.1, None, 10.0, 0.7, 350).text
            '5.8 times (2.1 to more than 10.0)'
            >>> EvaluationsToMatch(None, 7.2, None, 10.0, 0.2, None).text
            'more than 10.0 times (at least 7.2)'
            >>> EvaluationsToMatch(None, 3.75, None, 3.75, 0.0, None).text
            'more than 3.7 times'
        """
        return self.describe("({} to {})", "(at least {})")

    def describe(self, interval: str, bound: str) -> str:
        """Describe the multiple; ``interval`` is the format of two ends, and ``bound`` the format of one."""
        low, beyond = _rounded_down(self.low), f"more than {_rounded_down(self.searched)}"
        if self.value is None:
            return f"{beyond} times" + (f" {bound.format(low)}" if self.low < self.searched else "")
        high = beyond if self.high is None else f"{self.high:.1f}"
        return f"{self.value:.1f} times {interval.format(low, high)}"

    def to_dict(self) -> dict[str, Any]:
        """Return plain numbers that JSON can hold, and the text."""
        return {**asdict(self), "text": self.text}


def _rounded_down(multiple: float) -> str:
    """Format a lower bound to one decimal, rounded down so that it stays a lower bound."""
    return f"{math.floor(10 * multiple + 1e-9) / 10:.1f}"


def evaluations_to_match(
    candidate: Side, baseline: Side, reference: NDArray[np.float64], repeats: int, rng: np.random.Generator
) -> EvaluationsToMatch:
    """Compute the number of the baseline's trials that reach the hypervolume of all the candidate's trials.

    With several runs, the hypervolumes are averaged: the baseline's after each trial, the candidate's at its end.
    """
    n = baseline.n_trials
    volume = partial(pareto.hypervolume, reference=reference)
    target, resampled_targets = mean_over_runs(Resamples(candidate.runs, volume, repeats, rng))
    histories = _histories(baseline, reference, repeats, rng)
    observed = _first_reaching(target, next(histories), n)
    needed = [_first_reaching(goal, history, n) for goal, history in zip(resampled_targets, histories, strict=True)]
    share = sum(count is not None for count in needed) / repeats
    times = np.array([n if count is None else count for count in needed]) / candidate.n_trials
    low, high = np.quantile(times, INTERVAL_QUANTILES).tolist()
    searched = n / candidate.n_trials
    if observed is None:
        return EvaluationsToMatch(None, low, None, searched, share, observed)
    value = observed / candidate.n_trials
    is_bounded = share >= INTERVAL_QUANTILES[1]
    return EvaluationsToMatch(
        value, min(low, value), max(high, value) if is_bounded else None, searched, share, observed
    )


def _histories(
    side: Side, reference: NDArray[np.float64], repeats: int, rng: np.random.Generator
) -> Iterator[Callable[[int], float]]:
    """Yield the hypervolume as a function of the number of trials: measured, then for each resample.

    A single run is resampled by permutation.
    """
    if len(side.runs) > 1:
        curves = Resamples(side.runs, partial(pareto.hypervolume_history, reference=reference), repeats, rng)
        measured = np.mean(curves.measured, axis=0)
        yield partial(_after, measured)
        for picks in curves.picks:
            drawn = np.mean([curves.drawn[i] for i in picks], axis=0)
            widened = measured + curves.spread_factor * (drawn - measured)
            yield partial(_after, np.maximum.accumulate(widened.clip(0)))
    else:
        (run,) = side.runs
        yield partial(_hypervolume_after, run, reference)
        for _ in range(repeats):
            yield partial(_hypervolume_after, rng.permutation(run), reference)


def _after(history: NDArray[np.float64], k: int) -> float:
    return float(history[k - 1])


def _hypervolume_after(run: Losses, reference: NDArray[np.float64], k: int) -> float:
    return pareto.hypervolume(run[:k], reference)


def _first_reaching(target: float, history: Callable[[int], float], n: int) -> int | None:
    """Return the smallest number of trials, up to n, whose hypervolume reaches the target; None if none does."""
    rounded_target = target * (1 - RELATIVE_ROUNDING)
    return None if history(n) < rounded_target else bisect_left(range(1, n + 1), rounded_target, key=history) + 1

"""How many trials does the baseline need to reach what the candidate reached?"""

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
from paretune.confidence.estimate import ROUNDING, TAILS
from paretune.confidence.runs import Losses, Resampled, Side, means


@dataclass(frozen=True)
class Match:
    """The trials that the baseline needs, as a multiple of the candidate's: 10.0 is "ten times fewer".

    Nothing is extrapolated: where the baseline never reaches the candidate's hypervolume, ``value`` is None, and where
    more than 2.5 % of its resamples never do, ``high`` is; both are then more than ``searched``. The trials of a single
    baseline run are put in other orders, as those of random search could have come; drawn with replacement, they would
    lack some of its front, and need more than the search did.

    Args:
        value: as measured; None where the baseline never got there.
        low: the 2.5th percentile of the resamples, or what was measured if that is less; ``searched`` at most.
        high: the 97.5th, or what was measured if that is more; None where it is not known.
        searched: the trials that the baseline has.
        reached: the share of resamples that got there.
        observed: how many trials the baseline needed as it was run; None if it never got there.
    """

    value: float | None
    low: float
    high: float | None
    searched: float
    reached: float
    observed: int | None

    @property
    def text(self) -> str:
        """In words.

        Example:
            >>> Match(5.8, 2.1, 9.0, 10.0, 1.0, 350).text
            '5.8 times (2.1 to 9.0)'
            >>> Match(5.8, 2.1, None, 10.0, 0.7, 350).text
            '5.8 times (2.1 to more than 10.0)'
            >>> Match(None, 7.2, None, 10.0, 0.2, None).text
            'more than 10.0 times (at least 7.2)'
            >>> Match(None, 3.75, None, 3.75, 0.0, None).text
            'more than 3.7 times'
        """
        return self.in_words("({} to {})", "(at least {})")

    def in_words(self, interval: str, bound: str) -> str:
        """The multiple and how sure it is, as ``interval`` writes two ends and ``bound`` one."""
        low, beyond = _rounded_down(self.low), f"more than {_rounded_down(self.searched)}"
        if self.value is None:
            return f"{beyond} times" + (f" {bound.format(low)}" if self.low < self.searched else "")
        high = beyond if self.high is None else f"{self.high:.1f}"
        return f"{self.value:.1f} times {interval.format(low, high)}"

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, and the text."""
        return {**asdict(self), "text": self.text}


def _rounded_down(multiple: float) -> str:
    """A lower bound, to a tenth: rounded up it would promise too much."""
    return f"{math.floor(10 * multiple + 1e-9) / 10:.1f}"


def match(
    candidate: Side, baseline: Side, reference: NDArray[np.float64], repeats: int, rng: np.random.Generator
) -> Match:
    """How many trials of the baseline reach the hypervolume of all of the candidate's.

    Of several runs, the hypervolumes are averaged: the baseline's after each trial, the candidate's at its end.
    """
    n = baseline.n_trials
    volume = partial(pareto.hypervolume, reference=reference)
    reached, targets = means(Resampled(candidate.runs, volume, repeats, rng))
    histories = _histories(baseline, reference, repeats, rng)
    observed = _first_reaching(reached, next(histories), n)
    needed = [_first_reaching(target, history, n) for target, history in zip(targets, histories, strict=True)]
    share = sum(count is not None for count in needed) / repeats
    times = np.array([n if count is None else count for count in needed]) / candidate.n_trials
    low, high = np.quantile(times, TAILS).tolist()
    searched = n / candidate.n_trials
    if observed is None:
        return Match(None, low, None, searched, share, observed)
    value = observed / candidate.n_trials
    is_bounded = share >= TAILS[1]
    return Match(value, min(low, value), max(high, value) if is_bounded else None, searched, share, observed)


def _histories(
    side: Side, reference: NDArray[np.float64], repeats: int, rng: np.random.Generator
) -> Iterator[Callable[[int], float]]:
    """The hypervolume after k trials: as measured, then of each resample, or of other orders of a single run."""
    if len(side.runs) > 1:
        curves = Resampled(side.runs, partial(pareto.hypervolume_history, reference=reference), repeats, rng)
        measured = np.mean(curves.measured, axis=0)
        yield partial(_after, measured)
        for picks in curves.picks:
            drawn = np.mean([curves.drawn[i] for i in picks], axis=0)
            wider = measured + curves.wider * (drawn - measured)
            yield partial(_after, np.maximum.accumulate(wider.clip(0)))
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
    """The first of 1 to n trials with so large a hypervolume, which never falls; None if there is none."""
    enough = target * (1 - ROUNDING)
    return None if history(n) < enough else bisect_left(range(1, n + 1), enough, key=history) + 1

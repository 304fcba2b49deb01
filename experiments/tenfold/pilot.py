"""What is a reduction's size? A few random trials before the search, and the rules by which they set it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from paretune.study import load
from paretune.trials import Trials
from tenfold.kept import trials_file
from tenfold.protocol import Scale
from tenfold.search import search

FEASIBLE = 0.26  # of the original's random trials with Rotten Tomatoes


def pilot(scale: Scale, data_dir: Path | None) -> None:
    """Run the pilot, and print what it says of the scale."""
    apart = replace(scale, results=scale.results / "pilot", limits=scale.pilot_limits, blocks=1)
    search(apart, [scale.pilot], data_dir, math.inf)
    trials = load(scale.pilot.name, apart.storage).trials
    for line in findings(trials):
        print(line, flush=True)  # noqa: T201 (a command)
    print(f"Kept in {trials_file(apart, scale.pilot.name)}", flush=True)  # noqa: T201


def findings(trials: Trials) -> list[str]:
    """What protocols ask of a pilot: its best tenth, what a trial costs, and limits by the rule."""
    (first, second), values = trials.objectives.names, trials.values
    best = -np.sort(-values[:, 0])[: max(1, len(values) // 10)]
    at_least, at_most = limits(values[:, 0], values[:, 1])
    return [
        f"{len(values)} trials, {np.nanmean(trials.durations):.1f} s each on average",
        f"best tenth: {first} {', '.join(f'{value:.3f}' for value in best)}",
        f"middle: {first} {np.nanmedian(values[:, 0]):.4g}, {second} {np.nanmedian(values[:, 1]):.4g}",
        f"limits by the rule: {first} at least {at_least:.4g}, {second} at most {at_most:.4g}",
    ]


def limits(
    up: Sequence[float] | NDArray[np.float64], down: Sequence[float] | NDArray[np.float64]
) -> tuple[float, float]:
    """Limits that a share of 0.26 of the trials keep, each of the two broken by as many as may be.

    Of all pairs of limits between neighbouring values that as many trials keep, the one at which the numbers of trials
    beyond either differ least, and of these the one with the strictest limit on what is maximised.

    Args:
        up: ``n`` values that are maximised, one of each trial.
        down: ``n`` values that are minimised.

    Returns:
        At least, and at most.

    Example:
        >>> limits([1, 2, 3, 4, 5, 6, 7, 8], [8, 7, 6, 5, 1, 2, 3, 4])
        (5.5, 3.5)
    """
    more, less = np.asarray(up, float), np.asarray(down, float)
    wanted = round(FEASIBLE * len(more))
    found = []
    for at_least in _between(more):
        for at_most in _between(less):
            low, late = more < at_least, less > at_most
            n_feasible, balance = int((~low & ~late).sum()), abs(int(low.sum()) - int(late.sum()))
            found.append((abs(n_feasible - wanted), balance, -at_least, at_most))
    _, _, least, at_most = min(found)
    return -least, at_most


def _between(values: NDArray[np.float64]) -> list[float]:
    known = np.unique(values)
    return ((known[1:] + known[:-1]) / 2).tolist()

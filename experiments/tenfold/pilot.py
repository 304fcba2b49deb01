"""What is a reduction's size? A few random trials before the search set it, by rules that stand before them."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tenfold.kept import trials_file
from tenfold.protocol import Limits, Scale
from tenfold.search import search, search_again

FEASIBLE = 0.26  # of the original's random trials with Rotten Tomatoes


def pilot(scale: Scale, data_dir: Path | None) -> None:
    """Run the pilot until all is set that it sets.

    Where a setting is tried, the first value is that of all trials; with each further one, a third of them, the best
    with the first, are trained again.
    """
    for at in tries(scale):
        if at.results == scale.pilot.folder:
            search(at, [at.pilot.side], data_dir, math.inf)
        else:
            best = _kept(tries(scale)[0]).nlargest(at.pilot.side.trials // 3, at.pilot.of)
            search_again(at, at.pilot.side, best, data_dir)
        table = _kept(at)
        print(f"{at.results}: {_told(at, table)}", flush=True)  # noqa: T201 (a command)
        if _suffices(at, table):
            break


def settled(scale: Scale) -> Scale:
    """The scale with all that its pilot sets, as its kept trials tell it.

    Raises:
        SystemExit: the pilot has not been run, or no value that was tried suffices.
    """
    if not scale.pilot.sets:
        return scale
    for at in tries(scale):
        if trials_file(at, at.pilot.side.name).exists() and _suffices(at, _kept(at)):
            return _set(scale, at)
    sys.exit(f"{scale.pilot.folder} does not tell {' and '.join(scale.pilot.sets)}: run the pilot first")


def tries(scale: Scale) -> list[Scale]:
    """The scales of the pilot: one, or one for each value of a setting that is tried."""
    first = replace(scale, results=scale.pilot.folder, limits=scale.pilot.limits, blocks=1)
    return [
        replace(
            first,
            results=first.results if i == 0 else first.results.with_name(f"{first.results.name}-{value}"),
            settings={**scale.settings, name: value},
        )
        for name, values in scale.pilot.tries.items()
        for i, value in enumerate(values)
    ] or [first]


def best_tenth(scale: Scale, table: pd.DataFrame) -> float:
    """The least of the best tenth of as many trials as a pilot has."""
    return float(table[scale.pilot.of].nlargest(scale.pilot.side.trials // 10).iloc[-1])


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


def _kept(at: Scale) -> pd.DataFrame:
    return pd.read_csv(trials_file(at, at.pilot.side.name))


def _suffices(at: Scale, table: pd.DataFrame) -> bool:
    is_whole = len(table) >= at.pilot.side.trials // (1 if at.results == at.pilot.folder else 3)
    return is_whole and best_tenth(at, table) > at.pilot.best_tenth


def _set(scale: Scale, at: Scale) -> Scale:
    up, down, table, first = scale.pilot.of, scale.clock[0], _kept(at), _kept(tries(scale)[0])
    found = replace(scale, settings=at.settings)
    if "limits" in scale.pilot.sets:
        at_least, at_most = limits(table[up], table[down])
        found = replace(found, limits=_rounded(up, at_least, down, at_most))
    if "corner" in scale.pilot.sets:
        found = replace(found, corner=_rounded(up, best_tenth(at, table), down, float(first[down].median())))
    return found


def _rounded(up: str, at_least: float, down: str, at_most: float) -> Limits:
    return {up: float(f"{at_least:.3g}")}, {down: float(f"{at_most:.3g}")}


def _told(at: Scale, table: pd.DataFrame) -> str:
    tried = ", ".join(f"{name} {at.settings[name]}" for name in at.pilot.tries)
    seconds = f"{table['duration'].mean():.1f} s a trial, best tenth from {at.pilot.of} {best_tenth(at, table):.3f} on"
    return f"{len(table)} trials{' with ' + tried if tried else ''}, {seconds}"

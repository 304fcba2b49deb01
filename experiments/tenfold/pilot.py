"""The pilot: a few random trials before the search, which determine its settings by fixed rules."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tenfold.archive import trials_file
from tenfold.protocol import Limits, Scale
from tenfold.run_searches import rerun_configurations, run_searches

FEASIBLE_SHARE = 0.26  # of the random trials in the original experiment on Rotten Tomatoes


def run_pilot(scale: Scale, data_dir: Path | None) -> None:
    """Run the pilot until it has determined all of its settings.

    If the pilot tries values of a setting, all trials run with the first value. The best third of them run again with
    each further value.
    """
    for attempt in attempts(scale):
        if attempt.results == scale.pilot.folder:
            run_searches(attempt, [attempt.pilot.side], data_dir, math.inf)
        else:
            best = _archived_trials(attempts(scale)[0]).nlargest(
                attempt.pilot.side.n_trials // 3, attempt.pilot.objective
            )
            rerun_configurations(attempt, attempt.pilot.side, best, data_dir)
        table = _archived_trials(attempt)
        print(f"{attempt.results}: {_summary(attempt, table)}", flush=True)  # noqa: T201 (a command)
        if _is_sufficient(attempt, table):
            break


def apply_pilot(scale: Scale) -> Scale:
    """Return the scale with the settings that its archived pilot trials determine.

    Raises:
        SystemExit: the pilot has not been run, or none of the tried values is sufficient.
    """
    if not scale.pilot.sets:
        return scale
    for attempt in attempts(scale):
        if trials_file(attempt, attempt.pilot.side.name).exists() and _is_sufficient(
            attempt, _archived_trials(attempt)
        ):
            return _apply_attempt(scale, attempt)
    sys.exit(f"{scale.pilot.folder} does not determine {' and '.join(scale.pilot.sets)}; run the pilot first")


def attempts(scale: Scale) -> list[Scale]:
    """Return the scales of the pilot: one, or one for each tried value of a setting."""
    first = replace(scale, results=scale.pilot.folder, limits=scale.pilot.limits, n_blocks=1)
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
    """Return the smallest value in the best tenth. The tenth is of the pilot's number of trials."""
    return float(table[scale.pilot.objective].nlargest(scale.pilot.side.n_trials // 10).iloc[-1])


def choose_limits(
    up: Sequence[float] | NDArray[np.float64], down: Sequence[float] | NDArray[np.float64]
) -> tuple[float, float]:
    """Choose limits that a share of 0.26 of the trials meet, and that equally many trials violate.

    The candidates are all pairs of limits between neighbouring values that this share of trials meets. The choice is
    the pair with the smallest difference between the numbers of trials that violate each limit; among these, the pair
    with the strictest limit on the maximised values.

    Args:
        up: ``n`` maximised values, one per trial.
        down: ``n`` minimised values, one per trial.

    Returns:
        The lower limit of ``up`` and the upper limit of ``down``.

    Example:
        >>> choose_limits([1, 2, 3, 4, 5, 6, 7, 8], [8, 7, 6, 5, 1, 2, 3, 4])
        (5.5, 3.5)
    """
    more, less = np.asarray(up, float), np.asarray(down, float)
    n_target = round(FEASIBLE_SHARE * len(more))
    candidates = []
    for at_least in _midpoints(more):
        for at_most in _midpoints(less):
            low, late = more < at_least, less > at_most
            n_feasible, balance = int((~low & ~late).sum()), abs(int(low.sum()) - int(late.sum()))
            candidates.append((abs(n_feasible - n_target), balance, -at_least, at_most))
    _, _, least, at_most = min(candidates)
    return -least, at_most


def _midpoints(values: NDArray[np.float64]) -> list[float]:
    known = np.unique(values)
    return ((known[1:] + known[:-1]) / 2).tolist()


def _archived_trials(attempt: Scale) -> pd.DataFrame:
    return pd.read_csv(trials_file(attempt, attempt.pilot.side.name))


def _is_sufficient(attempt: Scale, table: pd.DataFrame) -> bool:
    is_complete = len(table) >= attempt.pilot.side.n_trials // (1 if attempt.results == attempt.pilot.folder else 3)
    return is_complete and best_tenth(attempt, table) > attempt.pilot.best_tenth


def _apply_attempt(scale: Scale, attempt: Scale) -> Scale:
    up, down, table, first = (
        scale.pilot.objective,
        scale.clock[0],
        _archived_trials(attempt),
        _archived_trials(attempts(scale)[0]),
    )
    found = replace(scale, settings=attempt.settings)
    if "limits" in scale.pilot.sets:
        at_least, at_most = choose_limits(table[up], table[down])
        found = replace(found, limits=_rounded(up, at_least, down, at_most))
    if "corner" in scale.pilot.sets:
        found = replace(found, corner=_rounded(up, best_tenth(attempt, table), down, float(first[down].median())))
    return found


def _rounded(up: str, at_least: float, down: str, at_most: float) -> Limits:
    return {up: float(f"{at_least:.3g}")}, {down: float(f"{at_most:.3g}")}


def _summary(attempt: Scale, table: pd.DataFrame) -> str:
    tried = ", ".join(f"{name} {attempt.settings[name]}" for name in attempt.pilot.tries)
    seconds = f"{table['duration'].mean():.1f} s per trial"
    best = f"best tenth from {attempt.pilot.objective} {best_tenth(attempt, table):.3f} on"
    return f"{len(table)} trials{' with ' + tried if tried else ''}, {seconds}, {best}"

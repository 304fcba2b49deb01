"""The objectives whose values are known before a training begins, such as a latency or the number of weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paretune.trials import Curves, Trials

MIN_REPEATED = 2  # trials that reported an objective again, and the same value


def known_objectives(trials: Trials) -> frozenset[str]:
    """Return the objectives that trials report at step 0 only, or with one value at all of their steps.

    One value at all steps counts once at least two trials reported it again, with two values. An accuracy that is at
    chance for the first epochs is the same for all trials.

    Example:
        >>> from paretune.objectives import Maximize, Minimize, Objectives
        >>> from paretune.space import Float, Space
        >>> curves = Curves.from_steps({0: [{"step": 0, "latency": 0.2}, {"step": 1, "accuracy": 0.5}]})
        >>> objectives = Objectives([Maximize("accuracy"), Minimize("latency")])
        >>> sorted(known_objectives(Trials(Space({"x": Float(0, 1)}), objectives, ({"x": 0.5},),
        ...                                states=["pending"], curves=curves)))
        ['latency']
    """
    reported = [name for name in trials.objectives.names if name in trials.curves.metrics]
    return frozenset(name for name in reported if _is_known_early(trials.curves, trials.curves.metrics[name]))


def known_values(trials: Trials, number: int) -> dict[str, float]:
    """Return the objectives of a trial that were known before its training, in the user's units, by name."""
    metrics = trials.curves.of(number).metrics
    reported = {name: metrics[name][np.isfinite(metrics[name])] for name in known_objectives(trials) if name in metrics}
    return {name: float(values[-1]) for name, values in reported.items() if values.size}


def _is_known_early(curves: Curves, values: NDArray[np.float64]) -> bool:
    rows = np.flatnonzero(np.isfinite(values))
    if len(rows) == 0:
        return False
    if not curves.steps[rows].any():
        return bool(curves.steps.any())  # later reports leave it out
    is_repeated = np.diff(curves.numbers[rows]) == 0
    if (np.diff(values[rows])[is_repeated] != 0).any():
        return False
    repeated = rows[1:][is_repeated]
    n_trials, n_values = len(np.unique(curves.numbers[repeated])), len(np.unique(values[repeated]))
    return n_trials >= MIN_REPEATED and n_values >= MIN_REPEATED

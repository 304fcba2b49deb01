"""The final losses of trials as means over their last reports, where a single report is partly luck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from paretune.trials import Trials
from paretune.trials.noise import is_fully_evaluated

MIN_CURVES = 6  # whose reports vary; with fewer, a common trend is not seen
WINDOW_SHARE = 5  # a window has at most one of so many reports
MIN_REPORTS = 2 * WINDOW_SHARE  # of a curve
MIN_GAIN = 0.2  # by which a window must reduce the mean squared error
SAME = 1e-9  # relative difference up to which a loss is that of the last report


def average_last_reports(trials: Trials) -> Trials:
    """Replace the losses of trials that ended by the means over their last reports of the objectives.

    The accuracy of a network may jump from epoch to epoch. Then the last one is luck, and a search that believes it
    stays next to the luckiest trial. How many reports are averaged is chosen for each objective by the curves of all
    trials (`choose_window`): one, if the curves do not jump or still improve.

    Args:
        trials: ``n`` trials with curves.

    Returns:
        The trials themselves if nothing changes. A trial whose loss is not its last report, such as the best one or
        that of another data set, keeps its loss.

    Example:
        >>> from paretune.objectives import Minimize, Objectives
        >>> from paretune.space import Int, Space
        >>> from paretune.trials import Curves
        >>> errors = np.tile([[0.1, 0.3]], (8, 10)) + np.arange(8)[:, None]
        >>> curves = Curves(np.repeat(np.arange(8), 20), np.tile(np.arange(20), 8), {"error": errors.ravel()})
        >>> trials = Trials(Space({"k": Int(0, 7)}), Objectives([Minimize("error")]), tuple({"k": k} for k in range(8)),
        ...                 losses=errors[:, -1:], curves=curves)
        >>> average_last_reports(trials).losses[:, 0].round(3).tolist()
        [0.2, 1.2, 2.2, 3.2, 4.2, 5.2, 6.2, 7.2]
    """
    rows = np.flatnonzero(is_fully_evaluated(trials))
    if len(rows) < MIN_CURVES or not len(trials.curves):
        return trials
    losses = trials.losses.copy()
    for j, objective in enumerate(trials.objectives):
        if objective.name in trials.curves.metrics:
            curves = _whole_curves(trials, rows, j)
            window = choose_window(list(curves.values()))
            for row, values in curves.items() if window > 1 else ():
                losses[row, j] = values[-min(window, len(values) // WINDOW_SHARE) :].mean()
    return trials if np.array_equal(losses, trials.losses, equal_nan=True) else replace(trials, losses=losses)


def choose_window(curves: Sequence[NDArray[np.float64]]) -> int:
    """Choose how many last reports to average, so that the mean squared error is least.

    The mean of a window has an error from jumps, and one from a common trend. The first half of a window and the second
    differ by twice each of them, so that the mean squared difference is four times the variance of the mean; the square
    of the mean difference, less its own error, is that of the trend. Differences of whole halves also show slow waves,
    which successive reports do not. The error of a single report is that of the second differences, which a trend does
    not change.

    Args:
        curves: the reports of one objective, of each trial.

    Returns:
        At least 1; an even number if it is more.

    Example:
        >>> jumping = [np.tile([1.0, 3.0], 30)] * 8
        >>> choose_window(jumping), choose_window([np.geomspace(1, 0.5, 60)] * 8)
        (4, 1)
    """
    varied = [values for values in curves if np.ptp(values[-max(4, len(values) // WINDOW_SHARE) :]) > 0]
    if len(varied) < MIN_CURVES:
        return 1
    longest = int(np.median([len(values) for values in varied])) // WINDOW_SHARE
    single = float(np.mean([_jump_variance(values) for values in varied]))
    errors = {window: _window_error(varied, window) for window in range(2, longest + 1, 2)}
    best = min(errors, key=lambda window: errors[window], default=1)
    return best if best > 1 and errors[best] < (1 - MIN_GAIN) * single else 1


def _jump_variance(values: NDArray[np.float64]) -> float:
    """Return the variance of single reports around a straight line, from the last ones' second differences."""
    second_differences = np.diff(values[-max(4, len(values) // WINDOW_SHARE) :], 2)
    return float((second_differences**2).mean() / 6)


def _window_error(curves: Sequence[NDArray[np.float64]], window: int) -> float:
    """Return the mean squared error of the means over a window."""
    half = window // 2
    used = [values for values in curves if len(values) >= window]
    differences = np.array([values[-half:].mean() - values[-window:-half].mean() for values in used])
    trend = differences.mean() ** 2 - differences.var(ddof=1) / len(differences)
    return float((differences**2).mean() / 4 + max(0.0, trend))


def _whole_curves(trials: Trials, rows: NDArray[np.int64], j: int) -> dict[int, NDArray[np.float64]]:
    """Return the finite reports of an objective, as losses, of the trials whose loss is the last of them."""
    objective, curves = trials.objectives[j], trials.curves
    losses = objective.sign * curves.metrics[objective.name]
    starts, ends = (np.searchsorted(curves.numbers, trials.numbers[rows], side) for side in ("left", "right"))
    found = {}
    for row, start, end in zip(rows.tolist(), starts, ends, strict=True):
        values = losses[start:end][np.isfinite(losses[start:end])]
        if len(values) >= MIN_REPORTS and np.isclose(values[-1], trials.losses[row, j], rtol=SAME, atol=0):
            found[row] = values
    return found

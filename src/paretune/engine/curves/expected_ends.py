"""The expected final losses of trials that have a learning curve and no end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.engine.curves.early_metrics import EarlyMetrics
from paretune.engine.curves.end_regression import EndRegression
from paretune.trials import Curves, Trials
from paretune.trials.noise import is_fully_evaluated

MAX_STEPS = 10  # at which regressions are fitted; a trial with another last step is taken at the one before


@dataclass(frozen=True, eq=False)
class ExpectedEnds:
    """What the curves say of the final losses of trials that have not ended; NaN for all others, and where unknown.

    Args:
        losses: ``n x m`` expected final losses, given all trials.
        errors: ``n x m`` standard errors of these.
        measured: ``n x m`` final losses as the curve of each trial by itself measures them (`EndRegression.observe`).
        measured_errors: ``n x m`` standard errors of these.
    """

    losses: NDArray[np.float64]
    errors: NDArray[np.float64]
    measured: NDArray[np.float64]
    measured_errors: NDArray[np.float64]

    @classmethod
    def of(cls, trials: Trials) -> ExpectedEnds:
        """Predict the ends of the trials that are stopped or pending, from the trials that ended.

        Args:
            trials: ``n`` trials with curves.

        Example:
            >>> from paretune.objectives import Minimize, Objectives
            >>> from paretune.space import Float, Space
            >>> steps = {i: [{"step": 1, "loss": i + 1.0}, {"step": 2, "loss": i * 0.5}] for i in range(9)}
            >>> steps[9] = [{"step": 1, "loss": 5.0}]
            >>> trials = Trials(Space({"x": Float(0, 9)}), Objectives([Minimize("loss")]),
            ...                 tuple({"x": i} for i in range(10)), losses=[[i * 0.5] for i in range(9)] + [[np.nan]],
            ...                 states=["complete"] * 9 + ["stopped"], curves=Curves.from_steps(steps))
            >>> ExpectedEnds.of(trials).losses[9].round(3).tolist()
            [2.0]
        """
        tables = [np.full((len(trials), len(trials.objectives)), np.nan) for _ in range(4)]
        curves = trials.curves.select(trials.numbers[~trials.is_lost])
        open_numbers = trials.numbers[trials.is_pending | trials.is_stopped]
        for step, numbers in _open_trials_by_step(curves, open_numbers):
            rows = np.flatnonzero(np.isin(trials.numbers, numbers))
            for table, found in zip(tables, _predict_at(trials, curves, step, rows), strict=True):
                table[rows] = found
        return cls(*tables)


def _open_trials_by_step(curves: Curves, numbers: NDArray[np.int64]) -> list[tuple[int, NDArray[np.int64]]]:
    """Group trials by the step at which they are compared with those that ended: their last one, or one before."""
    last_steps = curves.select(numbers).last_steps
    steps = np.unique([step for step in last_steps.values() if step > 0])
    if len(steps) > MAX_STEPS:
        steps = np.unique(steps[np.searchsorted(steps, np.geomspace(steps[0], steps[-1], MAX_STEPS).round())])
    own = {number: steps[steps <= last].max() for number, last in last_steps.items() if (steps <= last).any()}
    return [(int(step), np.array([n for n, s in own.items() if s == step], np.int64)) for step in steps]


def _predict_at(trials: Trials, curves: Curves, step: int, rows: NDArray[np.int64]) -> tuple[NDArray[np.float64], ...]:
    """Return the four tables of `ExpectedEnds` for some rows, all of which reached a step."""
    early = EarlyMetrics.at(curves, step)
    is_ended = is_fully_evaluated(trials) & np.isin(trials.numbers, early.numbers)
    ended_places = np.searchsorted(early.numbers, trials.numbers[is_ended])
    places = np.searchsorted(early.numbers, trials.numbers[rows])
    tables = np.full((4, len(rows), len(trials.objectives)), np.nan)
    for j, final in enumerate(trials.losses[is_ended].T):
        regression = EndRegression.fit(early.values[ended_places], final)
        if regression is None:
            continue
        tables[0, :, j], tables[1, :, j] = regression.predict(early.values[places]), regression.error
        found = regression.observe(early.values)
        if found is not None:
            tables[2, :, j], tables[3, :, j] = found.losses[places], found.error
    tables[1::2][np.isnan(tables[::2])] = np.nan
    return tuple(tables)

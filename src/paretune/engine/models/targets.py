"""What do the trials say of each outcome, in the units that the models work in?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from paretune.objectives import Objective
from paretune.trials import Trials
from paretune.trials.noise import known_errors

SECONDS = {"": 1.0, "s": 1.0, "us": 1e-6, "ms": 1e-3, "min": 60.0, "h": 3600.0}  # where no unit is told
MARGIN = 1.1  # a trial's duration and a time that it tells of itself are taken by two clocks
GIVEN_UP = ("outside_limits", "timed_out")  # the reasons of who was stopped; others fell
TAIL = 5.0  # medians of a constraint's distances from its limit
FAR = 1e6  # deviations; a reference farther away says the same


@dataclass(frozen=True)
class Outcome:
    """A loss or a constraint, of the ``k`` trials that know it.

    Args:
        rows: ``k`` indices of trials.
        values: ``k`` numbers of about unit size.
        noise: ``k`` variances of the measurements in the values' units, 0 where none is known.
        is_bound: ``k`` booleans: the trial was stopped at this value, and would have come to a larger one.
        centre: where a value of 0 is in the units of the trials.
        unit: how much a value of 1 is there.
    """

    rows: NDArray[np.int64]
    values: NDArray[np.float64]
    noise: NDArray[np.float64]
    is_bound: NDArray[np.bool_]
    centre: float = 0.0
    unit: float = 1.0

    def __getitem__(self, chosen: NDArray[np.bool_]) -> Outcome:
        """Of some of the ``k`` trials."""
        return replace(
            self,
            rows=self.rows[chosen],
            values=self.values[chosen],
            noise=self.noise[chosen],
            is_bound=self.is_bound[chosen],
        )


def losses(trials: Trials, reference: NDArray[np.float64]) -> tuple[list[Outcome], NDArray[np.float64]]:
    """Each objective in deviations from its mean, and the reference likewise: the answer must not depend on units.

    A loss is used wherever it is known, also of a trial that failed later. Where a trial was timed out and a loss in a
    unit of time is most of the seconds that it took, or beyond its limit, the loss is the time itself, and a lower
    bound; unless it is more than the trial took. A loss without a unit is that only where it is just the seconds taken.

    Args:
        trials: at least one of them knows all of its losses.
        reference: ``m`` losses.
    """
    pairs = [loss(trials, j, worst) for j, worst in enumerate(reference)]
    return [outcome for outcome, _ in pairs], np.array([corner for _, corner in pairs])


def loss(trials: Trials, j: int, reference: float) -> tuple[Outcome, float]:
    """One objective, which some trial knows, and its reference (`losses`)."""
    column, objective = trials.losses[:, j], trials.objectives[j]
    rows = np.flatnonzero(np.isfinite(column))
    values, corner, centre, unit = _standardized(column[rows], reference)
    deviations = in_units(known_errors(trials.losses_se[rows, j]), unit)
    is_bound = (trials.reasons == "timed_out") & _is_time(column, objective, trials.durations)
    return Outcome(rows, values, deviations**2, is_bound[rows], centre, unit), corner


def in_units(errors: NDArray[np.float64], unit: float) -> NDArray[np.float64]:
    """Standard errors in deviations of the losses, none more than is far."""
    with np.errstate(over="ignore"):
        return np.minimum(errors / unit, FAR)


def _is_time(losses: NDArray[np.float64], objective: Objective, durations: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether a loss, of a trial that was timed out, may be the time that it had taken by then: ``n`` booleans."""
    if objective.unit not in SECONDS:
        return np.zeros(len(losses), bool)
    with np.errstate(over="ignore"):
        seconds = losses * SECONDS[objective.unit]
    if objective.unit:
        is_time = (seconds >= durations / 2) | (losses > (math.inf if objective.limit is None else objective.limit))
    else:  # it may be anything, and is a time only where it is just what the trial took
        is_time = seconds >= durations / MARGIN
    return np.asarray((objective.goal == "minimize") & is_time & ~(seconds > MARGIN * durations))


def was_given_up(trials: Trials, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which trials were ended for a metric or a constraint that was outside its limit: they may have run or not.

    The limit may have been another one then.

    Args:
        trials: ``n`` trials.
        known: ``n`` booleans: whose losses are all known.

    Returns:
        ``n`` booleans.
    """
    losses, violations = (np.where(np.isfinite(table), table, np.nan) for table in (trials.losses, trials.violations))
    is_outside = (losses > trials.objectives.limits).any(axis=1) | (violations > 0).any(axis=1)
    was_outside = (trials.reasons == "outside_limits") & np.isfinite(losses).any(axis=1)
    return np.asarray(~known & (was_outside | (is_outside & np.isin(trials.reasons, GIVEN_UP))))


def teaches_limits(trials: Trials, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which trials were given up, and tell a metric that has a limit, or a constraint: ``n`` booleans."""
    is_limited = np.isfinite(trials.losses) & np.isfinite(trials.objectives.limits)
    tells = is_limited.any(axis=1) | np.isfinite(trials.violations).any(axis=1)
    return np.asarray(was_given_up(trials, known) & tells)


def constraints(trials: Trials) -> list[Outcome]:
    """Each constraint that some trial tells, with its deviation as the unit; zero stays the border.

    A few values far from it say no more than far ones, lest all the others look as if they were on the border. Where
    none is below zero, it is told by how much a constraint is violated alone, and zero is inside.
    """
    outcomes = []
    for column in trials.violations.T[np.isfinite(trials.violations).any(axis=0)]:
        rows = np.flatnonzero(np.isfinite(column))
        values = column[rows] / _magnitude(column[rows])
        if values.any():
            typical = float(np.median(np.abs(values[values != 0])))
            values = np.clip(values, -TAIL * typical, TAIL * typical)
            if values.min() == 0:
                values = np.where(values == 0, -typical, values)
        values = values / (values.std() or 1.0)
        outcomes.append(Outcome(rows, values, np.zeros(len(rows)), np.zeros(len(rows), bool)))
    return outcomes


def _standardized(values: NDArray[np.float64], reference: float) -> tuple[NDArray[np.float64], float, float, float]:
    """Values and reference in deviations; the mean and the deviation in the values' units.

    Of one or two trials the deviation says little, so it is at least half of the way from the mean to the reference.
    """
    magnitude = _magnitude(values)  # so that nothing overflows
    scaled = values / magnitude
    with np.errstate(over="ignore"):
        corner = np.clip(reference / magnitude, -FAR, FAR)
    mean, deviation = scaled.mean(), scaled.std()
    if len(values) < 3:
        deviation = max(deviation, 0.5 * abs(corner - mean))
    unit = deviation if deviation > 4 * np.finfo(float).eps else 1.0
    at_reference = float(np.clip((corner - mean) / unit, -FAR, FAR))
    return (scaled - mean) / unit, at_reference, float(mean * magnitude), float(unit * magnitude)


def _magnitude(values: NDArray[np.float64]) -> float:
    largest = float(np.abs(values).max())
    return largest if largest > 0 else 1.0

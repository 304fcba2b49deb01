"""What the models are fitted to: losses and constraints in units of their own, with noise and bounds."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from paretune.objectives import Objective
from paretune.trials import Trials
from paretune.trials.noise import fill_unknown_errors

SECONDS_PER_UNIT = {"": 1.0, "s": 1.0, "us": 1e-6, "ms": 1e-3, "min": 60.0, "h": 3600.0}  # "": the unit is unknown
CLOCK_TOLERANCE = 1.1  # the duration of a trial and a time that it reports are measured by two clocks
MAX_CONSTRAINT_DISTANCE = 5.0  # medians of a constraint's distances from its limit
MAX_DEVIATIONS = 1e6  # standard deviations; a reference farther away has the same effect


@dataclass(frozen=True)
class Target:
    """A loss or a constraint, at the ``k`` trials for which it is known.

    Args:
        rows: ``k`` indices of trials.
        values: ``k`` numbers of about unit size.
        noise: ``k`` variances of the measurements in the values' units, 0 where none is known.
        is_bound: ``k`` booleans: the trial was stopped at this value, and would have reached a larger one.
        centre: the value 0 in the units of the trials.
        unit: the size of 1 in the units of the trials.
    """

    rows: NDArray[np.int64]
    values: NDArray[np.float64]
    noise: NDArray[np.float64]
    is_bound: NDArray[np.bool_]
    centre: float = 0.0
    unit: float = 1.0

    def __getitem__(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Target:
        """Select some of the ``k`` trials."""
        return replace(
            self,
            rows=self.rows[chosen],
            values=self.values[chosen],
            noise=self.noise[chosen],
            is_bound=self.is_bound[chosen],
        )


def loss_targets(trials: Trials, reference: NDArray[np.float64]) -> tuple[list[Target], NDArray[np.float64]]:
    """Standardise each objective, and the reference with it, so that suggestions do not depend on units.

    A loss is used wherever it is known, also if the trial failed later. A loss of a trial that timed out is a lower
    bound if it is the time that the trial had taken by then. That is assumed of a loss in a unit of time if it is most
    of the seconds that the trial took, or beyond its limit, and not more than the trial took; of a loss without a unit
    only if it is just these seconds.

    Args:
        trials: all losses of at least one of them are known.
        reference: ``m`` losses.

    Returns:
        ``m`` targets, and the ``m`` values of the reference in the units of the targets.
    """
    pairs = [loss_target(trials, j, worst) for j, worst in enumerate(reference)]
    return [target for target, _ in pairs], np.array([at_reference for _, at_reference in pairs])


def loss_target(trials: Trials, j: int, reference: float) -> tuple[Target, float]:
    """Standardise one objective, known for at least one trial, and its reference (`loss_targets`)."""
    column, objective = trials.losses[:, j], trials.objectives[j]
    rows = np.flatnonzero(np.isfinite(column))
    values, at_reference, centre, unit = _standardized(column[rows], reference)
    deviations = scaled_errors(fill_unknown_errors(trials.losses_se[rows, j]), unit)
    is_bound = (trials.reasons == "timed_out") & _is_time(column, objective, trials.durations)
    return Target(rows, values, deviations**2, is_bound[rows], centre, unit), at_reference


def scaled_errors(errors: NDArray[np.float64], unit: float) -> NDArray[np.float64]:
    """Return standard errors in units of a target, at most `MAX_DEVIATIONS`."""
    with np.errstate(over="ignore"):
        return np.minimum(errors / unit, MAX_DEVIATIONS)


def _is_time(losses: NDArray[np.float64], objective: Objective, durations: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark losses that may be the time that the trial had taken when it timed out: ``n`` booleans."""
    if objective.unit not in SECONDS_PER_UNIT:
        return np.zeros(len(losses), bool)
    with np.errstate(over="ignore"):
        seconds = losses * SECONDS_PER_UNIT[objective.unit]
    if objective.unit:
        is_time = (seconds >= durations / 2) | (losses > (math.inf if objective.limit is None else objective.limit))
    else:  # the loss may be anything; it is a time only where it is just what the trial took
        is_time = seconds >= durations / CLOCK_TOLERANCE
    return np.asarray((objective.goal == "minimize") & is_time & ~(seconds > CLOCK_TOLERANCE * durations))


def constraint_targets(trials: Trials) -> list[Target]:
    """Scale each constraint that is known for some trial to standard deviation 1; zero stays the border.

    Values far from the border are clipped, so that all the others do not seem to lie on it. Where no value is below
    zero, only the size of violations was reported, and zero counts as satisfied.
    """
    targets = []
    for column in trials.violations.T[np.isfinite(trials.violations).any(axis=0)]:
        rows = np.flatnonzero(np.isfinite(column))
        values = column[rows] / _magnitude(column[rows])
        if values.any():
            typical = float(np.median(np.abs(values[values != 0])))
            values = np.clip(values, -MAX_CONSTRAINT_DISTANCE * typical, MAX_CONSTRAINT_DISTANCE * typical)
            if values.min() == 0:
                values = np.where(values == 0, -typical, values)
        values = values / (values.std() or 1.0)
        targets.append(Target(rows, values, np.zeros(len(rows)), np.zeros(len(rows), bool)))
    return targets


def _standardized(values: NDArray[np.float64], reference: float) -> tuple[NDArray[np.float64], float, float, float]:
    """Return values and reference in standard deviations; the mean and the standard deviation in the values' units.

    The standard deviation of one or two values is uncertain, so it is at least half the distance from the mean to the
    reference.
    """
    magnitude = _magnitude(values)  # so that nothing overflows
    scaled = values / magnitude
    with np.errstate(over="ignore"):
        scaled_reference = np.clip(reference / magnitude, -MAX_DEVIATIONS, MAX_DEVIATIONS)
    mean, deviation = scaled.mean(), scaled.std()
    if len(values) < 3:
        deviation = max(deviation, 0.5 * abs(scaled_reference - mean))
    unit = deviation if deviation > 4 * np.finfo(float).eps else 1.0
    at_reference = float(np.clip((scaled_reference - mean) / unit, -MAX_DEVIATIONS, MAX_DEVIATIONS))
    return (scaled - mean) / unit, at_reference, float(mean * magnitude), float(unit * magnitude)


def _magnitude(values: NDArray[np.float64]) -> float:
    largest = float(np.abs(values).max())
    return largest if largest > 0 else 1.0

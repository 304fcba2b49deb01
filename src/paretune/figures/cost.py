"""The growth of the hypervolume against what the trials cost: hours, and steps of trainings that report them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paretune import pareto
from paretune.argument_checks import NUMBERS, check_arguments, list_of, mapping_to
from paretune.figures.trial_selection import drawable_losses, finished_trials
from paretune.trials import Trials
from paretune.trials.birth import births

_TIME_UNITS = (("hours", 3600.0), ("minutes", 60.0), ("seconds", 1.0))
_MIN_UNITS = 2.0  # of a time unit that the whole costs at least


@dataclass(frozen=True, eq=False)
class CostCurve:
    """The hypervolume of one run.

    Args:
        side: name of the study or of the group of runs.
        spent: ``n`` costs of all trials up to each one, in the order of their numbers.
        hypervolume: ``n`` volumes.
    """

    side: str
    spent: NDArray[np.float64]
    hypervolume: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CostView:
    """The data of a picture of the hypervolume against the cost.

    Args:
        curves: by what is paid, such as ``hours of training`` or ``steps of training``, a curve for each run.
    """

    curves: Mapping[str, tuple[CostCurve, ...]]


def cost_view(sides: Mapping[str, Sequence[Trials]], reference: ArrayLike) -> CostView:
    """Compute the hypervolume after each trial, and the cost until then: of all trials, stopped and failed ones too.

    A kind of cost is left out unless it is known of every run.

    Args:
        sides: the runs of each side, by its name.
        reference: ``m`` losses, the reference point of all volumes.
    """
    check_arguments(sides=(sides, mapping_to(list_of(Trials))), reference=(reference, NUMBERS))
    runs = [(name, finished_trials(run)) for name, side in sides.items() for run in side]
    volumes = [pareto.hypervolume_history(drawable_losses(run), np.asarray(reference, float)) for _, run in runs]
    curves = {}
    for label, costs in (_times([run for _, run in runs]), _steps([run for _, run in runs])):
        if costs:
            spent = [np.cumsum(cost) for cost in costs]
            curves[label] = tuple(CostCurve(name, s, v) for (name, _), s, v in zip(runs, spent, volumes, strict=True))
    return CostView(curves)


def _times(runs: Sequence[Trials]) -> tuple[str, list[NDArray[np.float64]]]:
    """The duration of each trial, in a unit of which the longest run takes at least two; none if unknown."""
    if not runs or not all(np.isfinite(run.durations).any() for run in runs):
        return "", []
    seconds = [np.nan_to_num(run.durations) for run in runs]
    longest = max(float(cost.sum()) for cost in seconds)
    unit, size = next((u for u in _TIME_UNITS if longest >= _MIN_UNITS * u[1]), _TIME_UNITS[-1])
    return f"{unit} of trials", [cost / size for cost in seconds]


def _steps(runs: Sequence[Trials]) -> tuple[str, list[NDArray[np.float64]]]:
    """The steps that each trial has taken itself, without those of its parent; none if a run has no curves."""
    if not runs or not all(len(run.curves) for run in runs):
        return "", []
    last = [run.curves.last_steps for run in runs]
    begins = [{number: begun.step for number, begun in births(run).items()} for run in runs]
    costs = [
        np.array([max(0, steps.get(n, 0) - begun.get(n, 0)) for n in run.numbers.tolist()], float)
        for run, steps, begun in zip(runs, last, begins, strict=True)
    ]
    return "steps of training", costs

"""Learning curves: what trials reported while they ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.argument_checks import check_arguments
from paretune.figures.axis_scale import is_log_axis
from paretune.figures.trial_selection import LARGEST_DRAWABLE
from paretune.objectives import Minimize
from paretune.trials import Curves, Trials

MAX_METRICS, MAX_CURVES, MAX_RUNGS = 4, 300, 8
GROUPS = ("efficient", "complete", "stopped", "other")


@dataclass(frozen=True, eq=False)
class LearningCurvesView:
    """The data of a picture of learning curves.

    Args:
        curves: the steps and metrics of the drawn trials.
        metrics: the names of the metrics that are drawn.
        groups: by trial number, one of `GROUPS`: efficient, otherwise complete, stopped by a scheduler, or other
            (failed and running ones).
        rungs: the steps at which trials were stopped, if there are few.
        is_log: for each metric, whether its axis is logarithmic.
        n_excluded: number of trials that are not in the picture, by reason.
    """

    curves: Curves
    metrics: tuple[str, ...]
    groups: Mapping[int, str]
    rungs: tuple[int, ...]
    is_log: tuple[bool, ...]
    n_excluded: Mapping[str, int]

    def count(self, group: str) -> int:
        """Return how many trials of a group are drawn."""
        return sum(found == group for found in self.groups.values())


def learning_curves_view(trials: Trials) -> LearningCurvesView:
    """Collect the curves of all trials; of very many, those of the efficient trials and of the latest others.

    Objectives come first. A metric that is the same at all steps of each trial is no curve. At most four are drawn.
    """
    check_arguments(trials=(trials, Trials))
    metrics = curve_metrics(trials)
    groups = _groups(trials)
    shown = _choose(groups)
    curves = trials.curves.select(shown)
    counts = {"without a curve": len(trials) - len(groups), "older": len(groups) - len(shown)}
    return LearningCurvesView(
        curves,
        metrics,
        {number: groups[number] for number in shown},
        _rungs(trials),
        tuple(_is_log(trials, name, curves.metrics[name]) for name in metrics),
        counts,
    )


def curve_metrics(trials: Trials) -> tuple[str, ...]:
    """Return the metrics that change within a trial, objectives first."""
    names = sorted(trials.curves.names, key=lambda name: name not in trials.objectives.names)
    return tuple(name for name in names if _varies(trials.curves, trials.curves.metrics[name]))[:MAX_METRICS]


def _varies(curves: Curves, values: NDArray[np.float64]) -> bool:
    known = np.isfinite(values) & (np.abs(values) <= LARGEST_DRAWABLE)
    numbers, values = curves.numbers[known], values[known]
    return bool((np.diff(values)[np.diff(numbers) == 0] != 0).any())


def _groups(trials: Trials) -> dict[int, str]:
    efficient = set(pareto.efficient_trials(trials).numbers.tolist())
    names = np.where(trials.is_complete, "complete", np.where(trials.is_stopped, "stopped", "other"))
    has_curve = set(trials.curves.trial_numbers.tolist())
    pairs = zip(trials.numbers.tolist(), names.tolist(), strict=True)
    return {number: "efficient" if number in efficient else name for number, name in pairs if number in has_curve}


def _choose(groups: Mapping[int, str]) -> list[int]:
    efficient = [number for number, group in groups.items() if group == "efficient"]
    others = [number for number, group in groups.items() if group != "efficient"]
    n = max(MAX_CURVES - len(efficient), 0)
    return sorted(efficient + (others[-n:] if n else []))


def _rungs(trials: Trials) -> tuple[int, ...]:
    last = trials.curves.select(trials.numbers[trials.is_stopped]).last_steps if trials.is_stopped.any() else {}
    steps = sorted(set(last.values()))
    return tuple(steps) if len(steps) <= MAX_RUNGS else ()


def _is_log(trials: Trials, name: str, values: NDArray[np.float64]) -> bool:
    objective = next((o for o in trials.objectives if o.name == name), Minimize(name))
    return is_log_axis(objective, values[np.abs(values) <= LARGEST_DRAWABLE])

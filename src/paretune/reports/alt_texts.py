"""Descriptions of the pictures for readers who cannot see them: what is drawn, its range and its result."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paretune.figures import (
    CostView,
    FeasibilityView,
    FrontView,
    GrowthView,
    ImportanceView,
    LearningCurvesView,
    ParallelCoordinatesView,
    RegionView,
    SchedulesView,
    SearchPathView,
)
from paretune.number_format import format_number
from paretune.objectives import Objective


def describe_front(view: FrontView) -> str:
    """Count the trials, and give the range of the front and the place of the knee."""
    counts = {"efficient": view.front, "dominated": view.dominated, "outside the limits": view.outside}
    parts = [f"{len(rows):,} {name}" for name, rows in counts.items() if len(rows)]
    parts += [f"{len(view.unknown):,} failed without values"] * (len(view.unknown) > 0)
    text = f"Scatter plot of {', '.join(parts) or 'no'} trials."
    if len(view.front) == 0 or view.knee is None:
        return text
    ranges = [f"{o.name} from {_range(o, view.front[:, j])}" for j, o in enumerate(view.objectives)]
    knee = ", ".join(f"{o.name} {_value(o, view.knee[j])}" for j, o in enumerate(view.objectives))
    return f"{text} On the front, {' and '.join(ranges)}. The knee is trial {int(view.knee[-1])}: {knee}."


def describe_growth(view: GrowthView, names: tuple[str, str]) -> str:
    """Give the final hypervolumes, and when the last one was nearly reached."""
    parts = []
    for curve, name in zip((view.candidate, view.baseline), names, strict=True):
        if curve is None or not len(curve.hypervolume):
            continue
        last = float(curve.hypervolume[-1])
        near = int(np.argmax(curve.hypervolume >= 0.95 * last)) + 1
        of = f" of {name}" if name else ""
        volume = f"the hypervolume{of} grows to {format_number(last)} in {len(curve.hypervolume):,} trials"
        parts.append(f"{volume}, 95 % of it after {near:,}")
    return f"Step plot: {'; '.join(parts)}." if parts else "An empty plot: no trial has finished."


def describe_cost(view: CostView) -> str:
    """Give the total cost and the final hypervolume of each run."""
    parts = [
        f"{curve.side} reaches {format_number(float(curve.hypervolume[-1]))} for "
        f"{format_number(float(curve.spent[-1]), min_digits=3)} {kind}"
        for kind, curves in view.curves.items()
        for curve in curves
        if len(curve.spent)
    ]
    return f"Step plots of the hypervolume against cost: {'; '.join(parts)}."


def describe_region(view: RegionView, resampled: str) -> str:
    """Name what is shaded."""
    if not view.panels:
        return "An empty plot: no trial is complete."
    names = [" and ".join(view.objectives[i].name for i in panel.pair) for panel in view.panels]
    return (
        f"Areas that 5, 50 and 95 % of {view.n_fronts:,} resampled fronts of {resampled} reach, in {'; '.join(names)}."
    )


def describe_feasibility(view: FeasibilityView, name: str) -> str:
    """Give the share of each side."""
    parts = [
        f"{curve.cumulative[-1]:.0%} of {len(curve.cumulative):,} trials of {label or name}".replace("%", " %")
        for label, curve in view.curves.items()
        if len(curve.cumulative)
    ]
    return f"Share of successful trials over time; in the end {' and '.join(parts)}." if parts else "An empty plot."


def describe_curves(view: LearningCurvesView) -> str:
    """Count the curves and name the metrics."""
    counts = [f"{view.count(group):,} of {group} trials" for group in ("efficient", "complete", "stopped", "other")
              if view.count(group)]  # fmt: skip
    return f"Learning curves of {' and '.join(view.metrics)} over steps: {', '.join(counts)}."


def describe_parallel_coordinates(view: ParallelCoordinatesView) -> str:
    """Count the lines, and name the parameters in which all efficient trials agree."""
    text = (
        f"{len(view.numbers):,} lines across {len(view.parameters):,} parameters and {len(view.objectives)} objectives."
    )
    if len(view.numbers) < 2:
        return text
    spread = np.ptp(np.nan_to_num(view.X, nan=-1.0), axis=0)
    alike = [name for name, size in zip(view.parameters, spread, strict=True) if size < 0.1]
    return f"{text} Nearly the same in all: {', '.join(alike)}." if alike else f"{text} They agree in no parameter."


def describe_importance(view: ImportanceView) -> str:
    """Name the most important parameters of each outcome."""
    parts = []
    for name, found in view.outcomes.items():
        if found.is_predicted:
            best = [view.parameters[i] for i in np.argsort(-found.mean)[:2] if found.mean[i] > 0]
            parts.append(f"for {name} {' and '.join(best) or 'none'}")
    return f"Bars of importance. The most important parameters are: {'; '.join(parts)}."


def describe_schedules(view: SchedulesView) -> str:
    """Name the parameters, and say how each schedule begins and ends."""
    parts = [
        f"trial {schedule.numbers[-1]}, {len(schedule.numbers)} parts over {schedule.end:,} steps"
        for schedule in view.schedules
    ]
    return f"Lines of {', '.join(view.names)} over the steps of {'; '.join(parts)}."


def describe_search(view: SearchPathView) -> str:
    """Name the parameters and count the trials."""
    n_efficient = int(view.is_efficient.sum())
    names = ", ".join(view.names)
    return f"Scatter plots of {names} over {len(view.numbers):,} trials, {n_efficient:,} of them efficient."


def _range(objective: Objective, values: NDArray[np.float64]) -> str:
    low, high = float(values.min()), float(values.max())
    unit = f" {objective.unit}" if objective.unit else ""
    return f"{format_number(low, [low, high], 3)} to {format_number(high, [low, high], 3)}{unit}"


def _value(objective: Objective, value: float) -> str:
    return format_number(float(value), min_digits=3) + (f" {objective.unit}" if objective.unit else "")

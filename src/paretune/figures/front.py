"""All trials and the front among them, one panel for each pair of objectives."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.argument_checks import check_arguments
from paretune.figures.axis_scale import log_axes
from paretune.figures.staircase import staircase
from paretune.figures.trial_selection import (
    LARGEST_DRAWABLE,
    count_unevaluated,
    drawable_trials,
    evaluated_trials,
    is_drawable,
)
from paretune.objectives import Objectives
from paretune.trials import Trials


@dataclass(frozen=True, eq=False)
class FrontView:
    """The data of a picture of the front, in the user's units.

    Args:
        objectives: ``m`` objectives, the axes; a single objective is drawn over the trial numbers.
        dominated: ``k x (m + 1)`` complete trials that are not on the front: values, then the trial number.
        front: ``f x (m + 1)`` trials on the front, in the same columns, sorted by the first loss.
        front_se: ``f x (m + 1)`` standard errors; NaN where unknown.
        outside: ``o x (m + 1)`` failed trials with all objectives known: they are outside the limits.
        unknown: ``u`` numbers of the failed trials with an unknown objective; they are drawn in the margin.
        staircase: ``s x m`` corners of the border of the region that the front dominates; only for two objectives.
        knee: ``m`` values and the trial number; None without a front.
        baseline: ``b x (m + 1)`` trials on the front of a baseline, in the same columns; no rows without a baseline.
        baseline_staircase: corners of the border of its region, as `staircase`.
        is_log: ``m`` booleans, true for a logarithmic axis.
        n_last: the largest number of a finished trial, the end of the margin's axis; -1 without one.
        n_excluded: number of trials that are not in the picture, by reason.
    """

    objectives: Objectives
    dominated: NDArray[np.float64]
    front: NDArray[np.float64]
    front_se: NDArray[np.float64]
    outside: NDArray[np.float64]
    unknown: NDArray[np.int64]
    staircase: NDArray[np.float64]
    knee: NDArray[np.float64] | None
    baseline: NDArray[np.float64]
    baseline_staircase: NDArray[np.float64]
    is_log: tuple[bool, ...]
    n_last: int
    n_excluded: Mapping[str, int]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The vertical and the horizontal objective of each panel; ``m`` stands for the trial number."""
        return list(itertools.combinations(range(len(self.objectives)), 2)) or [(0, 1)]


def front_view(trials: Trials, baseline: Trials | None = None) -> FrontView:
    """Sort trials into the groups that a picture of the front shows.

    Trials with a value beyond 1e60, which some trainings report in place of a failure, are only counted.

    Args:
        trials: the trials to draw.
        baseline: trials with the same objectives, of which only the front is drawn.
    """
    check_arguments(trials=(trials, Trials), baseline=(baseline, Trials, None))
    counted = evaluated_trials(trials)
    is_known = np.asarray(np.isfinite(counted.losses).all(axis=1))
    drawn = counted[is_drawable(counted.losses)]
    complete = drawn[drawn.is_complete]
    front, others = _front(complete), _front(trials[:0] if baseline is None else drawable_trials(baseline))
    knee = pareto.knee(complete.losses)
    is_dominated = ~np.isin(complete.numbers, front.numbers)
    return FrontView(
        trials.objectives,
        _values_and_numbers(complete[is_dominated]),
        _values_and_numbers(front),
        np.column_stack([front.losses_se, np.full(len(front), np.nan)]),
        _values_and_numbers(drawn[drawn.is_failed]),
        counted.numbers[~is_known],
        _border(front),
        None if knee is None else _values_and_numbers(complete)[knee],
        _values_and_numbers(others),
        _border(others),
        log_axes(trials.objectives, np.vstack([drawn.values, others.values])),
        int(counted.numbers.max(initial=-1)),
        count_unevaluated(trials) | {f"with a value beyond {LARGEST_DRAWABLE:g}": int(is_known.sum()) - len(drawn)},
    )


def _front(complete: Trials) -> Trials:
    """Return the nondominated trials, sorted by the first loss."""
    efficient = complete[pareto.is_nondominated(complete.losses)]
    return efficient[np.lexsort(efficient.losses.T[::-1])]


def _border(front: Trials) -> NDArray[np.float64]:
    is_line = len(front.objectives) == 2
    return front.objectives.values(staircase(front.losses)) if is_line else front.values[:0]


def _values_and_numbers(trials: Trials) -> NDArray[np.float64]:
    return np.column_stack([trials.values, trials.numbers])

"""All trials and the front among them, one panel for each pair of objectives."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.figures.shown import LARGEST, are_log, finished, fits, unfinished
from paretune.figures.steps import steps
from paretune.objectives import Objectives
from paretune.trials import Trials


@dataclass(frozen=True, eq=False)
class FrontView:
    """What a picture of a front shows, in the user's units.

    Args:
        objectives: ``m`` objectives, the axes; a single one is drawn over the trials' numbers.
        dominated: ``k x (m + 1)`` complete trials off the front, each with its number.
        front: ``f x (m + 1)`` trials on it, likewise, ordered by their first loss.
        front_se: ``f x (m + 1)`` standard errors, NaN where not known.
        outside: ``o x (m + 1)`` failed trials of which every objective is known: those outside the limits.
        unknown: ``u`` numbers of the failed trials without a place: they stand in the margin.
        steps: ``s x m`` corners of the border of what the front dominates; none unless there are two objectives.
        knee: ``m`` values and a number; None without a front.
        is_log: ``m`` booleans, whose axis is logarithmic.
        n_last: the largest number of a finished trial, -1 if there is none: the end of the margin.
        n_excluded: how many trials are not in the picture, by why.
    """

    objectives: Objectives
    dominated: NDArray[np.float64]
    front: NDArray[np.float64]
    front_se: NDArray[np.float64]
    outside: NDArray[np.float64]
    unknown: NDArray[np.int64]
    steps: NDArray[np.float64]
    knee: NDArray[np.float64] | None
    is_log: tuple[bool, ...]
    n_last: int
    n_excluded: Mapping[str, int]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The objectives of each panel: the one that goes up, the one that goes across (``m`` is the number)."""
        return list(itertools.combinations(range(len(self.objectives)), 2)) or [(0, 1)]


def front_view(trials: Trials) -> FrontView:
    """Sort trials into what a picture of the front shows.

    Values beyond 1e60, which trainings give in place of a failure, have no place on an axis; they are counted.
    """
    counted = finished(trials)
    is_known = np.asarray(np.isfinite(counted.losses).all(axis=1))
    drawn = counted[fits(counted.losses)]
    complete = drawn[drawn.is_complete]
    on_front = pareto.is_nondominated(complete.losses)
    efficient = complete[on_front]
    front = efficient[np.lexsort(efficient.losses.T[::-1])]
    knee = pareto.knee(complete.losses)
    is_line = len(trials.objectives) == 2
    return FrontView(
        trials.objectives,
        _places(complete[~on_front]),
        _places(front),
        np.column_stack([front.losses_se, np.full(len(front), np.nan)]),
        _places(drawn[drawn.is_failed]),
        counted.numbers[~is_known],
        trials.objectives.values(steps(front.losses)) if is_line else front.values[:0],
        None if knee is None else _places(complete)[knee],
        are_log(trials.objectives, drawn.values),
        int(counted.numbers.max(initial=-1)),
        unfinished(trials) | {f"with a value beyond {LARGEST:g}": int(is_known.sum()) - len(drawn)},
    )


def _places(trials: Trials) -> NDArray[np.float64]:
    return np.column_stack([trials.values, trials.numbers])

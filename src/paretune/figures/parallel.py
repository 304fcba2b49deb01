"""Which configurations are efficient, and what do they have in common? Parallel coordinates (Inselberg 1985)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.figures.shown import are_log, fits, too_large, unfinished
from paretune.objectives import Objectives
from paretune.space import Space
from paretune.trials import Trials


@dataclass(frozen=True, eq=False)
class ParallelView:
    """What a picture of the efficient configurations shows.

    Args:
        space: ``d`` parameters, the first axes.
        objectives: ``m`` objectives, the last ones.
        numbers: ``f`` numbers of the efficient trials, in the order of their first loss.
        X: ``f x d`` places on the parameters' own scales, 0 to 1; NaN where a parameter does not exist.
        Y: ``f x m`` places of the objectives between the worst (0) and the best (1) of these trials; a half where
            they do not vary.
        values: ``f x m``, the objectives in the user's units.
        is_log: ``m`` booleans, whose axis is logarithmic.
        knee: which row is the knee; None without a front.
        n_excluded: how many trials are not in the picture, by why.
    """

    space: Space
    objectives: Objectives
    numbers: NDArray[np.int64]
    X: NDArray[np.float64]
    Y: NDArray[np.float64]
    values: NDArray[np.float64]
    is_log: tuple[bool, ...]
    knee: int | None
    n_excluded: Mapping[str, int]


def parallel_view(trials: Trials) -> ParallelView:
    """The efficient configurations: where each stands on each parameter and each objective."""
    found = pareto.efficient(trials)
    shown = found[fits(found.losses)]
    shown = shown[np.lexsort(shown.losses.T[::-1])]
    is_log = are_log(trials.objectives, shown.values)
    n_off_front = int((trials.is_complete | trials.is_failed).sum() - trials.is_lost.sum()) - len(found)
    return ParallelView(
        trials.space,
        trials.objectives,
        shown.numbers,
        shown.X,
        _merit(shown, is_log),
        shown.values,
        is_log,
        pareto.knee(shown.losses),
        {"not efficient": n_off_front} | unfinished(trials) | too_large(found),
    )


def _merit(trials: Trials, is_log: tuple[bool, ...]) -> NDArray[np.float64]:
    """0 for the worst value of each objective, 1 for the best, on the scale that is drawn."""
    if len(trials) == 0:
        return np.empty((0, len(is_log)))
    gains = -trials.losses
    for j, objective in enumerate(trials.objectives):
        if is_log[j]:
            gains[:, j] = -objective.sign * np.log10(trials.values[:, j])
    low, size = gains.min(axis=0), np.ptp(gains, axis=0)
    return np.asarray(np.where(size > 0, (gains - low) / np.where(size > 0, size, 1.0), 0.5))

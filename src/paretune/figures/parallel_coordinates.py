"""The efficient configurations in parallel coordinates (Inselberg 1985), which show what they have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.argument_checks import FLAGS, NAMES, check_arguments
from paretune.figures.axis_scale import log_axes
from paretune.figures.trial_selection import count_too_large, count_unevaluated, is_drawable
from paretune.objectives import Objectives
from paretune.space import Space
from paretune.trials import Trials


@dataclass(frozen=True, eq=False)
class ParallelCoordinatesView:
    """The data of a picture of the efficient configurations.

    Args:
        space: all parameters.
        parameters: names of the ``d`` parameters that are drawn, the first axes.
        objectives: ``m`` objectives, the last axes.
        numbers: ``f`` numbers of the efficient trials, sorted by the first loss.
        X: ``f x d`` positions between 0 and 1 on each parameter's own scale; NaN for an inactive parameter.
        Y: ``f x m`` positions of the objectives between the worst (0) and the best (1) of these trials; 0.5 for an
            objective that does not vary.
        values: ``f x m`` objective values in the user's units.
        is_log: ``m`` booleans, true for a logarithmic axis.
        knee: row of the knee; None without a front.
        n_excluded: number of trials that are not in the picture, by reason.
    """

    space: Space
    parameters: tuple[str, ...]
    objectives: Objectives
    numbers: NDArray[np.int64]
    X: NDArray[np.float64]
    Y: NDArray[np.float64]
    values: NDArray[np.float64]
    is_log: tuple[bool, ...]
    knee: int | None
    n_excluded: Mapping[str, int]


def parallel_coordinates_view(
    trials: Trials, names: Sequence[str] | None = None, *, is_log: tuple[bool, ...] | None = None
) -> ParallelCoordinatesView:
    """Compute the position of each efficient configuration on each parameter and objective axis.

    Args:
        trials: the trials.
        names: the parameters to draw, such as the most important ones; by default all.
        is_log: ``m`` booleans, true for a logarithmic axis; by default `log_axes` of the efficient trials.
    """
    check_arguments(trials=(trials, Trials), names=(names, NAMES, None), is_log=(is_log, FLAGS, None))
    chosen = tuple(trials.space) if names is None else tuple(name for name in trials.space if name in set(names))
    found = pareto.efficient_trials(trials)
    shown = found[is_drawable(found.losses)]
    shown = shown[np.lexsort(shown.losses.T[::-1])]
    is_log = log_axes(trials.objectives, shown.values) if is_log is None else is_log
    n_off_front = int((trials.is_complete | trials.is_failed).sum() - trials.is_lost.sum()) - len(found)
    return ParallelCoordinatesView(
        trials.space,
        chosen,
        trials.objectives,
        shown.numbers,
        shown.X[:, [list(trials.space).index(name) for name in chosen]],
        _objective_positions(shown, is_log),
        shown.values,
        is_log,
        pareto.knee(shown.losses),
        {"not efficient": n_off_front} | count_unevaluated(trials) | count_too_large(found),
    )


def _objective_positions(trials: Trials, is_log: tuple[bool, ...]) -> NDArray[np.float64]:
    """Positions on the drawn scale: 0 for the worst value of each objective, 1 for the best."""
    if len(trials) == 0:
        return np.empty((0, len(is_log)))
    gains = -trials.losses
    for j, objective in enumerate(trials.objectives):
        if is_log[j]:
            gains[:, j] = -objective.sign * np.log10(trials.values[:, j])
    low, size = gains.min(axis=0), np.ptp(gains, axis=0)
    return np.asarray(np.where(size > 0, (gains - low) / np.where(size > 0, size, 1.0), 0.5))

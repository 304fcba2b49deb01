"""Metrics of trials up to a step: the last value of each, and its mean over the last third of the steps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.trials import Curves


@dataclass(frozen=True, eq=False)
class EarlyMetrics:
    """The ``k`` numbers that ``p`` trials had at a step, from which their final losses are predicted.

    Args:
        step: the step.
        numbers: ``p`` trial numbers, in ascending order: those that reported at this step or later.
        names: ``k`` names of metrics; twice where there is a mean, too.
        is_mean: ``k`` booleans: the number is a mean over several steps.
        values: ``p x k``; NaN where nothing was reported.
    """

    step: int
    numbers: NDArray[np.int64]
    names: tuple[str, ...]
    is_mean: NDArray[np.bool_]
    values: NDArray[np.float64]

    @classmethod
    def at(cls, curves: Curves, step: int) -> EarlyMetrics:
        """Read the metrics of all trials that reached a step.

        A single report is noisy, so the mean over the reports after two thirds of the steps is there, too.

        Example:
            >>> curves = Curves.from_steps({7: [{"step": s, "loss": 1 / s} for s in (1, 2, 3, 4)], 8: [{"step": 1}]})
            >>> early = EarlyMetrics.at(curves, 4)
            >>> early.numbers.tolist(), early.names, early.values.round(3).tolist()
            ([7], ('loss', 'loss'), [[0.25, 0.292]])
        """
        numbers = np.array([n for n, last in curves.last_steps.items() if last >= step], np.int64)
        reached = curves.select(numbers)
        rows = reached.steps <= step
        trial_of = np.searchsorted(numbers, reached.numbers[rows])
        is_late = 3 * reached.steps[rows] > 2 * step
        names: list[str] = []
        columns: list[NDArray[np.float64]] = []
        for name, values in reached.metrics.items():
            names += [name, name]
            columns.append(_last_values(values[rows], trial_of, len(numbers)))
            columns.append(_means(values[rows], trial_of, is_late, len(numbers)))
        table = np.column_stack(columns) if columns else np.empty((len(numbers), 0))
        is_mean = np.tile([False, True], len(columns) // 2)
        differs = ~is_mean | ~_equals_column_before(table)
        return cls(step, numbers, tuple(np.array(names, object)[differs]), is_mean[differs], table[:, differs])


def _last_values(values: NDArray[np.float64], trial_of: NDArray[np.int64], p: int) -> NDArray[np.float64]:
    """Return the last finite value of each of ``p`` trials, by rows in the order of their steps."""
    found, is_finite = np.full(p, np.nan), np.isfinite(values)
    found[trial_of[is_finite]] = values[is_finite]  # of equal indices the last one counts
    return found


def _means(
    values: NDArray[np.float64], trial_of: NDArray[np.int64], is_used: NDArray[np.bool_], p: int
) -> NDArray[np.float64]:
    """Return the mean of some finite values of each of ``p`` trials; NaN where there is none."""
    chosen = is_used & np.isfinite(values)
    counts = np.bincount(trial_of[chosen], minlength=p)
    sums = np.bincount(trial_of[chosen], values[chosen], minlength=p)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def _equals_column_before(table: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark the columns that are equal to the one before them."""
    before = np.roll(table, 1, axis=1)
    return np.asarray(((table == before) | (np.isnan(table) & np.isnan(before))).all(axis=0))

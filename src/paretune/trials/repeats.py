"""Configurations that were trained more than once: their trials, means and standard errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune.space.keys import configuration_indices
from paretune.trials.noise import is_fully_evaluated, noise_variances
from paretune.trials.table import Trials


@dataclass(frozen=True, eq=False)
class RepeatedConfiguration:
    """A configuration with at least two trials that were trained to their end, inside the limits or not.

    Args:
        numbers: the numbers of these trials, in the table's order.
        values: ``m`` means of the objectives, in the user's units.
        errors: ``m`` standard errors of these means.
        measured: ``m`` values of the first of these trials, for which the configuration was chosen.
    """

    numbers: tuple[int, ...]
    values: tuple[float, ...]
    errors: tuple[float, ...]
    measured: tuple[float, ...]

    @property
    def n_trainings(self) -> int:
        """The number of its trials."""
        return len(self.numbers)


def first_numbers(trials: Trials) -> NDArray[np.int64]:
    """For each of ``n`` trials, the number of the first trial of the table with the same configuration.

    Example:
        >>> from paretune.objectives import Minimize, Objectives
        >>> from paretune.space import Int, Space
        >>> trials = Trials(Space({"k": Int(1, 9)}), Objectives([Minimize("f")]), ({"k": 1}, {"k": 2}, {"k": 1}))
        >>> first_numbers(trials).tolist()
        [0, 1, 0]
    """
    indices = configuration_indices(trials.space, trials.params)
    first = np.unique(indices, return_index=True)[1] if len(indices) else indices
    return np.asarray(trials.numbers[first][indices], np.int64)


def repeated_configurations(trials: Trials) -> tuple[RepeatedConfiguration, ...]:
    """Average the trials of each configuration that was trained more than once.

    The noise of one training is estimated from all such configurations together, since few trainings of one say little
    of it: their pooled variance, or the trials' own standard errors where these are larger (`noise_variances`). The
    error of a mean of ``k`` trainings is the square root of the mean variance divided by ``k``.

    Args:
        trials: of any state; those that are neither complete nor outside the limits are left out.

    Example:
        >>> from paretune.objectives import Minimize, Objectives
        >>> from paretune.space import Int, Space
        >>> trials = Trials(Space({"k": Int(1, 9)}), Objectives([Minimize("f")]), ({"k": 1}, {"k": 2}, {"k": 1}),
        ...                 losses=[[1], [9], [3]])
        >>> [(found.numbers, found.values, found.errors) for found in repeated_configurations(trials)]
        [((0, 2), (2.0,), (1.0,))]
    """
    trials = trials[is_fully_evaluated(trials)]
    indices = configuration_indices(trials.space, trials.params)
    variances = noise_variances(trials, min_repeats=1)
    rows_of = [np.flatnonzero(indices == index) for index in np.flatnonzero(np.bincount(indices) > 1)]
    return tuple(
        RepeatedConfiguration(
            tuple(trials.numbers[rows].tolist()),
            tuple(trials.values[rows].mean(axis=0).tolist()),
            tuple((np.sqrt(variances[rows].mean(axis=0) / len(rows))).tolist()),
            tuple(trials.values[rows[0]].tolist()),
        )
        for rows in rows_of
    )

"""The schedules of the best members of a population: the values of parameters over the steps of their trainings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.argument_checks import COUNT, check_arguments
from paretune.space import Space
from paretune.trials import Trials
from paretune.trials.birth import Birth, births

MAX_LINEAGES, MAX_PARAMETERS = 4, 4


@dataclass(frozen=True, eq=False)
class Schedule:
    """The training of one trial with those that it is a copy of.

    Args:
        numbers: ``k`` trials, from the one that began at the start to the trial itself.
        begins: ``k`` steps at which each of them began.
        end: the last step.
        places: ``k x p`` positions of the drawn parameters in the unit interval; NaN where one does not exist.
    """

    numbers: tuple[int, ...]
    begins: tuple[int, ...]
    end: int
    places: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SchedulesView:
    """The data of a picture of schedules.

    Args:
        space: all parameters.
        names: the ``p`` parameters that are drawn.
        schedules: one of each trial that is drawn.
        n_excluded: number of efficient trials that are not in the picture, by reason.
    """

    space: Space
    names: tuple[str, ...]
    schedules: tuple[Schedule, ...]
    n_excluded: Mapping[str, int]


def schedules_view(trials: Trials, max_lineages: int = MAX_LINEAGES) -> SchedulesView | None:
    """Compute the schedules of efficient trials; None if none of them is a copy of another trial.

    Of many, an even choice in the order of the first objective is drawn, and the parameters that change most.

    Args:
        trials: the trials of one study.
        max_lineages: the largest number of trials to draw.
    """
    check_arguments(trials=(trials, Trials), max_lineages=(max_lineages, COUNT))
    begun = births(trials)
    efficient = pareto.efficient_trials(trials)
    order = efficient.numbers[np.argsort(efficient.losses[:, 0], kind="stable")].tolist()
    copies = [number for number in order if number in begun]
    chosen = [copies[i] for i in np.unique(np.linspace(0, len(copies) - 1, min(max_lineages, len(copies))).astype(int))]
    rows = {number: row for row, number in enumerate(trials.numbers.tolist())}
    lineages = [_lineage(number, begun, rows) for number in chosen]
    X = trials.X
    columns = _changing(X, lineages, rows)
    if not columns:
        return None
    last = trials.curves.last_steps
    schedules = [
        Schedule(
            tuple(line),
            tuple(begun[number].step if number in begun else 0 for number in line),
            last[line[-1]],
            X[[rows[number] for number in line]][:, columns],
        )
        for line in lineages
        if line[-1] in last
    ]
    left_out = {"other efficient trials": len(copies) - len(chosen), "never copied": len(order) - len(copies)}
    names = tuple(list(trials.space)[column] for column in columns)
    return SchedulesView(trials.space, names, tuple(schedules), {why: n for why, n in left_out.items() if n})


def _lineage(number: int, begun: Mapping[int, Birth], rows: Mapping[int, int]) -> list[int]:
    """A trial and its ancestors, the oldest first; those that the table does not have are left out."""
    line = [number]
    while line[0] in begun and begun[line[0]].parent in rows and begun[line[0]].parent not in line:
        line.insert(0, begun[line[0]].parent)
    return line


def _changing(X: NDArray[np.float64], lineages: list[list[int]], rows: Mapping[int, int]) -> list[int]:
    """The columns that change within lineages, at most four, those with the largest changes; in their order."""
    changes = np.zeros(X.shape[1])
    for line in lineages:
        own = np.nan_to_num(X[[rows[number] for number in line]], nan=-1.0)
        changes = np.maximum(changes, np.ptp(own, axis=0))
    largest = np.argsort(-changes, kind="stable")[:MAX_PARAMETERS]
    return sorted(int(column) for column in largest if changes[column] > 0)

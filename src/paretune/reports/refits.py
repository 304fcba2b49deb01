"""The best configurations after retraining with other options."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.objectives import Objectives
from paretune.reports.runs import Run
from paretune.trials import Trials


@dataclass(frozen=True, eq=False)
class RetrainedConfiguration:
    """A configuration that was trained again, with the results of both trainings.

    Args:
        run: name of its study.
        number: number of its trial in the study.
        before: value and standard error by objective from the study; None if unknown.
        after: the same from the retraining; a failed trial may have some.
        reason: reason of the failure of the retraining; empty if it succeeded.
        params: its parameters.
    """

    run: str
    number: int
    before: Mapping[str, tuple[float | None, float | None]]
    after: Mapping[str, tuple[float | None, float | None]]
    reason: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class RefitCount:
    """Numbers of retrained configurations of one side.

    Args:
        n: number of retrained configurations.
        n_unbeaten: those that did not fail and that no configuration of the other side dominates.
    """

    n: int
    n_unbeaten: int


def refits(run: Run) -> tuple[RetrainedConfiguration, ...]:
    """The configurations of a run that its refit retrained, in the run's order, without lost and pending trials."""
    if run.refit is None:
        return ()
    ours, theirs = run.trials, run.refit.finished_trials
    pairs = [
        (i, j)
        for i in range(len(ours))
        if ours.is_complete[i]
        for j in range(len(theirs))
        if theirs.params[j] == ours.params[i]
    ]
    return tuple(
        RetrainedConfiguration(
            run.name,
            int(ours.numbers[i]),
            _measured(ours, i),
            _measured(theirs, j),
            str(theirs.reasons[j]),
            ours.params[i],
        )
        for i, j in pairs
    )


def count_unbeaten(
    refits: Sequence[RetrainedConfiguration], others: Sequence[RetrainedConfiguration], objectives: Objectives
) -> RefitCount:
    """Count the retrained configurations that no other one dominates.

    Args:
        refits: the configurations to count.
        others: the configurations to compare with; may be the same ones.
        objectives: the objectives.
    """
    theirs = _losses(others, objectives)
    is_unbeaten = [bool(pareto.is_nondominated([losses, *theirs])[0]) for losses in _losses(refits, objectives)]
    return RefitCount(len(refits), sum(is_unbeaten))


def changed_options(run: Run) -> dict[str, tuple[Any, Any]]:
    """The options that differ between a run and its refit, as pairs of values."""
    if run.refit is None:
        return {}
    before, again = run.origin.get("options", {}), run.refit.origin.get("options", {})
    return {name: (before.get(name), value) for name, value in again.items() if before.get(name) != value}


def _losses(refits: Sequence[RetrainedConfiguration], objectives: Objectives) -> NDArray[np.float64]:
    """The ``k x m`` losses of the retrainings that did not fail."""
    values = [[found.after[name][0] for name in objectives.names] for found in refits if not found.reason]
    return objectives.losses(np.array(values, dtype=np.float64).reshape(-1, len(objectives)))


def _measured(trials: Trials, row: int) -> dict[str, tuple[float | None, float | None]]:
    pairs = zip(trials.values[row].tolist(), trials.losses_se[row].tolist(), strict=True)
    known = [tuple(x if math.isfinite(x) else None for x in pair) for pair in pairs]
    return {name: (value, error) for name, (value, error) in zip(trials.objectives.names, known, strict=True)}

"""What became of the best when they were trained again, with other options?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paretune import pareto
from paretune.objectives import Objectives
from paretune.report.runs import Run
from paretune.trials import Trials


@dataclass(frozen=True, eq=False)
class Refit:
    """A configuration that was trained twice.

    Args:
        run: the study that it was found in.
        number: its trial there.
        before: value and standard error by objective, as it was found; None where not known.
        again: likewise, as it was trained again; of a failed trial as far as it is known.
        reason: why it failed when it was trained again; empty if it did not.
        params: its parameters.
    """

    run: str
    number: int
    before: Mapping[str, tuple[float | None, float | None]]
    again: Mapping[str, tuple[float | None, float | None]]
    reason: str
    params: Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """How many configurations still stand when they were trained again.

    Args:
        n: how many were trained again.
        n_standing: of them, those that did not fail and that none they are held against beats.
    """

    n: int
    n_standing: int


def refits(run: Run) -> tuple[Refit, ...]:
    """The configurations of a run that its refit has trained, in the run's order; lost and pending trials left out."""
    if run.refit is None:
        return ()
    ours, theirs = run.trials, run.refit.finished
    pairs = [
        (i, j)
        for i in range(len(ours))
        if ours.is_complete[i]
        for j in range(len(theirs))
        if theirs.params[j] == ours.params[i]
    ]
    return tuple(
        Refit(
            run.name,
            int(ours.numbers[i]),
            _measured(ours, i),
            _measured(theirs, j),
            str(theirs.reasons[j]),
            ours.params[i],
        )
        for i, j in pairs
    )


def standing(refits: Sequence[Refit], others: Sequence[Refit], objectives: Objectives) -> Standing:
    """How many configurations none of the others beats, all as they were trained again.

    Args:
        refits: those that are counted.
        others: those that they are held against; they may be the same.
        objectives: what better means.
    """
    theirs = _losses(others, objectives)
    stands = [bool(pareto.is_nondominated([losses, *theirs])[0]) for losses in _losses(refits, objectives)]
    return Standing(len(refits), sum(stands))


def changed_options(run: Run) -> dict[str, tuple[Any, Any]]:
    """The options that a refit was trained with and the run was not: before, and again."""
    if run.refit is None:
        return {}
    before, again = run.origin.get("options", {}), run.refit.origin.get("options", {})
    return {name: (before.get(name), value) for name, value in again.items() if before.get(name) != value}


def _losses(refits: Sequence[Refit], objectives: Objectives) -> NDArray[np.float64]:
    """Of those that did not fail, ``k x m``."""
    values = [[found.again[name][0] for name in objectives.names] for found in refits if not found.reason]
    return objectives.losses(np.array(values, dtype=np.float64).reshape(-1, len(objectives)))


def _measured(trials: Trials, row: int) -> dict[str, tuple[float | None, float | None]]:
    pairs = zip(trials.values[row].tolist(), trials.losses_se[row].tolist(), strict=True)
    known = [tuple(x if math.isfinite(x) else None for x in pair) for pair in pairs]
    return {name: (value, error) for name, (value, error) in zip(trials.objectives.names, known, strict=True)}

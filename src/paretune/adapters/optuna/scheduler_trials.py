"""The trials of an Optuna study as a scheduler needs them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.attributes import is_queued
from paretune.adapters.optuna.curves import read_curves
from paretune.adapters.optuna.history import state_and_reason
from paretune.objectives import Objectives
from paretune.space import Int, Space
from paretune.trials import Curves, Trials

_NUMBERS = Space({"number": Int(0, 2**31)})  # in place of the parameters, which a scheduler does not use


def read_scheduler_trials(stored: Sequence[FrozenTrial], objectives: Objectives, live: Curves) -> Trials:
    """The trials of a study with their curves, without their parameters.

    Args:
        stored: trials as they are stored; those in the queue are left out.
        objectives: under the names of the reported metrics.
        live: the curves of the trials that run in this process, newer than what is stored of them. These are pending.
    """
    running = live.trial_numbers.tolist()
    others = [t for t in stored if not is_queued(t) and t.number not in running]
    outcomes = [*map(state_and_reason, others), *[("pending", "")] * len(running)]
    numbers = [*(trial.number for trial in others), *running]
    m = len(objectives)
    values = np.array([*(_values(trial, m) for trial in others), *[[np.nan] * m] * len(running)])
    return Trials(
        _NUMBERS,
        objectives,
        tuple({"number": number} for number in numbers),
        losses=objectives.losses(values.reshape(-1, m)),
        states=np.array([state for state, _ in outcomes], object),
        reasons=np.array([reason for _, reason in outcomes], object),
        numbers=np.array(numbers, np.int64),
        curves=read_curves(others, live),
    )


def _values(trial: FrozenTrial, m: int) -> list[float]:
    if trial.state != TrialState.COMPLETE or not trial.values or not np.isfinite(trial.values).all():
        return [np.nan] * m
    return list(trial.values)

"""The trials of an Optuna study as a scheduler needs them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.numbered_trials import numbered_trials
from paretune.adapters.optuna.attributes import is_queued
from paretune.adapters.optuna.curves import read_curves
from paretune.adapters.optuna.history import state_and_reason
from paretune.objectives import Objectives
from paretune.trials import Curves, Trials


def read_scheduler_trials(stored: Sequence[FrozenTrial], objectives: Objectives, live: Curves) -> Trials:
    """The trials of a study with their curves, without their parameters.

    Args:
        stored: trials as they are stored; those in the queue are left out.
        objectives: under the names of the reported metrics.
        live: the curves of the trials that run in this process, newer than what is stored of them. These are pending.
    """
    running = live.trial_numbers.tolist()
    others = [t for t in stored if not is_queued(t) and t.number not in running]
    unknown = [np.nan] * len(objectives)
    return numbered_trials(
        objectives,
        [*(trial.number for trial in others), *running],
        [*map(state_and_reason, others), *[("pending", "")] * len(running)],
        [*(_values(trial, len(objectives)) for trial in others), *[unknown] * len(running)],
        read_curves(others, live),
    )


def _values(trial: FrozenTrial, m: int) -> list[float]:
    if trial.state != TrialState.COMPLETE or not trial.values or not np.isfinite(trial.values).all():
        return [np.nan] * m
    return list(trial.values)

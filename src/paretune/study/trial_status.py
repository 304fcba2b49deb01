"""The state of a stored trial, as a run sees it: whether it counts, who runs it, whether its runner is gone."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.attributes import read_mapping
from paretune.adapters.optuna.keys import REASON_KEY, RUNNER_KEY, SUGGESTED_KEY
from paretune.study import runner

GRACE_SECONDS = 60.0  # for a new trial to get its runner or its parameters


def counts_towards_budget(trial: FrozenTrial) -> bool:
    """Whether a trial counts towards a run's total: all do except lost ones and those that wait."""
    if trial.state == TrialState.WAITING:
        return False
    return trial.state != TrialState.FAIL or trial.user_attrs.get(REASON_KEY) != "lost"


def runner_of(trial: FrozenTrial) -> Mapping[str, Any]:
    """The runner of a trial, as `runner.current_runner` described it; empty where it is not stored."""
    return read_mapping(trial, RUNNER_KEY)


def is_unclaimed(trial: FrozenTrial) -> bool:
    """Whether a pending trial has neither a runner nor parameters.

    A runner stores itself within milliseconds, and a trial of plain Optuna has parameters soon: if neither comes, the
    runner has probably died.
    """
    has_params = bool(trial.params) or SUGGESTED_KEY in trial.system_attrs
    return not runner_of(trial) and not has_params


def is_abandoned(trial: FrozenTrial) -> bool:
    """Whether a pending trial's runner is known to be gone from this host."""
    if is_unclaimed(trial):
        started = trial.datetime_start
        return started is not None and time.time() - started.timestamp() > GRACE_SECONDS
    return runner.has_died(runner_of(trial))

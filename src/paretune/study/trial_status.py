"""The state of a stored trial, as a run sees it: whether it counts, who runs it, whether its runner is gone."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.attributes import is_queued, read_mapping
from paretune.adapters.optuna.keys import REASON_KEY, RUNNER_KEY, SUGGESTED_KEY, WHERE_KEY
from paretune.study import runner

GRACE_SECONDS = 60.0  # for a new trial to get its runner or its parameters


def counts_towards_budget(trial: FrozenTrial) -> bool:
    """Whether a trial counts towards a run's total: all do except lost ones and those that wait to be started."""
    if is_queued(trial):
        return False
    return trial.state != TrialState.FAIL or trial.user_attrs.get(REASON_KEY) != "lost"


def runner_of(trial: FrozenTrial) -> Mapping[str, Any]:
    """The runner of a trial, as `runner.current_runner` described it; empty where it is not stored."""
    return read_mapping(trial, RUNNER_KEY)


def is_unclaimed(trial: FrozenTrial) -> bool:
    """Whether a pending trial has no runner, and no parameters unless it was paused before.

    A runner stores itself within milliseconds, and a trial of plain Optuna has parameters soon: if neither comes, the
    runner has probably died.
    """
    has_params = bool(trial.params) or SUGGESTED_KEY in trial.system_attrs
    was_started = WHERE_KEY in trial.user_attrs
    return not runner_of(trial) and (was_started or not has_params)


def is_abandoned(trial: FrozenTrial) -> bool:
    """Whether a pending trial's runner is known to be gone from this host."""
    if is_unclaimed(trial):
        started = trial.datetime_start
        return started is not None and time.time() - started.timestamp() > GRACE_SECONDS
    return runner.has_died(runner_of(trial))

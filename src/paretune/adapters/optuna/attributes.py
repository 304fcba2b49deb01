"""Single facts of an Optuna trial, read from its attributes.

A study made with plain Optuna may hold anything under our keys: what is not of the expected type is ignored.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.distributions import to_value
from paretune.adapters.optuna.internals import fixed_params
from paretune.adapters.optuna.keys import PARENT_KEY, PAUSED_KEY, SECONDS_KEY, STEPS_KEY, SUGGESTED_KEY, WHERE_KEY
from paretune.evaluation.contract import STEP
from paretune.trials.birth import Birth


def read_mapping(trial: FrozenTrial, key: str) -> Mapping[str, Any]:
    """A mapping among the user attributes; empty where there is none."""
    found = trial.user_attrs.get(key)
    return found if isinstance(found, Mapping) else {}


def read_number(trial: FrozenTrial, key: str) -> float:
    """A number among the user attributes; NaN where there is none that a float can hold."""
    value = trial.user_attrs.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


def read_standard_error(trial: FrozenTrial, metric: str) -> float:
    """The standard error of a metric; NaN where none was reported, or an impossible one."""
    error = read_number(trial, f"{metric}_se")
    return error if 0 <= error < math.inf else math.nan


def is_queued(trial: FrozenTrial) -> bool:
    """Whether a trial waits in the queue and was never started."""
    return trial.state == TrialState.WAITING and WHERE_KEY not in trial.user_attrs


def is_paused(trial: FrozenTrial) -> bool:
    """Whether a trial waits with its checkpoint until a scheduler lets it go on."""
    return trial.state == TrialState.WAITING and not is_queued(trial) and bool(trial.user_attrs.get(PAUSED_KEY))


def is_interrupted(trial: FrozenTrial) -> bool:
    """Whether a trial waits with its checkpoint, since its run was interrupted: it goes on as soon as possible."""
    return trial.state == TrialState.WAITING and not is_queued(trial) and not trial.user_attrs.get(PAUSED_KEY)


def last_step(trial: FrozenTrial) -> int:
    """The last step that a trial has reported, as far as it is stored; -1 before the first one."""
    steps = trial.user_attrs.get(STEPS_KEY)
    last = steps[-1].get(STEP) if isinstance(steps, list) and steps and isinstance(steps[-1], Mapping) else None
    return last if isinstance(last, int) and not isinstance(last, bool) else -1


def birth(trial: FrozenTrial) -> Birth | None:
    """How a trial began as a copy of another one; None if it began from the start."""
    return Birth.of(trial.user_attrs.get(PARENT_KEY))


def n_own_steps(trial: FrozenTrial) -> int:
    """How many steps a trial has taken itself, as far as its reports are stored: without those of its parent."""
    begun = birth(trial)
    return max(0, last_step(trial) - (0 if begun is None else begun.step))


def start_time(trial: FrozenTrial) -> float:
    """When the evaluation began, in POSIX seconds; NaN where that is not known.

    Optuna's own time is earlier: that at which the trial was asked for.
    """
    start = read_mapping(trial, WHERE_KEY).get("begun")
    if isinstance(start, (int, float)):
        return float(start)
    return trial.datetime_start.timestamp() if trial.datetime_start else math.nan


def evaluation_seconds(trial: FrozenTrial) -> float:
    """How long the evaluation took; by Optuna's clock, which includes the suggestion, where we did not measure it."""
    measured = read_number(trial, SECONDS_KEY)
    if math.isnan(measured) and trial.duration is not None:
        return trial.duration.total_seconds()
    return measured


def planned_params(trial: FrozenTrial) -> dict[str, Any]:
    """All parameters of a trial, as a space has them: also those it was given and has not asked for."""
    suggested = trial.system_attrs.get(SUGGESTED_KEY, {})
    return _to_values({**suggested, **fixed_params(trial), **trial.params})


def requested_params(trial: FrozenTrial) -> dict[str, Any]:
    """The parameters that a trial has asked for, as a space has them."""
    return _to_values(trial.params)


def _to_values(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: to_value(value) for name, value in params.items()}

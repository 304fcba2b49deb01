"""Write the end of a trial: all that is stored of its outcome, in one transaction."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna import internals
from paretune.adapters.optuna.attributes import read_number
from paretune.adapters.optuna.keys import DURATIONS_KEY, ERROR_KEY, REASON_KEY, SECONDS_KEY, STEPS_KEY, STOPPED_KEY
from paretune.adapters.optuna.transactions import TrialEnd, finish_trial
from paretune.evaluation.outcome import Outcome
from paretune.objectives import Objectives
from paretune.study.retry import retry_call


def describe_end(outcome: Outcome, objectives: Objectives, durations: Mapping[str, float]) -> TrialEnd:
    """Describe what is stored of an outcome.

    Args:
        outcome: how the trial ended.
        objectives: the objectives, with limits.
        durations: how long its other parts took, in seconds, by name.
    """
    attributes: dict[str, Any] = dict(outcome.metrics)
    if outcome.stop_reason:
        attributes[STOPPED_KEY] = outcome.stop_reason
    elif outcome.values is None:
        attributes[REASON_KEY] = outcome.reason
    known = {SECONDS_KEY: outcome.seconds, ERROR_KEY: outcome.message or None, STEPS_KEY: list(outcome.steps) or None}
    attributes |= {key: value for key, value in known.items() if value is not None}
    if durations:
        attributes[DURATIONS_KEY] = dict(durations)
    if outcome.values is None:
        return TrialEnd(TrialState.PRUNED if outcome.stop_reason else TrialState.FAIL, None, attributes)
    constraints = _constraints(objectives, outcome.values, outcome.violations)
    return TrialEnd(TrialState.COMPLETE, outcome.values, attributes, constraints)


def write_end(study: optuna.Study, trial: FrozenTrial, end: TrialEnd) -> None:
    """Write the end of a trial once, also if the storage does not answer at first.

    Raises:
        UpdateFinishedTrialError: the trial has ended already.
    """
    was_tried = False

    def write() -> None:
        nonlocal was_tried
        try:
            finish_trial(study, trial, end)
        except UpdateFinishedTrialError:
            is_ours = was_tried and internals.get_trial(study, trial.number).state == end.state
            if not is_ours:  # written by the first try, and only the answer was lost
                raise
        finally:
            was_tried = True

    retry_call(write)


def _constraints(objectives: Objectives, values: tuple[float, ...], violations: Mapping[str, float]) -> dict[str, Any]:
    """The signed distances to the limits, and further violations, as Optuna's constraints."""
    losses = objectives.losses([values])[0]
    pairs = zip(objectives.names, (losses - objectives.limits).tolist(), strict=True)
    excess = {name: value for name, value in pairs if math.isfinite(value)} | dict(violations)
    return internals.constraint_attributes(excess) if excess else {}


def add_earlier_seconds(outcome: Outcome, trial: FrozenTrial) -> Outcome:
    """The outcome with the seconds of the earlier parts of its training, too."""
    earlier = read_number(trial, SECONDS_KEY)
    if outcome.seconds is None or math.isnan(earlier):
        return outcome
    return replace(outcome, seconds=outcome.seconds + earlier)

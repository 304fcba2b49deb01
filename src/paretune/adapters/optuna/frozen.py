"""`Trials` as an Optuna study keeps them: the inverse of `history`."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.distributions import to_distribution
from paretune.adapters.optuna.history import LISTED_CONSTRAINTS_KEY, REASON_KEY, SECONDS_KEY
from paretune.errors import RAN
from paretune.trials import Trials


def frozen_trials(trials: Trials) -> list[FrozenTrial]:
    """Finished trials, to be added to a study; one outside its limits is COMPLETE with a violated constraint.

    Args:
        trials: of whatever host; those that are pending are left out.
    """
    return [_frozen(trials[row : row + 1]) for row in np.flatnonzero(~trials.is_pending)]


def _frozen(trial: Trials) -> FrozenTrial:
    (params,), (reason,) = trial.params, trial.reasons
    is_known = bool(np.isfinite(trial.losses).all()) and reason in RAN
    attributes = dict(trial.metrics[0]) | _named(trial, trial.losses_se[0], "_se")
    if not is_known:
        attributes |= {REASON_KEY: reason, **_named(trial, trial.values[0], "")}
    if math.isfinite(trial.durations[0]):
        attributes[SECONDS_KEY] = float(trial.durations[0])
    constraints = _constraints(trial) if is_known else {}
    made = optuna.trial.create_trial(
        state=TrialState.COMPLETE if is_known else TrialState.FAIL,
        params=dict(params),
        distributions={name: to_distribution(trial.space[name]) for name in params},
        values=trial.values[0].tolist() if is_known else None,
        user_attrs=attributes,
        constraints=constraints,
        system_attrs={LISTED_CONSTRAINTS_KEY: list(constraints.values())} if constraints else None,
    )
    if math.isfinite(trial.started[0]):
        made.datetime_start = datetime.fromtimestamp(trial.started[0])
        made.datetime_complete = made.datetime_start + timedelta(seconds=float(np.nan_to_num(trial.durations[0])))
    return made


def _named(trial: Trials, numbers: Any, suffix: str) -> dict[str, float]:
    """Those that are known, by objective."""
    pairs = zip(trial.objectives.names, numbers.tolist(), strict=True)
    return {f"{name}{suffix}": value for name, value in pairs if math.isfinite(value)}


def _constraints(trial: Trials) -> dict[str, float]:
    """At most 0 where satisfied; who was outside a limit that is not known here has one that is violated."""
    excess = trial.losses[0] - trial.objectives.limits
    others = {f"violation {i}": float(v) for i, v in enumerate(trial.violations[0]) if math.isfinite(v)}
    found = {**_named(trial, excess, ""), **others}
    is_told = trial.reasons[0] == "" or any(value > 0 for value in found.values())
    return found if is_told else {**found, "outside_limits": 1.0}

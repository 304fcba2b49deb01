"""`Trials` as Optuna's `FrozenTrial`: the inverse of `history`."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import optuna
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.curves import to_steps
from paretune.adapters.optuna.distributions import to_distribution
from paretune.adapters.optuna.internals import listed_constraints
from paretune.adapters.optuna.keys import REASON_KEY, SECONDS_KEY, STEPS_KEY
from paretune.errors import FULLY_EVALUATED_REASONS
from paretune.trials import Trials


def to_frozen_trials(trials: Trials) -> list[FrozenTrial]:
    """Convert finished trials, so that they can be added to an Optuna study.

    A trial outside its limits is COMPLETE with a violated constraint; any other failed trial is FAIL. A stopped trial
    is PRUNED.

    Args:
        trials: trials from any source; pending ones are left out.
    """
    return [_to_frozen(trials[row : row + 1]) for row in np.flatnonzero(~trials.is_pending)]


def _to_frozen(trial: Trials) -> FrozenTrial:
    (params,), (reason,) = trial.params, trial.reasons
    is_stopped = bool(trial.is_stopped[0])
    has_values = bool(np.isfinite(trial.losses).all()) and reason in FULLY_EVALUATED_REASONS and not is_stopped
    attributes = dict(trial.metrics[0]) | _finite_by_name(trial, trial.losses_se[0], "_se")
    if not has_values:
        attributes |= _finite_by_name(trial, trial.values[0], "") | ({} if is_stopped else {REASON_KEY: reason})
    if math.isfinite(trial.durations[0]):
        attributes[SECONDS_KEY] = float(trial.durations[0])
    if len(trial.curves) or is_stopped:  # without any report, a pruned trial would be read as a failed one
        attributes[STEPS_KEY] = to_steps(trial.curves)
    constraints = _constraints(trial) if has_values else {}
    frozen = optuna.trial.create_trial(
        state=TrialState.COMPLETE if has_values else TrialState.PRUNED if is_stopped else TrialState.FAIL,
        params=dict(params),
        distributions={name: to_distribution(trial.space[name]) for name in params},
        values=trial.values[0].tolist() if has_values else None,
        user_attrs=attributes,
        constraints=constraints,
        system_attrs=listed_constraints(list(constraints.values())) if constraints else None,
    )
    if math.isfinite(trial.started[0]):
        frozen.datetime_start = datetime.fromtimestamp(trial.started[0])
        frozen.datetime_complete = frozen.datetime_start + timedelta(seconds=float(np.nan_to_num(trial.durations[0])))
    return frozen


def _finite_by_name(trial: Trials, numbers: Any, suffix: str) -> dict[str, float]:
    """The known numbers by the objective's name and a suffix."""
    pairs = zip(trial.objectives.names, numbers.tolist(), strict=True)
    return {f"{name}{suffix}": value for name, value in pairs if math.isfinite(value)}


def _constraints(trial: Trials) -> dict[str, float]:
    """Constraints by name, satisfied at most 0.

    A trial may be outside a limit that is not known here. Then one violated constraint says so.
    """
    excess = trial.losses[0] - trial.objectives.limits
    others = {f"violation {i}": float(v) for i, v in enumerate(trial.violations[0]) if math.isfinite(v)}
    constraints = {**_finite_by_name(trial, excess, ""), **others}
    is_explained = trial.reasons[0] == "" or any(value > 0 for value in constraints.values())
    return constraints if is_explained else {**constraints, "outside_limits": 1.0}

"""An Optuna study's trials as `Trials`, however they were made."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import optuna
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.distributions import to_value
from paretune.objectives import OURS, Maximize, Minimize, Objectives
from paretune.space import Space
from paretune.trials import REASONS, Trials

OBJECTIVES_KEY = "paretune:objectives"
SUGGESTED_KEY = "paretune:suggested"
SECONDS_KEY, WHERE_KEY = "paretune:seconds", "paretune:where"
RUNNER_KEY, INSTEAD_OF_KEY = "paretune:runner", "paretune:instead_of"
REASON_KEY = "reason"
FIXED_KEY = "fixed_params"  # where Optuna keeps the parameters of a trial that waited for a runner
METRIC_NAMES_KEY = "study:metric_names"  # where Optuna keeps them
LISTED_CONSTRAINTS_KEY = "constraints"  # Optuna's older form, the only one that its dashboard shows


def objectives_of(study: optuna.Study) -> Objectives:
    """What a study wants: as it was written into it, else by its directions and metric names, without limits.

    All of it is asked of the storage, since of the study a sampler may get no more (Optuna's `HyperbandPruner`).
    """
    storage, number = study._storage, study._study_id  # noqa: SLF001 (as Optuna's own samplers do)
    described = storage.get_study_user_attrs(number).get(OBJECTIVES_KEY)
    if described is not None:
        return Objectives.from_dict(described)
    named = storage.get_study_system_attrs(number).get(METRIC_NAMES_KEY) or []
    are_names = len(set(named)) == len(study.directions) and all(map(str.strip, named))
    names = named if are_names else [f"objective_{i}" for i in range(len(study.directions))]
    kinds = [Maximize if d == StudyDirection.MAXIMIZE else Minimize for d in study.directions]
    return Objectives([kind(name) for kind, name in zip(kinds, names, strict=True)])


def trials_of(
    study: optuna.Study,
    space: Space,
    objectives: Objectives | None = None,
    *,
    skip: int | None = None,
    known: Sequence[FrozenTrial] | None = None,
    with_pruned: bool = False,
) -> Trials:
    """The trials of a study that lie in a space.

    COMPLETE trials that violate a constraint (`Trial.set_constraint`) or a limit have failed with the reason
    ``outside_limits`` and keep their losses; an infinite value is ``not_finite``. FAIL takes the reason of its user
    attribute ``reason``, else ``crashed``. PRUNED was judged not worth finishing: ``outside_limits``, of unknown
    losses. RUNNING is pending. Parameters that a trial has not asked for, yet or ever, are those that the sampler has
    noted for it. WAITING is left out, and so is any trial whose parameters do not fit.

    Args:
        study: an Optuna study.
        space: the parameters looked at; others are ignored.
        objectives: by default those of the study.
        skip: number of a trial to leave out, for which parameters are sought: one that was lost and is not tried again
            yet is then pending, lest its parameters be chosen anew.
        known: the study's trials, as they are now if they are not given.
        with_pruned: whether the loss of a pruned trial is what it reported last: to learn from, not to report.
    """
    known = study.get_trials(deepcopy=False) if known is None else known
    to_come = frozenset() if skip is None else _to_be_tried_again(known)
    started = [trial for trial in known if trial.state != TrialState.WAITING and trial.number != skip]
    wanted = objectives_of(study) if objectives is None else objectives
    return tabled(started, space, wanted, to_come, with_pruned=with_pruned)


def tabled(
    trials: Sequence[FrozenTrial],
    space: Space,
    objectives: Objectives,
    to_come: Collection[int] = (),
    *,
    with_pruned: bool = False,
) -> Trials:
    """Those of some trials that lie in a space, as `trials_of` reads them.

    Args:
        trials: any of a study's that were begun.
        space: the parameters looked at.
        objectives: what is wanted.
        to_come: numbers of lost ones that are pending all the same, since they are to be tried again.
        with_pruned: as of `trials_of`.
    """
    rows = [(trial, params) for trial in trials for params in [_params_in(space, trial)] if space.contains(params)]
    trials = [trial for trial, _ in rows]
    ended = {TrialState.COMPLETE, TrialState.PRUNED} if with_pruned else {TrialState.COMPLETE}
    outcomes = [("pending", "") if trial.number in to_come else _outcome(trial) for trial in trials]
    return Trials(
        space,
        objectives,
        tuple(space.check(params) for _, params in rows),
        losses=objectives.losses(
            np.array([_values(t, objectives, ended) for t in trials]).reshape(-1, len(objectives))
        ),
        losses_se=np.array([[_error(t, o) for o in objectives.names] for t in trials]),
        violations=_violations(trials, objectives),
        states=np.array([state for state, _ in outcomes], object),
        reasons=np.array([reason for _, reason in outcomes], object),
        numbers=np.array([t.number for t in trials], np.int64),
        started=np.array([begun(t) for t in trials]),
        durations=np.array([_seconds(t) for t in trials]),
        metrics=tuple(_metrics(t, objectives) for t in trials),
    )


def note_suggestion(study: optuna.Study, trial: FrozenTrial, params: dict[str, Any]) -> None:
    """Write down what a trial is about to run: Optuna stores it only parameter by parameter, as it is asked for."""
    study._storage.set_trial_system_attr(trial._trial_id, SUGGESTED_KEY, dict(params))  # noqa: SLF001 (as Optuna's own samplers do)


def params_of(trial: FrozenTrial) -> dict[str, Any]:
    """The parameters of a trial, also those that it is to have, or was, and has not asked for; as a space has them."""
    planned = trial.system_attrs
    return _values_of({**planned.get(SUGGESTED_KEY, {}), **planned.get(FIXED_KEY, {}), **trial.params})


def _values_of(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: to_value(value) for name, value in params.items()}


def _params_in(space: Space, trial: FrozenTrial) -> dict[str, Any]:
    """Those of a space: of a trial that has ended what it asked for, if that is a configuration.

    Otherwise it ended before it had asked for all, or never asks for some: left out, it would be suggested for ever.
    """
    asked, all_of_it = (
        {name: value for name, value in params.items() if name in space}
        for params in (_values_of(trial.params), params_of(trial))
    )
    return asked if trial.state.is_finished() and space.contains(asked) else all_of_it


def _values(trial: FrozenTrial, objectives: Objectives, ended: Collection[TrialState]) -> Sequence[float]:
    """The objectives' values; of a trial that has not so ended those that were reported all the same."""
    if trial.state in ended and trial.values:
        values = trial.values
    else:
        values = [_number(trial, name) for name in objectives.names]
    return [value if math.isfinite(value) else math.nan for value in values]


def _to_be_tried_again(trials: Sequence[FrozenTrial]) -> frozenset[int]:
    """The numbers of lost trials of a runner of ours, in whose stead no other has begun."""
    failed = [t for t in trials if t.state == TrialState.FAIL and RUNNER_KEY in t.user_attrs]
    begun_again = [t.user_attrs.get(INSTEAD_OF_KEY) for t in trials if t.state != TrialState.WAITING]
    again = {number for number in begun_again if isinstance(number, int)}
    return frozenset(t.number for t in failed if t.user_attrs.get(REASON_KEY) == "lost" and t.number not in again)


def _outcome(trial: FrozenTrial) -> tuple[str, str]:
    if trial.state == TrialState.RUNNING:
        return "pending", ""
    if trial.state == TrialState.PRUNED:
        return "failed", "outside_limits"
    if trial.state == TrialState.FAIL:
        reason = trial.user_attrs.get(REASON_KEY)
        return "failed", reason if reason in REASONS else "crashed"
    is_finite = all(math.isfinite(value) for value in trial.values or [math.nan])
    return ("complete", "") if is_finite else ("failed", "not_finite")


def _violations(trials: Sequence[FrozenTrial], objectives: Objectives) -> Any:
    """Constraints by key, satisfied where a completed trial did not set them (Optuna's rule), else not known.

    Those of the objectives' own limits carry their names and are known from the losses.
    """
    limited = {objective.name for objective in objectives if objective.limit is not None}
    constraints = [_named_constraints(trial) for trial in trials]
    keys = sorted({key for given in constraints for key in given} - limited)
    unset = [0.0 if trial.state == TrialState.COMPLETE else math.nan for trial in trials]
    return np.array([[given.get(key, other) for key in keys] for given, other in zip(constraints, unset, strict=True)])


def _named_constraints(trial: FrozenTrial) -> dict[str, float]:
    """A trial's constraints; where they have names, the list of them is a copy for the dashboard."""
    named = {key: value for key, value in trial.constraints.items() if f"constraints:{key}" in trial.system_attrs}
    return named or trial.constraints


def noted(trial: FrozenTrial, key: str) -> Mapping[str, Any]:
    """What is written down of a trial by name; nothing where it is not ours: a study of Optuna's may hold anything."""
    found = trial.user_attrs.get(key)
    return found if isinstance(found, Mapping) else {}


def begun(trial: FrozenTrial) -> float:
    """When the evaluation began, as POSIX seconds; Optuna's own time is that of the question for its parameters."""
    known = noted(trial, WHERE_KEY).get("begun")
    if isinstance(known, (int, float)):
        return float(known)
    return trial.datetime_start.timestamp() if trial.datetime_start else math.nan


def _seconds(trial: FrozenTrial) -> float:
    """How long the evaluation took; Optuna's own clock runs from before the suggestion."""
    measured = _number(trial, SECONDS_KEY)
    if math.isnan(measured) and trial.duration is not None:
        return trial.duration.total_seconds()
    return measured


def _number(trial: FrozenTrial, key: str) -> float:
    """A number among the user attributes; NaN where there is none that a float can hold."""
    value = trial.user_attrs.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return math.nan
    try:
        return float(value)
    except OverflowError:
        return math.nan


def _error(trial: FrozenTrial, name: str) -> float:
    """The standard error of a metric; NaN where it is none."""
    error = _number(trial, f"{name}_se")
    return error if 0 <= error < math.inf else math.nan


def _metrics(trial: FrozenTrial, objectives: Objectives) -> dict[str, Any]:
    """Whatever else was measured; why a trial has failed is no metric of it."""
    own = {f"{name}_se" for name in objectives.names} | ({REASON_KEY} if trial.state == TrialState.FAIL else set())
    return {key: value for key, value in trial.user_attrs.items() if key not in own and not key.startswith(OURS)}

"""The trials of an Optuna study as `Trials`, whoever made the study."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import optuna
from optuna.study import StudyDirection
from optuna.trial import FrozenTrial, TrialState

from paretune.adapters.optuna.attributes import (
    birth,
    evaluation_seconds,
    is_paused,
    is_queued,
    planned_params,
    read_number,
    read_standard_error,
    requested_params,
    start_time,
)
from paretune.adapters.optuna.curves import read_curves
from paretune.adapters.optuna.distributions import subset_space
from paretune.adapters.optuna.infer_space import flag_values
from paretune.adapters.optuna.internals import metric_names, named_constraints, set_trial_system_attr, study_user_attrs
from paretune.adapters.optuna.keys import (
    DROPPED_KEY,
    INSTEAD_OF_KEY,
    OBJECTIVES_KEY,
    REASON_KEY,
    RUNNER_KEY,
    STEPS_KEY,
    SUGGESTED_KEY,
)
from paretune.errors import InvalidInputError
from paretune.objectives import RESERVED_PREFIX, Maximize, Minimize, Objectives
from paretune.space import Space
from paretune.trials import FAILURE_REASONS, Trials
from paretune.trials.birth import PARENT_METRIC


@dataclass(frozen=True)
class Fit:
    """How the configurations of trials are read.

    Args:
        space: the parameters.
        flags: parameters of the space that say whether a trial has another one, see `InferredSpace`.
        optional: names of parameters that a trial may lack, see `TableSpace`.
    """

    space: Space
    flags: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    optional: Collection[str] = ()

    def configuration(self, trial: FrozenTrial) -> dict[str, Any] | None:
        """The configuration of a trial; None if it is not in the space.

        If a trial has ended, and has asked for a whole configuration, these parameters count alone. Otherwise it ended
        early, or never asks for some parameters: its planned ones count too, else its configuration would be suggested
        for ever.
        """
        requested = self._checked(trial, requested_params(trial))
        is_whole = trial.state.is_finished() and requested is not None
        return requested if is_whole else self._checked(trial, planned_params(trial))

    def _checked(self, trial: FrozenTrial, params: Mapping[str, Any]) -> dict[str, Any] | None:
        known = {name: value for name, value in params.items() if name in self.space}
        known |= flag_values(self.flags, trial, params)
        space = self.space
        if self.optional:
            names = [name for name in space if name in known or name not in self.optional]
            if not names:
                return None
            space = subset_space(space, names)
        try:
            return space.check(known)
        except InvalidInputError:
            return None


def read_objectives(study: optuna.Study) -> Objectives:
    """The objectives of a study: those that Paretune stored, else its directions and metric names, without limits."""
    described = study_user_attrs(study).get(OBJECTIVES_KEY)
    if described is not None:
        return Objectives.from_dict(described)
    given = metric_names(study)
    are_usable = len(set(given)) == len(study.directions) and all(map(str.strip, given))
    names = given if are_usable else [f"objective_{i}" for i in range(len(study.directions))]
    kinds = [Maximize if d == StudyDirection.MAXIMIZE else Minimize for d in study.directions]
    return Objectives([kind(name) for kind, name in zip(kinds, names, strict=True)])


def read_trials(
    study: optuna.Study,
    space: Space | Fit,
    objectives: Objectives | None = None,
    *,
    skip: int | None = None,
    known: Sequence[FrozenTrial] | None = None,
    with_pruned: bool = False,
) -> Trials:
    """The trials of a study that lie in a space.

    - COMPLETE is complete. With a violated constraint (`Trial.set_constraint`) or limit it is failed with the reason
      ``outside_limits``, and keeps its losses. With an infinite value it is failed as ``not_finite``.
    - FAIL is failed with the reason in the user attribute ``reason``, else ``crashed``.
    - PRUNED is stopped if the trial reported a step and violated no constraint. Its losses are unknown, except those
      that its user attributes have. Else the trial rejected its configuration: it is failed as ``outside_limits``.
    - RUNNING is pending, with the parameters that were suggested for it.
    - WAITING is left out, unless the trial was started: with a checkpoint it waits to go on. One that a scheduler
      paused is stopped, one that was interrupted is pending.
    - Any trial whose parameters do not fit the space is left out, as is one that was deleted or replaced.

    Args:
        study: an Optuna study.
        space: the parameters to read, others are ignored; or how configurations are read.
        objectives: by default those of the study.
        skip: number of the trial to suggest parameters for, which is left out. A lost trial that waits for its
            repetition is then pending, so that its parameters are not suggested anew.
        known: the study's trials; by default they are read now.
        with_pruned: whether the last reported value of a pruned trial is its loss. A search learns from it; a report
            does not show it.
    """
    known = without_dropped(study, study.get_trials(deepcopy=False) if known is None else known)
    to_repeat = frozenset() if skip is None else _to_be_repeated(known)
    started = [trial for trial in known if not is_queued(trial) and trial.number != skip]
    objectives = read_objectives(study) if objectives is None else objectives
    return tabulate_trials(started, space, objectives, to_repeat, with_pruned=with_pruned)


def dropped_numbers(study: optuna.Study) -> frozenset[int]:
    """Numbers of the trials that were deleted, or replaced by another trial, since Optuna changes no finished trial."""
    numbers = (key.removeprefix(DROPPED_KEY) for key in study_user_attrs(study) if key.startswith(DROPPED_KEY))
    return frozenset(int(number) for number in numbers if number.isdecimal())


def without_dropped(study: optuna.Study, trials: Sequence[FrozenTrial]) -> Sequence[FrozenTrial]:
    """The trials that were neither deleted nor replaced."""
    dropped = dropped_numbers(study)
    return [trial for trial in trials if trial.number not in dropped] if dropped else trials


def tabulate_trials(
    trials: Sequence[FrozenTrial],
    space: Space | Fit,
    objectives: Objectives,
    to_repeat: Collection[int] = (),
    *,
    with_pruned: bool = False,
) -> Trials:
    """Those of some trials that lie in a space, read as `read_trials` does.

    Args:
        trials: some of a study's, none of them in the queue.
        space: see `read_trials`.
        objectives: the objectives to read.
        to_repeat: numbers of lost trials that are pending, since they will be repeated.
        with_pruned: see `read_trials`.
    """
    fit = space if isinstance(space, Fit) else Fit(space)
    rows = [(trial, params) for trial in trials if (params := fit.configuration(trial)) is not None]
    trials = [trial for trial, _ in rows]
    with_values = {TrialState.COMPLETE, TrialState.PRUNED} if with_pruned else {TrialState.COMPLETE}
    outcomes = [("pending", "") if trial.number in to_repeat else state_and_reason(trial) for trial in trials]
    values = np.array([_values(trial, objectives, with_values) for trial in trials])
    return Trials(
        fit.space,
        objectives,
        tuple(params for _, params in rows),
        losses=objectives.losses(values.reshape(-1, len(objectives))),
        losses_se=np.array([[read_standard_error(t, name) for name in objectives.names] for t in trials]),
        violations=_violations(trials, objectives),
        states=np.array([state for state, _ in outcomes], object),
        reasons=np.array([reason for _, reason in outcomes], object),
        numbers=np.array([t.number for t in trials], np.int64),
        started=np.array([start_time(t) for t in trials]),
        durations=np.array([evaluation_seconds(t) for t in trials]),
        metrics=tuple(_other_metrics(t, objectives) for t in trials),
        curves=read_curves(trials),
    )


def store_suggestion(study: optuna.Study, trial: FrozenTrial, params: dict[str, Any]) -> None:
    """Write the suggested parameters to the storage, where other processes see them at once.

    Optuna itself stores each parameter when the training asks for it.
    """
    set_trial_system_attr(study, trial, SUGGESTED_KEY, dict(params))


def _values(trial: FrozenTrial, objectives: Objectives, with_values: Collection[TrialState]) -> Sequence[float]:
    """The objectives' values; from the user attributes for a trial in any other state."""
    if trial.state in with_values and trial.values:
        values = trial.values
    else:
        values = [read_number(trial, name) for name in objectives.names]
    return [value if math.isfinite(value) else math.nan for value in values]


def _to_be_repeated(trials: Sequence[FrozenTrial]) -> frozenset[int]:
    """Numbers of the lost trials of Paretune's runs whose repetition has not begun."""
    failed = [t for t in trials if t.state == TrialState.FAIL and RUNNER_KEY in t.user_attrs]
    repeated = [t.user_attrs.get(INSTEAD_OF_KEY) for t in trials if t.state != TrialState.WAITING]
    numbers = {number for number in repeated if isinstance(number, int)}
    return frozenset(t.number for t in failed if t.user_attrs.get(REASON_KEY) == "lost" and t.number not in numbers)


def state_and_reason(trial: FrozenTrial) -> tuple[str, str]:
    """State and reason of a trial that is not in the queue, by its own limits only."""
    if is_paused(trial):
        return "stopped", ""
    if trial.state in (TrialState.RUNNING, TrialState.WAITING):
        return "pending", ""
    if trial.state == TrialState.PRUNED:
        return ("stopped", "") if _is_stopped_early(trial) else ("failed", "outside_limits")
    if trial.state == TrialState.FAIL:
        reason = trial.user_attrs.get(REASON_KEY)
        return "failed", reason if reason in FAILURE_REASONS else "crashed"
    is_finite = all(math.isfinite(value) for value in trial.values or [math.nan])
    return ("complete", "") if is_finite else ("failed", "not_finite")


def _is_stopped_early(trial: FrozenTrial) -> bool:
    """Whether a pruned trial reported a step, to Optuna or to Paretune, and violated no constraint."""
    has_reported = STEPS_KEY in trial.user_attrs or bool(trial.intermediate_values)
    return has_reported and not any(value > 0 for value in named_constraints(trial).values())


def _violations(trials: Sequence[FrozenTrial], objectives: Objectives) -> Any:
    """Constraints by key; a missing one is satisfied for a complete trial (Optuna's rule), else unknown.

    Constraints that carry an objective's name are its limit, which is known from the losses.
    """
    limited = {objective.name for objective in objectives if objective.limit is not None}
    constraints = [named_constraints(trial) for trial in trials]
    keys = sorted({key for given in constraints for key in given} - limited)
    unset = [0.0 if trial.state == TrialState.COMPLETE else math.nan for trial in trials]
    return np.array([[given.get(key, other) for key in keys] for given, other in zip(constraints, unset, strict=True)])


def _other_metrics(trial: FrozenTrial, objectives: Objectives) -> dict[str, Any]:
    """The other user attributes; the reason of a failure is no metric."""
    own = {f"{name}_se" for name in objectives.names} | ({REASON_KEY} if trial.state == TrialState.FAIL else set())
    attributes = trial.user_attrs.items()
    metrics = {key: value for key, value in attributes if key not in own and not key.startswith(RESERVED_PREFIX)}
    begun = birth(trial)
    return metrics if begun is None else {**metrics, PARENT_METRIC: begun.to_dict()}
